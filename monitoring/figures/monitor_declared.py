"""The tables of today's monitors as they are declared in `monitor_tables.toml`: titles, rows, columns and notes."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from connectors.codes import code_list
from monitoring.figures.counting import Units, counted_figure
from monitoring.figures.declared import DECLARED as IN_DECLARED_ORDER
from monitoring.figures.declared import MULTIPLE, SINGLE, ReportTable, Row, words_of
from monitoring.figures.figure import TOTAL, UNKNOWN, Figure, Heading, Words

DECLARED: dict[str, Any] = tomllib.loads(Path(__file__).with_name("monitor_tables.toml").read_text(encoding="utf-8"))
CODE_LISTS = ("register", "reporter_kind", "sex", "exploitation_forms")
TOTAL_WORDS = {"nl": "Totaal", "en": "Total"}


def heading_words(characteristic: str, code: str, **filled: Words | str) -> Words:
    """Return the words of a code: as declared for these tables, else as the report's tables and code lists have them.

    `filled`: what stands in for {names}: a text, or one in each language.
    """
    own = DECLARED["headings"].get(characteristic, {}).get(code)
    if own is None and characteristic in CODE_LISTS:
        own = code_list(characteristic).labels.get(code)
    if own is None:
        return dict(TOTAL_WORDS if code == TOTAL else words_of(characteristic, code))
    said = _filled(own, filled)
    return {language: text[:1].upper() + text[1:] for language, text in said.items()}


def rows_of(characteristic: str, codes: Iterable[str], unknown: bool = True, total: bool = True) -> tuple[Row, ...]:
    """Return a row for each code, then unknown (R61) and the total where they are wanted."""
    listed = [code for code in codes if code not in (UNKNOWN, TOTAL)] + [UNKNOWN] * unknown + [TOTAL] * total
    return tuple(
        Row(code, heading_words(characteristic, code), () if code == TOTAL else (code,), code == TOTAL)
        for code in listed
    )


def total_column(codes: pd.Series, is_known: bool = True) -> Units:
    """Return the column of everybody: `codes`, a tuple of row codes per person."""
    return Units(Heading(TOTAL, TOTAL_WORDS, is_total=True), codes, is_known=is_known)


def columns_of(
    characteristic: str, codes: Iterable[str], of_person: pd.Series, rows: pd.Series, is_known: bool = True
) -> list[Units]:
    """Return a column for each code, and the total: `of_person` has the column code of each person, `rows` the tuples.

    Raises ValueError when a person has a code without a column: nobody may fall out of a table.
    """
    listed = list(codes)
    if set(of_person) - set(listed):
        raise ValueError(f"monitor tables: a code of {characteristic} has no column")
    columns = [
        Units(
            Heading(code, heading_words(characteristic, code)),
            rows[of_person.eq(code).to_numpy(dtype=bool)],
            is_known=is_known,
        )
        for code in listed
    ]
    return [*columns, total_column(rows, is_known)]


def monitor_figure(
    name: str,
    characteristic: str,
    rows: Sequence[Row],
    columns: Sequence[Units],
    population: str,
    filled: Mapping[str, Words | str],
    column_dimension: str | None = None,
    is_multiple: bool = False,
) -> Figure:
    """Return a declared table counted over its columns, with its title and notes filled in."""
    declared = DECLARED["tables"][name]
    table = ReportTable(
        name=name,
        title=_filled(declared["title"], filled),
        lines="",
        population=population,
        unit=declared.get("unit", "victims"),
        characteristic=characteristic,
        rows=tuple(rows),
        columns=(),
        response=MULTIPLE if is_multiple else SINGLE,
        order=IN_DECLARED_ORDER,
        has_shares=declared.get("has_shares", True),
        notes=(),
        deviations=(),
    )
    return replace(counted_figure(table, columns, population, column_dimension), notes=notes_of(name, filled))


def plain_figure(
    name: str,
    characteristic: str,
    rows: Sequence[Row],
    columns: Sequence[Heading],
    cells: Sequence[Sequence[int | None]],
    population: str,
    filled: Mapping[str, Words | str],
    bases: Sequence[int | None] | None = None,
    column_dimension: str | None = None,
    is_multiple: bool = False,
) -> Figure:
    """Return a declared table of cells that were counted elsewhere; without bases it has no percentages."""
    declared = DECLARED["tables"][name]
    return Figure(
        name=name,
        title=_filled(declared["title"], filled),
        population=population,
        unit=declared.get("unit", "victims"),
        row_dimension=characteristic,
        rows=tuple(Heading(row.code, row.words, row.is_total) for row in rows),
        cells=tuple(tuple(row) for row in cells),
        bases=tuple(bases) if bases is not None else (None,) * len(columns),
        columns=tuple(columns),
        column_dimension=column_dimension,
        is_multiple=is_multiple,
        has_shares=bases is not None,
        notes=notes_of(name, filled),
    )


def notes_of(name: str, filled: Mapping[str, Words | str]) -> tuple[Words, ...]:
    """Return the notes under a table, in order."""
    return tuple(_filled(DECLARED["notes"][note], filled) for note in DECLARED["tables"][name]["notes"])


def both_languages(text: str) -> Words:
    """Return a text that is the same in Dutch and English."""
    return {"nl": text, "en": text}


def _filled(words: Words, filled: Mapping[str, Words | str]) -> Words:
    return {
        language: text.format(
            **{name: said if isinstance(said, str) else said[language] for name, said in filled.items()}
        )
        for language, text in words.items()
    }
