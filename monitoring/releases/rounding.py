"""Every count and total to a multiple of the base, so that the table still adds up.

Each number goes to one of the two multiples beside it: to the nearest, and to the other one only where the table would
not add up otherwise (controlled rounding, Cox 1987). A reader knows no more than that a count lies less than the base
from the number; and as the rounded numbers are a table themselves, they never show that a cell is a small one.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from monitoring.releases.audit import Interval, intervals
from monitoring.releases.task import Task, parts_of_system


def rounded(task: Task, told: Mapping[int, int]) -> np.ndarray:
    """Return the number to publish for every unknown; of rests and differences nothing is published.

    `told`: numbers that an earlier release published. Where no rounding adds up, every number goes to the nearest.
    """
    system, base = task.system, task.rules.base
    lower = system.counts // base * base
    nearest = (system.counts + base // 2) // base * base
    upper = np.where(lower == system.counts, lower, lower + base)
    for unknown, number in told.items():
        lower[unknown] = upper[unknown] = nearest[unknown] = number
    numbers = nearest.copy()
    for own in parts_of_system(system):
        found = _adding_up(task, own, lower, upper)
        if found is not None:
            numbers[own] = found
    return numbers


def known_bounds(task: Task, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what a reader knows of each unknown by itself when these numbers are published."""
    system, reach = task.system, task.rules.base - 1
    least = np.where(system.is_signed, -system.largest, 0)
    lower = np.where(system.is_shown, np.maximum(numbers - reach, 0), least)
    return lower, np.where(system.is_shown, numbers + reach, system.largest)


def audit(task: Task, numbers: np.ndarray) -> dict[int, Interval]:
    """Return the reader's interval of every number and of every unsafe rest and difference."""
    asked = [int(unknown) for unknown in np.flatnonzero(task.system.is_shown | task.unsafe)]
    return intervals(task.system, *known_bounds(task, numbers), asked)


def exposed(task: Task, numbers: np.ndarray) -> list[int]:
    """Return the unknowns that could be recognised as small, in order.

    Of a number that nobody can take for a small one (at least the threshold) nothing needs to stay unknown.
    """
    found = audit(task, numbers)
    return [
        unknown
        for unknown, interval in found.items()
        if not task.is_protected(unknown, interval)
        and (task.system.is_signed[unknown] or interval.low < task.rules.threshold)
    ]


def _adding_up(task: Task, own: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> np.ndarray | None:
    """The nearest rounding of one part that is a table itself; None where there is none or it is not soon found."""
    system, base = task.system, task.rules.base
    shown = system.is_shown[own]
    equations = system.equations[:, own] * base
    equations = sparse.csr_array(equations[np.diff(equations.indptr) > 0])
    counts = system.counts[own]
    # Per step of a base upwards: how much further from the count the upper multiple lies than the lower one.
    price = np.where(shown, np.abs(upper[own] - counts) - np.abs(lower[own] - counts), 0)
    free = np.where(system.is_signed[own], -np.inf, 0)
    solved = milp(
        price,
        integrality=shown.astype(float),
        bounds=Bounds(np.where(shown, lower[own] / base, free), np.where(shown, upper[own] / base, np.inf)),
        constraints=LinearConstraint(equations, 0, 0) if equations.shape[0] else None,
        options={"mip_rel_gap": 0, "node_limit": task.rules.nodes},
    )
    if solved.status != 0:
        return None
    return np.where(shown, np.round(solved.x).astype(int) * base, 0)
