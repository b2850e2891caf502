"""A good pattern without a search for the best: for one unsafe cell after the other the cheapest way to make it vary.

For tables too large for the exact method. What turns out not to be needed is published again.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from monitoring.releases.audit import TOLERANCE
from monitoring.releases.task import Task

# More cells withheld than this are not tried one by one.
LARGEST_TRIED = 400


def stepwise_pattern(task: Task) -> np.ndarray:
    """Return a pattern that lets every unsafe unknown rise as far as its bounds must lie apart, or fall as far."""
    withheld = task.must.copy()
    unsafe = np.flatnonzero(task.unsafe)
    for unknown in unsafe[np.argsort(task.system.counts[unsafe], kind="stable")]:
        for sign in (1, -1):
            used = _cheapest_change(task, withheld, int(unknown), sign)
            if used is not None:
                withheld |= used & task.may
                break
        else:
            return task.may | task.must
    return _without_the_needless(task, withheld)


def _cheapest_change(task: Task, withheld: np.ndarray, unknown: int, sign: int) -> np.ndarray | None:
    """The cells of the cheapest change of the tables by which an unsafe unknown moves; None when it cannot."""
    system = task.system
    needed = float(max(task.needed_rise()[unknown], task.needed_width()[unknown]))
    can_move = task.may | task.must | ~system.is_shown
    lowest, highest = task.known_bounds(can_move)
    room_up, room_down = (highest - system.counts).astype(float), (system.counts - lowest).astype(float)
    if (room_up if sign > 0 else room_down)[unknown] < needed:
        return None
    is_free = withheld | ~system.is_shown
    price = np.where(is_free, 0.0, task.loss / np.maximum(np.abs(system.counts), 1))
    lower, upper = np.zeros(2 * len(price)), np.concatenate([room_up, room_down])
    moved, still = (unknown, unknown + len(price)) if sign > 0 else (unknown + len(price), unknown)
    lower[moved] = upper[moved] = needed
    upper[still] = 0
    solved = linprog(
        np.concatenate([price, price]),
        A_eq=sparse.hstack([system.equations, -system.equations], format="csr"),
        b_eq=np.zeros(system.equations.shape[0]),
        bounds=np.column_stack([lower, upper]),
        method="highs",
    )
    if not solved.success:
        return None
    change = np.abs(solved.x[: len(price)] - solved.x[len(price) :])
    return change > TOLERANCE


def _without_the_needless(task: Task, withheld: np.ndarray) -> np.ndarray:
    """Publish again, the greatest loss first, what the audit can do without."""
    extra = np.flatnonzero(withheld & ~task.must)
    for unknown in extra[np.argsort(-task.loss[extra], kind="stable")][:LARGEST_TRIED]:
        without = withheld.copy()
        without[unknown] = False
        if not any(task.unsafe[found] for found in task.exposed(without)):
            withheld = without
    return withheld
