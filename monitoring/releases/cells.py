"""Cells: what a number of a table counts, so that the same cell in two tables is one cell with one value.

A cell is a population, a unit and conditions; a total is the cell with one condition less. A year is a condition as any
other, so the table of 2004 lies within that of all years.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from monitoring.figures.figure import BASE_ROW, TOTAL, Figure, Heading
from monitoring.releases.rules import declared

UNIT, YEAR, ALL_YEARS = "unit", "year", "all"

Place = tuple[int, int]
"""Row and column in a figure; row BASE_ROW is the base."""


Condition = tuple[str, tuple[str, ...]]
"""A dimension and the codes of it that count, sorted."""


@dataclass(frozen=True, order=True)
class Cell:
    """One cell. `where`: its conditions, sorted, all of which hold; no condition at all is everybody.

    A dimension whose codes overlap may be in it twice: who is in two registers.
    """

    population: str
    unit: str
    where: tuple[Condition, ...] = ()

    def __str__(self) -> str:
        """The cell in one line; holds codes only."""
        conditions = ", ".join(f"{dimension}={'+'.join(codes)}" for dimension, codes in self.where) or "all"
        return f"{self.population} ({self.unit}): {conditions}"

    def without(self, condition: Condition) -> Cell:
        """Return the cell with one condition less: the total over it."""
        return Cell(self.population, self.unit, tuple(given for given in self.where if given != condition))

    def also(self, condition: Condition) -> Cell:
        """Return the cell with one condition more."""
        return _cell(self.population, self.unit, [*self.where, condition])

    def lies_in(self, other: Cell) -> bool:
        """Whether everybody in this cell is in the other one as well."""
        if (self.population, self.unit) != (other.population, other.unit):
            return False
        return all(
            any(dimension == own and set(held) <= set(codes) for own, held in self.where)
            for dimension, codes in other.where
        )

    def as_facts(self) -> dict[str, Any]:
        """Return the cell as JSON holds it."""
        where = [[dimension, list(codes)] for dimension, codes in self.where]
        return {"population": self.population, "unit": self.unit, "where": where}

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Cell:
        """Read a cell back from JSON."""
        return _cell(facts["population"], facts["unit"], [(name, tuple(codes)) for name, codes in facts["where"]])


@dataclass(frozen=True)
class Partition:
    """A whole that a table shows to be the sum of its parts."""

    whole: Cell
    parts: tuple[Cell, ...]


def cells_of(figure: Figure) -> dict[Place, Cell]:
    """Return the cell of every number of a figure, bases included; where nothing is known there is no cell (R62).

    Raises KeyError when the population of the figure is not declared.
    """
    population, conditions = _population(figure.population)
    found: dict[Place, Cell] = {}
    for column, heading in enumerate(figure.columns):
        is_unit = figure.column_dimension == UNIT and heading.code != TOTAL
        unit = heading.code if is_unit else figure.unit
        of_column = _condition(figure.column_dimension, heading) if figure.column_dimension != UNIT else []
        # A column of one year says itself which year it counts.
        says_year = any(dimension == YEAR for dimension, _ in of_column)
        own = [given for given in conditions if not (says_year and given[0] == YEAR)] + of_column
        if figure.bases[column] is not None:
            found[BASE_ROW, column] = _named(_cell(population, unit, own))
        for row, of_row in enumerate(figure.rows):
            if figure.cells[row][column] is not None:
                found[row, column] = _named(_cell(population, unit, own + _condition(figure.row_dimension, of_row)))
    return found


def number_at(figure: Figure, place: Place) -> int | None:
    """Return the number that stands in a place of a figure."""
    row, column = place
    return figure.bases[column] if row == BASE_ROW else figure.cells[row][column]


def counts_of(figures: Iterable[Figure]) -> dict[Cell, int]:
    """Return the count of every cell of the tables. Raises ValueError when two tables give one cell two counts."""
    counts: dict[Cell, int] = {}
    for figure in figures:
        for place, cell in cells_of(figure).items():
            count = number_at(figure, place)
            if count is not None and counts.setdefault(cell, count) != count:
                raise ValueError(f"table {figure.name} gives another count than a table before it for {cell}")
    return counts


def totals_of(figures: Iterable[Figure]) -> set[Cell]:
    """Return the cells that are a base or a total somewhere."""
    return {
        cell
        for figure in figures
        for (row, column), cell in cells_of(figure).items()
        if row == BASE_ROW or figure.rows[row].is_total or (figure.columns[column].is_total and len(figure.columns) > 1)
    }


def partitions_of(figure: Figure) -> Iterator[Partition]:
    """Give the sums that a table shows: base or total of rows and of columns, where its numbers add up.

    Rows that overlap (R57), and columns that do, such as registers, add up to nothing.
    """
    places = cells_of(figure)
    if not figure.is_multiple:
        rows = [row for row, heading in enumerate(figure.rows) if not heading.is_total]
        wholes = [BASE_ROW, *(row for row, heading in enumerate(figure.rows) if heading.is_total and not heading.of)]
        for column in range(len(figure.columns)):
            for whole in wholes:
                yield from _partition(figure, places, (whole, column), [(row, column) for row in rows])
    columns = [column for column, heading in enumerate(figure.columns) if not heading.is_total]
    for whole, heading in enumerate(figure.columns):
        for row in range(BASE_ROW, len(figure.rows)) if heading.is_total else ():
            yield from _partition(figure, places, (row, whole), [(row, column) for column in columns])


def overlapping_dimensions(figures: Iterable[Figure]) -> set[str]:
    """Return the dimensions whose codes overlap, so that a person may stand in several rows (R57)."""
    recoded = declared()["recoded"]
    dimensions = {figure.row_dimension for figure in figures if figure.is_multiple}
    return dimensions | {recoded[dimension]["as"] for dimension in dimensions if dimension in recoded}


def _partition(figure: Figure, places: Mapping[Place, Cell], whole: Place, parts: list[Place]) -> Iterator[Partition]:
    known = [part for part in parts if part in places]
    if whole in places and known and number_at(figure, whole) == sum(number_at(figure, part) or 0 for part in known):
        yield Partition(places[whole], tuple(sorted(places[part] for part in known)))


def _population(code: str) -> tuple[str, list[Condition]]:
    """Split a population's code in the whole that it is a part of and the conditions that make it one."""
    name, _, period = code.partition(":")
    within = declared()["populations"][name]
    conditions = [(dimension, tuple(codes)) for dimension, codes in within.get("where", {}).items()]
    return within.get("within", name), conditions + ([(YEAR, years_of(period))] if years_of(period) else [])


