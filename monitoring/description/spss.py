"""The table for SPSS: `person` and `registration` as `.sav`, with labels, measures, missing values and response sets.

Codes become the numbers of `spss.toml`. What is not recorded is a user-missing value (-99; recorded as unknown: -98;
does not apply: -97), so that SPSS leaves it out of percentages and yet shows it; an empty date or number is
system-missing. A list becomes one 0/1 variable per code and a multiple response set (R57). Nothing is cut off: what
does not fit is refused.
"""

from __future__ import annotations

import tempfile
import textwrap
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat

from monitoring.description.labels import ANSWERS, EMPTY, Words, code_labels, country, is_country, list_of, title
from monitoring.description.spss_file import ResponseSet, finished
from monitoring.dictionary import NOT_RECORDED, Column, Table
from monitoring.export import LIST_SEPARATOR

DECLARED: dict[str, Any] = tomllib.loads(Path(__file__).with_name("spss.toml").read_text(encoding="utf-8"))
WRITTEN_TABLES = ("person", "registration")
MISSING: dict[str, int] = DECLARED["missing"]
LISTS: dict[str, str] = DECLARED["lists"]
WORDS: dict[str, Any] = DECLARED["words"]
# What SPSS holds, in bytes of UTF-8.
LONGEST = {"name": 64, "label": 255, "value label": 120, "file label": 64, "note": 80, "text": 32767}
# Widths of texts come in steps, so that files of several nights can be put under each other.
WIDTH = 32
SEVERAL_COUNTRIES = ("nationality",)
DAY_ONE = date(1582, 10, 14).toordinal()
SECONDS_A_DAY = 86_400
FORMATS = {"date": "EDATE10", "integer": "F8.0", "bigint": "F12.0", "double precision": "F8.6", "code": "F3.0"}


@dataclass(frozen=True)
class Variable:
    """One variable: values as SPSS holds them, label, format, measure, labels of values, values that are missing."""

    name: str
    label: str
    values: list[Any]
    format: str
    measure: str
    labels: dict[Any, str] = field(default_factory=dict)
    missing: tuple[int | str, ...] = ()


def write_spss(
    rows: pd.DataFrame, table: Table, path: Path, night: date, language: str = "nl", is_synthetic: bool = False
) -> None:
    """Write the rows of a table of the dictionary for SPSS; the same rows and night give the same bytes.

    `rows`: the dictionary's columns and types (`export.typed`). Raises ValueError for a code without a number, and for
    a label or text that is longer than SPSS holds; its message holds no value.
    """
    variables, sets = as_variables(rows, table, language)
    frame = pd.DataFrame({one.name: pd.Series(one.values, dtype=_dtype(one)) for one in variables})
    told = {"table": table.name, "night": night.isoformat()}
    label = WORDS["file"][language].format(**told) + (f" {WORDS['synthetic'][language]}" if is_synthetic else "")
    note = WORDS["note"][language].format(**told)
    notes = textwrap.wrap(f"{WORDS['synthetic_note'][language]} {note}" if is_synthetic else note, LONGEST["note"])
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        unfinished = Path(folder) / "unfinished.sav"
        pyreadstat.write_sav(
            frame,
            unfinished,
            file_label=_fits("file label", label),
            column_labels=[one.label for one in variables],
            row_compress=True,
            note=notes,
            variable_value_labels={one.name: one.labels for one in variables if one.labels},
            missing_ranges={one.name: list(one.missing) for one in variables if one.missing},
            variable_measure={one.name: one.measure for one in variables},
            variable_format={one.name: one.format for one in variables},
        )
        path.write_bytes(finished(unfinished.read_bytes(), night, sets))


def _dtype(variable: Variable) -> type:
    return object if variable.format.startswith("A") else float


