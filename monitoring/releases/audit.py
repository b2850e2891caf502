"""What an attacker can work out from what is published: the lowest and the highest count that a cell can still have.

Two linear programmes per cell (standards 3.2): its smallest and its largest value over all tables that agree with what
is published. Counts are whole numbers, so bounds are rounded inwards; where the best table has broken numbers, it is
sought again among whole ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse.csgraph import connected_components

from monitoring.releases.equations import System

TOLERANCE = 1e-6
# Unknowns of one programme: many cells are asked at once, side by side.
LARGEST_PROGRAMME = 4000


@dataclass(frozen=True)
class Interval:
    """The lowest and highest count that a cell can have for who knows the release; `high` None: no limit."""

    low: int
    high: int | None

    @property
    def width(self) -> int | None:
        """How far the bounds lie apart, None without an upper bound."""
        return None if self.high is None else self.high - self.low


def intervals(system: System, lower: np.ndarray, upper: np.ndarray, asked: Sequence[int]) -> dict[int, Interval]:
    """Return the attacker's interval of each asked unknown.

    `lower`, `upper`: what is known of every unknown by itself (equal: it is published). Raises ValueError when no table
    agrees with what is published.
    """
    limit = system.largest
    found = {unknown: Interval(int(lower[unknown]), int(lower[unknown])) for unknown in asked}
    for part in _open_parts(system, lower, upper):
        here = [unknown for unknown in asked if unknown in part.place]
        for unknown, (low, high) in zip(here, _bounds(part, here), strict=True):
            found[unknown] = Interval(low, None if high >= limit // 2 else high)
    return found


@dataclass(frozen=True)
class _Part:
    """Unknowns that are still open and hang together: `equations @ values == right`."""

    place: dict[int, int]
    equations: sparse.csr_array
    right: np.ndarray
    lower: np.ndarray
    upper: np.ndarray


def _open_parts(system: System, lower: np.ndarray, upper: np.ndarray) -> Iterator[_Part]:
    """What is published is put in; what is left falls apart in parts that know nothing of each other."""
    is_open = lower < upper
    columns = system.equations[:, np.flatnonzero(is_open)]
    right = -system.equations @ np.where(is_open, 0, lower)
    touched = np.diff(columns.indptr) > 0
    if np.any(np.abs(right[~touched]) > TOLERANCE):
        raise ValueError("the published tables contradict each other")
    columns, right = columns[touched], right[touched]
    links = sparse.csr_array(abs(columns.T) @ abs(columns))
    parts, label = connected_components(links, directed=False) if is_open.any() else (0, np.array([]))
    unknowns = np.flatnonzero(is_open)
    first = columns.indices[columns.indptr[:-1]] if len(right) else np.array([], dtype=int)
    for part in range(parts):
        own, rows = np.flatnonzero(label == part), np.flatnonzero(label[first] == part)
        place = {int(unknown): number for number, unknown in enumerate(unknowns[own])}
        equations = sparse.csr_array(columns[rows][:, own])
        yield _Part(place, equations, right[rows], lower[unknowns[own]], upper[unknowns[own]])


def _bounds(part: _Part, asked: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The lowest and highest whole value of each asked unknown of a part."""
    wanted = [(part.place[unknown], sign) for unknown in asked for sign in (1, -1)]
    at_once = max(2, LARGEST_PROGRAMME // len(part.lower) // 2 * 2)
    values: list[int] = []
    for start in range(0, len(wanted), at_once):
        values += _best(part, wanted[start : start + at_once])
    for number in range(0, len(values), 2):
        yield values[number], values[number + 1]


def _best(part: _Part, wanted: Sequence[tuple[int, int]]) -> list[int]:
    """The smallest (sign 1) or largest (sign -1) value of each wanted unknown, all in one programme."""
    size, times = len(part.lower), len(wanted)
    cost = np.zeros(size * times)
    for number, (unknown, sign) in enumerate(wanted):
        cost[number * size + unknown] = sign
    solved = linprog(
        cost,
        A_eq=sparse.block_diag([part.equations] * times, format="csr") if len(part.right) else None,
        b_eq=np.tile(part.right, times) if len(part.right) else None,
        bounds=np.column_stack([np.tile(part.lower, times), np.tile(part.upper, times)]),
        method="highs",
    )
    if not solved.success:
        raise ValueError("no table agrees with what is published")
    found = []
    for number, (unknown, sign) in enumerate(wanted):
        table = solved.x[number * size : (number + 1) * size]
        is_whole = np.all(np.abs(table - np.round(table)) < TOLERANCE)
        found.append(round(float(table[unknown])) if is_whole else _best_whole(part, unknown, sign))
    return found


def _best_whole(part: _Part, unknown: int, sign: int) -> int:
    cost = np.zeros(len(part.lower))
    cost[unknown] = sign
    solved = milp(
        cost,
        integrality=np.ones(len(cost)),
        bounds=Bounds(part.lower, part.upper),
        constraints=LinearConstraint(part.equations, part.right, part.right),
        options={"mip_rel_gap": 0},
    )
    if solved.x is None:
        raise ValueError("no table agrees with what is published")
    return round(float(solved.x[unknown]))
