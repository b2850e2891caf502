"""Which cells are withheld: the unsafe ones, and in aid of them the others whose loss is least.

The cutting plane method of Fischetti and Salazar (Management Science 47, 2001): a pattern is chosen, an attacker tries
it, and every cell that he finds gives an inequality that all good patterns meet; again, until he finds nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from monitoring.releases.audit import LARGEST_PROGRAMME, TOLERANCE
from monitoring.releases.stepwise import stepwise_pattern
from monitoring.releases.task import Task, marked, parts_of

# A pattern that holds in broken numbers and not in whole ones is asked to be this much wider at most, in steps of one.
WIDEST_EXTRA = 12

Cut = tuple[np.ndarray, float]
"""Coefficients per unknown and a right-hand side: coefficients @ withheld >= right."""


class Unprotectable(Exception):
    """Cells that no pattern protects; `unknowns` are their places in the system."""

    def __init__(self, unknowns: list[int]) -> None:
        super().__init__("no pattern protects every unsafe cell")
        self.unknowns = unknowns


def pattern(task: Task) -> np.ndarray:
    """Return which unknowns are withheld, a pattern that passes the audit in whole numbers.

    Everything withheld is protected as an unsafe cell is, because nobody may be able to tell the two apart. Raises
    Unprotectable.
    """
    withheld = np.zeros(len(task.loss), dtype=bool)
    for own, part in parts_of(task):
        try:
            withheld[own] = _pattern_of_part(part)
        except Unprotectable as refusal:
            raise Unprotectable([int(own[unknown]) for unknown in refusal.unknowns]) from None
    return withheld


def _pattern_of_part(task: Task) -> np.ndarray:
    everything = task.may | task.must
    hopeless = [unknown for unknown in task.exposed(everything) if task.unsafe[unknown]]
    if hopeless:
        raise Unprotectable(hopeless)
    while True:
        found = _least_loss(task)
        withheld = found if found is not None else stepwise_pattern(task)
        exposed = task.exposed(withheld)
        if not exposed:
            return withheld
        again = marked(exposed, len(task.loss))
        if (task.extra[exposed] >= WIDEST_EXTRA).any():
            return _everything_that_holds(task, everything)
        task = replace(task, unsafe=task.unsafe | again, extra=task.extra + (again & task.unsafe))


def _everything_that_holds(task: Task, everything: np.ndarray) -> np.ndarray:
    """The last resort: all cells of the part, or a refusal."""
    exposed = task.exposed(everything)
    if exposed:
        raise Unprotectable(exposed)
    return everything


def _least_loss(task: Task) -> np.ndarray | None:
    """The pattern of least loss in broken numbers; None when it is not found within the declared rounds."""
    if int(task.may.sum()) > task.rules.largest_exact:
        return None
    cuts = list(_first_cuts(task))
    for _ in range(task.rules.rounds):
        withheld = _cheapest(task, cuts)
        if withheld is None:
            return None
        found = list(_violated(task, withheld))
        if not found:
            return withheld
        cuts += found
    return None


def _cheapest(task: Task, cuts: list[Cut]) -> np.ndarray | None:
    """The pattern of least loss that meets all inequalities so far."""
    if not cuts:
        return task.must
    matrix = sparse.csr_array(np.array([coefficients for coefficients, _ in cuts]))
    solved = milp(
        np.where(task.must, 0, task.loss),
        integrality=np.ones(len(task.loss)),
        bounds=Bounds(task.must.astype(float), (task.must | task.may).astype(float)),
        constraints=LinearConstraint(matrix, np.array([right for _, right in cuts]), np.inf),
        options={"mip_rel_gap": 0, "node_limit": task.rules.nodes},
    )
    return solved.x > 0.5 if solved.status == 0 else None


def _first_cuts(task: Task) -> Iterator[Cut]:
    """In every sum with an unsafe cell another cell is open as well; a rest, which nobody prints, always is."""
    is_open = ~task.system.is_shown
    for row in range(task.system.equations.shape[0]):
        members = task.system.equations.indices[slice(*task.system.equations.indptr[row : row + 2])]
        for unknown in members[task.unsafe[members]]:
            others = members[members != unknown]
            if not is_open[others].any():
                yield marked([int(other) for other in others], len(is_open)).astype(float), 1.0


def _violated(task: Task, withheld: np.ndarray) -> Iterator[Cut]:
    """The inequalities that a pattern breaks: an unsafe unknown cannot rise, or its bounds lie too near each other."""
    unsafe = np.flatnonzero(task.unsafe)
    attacks = [(int(unknown), sign) for unknown in unsafe for sign in (-1, 1)]
    at_once = max(2, 4 * LARGEST_PROGRAMME // max(len(withheld), 1) // 2 * 2)
    reach, capacity = [], []
    for start in range(0, len(attacks), at_once):
        for value, coefficients in _attack(task, withheld, attacks[start : start + at_once]):
            reach.append(value)
            capacity.append(coefficients)
    rise, width = task.needed_rise(), task.needed_width()
    for number, unknown in enumerate(unsafe):
        up, down = 2 * number, 2 * number + 1
        if reach[up] < rise[unknown] - TOLERANCE:
            yield _cut(task, capacity[up], float(rise[unknown]))
        if reach[up] + reach[down] < width[unknown] - TOLERANCE:
            yield _cut(task, capacity[up] + capacity[down], float(width[unknown]))


def _cut(task: Task, coefficients: np.ndarray, needed: float) -> Cut:
    """An inequality: what the rests, always open, give is taken off; no cell needs to give more than what is needed."""
    is_open = ~task.system.is_shown
    needed -= float(coefficients[is_open].sum())
    return np.where(is_open, 0, np.minimum(coefficients, needed)) / needed, 1.0


def _attack(task: Task, withheld: np.ndarray, wanted: list[tuple[int, int]]) -> Iterator[tuple[float, np.ndarray]]:
    """How far each wanted unknown can go up (sign -1) or down (sign 1), and what each cell gives to that.

    By duality the distance is at most the sum over withheld cells of a reduced cost times the room of the cell.
    """
    system, (lower, upper) = task.system, task.known_bounds(withheld)
    lowest, highest = task.known_bounds(np.ones_like(withheld))
    room_down, room_up = np.maximum(system.counts - lowest, 0.0), (highest - system.counts).astype(float)
    size, times = len(lower), len(wanted)
    cost = np.zeros((times, size))
    for number, (unknown, sign) in enumerate(wanted):
        cost[number, unknown] = sign
    equations = system.equations
    solved = linprog(
        cost.ravel(),
        A_eq=sparse.block_diag([equations] * times, format="csr") if equations.shape[0] else None,
        b_eq=np.zeros(equations.shape[0] * times) if equations.shape[0] else None,
        bounds=np.column_stack([np.tile(lower, times), np.tile(upper, times)]),
        method="highs",
    )
    prices = solved.eqlin.marginals.reshape(times, -1) if equations.shape[0] else np.zeros((times, 0))
    reduced = cost - prices @ equations
    reduced[np.abs(reduced) < TOLERANCE] = 0
    values = solved.x.reshape(times, size)
    for number, (unknown, sign) in enumerate(wanted):
        distance = -sign * (values[number, unknown] - system.counts[unknown])
        yield distance, np.maximum(-reduced[number], 0) * room_up + np.maximum(reduced[number], 0) * room_down
