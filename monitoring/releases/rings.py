"""Tables that cross characteristics in a ring: A by B, B by C and C by A of the same persons.

Such tables say more together than their common cells do: the equations of the cells do not hold what they rule out.
What cannot be judged is not released.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from monitoring.figures.figure import Figure
from monitoring.releases.cells import Cell, cells_of

Crossing = frozenset[str]
"""The characteristics that a cell holds at once."""


def tables_in_a_ring(figures: Sequence[Figure], before: Iterable[Cell] = ()) -> list[str]:
    """Return the tables that close a ring with the tables in front of them and the cells released `before`."""
    earlier = list(before)
    of_figure = {figure.name: set(cells_of(figure).values()) for figure in figures}
    finest = _finest_codes([*earlier, *(cell for cells in of_figure.values() for cell in cells)])
    crossings: dict[str, set[Crossing]] = defaultdict(set)
    for cell in earlier:
        crossings[cell.population].add(_crossing(cell, finest))
    closing = []
    for name, cells in of_figure.items():
        population = next((cell.population for cell in cells), "")
        added = crossings[population] | {_crossing(cell, finest) for cell in cells}
        if _is_ring(added):
            closing.append(name)
        else:
            crossings[population] = added
    return closing


Codes = dict[tuple[str, str], set[frozenset[str]]]


def _finest_codes(cells: Iterable[Cell]) -> Codes:
    """The sets of codes of each characteristic of a population that no cell takes apart further."""
    held: Codes = defaultdict(set)
    for cell in cells:
        for dimension, codes in cell.where:
            held[cell.population, dimension].add(frozenset(codes))
    return {
        at: {codes for codes in sets if not any(other < codes for other in sets)}
        for at, sets in held.items()
        if len(sets) > 1
    }


def _crossing(cell: Cell, finest: Codes) -> Crossing:
    """What a cell tells apart: not a condition that all cells share, nor one that takes together what others part."""
    return frozenset(
        dimension for dimension, codes in cell.where if frozenset(codes) in finest.get((cell.population, dimension), ())
    )


def _is_ring(crossings: Iterable[Crossing]) -> bool:
    """Whether crossings hang together in a ring (the reduction of Graham, and of Yu and Ozsoyoglu, gets stuck)."""
    left = set(crossings)
    while True:
        counted: dict[str, int] = defaultdict(int)
        for crossing in left:
            for dimension in crossing:
                counted[dimension] += 1
        shorter = {frozenset(name for name in crossing if counted[name] > 1) for crossing in left}
        shorter = {one for one in shorter if not any(one < other for other in shorter)}
        if shorter == left:
            return len(left) > 1
        left = shorter
