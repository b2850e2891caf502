"""Relations between cells as linear equations: what an attacker reckons with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from monitoring.releases.cells import Cell
from monitoring.releases.relations import Relation


@dataclass(frozen=True)
class System:
    """Unknowns and equations `equations @ counts == 0`.

    `names`: what each unknown is. `counts`: its true count. `is_shown`: a number of a table, which can be published or
    withheld; else a rest or a difference, which nobody prints. `is_signed`: a difference, which may be below zero.
    `is_of_children`: else the unknown is only a bound.
    """

    names: tuple[str, ...]
    counts: np.ndarray
    is_shown: np.ndarray
    is_signed: np.ndarray
    is_of_children: np.ndarray
    equations: sparse.csr_array

    @property
    def largest(self) -> int:
        """A number that no unknown needs to exceed for the bounds of any other to be right."""
        return 1000 + 4 * int(np.abs(self.counts).sum())


class Unknowns:
    """The unknowns and equations of one or more nights while they are put together."""

    def __init__(self) -> None:
        """Begin without any."""
        self.names: list[str] = []
        self.counts: list[int] = []
        self.kinds: list[tuple[bool, bool, bool]] = []
        self.rows: list[dict[int, int]] = []

    def add(self, name: str, count: int, shown: bool = False, signed: bool = False, of_children: bool = True) -> int:
        """Add an unknown and return its place."""
        self.names.append(name)
        self.counts.append(count)
        self.kinds.append((shown, signed, of_children))
        return len(self.names) - 1

    def relate(self, relations: Sequence[Relation], place: Mapping[Cell, int], night: str = "") -> dict[str, int]:
        """Add the equations of relations between placed cells; return the place of every rest by its name."""
        rests: dict[str, int] = {}
        for relation in relations:
            row: dict[int, int] = {}
            for cells, sign in ((relation.wholes, 1), (relation.parts, -1)):
                for cell in cells:
                    row[place[cell]] = row.get(place[cell], 0) + sign
            if not relation.is_exhausted:
                name = f"{' and '.join(map(str, relation.wholes))} without {' or '.join(map(str, relation.parts))}"
                rests[name] = self.add(night + name, relation.rest, of_children=relation.is_of_children)
                row[rests[name]] = -1
            self.rows.append({unknown: sign for unknown, sign in row.items() if sign})
        return rests

    def system(self) -> System:
        """Return what has been put together."""
        shown, signed, of_children = (np.array(kind, dtype=bool) for kind in zip(*self.kinds, strict=True))
        counts = np.array(self.counts, dtype=int)
        return System(tuple(self.names), counts, shown, signed, of_children, as_matrix(self.rows, len(counts)))


def system_of(counts: Mapping[Cell, int], relations: Sequence[Relation]) -> System:
    """Return the unknowns of one night: its cells in order, then the rests."""
    unknowns = Unknowns()
    place = {cell: unknowns.add(str(cell), counts[cell], shown=True) for cell in sorted(counts)}
    unknowns.relate(relations, place)
    return unknowns.system()


def as_matrix(rows: Sequence[Mapping[int, int]], width: int) -> sparse.csr_array:
    """Return equations, given as unknown to coefficient, as a sparse matrix."""
    numbers = [number for number, row in enumerate(rows) for _ in row]
    unknowns = [unknown for row in rows for unknown in row]
    data = [float(value) for row in rows for value in row.values()]
    return sparse.csr_array((data, (numbers, unknowns)), shape=(len(rows), width))
