"""A protected table as it is printed: published numbers only, in an order that tells nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from monitoring.figures.figure import BASE_ROW, UNKNOWN, Figure, Heading
from monitoring.releases.cells import Cell, cells_of
from monitoring.releases.relations import Relation
from monitoring.releases.rules import Rules, declared

LEFT_OUT = {
    "nl": "Elk getal is afgerond op een veelvoud van {base} en scheelt minder dan {base} van het aantal. Rijen met "
    "alleen nullen zijn weggelaten: daar gaat het om 0 tot en met {least}.",
    "en": "Every number is rounded to a multiple of {base} and differs by less than {base} from the count. Rows of "
    "zeros only are left out: they stand for 0 to {least}.",
}
OTHERS = "other"


def as_shown(figure: Figure, shown: Mapping[Cell, int], rules: Rules) -> Figure:
    """Return the figure with published numbers only; percentages are taken from them.

    When rounded, rows of zeros are left out: some rows are only there because somebody is in them, and such a zero
    would mean 1 to 4.
    """
    places = cells_of(figure)
    columns = range(len(figure.columns))

    def number(row: int, column: int) -> int | None:
        return shown.get(places[row, column]) if (row, column) in places else None

    is_rounded = rules.method == "round"
    numbers = {row: tuple(number(row, column) for column in columns) for row in range(BASE_ROW, len(figure.rows))}
    kept = [row for row in _order(figure) if not is_rounded or figure.rows[row].is_total or any(numbers[row])]
    place = {BASE_ROW: BASE_ROW, **{row: new for new, row in enumerate(kept)}}
    withheld = {(place[row], column) for (row, column), cell in places.items() if row in place and cell not in shown}
    filled = {language: words.format(base=rules.base, least=rules.base - 1) for language, words in LEFT_OUT.items()}
    return replace(
        figure,
        rows=tuple(figure.rows[row] for row in kept),
        cells=tuple(numbers[row] for row in kept),
        bases=numbers[BASE_ROW],
        withheld=frozenset(withheld),
        smallest_base=rules.smallest_base,
        notes=(*figure.notes, filled) if is_rounded else figure.notes,
    )


def public_cells(figures: Iterable[Figure], counts: Mapping[Cell, int], rules: Rules) -> set[Cell]:
    """Return the cells that protected figures name: all of them, or when rounded those that are printed."""
    if rules.method == "suppress":
        return set(counts)
    return {cell for figure in figures for cell in cells_of(figure).values()}


def public_relations(relations: Sequence[Relation], public: set[Cell]) -> list[Relation]:
    """Return the relations between public cells; where a part is left out, there is a rest that nobody knows."""
    found = []
    for relation in relations:
        parts = tuple(part for part in relation.parts if part in public)
        if parts and public.issuperset(relation.wholes):
            is_whole = parts == relation.parts
            is_exhausted, is_of_children = relation.is_exhausted and is_whole, relation.is_of_children and is_whole
            found.append(replace(relation, parts=parts, is_exhausted=is_exhausted, is_of_children=is_of_children))
    return found


def _order(figure: Figure) -> list[int]:
    rows = list(range(len(figure.rows)))
    if figure.name not in declared()["ordered_by_count"]["tables"]:
        return rows

    def key(row: int) -> tuple[bool, bool, bool, str]:
        heading: Heading = figure.rows[row]
        return heading.is_total, heading.code == UNKNOWN, heading.code == OTHERS or bool(heading.of), heading.code

    return sorted(rows, key=key)