def as_variables(rows: pd.DataFrame, table: Table, language: str) -> tuple[list[Variable], list[ResponseSet]]:
    """Return the variables of a table in the order of its columns, and its multiple response sets."""
    variables: list[Variable] = []
    sets: list[ResponseSet] = []
    for column in table.columns.values():
        values = [None if _is_empty(value) else value for value in rows[column.name].astype(object)]
        if column.name in LISTS:
            made = _dichotomies(table, column, values, language)
            sets.append(_set(column, made, language, is_dichotomy=True))
        elif is_country(column):
            made = _countries(column, values, language)
            if len(made) > 1:
                sets.append(_set(column, made[1:], language, is_dichotomy=False))
        else:
            made = [_single(table, column, values, language)]
        variables += made
    return [_checked(one) for one in variables], sets


def _is_empty(value: object) -> bool:
    # Not a number is the only value that differs from itself.
    return value is None or value is pd.NA or value is pd.NaT or (not isinstance(value, list) and value != value)


def _set(column: Column, variables: Sequence[Variable], language: str, is_dichotomy: bool) -> ResponseSet:
    names = tuple(one.name for one in variables)
    return ResponseSet(column.name, _fits("label", title(column.name)[language]), names, is_dichotomy)


def _single(table: Table, column: Column, values: list[Any], language: str) -> Variable:
    """A column that holds one fact: a code, yes or no, a day, a number or a text."""
    label = title(column.name)[language]
    if column.type == "boolean":
        words = {int(answer): texts[language] for answer, texts in ANSWERS.items()}
        made = [None if value is None else int(value) for value in values]
        return Variable(column.name, label, made, FORMATS["code"], "nominal", words)
    if is_coded(table, column):
        return _coded(table, column, values, language)
    if column.type == "date":
        made = [None if value is None else (value.toordinal() - DAY_ONE) * SECONDS_A_DAY for value in values]
        return Variable(column.name, label, made, FORMATS["date"], "scale")
    if column.type in FORMATS:
        return Variable(column.name, label, values, FORMATS[column.type], "scale")
    return _text(column.name, label, values)


def is_coded(table: Table, column: Column) -> bool:
    """Whether a column holds one code, which becomes a number."""
    return column.type == "text" and not is_country(column) and bool(list_of(table.name, column.name))


def code_numbers(table: str, column: str) -> dict[str, int]:
    """Return the number of each code of a column; raises KeyError when a code has none."""
    name = list_of(table, column)
    numbers = DECLARED["answers" if name == "answer" else name]
    return {code: numbers[code] for code in code_labels(table, column)}


def empty_number(column: Column) -> tuple[int, Words]:
    """Return the number of an empty cell of a coded column, and what it says: not recorded, or why it is empty."""
    says = DECLARED["does_not_apply"].get(column.name)
    return (MISSING["not_applicable"], says) if says else (MISSING[NOT_RECORDED], EMPTY)


def _coded(table: Table, column: Column, values: list[Any], language: str) -> Variable:
    numbers, words = code_numbers(table.name, column.name), code_labels(table.name, column.name)
    labels = {numbers[code]: texts[language] for code, texts in words.items()}
    nothing, says = empty_number(column)
    if not column.required:
        labels.setdefault(nothing, says[language])
    try:
        made = [nothing if value is None else numbers[value] for value in values]
    except KeyError:
        raise ValueError(f"{table.name}.{column.name} holds a code that has no number in spss.toml") from None
    missing = tuple(number for number in MISSING.values() if number in labels)
    measure = "ordinal" if column.name in DECLARED["measures"]["ordinal"] else "nominal"
    return Variable(column.name, title(column.name)[language], made, FORMATS["code"], measure, labels, missing)


