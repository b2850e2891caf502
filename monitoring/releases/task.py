"""The question that protection answers: which cells are unsafe, which may be withheld and at what loss."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from monitoring.releases.audit import Interval, intervals
from monitoring.releases.equations import System
from monitoring.releases.rules import Rules


@dataclass(frozen=True)
class Task:
    """Unknowns to protect in a system.

    `unsafe`: what must stay unknown enough. `must`: withheld whatever else is. `may`: can be withheld to aid another.
    `loss`: of withholding each. `extra`: how much wider than the rule each must stay, where broken numbers were too
    hopeful about whole ones.
    """

    system: System
    rules: Rules
    unsafe: np.ndarray
    must: np.ndarray
    may: np.ndarray
    loss: np.ndarray
    extra: np.ndarray

    def needed_rise(self) -> np.ndarray:
        """How far above its count each unsafe unknown must be able to lie; a difference has no such bound."""
        rise = np.maximum(self.rules.threshold - self.system.counts, 0) + self.extra
        return np.where(self.system.is_signed, 0, rise)

    def needed_width(self) -> np.ndarray:
        """How far apart the bounds of each unsafe unknown must lie."""
        return self.rules.threshold + self.extra

    def known_bounds(self, withheld: np.ndarray, knows_rules: bool = True) -> tuple[np.ndarray, np.ndarray]:
        """Return what an attacker knows of each unknown by itself when these are withheld.

        `knows_rules`: where zeros are published, what is withheld is at least one.
        """
        system = self.system
        least = np.where(system.is_signed, -system.largest, 0)
        if knows_rules and self.rules.zeros_are_published:
            least = np.where(system.is_shown, 1, least)
        is_open = withheld | ~system.is_shown
        return np.where(is_open, least, system.counts), np.where(is_open, system.largest, system.counts)

    def audit(self, withheld: np.ndarray, knows_rules: bool = True) -> dict[int, Interval]:
        """Return the attacker's interval of everything withheld and of everything unsafe."""
        asked = np.flatnonzero((withheld & self.system.is_shown) | self.unsafe)
        return intervals(self.system, *self.known_bounds(withheld, knows_rules), [int(unknown) for unknown in asked])

    def is_protected(self, unknown: int, interval: Interval) -> bool:
        """Whether an interval is wide enough; of a difference only the width counts."""
        if self.system.is_signed[unknown]:
            return interval.width is None or interval.width >= self.rules.threshold
        return self.rules.is_protected(interval.low, interval.high)

    def exposed(self, withheld: np.ndarray) -> list[int]:
        """Return what is not protected when these cells are withheld, in order."""
        return [unknown for unknown, found in self.audit(withheld).items() if not self.is_protected(unknown, found)]


def first_task(system: System, rules: Rules, loss: np.ndarray) -> Task:
    """Return the task of tables without earlier releases: small counts and rests are unsafe, other counts may aid.

    A published zero is never withheld: that nobody is there can often be guessed, and then it protects nothing.
    """
    unsafe = np.array([rules.is_unsafe(int(count)) for count in system.counts], dtype=bool)
    # A rest of nobody is no number that anybody reads; of a difference its size counts.
    unsafe &= system.is_of_children & (system.is_shown | (system.counts != 0))
    unsafe |= system.is_signed & (np.abs(system.counts) > 0) & (np.abs(system.counts) < rules.threshold)
    must = unsafe & system.is_shown
    may = system.is_shown & ((system.counts != 0) | must)
    return Task(system, rules, unsafe, must, may, loss, np.zeros(len(loss), dtype=int))


def parts_of(task: Task) -> Iterator[tuple[np.ndarray, Task]]:
    """Give the parts of a task that have anything to protect, each with the places of its unknowns in the whole."""
    for own in parts_of_system(task.system):
        if task.unsafe[own].any() or task.must[own].any():
            yield own, _part(task, own)


def parts_of_system(system: System) -> Iterator[np.ndarray]:
    """Give the unknowns whose equations meet, part by part."""
    equations = abs(system.equations)
    count, label = connected_components(sparse.csr_array(equations.T @ equations), directed=False)
    for part in range(count):
        yield np.flatnonzero(label == part)


def _part(task: Task, own: np.ndarray) -> Task:
    system = task.system
    columns = system.equations[:, own]
    equations = sparse.csr_array(columns[np.diff(columns.indptr) > 0])
    names = tuple(system.names[unknown] for unknown in own)
    kinds = (system.is_shown[own], system.is_signed[own], system.is_of_children[own])
    part = System(names, system.counts[own], *kinds, equations)
    masks = (task.unsafe[own], task.must[own], task.may[own])
    return Task(part, task.rules, *masks, task.loss[own], task.extra[own])


def marked(unknowns: Collection[int], size: int) -> np.ndarray:
    """Return a mask in which these unknowns are set."""
    mask = np.zeros(size, dtype=bool)
    mask[sorted(unknowns)] = True
    return mask