def years_of(period: str) -> tuple[str, ...]:
    """Return the years of a population: `2004`, or `2000-2004`; none for all years together."""
    if period in ("", ALL_YEARS):
        return ()
    first, _, last = period.partition("-")
    return tuple(str(year) for year in range(int(first), int(last or first) + 1))


def _condition(dimension: str | None, heading: Heading) -> list[Condition]:
    """The condition of a row or column, in the dimension that its codes stand for."""
    if dimension is None or heading.code == TOTAL or (heading.is_total and not heading.of):
        return []
    codes = heading.of or (heading.code,)
    recoded = declared()["recoded"].get(dimension)
    if recoded is None:
        return [(dimension, codes)]
    finer = recoded.get("codes")
    if finer is None:
        return [(recoded["as"], codes)]
    if all(code in finer for code in codes):
        return [(recoded["as"], tuple(own for code in codes for own in finer[code]))]
    return [(dimension, codes)]


def _cell(population: str, unit: str, conditions: Iterable[Condition]) -> Cell:
    """A cell with what is asked twice said once: of two conditions on a dimension the narrower one holds."""
    given = {(dimension, tuple(sorted(codes))) for dimension, codes in conditions}
    kept = {
        (dimension, codes)
        for dimension, codes in given
        if not any(other == dimension and set(held) < set(codes) for other, held in given)
    }
    return Cell(population, unit, tuple(sorted(kept)))


def _named(cell: Cell) -> Cell:
    """The cell by the name that is kept for it, where one count has two."""
    for same in declared()["same"]:
        where = [(dimension, tuple(codes)) for dimension, codes in same.get("where", {}).items()]
        is_here = cell.population == same["population"] and cell.unit == same["unit"]
        if is_here and all(condition in cell.where for condition in where):
            return Cell(cell.population, same["is_unit"], tuple(given for given in cell.where if given not in where))
    return cell