def _dichotomies(table: Table, column: Column, values: list[Any], language: str) -> list[Variable]:
    """One 0/1 variable per code of a list; an empty list is no answer where a register may have left it out."""
    words, name = code_labels(table.name, column.name), title(column.name)[language]
    if not all(set(value or ()) <= set(words) for value in values):
        raise ValueError(f"{table.name}.{column.name} holds a code that has no label")
    empty, missing = 0, tuple[int, ...]()
    labels = {0: WORDS["not_named"][language], 1: WORDS["named"][language]}
    if LISTS[column.name] == NOT_RECORDED:
        empty, missing = MISSING[NOT_RECORDED], (MISSING[NOT_RECORDED],)
        labels[empty] = EMPTY[language]
    return [
        Variable(
            f"{column.name}_{code}",
            f"{name}: {texts[language]}",
            [int(code in value) if value else empty for value in values],
            FORMATS["code"],
            "nominal",
            labels,
            missing,
        )
        for code, texts in words.items()
    ]


def _countries(column: Column, values: list[Any], language: str) -> list[Variable]:
    """A column of countries as it stands; where there may be several also one variable for each place in the list."""
    label, nothing = title(column.name)[language], str(MISSING[NOT_RECORDED])
    parts = [value if isinstance(value, list) else (value or "").split(LIST_SEPARATOR) for value in values]
    parts = [part if any(part) else [nothing] for part in parts]
    whole = _country(column.name, label, [LIST_SEPARATOR.join(part) for part in parts], language)
    if column.name not in SEVERAL_COUNTRIES:
        return [whole]
    places = max(2, *(len(part) for part in parts)) if parts else 2
    return [whole] + [
        _country(
            f"{column.name}_{at + 1}",
            f"{label} {at + 1}",
            [part[at] if at < len(part) else "" for part in parts],
            language,
        )
        for at in range(places)
    ]


def _country(name: str, label: str, values: list[Any], language: str) -> Variable:
    """Countries as text. Missing is -99 (not recorded); in a further place of a list blank, as there is no more."""
    nothing = str(MISSING[NOT_RECORDED])
    words = {
        codes: ", ".join(country(code)[language] for code in codes.split(LIST_SEPARATOR))
        for codes in sorted(set(values) - {"", nothing})
    }
    # The combination itself can still be read where its words are too long for a label.
    fitting = {codes: said for codes, said in words.items() if len(said.encode("utf-8")) <= LONGEST["value label"]}
    # One missing value for each: of two the library writes a record that other readers refuse.
    if "" in values:
        return replace(_text(name, label, values), labels=fitting, missing=("",))
    return replace(_text(name, label, values), labels={**fitting, nothing: EMPTY[language]}, missing=(nothing,))


def _text(name: str, label: str, values: list[Any]) -> Variable:
    # A null character ends a text in SPSS.
    texts = ["" if value is None else str(value).replace("\0", "\N{REPLACEMENT CHARACTER}") for value in values]
    lengths = [len(text.encode("utf-8")) for text in texts]
    longest = max(lengths, default=0)
    if longest > LONGEST["text"]:
        raise ValueError(f"{name}: a text is longer than SPSS holds ({LONGEST['text']} bytes)")
    width = min(-(-max(longest, 1) // WIDTH) * WIDTH, LONGEST["text"])
    # The library takes the width from the longest text; SPSS fills texts up with blanks itself.
    padded = [text + " " * (width - length) for text, length in zip(texts, lengths, strict=True)]
    return Variable(name, label, padded, f"A{width}", "nominal")


def _checked(variable: Variable) -> Variable:
    _fits("name", variable.name)
    _fits("label", variable.label)
    for words in variable.labels.values():
        _fits("value label", words)
    return variable


def _fits(what: str, text: str) -> str:
    if len(text.encode("utf-8")) > LONGEST[what]:
        raise ValueError(f"a {what} is longer than SPSS holds ({LONGEST[what]} bytes)")
    return text


def variable_names(table: Table, column: str) -> Mapping[str, str]:
    """Return the variable of each code of a list column, by code; of another column itself, under the empty code."""
    if column in LISTS:
        return {code: f"{column}_{code}" for code in code_labels(table.name, column)}
    return {"": column}
