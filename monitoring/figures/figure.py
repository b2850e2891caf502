"""A figure: one table of counts with its base, unit, notes and words in Dutch and English.

Everything that shows or publishes figures (pages, workbooks, releases) reads this shape and counts nothing itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Words: TypeAlias = dict[str, str]
"""A text in Dutch (`nl`) and English (`en`)."""

TOTAL = "total"
UNKNOWN = "unknown"
BASE_ROW = -1


@dataclass(frozen=True)
class Heading:
    """One row or column: its code, its words, and whether it is the total of the others.

    Codes are those of the code lists, `unknown` for what is not recorded (R61), `total` for the total. `of`: the codes
    that a row stands for where it is more than one (an age band, "other countries").
    """

    code: str
    words: Words
    is_total: bool = False
    of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figure:
    """One table.

    `name`: its short name, such as T4. `population`: who is in it, as a code that equal populations share, the year
    included (`counted_prostitution:2004`). `unit`: persons, victims, registrations, departures. `row_dimension` and
    `column_dimension`: the characteristic that rows and columns tell apart; None for a table of one column.
    `cells[row][column]`: counts; None where nothing is known ("-", R62). `bases`: what 100 % is, per column.
    `is_multiple`: rows overlap, so that they do not add up to the base (R57). `has_shares`: show percentages.
    `deviations`: what the printed report has otherwise, and why. Of a release only: `withheld`, the places (row,
    column) of counts that are known and not published, their cell None; row BASE_ROW is the base. `smallest_base`: no
    percentages of a smaller base.
    """

    name: str
    title: Words
    population: str
    unit: str
    row_dimension: str
    rows: tuple[Heading, ...]
    cells: tuple[tuple[int | None, ...], ...]
    bases: tuple[int | None, ...]
    columns: tuple[Heading, ...]
    column_dimension: str | None = None
    is_multiple: bool = False
    has_shares: bool = True
    notes: tuple[Words, ...] = ()
    deviations: tuple[Words, ...] = ()
    withheld: frozenset[tuple[int, int]] = frozenset()
    smallest_base: int = 1

    def __post_init__(self) -> None:
        """Refuse a table whose cells do not fit its headings."""
        if len(self.cells) != len(self.rows) or any(len(row) != len(self.columns) for row in self.cells):
            raise ValueError(f"figure {self.name}: its cells do not fit its rows and columns")
        if len(self.bases) != len(self.columns):
            raise ValueError(f"figure {self.name}: a base is wanted for every column")

    def cell(self, row: str, column: str = TOTAL) -> int | None:
        """Return one count by its codes; raises KeyError when the table has no such row or column."""
        return self.cells[_place(self.rows, row)][_place(self.columns, column)]


@dataclass(frozen=True)
class Report:
    """All figures of one night and year: what is written to HTML, XLSX, CSV and PDF.

    `year`: None for all years together. `night`: ISO date of the table. `is_synthetic`: made from sample exports, which
    every page must say. `model_version`: the linkage model. `chapters`: heading and the names of its figures, in order.
    `introductions`: what stands under the heading, one per chapter, or none at all. `release`: the id of the release
    whose protected figures these are; None for the bureau's own figures, which are not for publication.
    """

    night: str
    year: int | None
    is_synthetic: bool
    model_version: str
    figures: tuple[Figure, ...]
    chapters: tuple[tuple[Words, tuple[str, ...]], ...] = ()
    introductions: tuple[Words, ...] = ()
    release: str | None = None

    def figure(self, name: str) -> Figure:
        """Return a figure by its name; raises KeyError when there is none."""
        for figure in self.figures:
            if figure.name == name:
                return figure
        raise KeyError(name)


def _place(headings: tuple[Heading, ...], code: str) -> int:
    for place, heading in enumerate(headings):
        if heading.code == code:
            return place
    raise KeyError(code)
