"""The description of an export as files beside it: data package, dictionary, crosswalk, and the tables for SPSS.

`datapackage.json` is for programs; `dictionary.csv` and `crosswalk.csv` open in a Dutch spreadsheet (semicolons, UTF-8
with a mark), as the feedback reports do. The same tables give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path

import pandas as pd

from monitoring.description.crosswalk import (
    REASONS,
    STANDARDS,
    TABLES_COMPARED,
    Entry,
    code_crossing,
    crossing,
)
from monitoring.description.data_package import as_json, data_package
from monitoring.description.labels import (
    ANSWERS,
    EMPTY,
    OTHER_COUNTRIES,
    Words,
    code_labels,
    country,
    is_country,
    title,
)
from monitoring.description.spss import WRITTEN_TABLES, code_numbers, is_coded, variable_names, write_spss
from monitoring.dictionary import TABLES, Column, Table
from monitoring.export import safe_text, write_private

EMPTY_CELL = "(empty)"
DICTIONARY_COLUMNS = (
    "table", "column", "code", "titel_nl", "title_en", "betekenis_nl", "meaning_en", "type", "required", "unit", "rule",
    "spss_variable", "spss_value",
)  # fmt: skip
CROSSWALK_COLUMNS = (
    "table", "column", "code", "titel_nl", "title_en", *STANDARDS, "match", "rule", "reden_nl", "reason_en",
)  # fmt: skip


def write_description(
    directory: Path,
    tables: Mapping[str, pd.DataFrame],
    night: date,
    is_synthetic: bool,
    spss_language: str | None = None,
) -> list[Path]:
    """Write the description of tables of the dictionary whose CSV files stand in the folder already; return the files.

    `spss_language`: also `person.sav` and `registration.sav`, labelled in Dutch (nl) or English (en).
    """
    csvs = {name: (directory / f"{name}.csv").read_bytes() for name in tables}
    described = as_json(data_package(tables, night.isoformat(), is_synthetic, csvs))
    written = [
        write_private(directory / "datapackage.json", partial(_write_text, described)),
        write_private(directory / "dictionary.csv", partial(_write_sheet, dictionary_rows(tables))),
        write_private(directory / "crosswalk.csv", partial(_write_sheet, crosswalk_rows())),
    ]
    if spss_language:
        for name in WRITTEN_TABLES:
            write = partial(_write_sav, tables[name], TABLES[name], night, spss_language, is_synthetic)
            written.append(write_private(directory / f"{name}.sav", write))
    return written


def _write_sav(rows: pd.DataFrame, table: Table, night: date, language: str, is_synthetic: bool, path: Path) -> None:
    write_spss(rows, table, path, night, language, is_synthetic)


def _write_text(text: str, path: Path) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _write_sheet(rows: pd.DataFrame, path: Path) -> None:
    shown = rows.map(safe_text)
    shown.to_csv(path, index=False, sep=";", lineterminator="\r\n", encoding="utf-8-sig")


def dictionary_rows(tables: Mapping[str, object]) -> pd.DataFrame:
    """Return the dictionary of tables: a row per column, then one per code; DICTIONARY_COLUMNS, all text."""
    rows = [row for name in tables for column in TABLES[name].columns.values() for row in _told(TABLES[name], column)]
    return pd.DataFrame(rows, columns=list(DICTIONARY_COLUMNS), dtype=object)


def _told(table: Table, column: Column) -> Iterator[tuple[str, ...]]:
    name, words = title(column.name), code_labels(table.name, column.name)
    in_spss = table.name in WRITTEN_TABLES
    variables = variable_names(table, column.name) if in_spss else {}
    numbers = code_numbers(table.name, column.name) if in_spss and is_coded(table, column) else {}
    required = "yes" if column.required else "no"
    facts = (column.type, required, column.unit, column.rule, variables.get("", ""), "")
    yield table.name, column.name, "", name["nl"], name["en"], column.nl, column.en, *facts
    for code, texts in words.items():
        spss = (variables.get(code, ""), "1" if code in variables else str(numbers.get(code, "")))
        yield table.name, column.name, code, "", "", texts["nl"], texts["en"], "", "", "", "", *spss


def crosswalk_rows() -> pd.DataFrame:
    """Return the crosswalk of person and registration: a row per column, then one per code; CROSSWALK_COLUMNS.

    Of countries only former ones and regions are listed; the rule converts the others. What an empty cell is elsewhere
    has the code (empty).
    """
    rows = []
    for table in TABLES_COMPARED:
        for column in TABLES[table].columns.values():
            entry = crossing(table, column.name).column
            rows.append(_crossed(table, column.name, "", title(column.name), entry))
            for code, words in _codes(table, column).items():
                crossed = code_crossing(table, column.name, code)
                rows.append(_crossed(table, column.name, code or EMPTY_CELL, words, crossed))
    return pd.DataFrame(rows, columns=list(CROSSWALK_COLUMNS), dtype=object)


def _codes(table: str, column: Column) -> dict[str, Words]:
    if is_country(column):
        return {code: country(code) for code in OTHER_COUNTRIES}
    beside = {"true": ANSWERS[True], "false": ANSWERS[False], "": EMPTY}
    declared = crossing(table, column.name).codes
    return code_labels(table, column.name) | {code: words for code, words in beside.items() if code in declared}


def _crossed(table: str, column: str, code: str, words: Words, entry: Entry) -> tuple[str, ...]:
    terms = (entry.of[standard].text for standard in STANDARDS)
    reasons = (_reasons(entry, language) for language in ("nl", "en"))
    has_terms = any(term.terms for term in entry.of.values())
    fit = (entry.match if has_terms else "", entry.rule)
    return table, column, code, words["nl"], words["en"], *terms, *fit, *reasons


def _reasons(entry: Entry, language: str) -> str:
    """Why standards have no counterpart, each reason once, after the standards it goes for."""
    told = []
    for reason in entry.reasons:
        of = ", ".join(name for name, term in entry.of.items() if term.reason == reason)
        told.append(f"{of}: {REASONS[reason][language]}")
    return " ".join(told)
