"""How a declared table becomes a figure: every unit falls in the rows of its codes, nothing is lost.

A unit (a person, a registration, a departure) has a tuple of codes; an empty one is unknown (R61). A code that no row
stands for gets a row of its own, so that a table never holds less than its population.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from monitoring.figures.declared import (
    ALPHABETICAL,
    AS_COUNTED,
    MULTIPLE,
    SINGLE,
    ReportTable,
    Row,
    in_dutch_order,
    note,
    words_of,
)
from monitoring.figures.figure import TOTAL, UNKNOWN, Figure, Heading, Words


@dataclass(frozen=True)
class Units:
    """One column: its heading and what is counted in it.

    `codes`: a tuple of codes per unit. `weights`: what each unit counts for, aligned with `codes`; None for one.
    `has_base`: False where a share is not applicable (R62). `is_known`: False where the register holds nothing, so that
    every cell is "-". `unrecorded`: rows that cannot be filled: "-", where 0 would say that there were none (R62).
    """

    heading: Heading
    codes: pd.Series
    weights: pd.Series | None = None
    has_base: bool = True
    is_known: bool = True
    unrecorded: tuple[str, ...] = ()


def as_codes(values: pd.Series) -> pd.Series:
    """Return each value as a tuple of its codes, index kept: of a list every code once, of not recorded none."""
    return pd.Series([_codes(value) for value in values], index=values.index, dtype=object)


def codes_by_person(values: pd.Series, person_id: pd.Series, persons: pd.Index) -> pd.Series:
    """Return per person every code that its registrations name, sorted: index `persons`, tuples."""
    found: dict[str, set[str]] = {}
    for person, codes in zip(person_id, as_codes(values), strict=True):
        found.setdefault(person, set()).update(codes)
    return pd.Series([tuple(sorted(found.get(one, ()))) for one in persons], index=persons, dtype=object)


def counted_figure(
    table: ReportTable, columns: Sequence[Units], population: str, column_dimension: str | None = None
) -> Figure:
    """Return a declared table counted over its columns.

    The base of a column is all its units. A table that may overlap says so once a unit falls in more than one row
    (R57). Raises ValueError when a unit of a single-response table has more than one code.
    """
    rows = _with_undeclared(table, columns)
    counted = [_counted(rows, units) for units in columns]
    overlaps = any(many for _, many in counted)
    if overlaps and table.response == SINGLE:
        raise ValueError(f"report table {table.name}: more than one answer where one is allowed")
    notes = [note(name) for name in table.notes]
    if overlaps and table.response == AS_COUNTED:
        notes.insert(0, note("overlap"))
    return Figure(
        name=table.name,
        title=table.title,
        population=population,
        unit=table.unit,
        row_dimension=table.characteristic,
        rows=tuple(_heading(row) for row in rows),
        cells=tuple(zip(*(cells for cells, _ in counted), strict=True)),
        bases=tuple(_base(units) for units in columns),
        columns=tuple(units.heading for units in columns),
        column_dimension=column_dimension,
        is_multiple=table.response == MULTIPLE or (table.response == AS_COUNTED and overlaps),
        has_shares=table.has_shares,
        notes=tuple(notes),
        deviations=table.deviations,
    )


def _codes(value: object) -> tuple[str, ...]:
    if isinstance(value, list | tuple | set):
        return tuple(sorted({str(one) for one in value if one is not None}))
    return () if value is None or value is pd.NA or value != value else (str(value),)


def _named(units: Units) -> Iterable[tuple[tuple[str, ...], int]]:
    """The codes of each unit, unknown among them, and what it counts for."""
    weights = [1] * len(units.codes) if units.weights is None else [int(one) for one in units.weights]
    return zip((codes or (UNKNOWN,) for codes in units.codes), weights, strict=True)


def _with_undeclared(table: ReportTable, columns: Sequence[Units]) -> list[Row]:
    """The declared rows, and one for each code that none stands for: before unknown and what closes the table."""
    met = {code for units in columns if units.is_known for codes, _ in _named(units) for code in codes}
    declared = {code for row in table.rows for code in row.codes}
    takes_rest = next((row for row in table.rows if row.takes_rest), None)
    undeclared = sorted(met - declared)
    if takes_rest:
        rest = replace(takes_rest, codes=tuple(undeclared))
        return [rest if row.takes_rest else row for row in table.rows]
    own = [Row(code, _words(table.characteristic, code), (code,)) for code in undeclared]
    own.sort(key=lambda row: (row.code == UNKNOWN, in_dutch_order(row.words)))
    place = len(table.rows)
    while place and table.rows[place - 1].code in (UNKNOWN, TOTAL):
        place -= 1
    rows, closing = [*table.rows[:place], *own], list(table.rows[place:])
    if table.order == ALPHABETICAL:
        rows.sort(key=lambda row: (row.code == UNKNOWN, in_dutch_order(row.words)))
    return rows + closing


def _counted(rows: Sequence[Row], units: Units) -> tuple[list[int | None], bool]:
    """The cells of a column, and whether a unit falls in more than one row that is no total."""
    if not units.is_known:
        return [None] * len(rows), False
    rows_of: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        for code in row.codes:
            rows_of.setdefault(code, []).append(place)
    everything = [place for place, row in enumerate(rows) if row.code == TOTAL]
    counts, overlaps = [0] * len(rows), False
    for codes, weight in _named(units):
        fallen = {place for code in codes for place in rows_of[code]}.union(everything)
        overlaps = overlaps or sum(not rows[place].is_total for place in fallen) > 1
        for place in fallen:
            counts[place] += weight
    cells = [None if row.code in units.unrecorded else count for row, count in zip(rows, counts, strict=True)]
    return cells, overlaps


def _base(units: Units) -> int | None:
    if not (units.has_base and units.is_known):
        return None
    return len(units.codes) if units.weights is None else int(units.weights.sum())


def _heading(row: Row) -> Heading:
    stands_for_itself = row.codes in ((), (row.code,))
    return Heading(row.code, row.words, row.is_total, () if stands_for_itself else row.codes)


def _words(characteristic: str, code: str) -> Words:
    return dict(words_of(characteristic, code))
