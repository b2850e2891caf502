"""Which tokens of two names are laid beside each other: one to one, as many as agree, and so that most is told."""

from __future__ import annotations

from typing import NamedTuple


class Value(NamedTuple):
    """What two tokens beside each other tell: bits, how far they are trusted (0 to 1), whether one is an initial."""

    bits: float
    trust: float
    is_initial: bool = False


Match = tuple[Value, int, int]
Row = tuple[int, list[tuple[Value, int]]]


def best_partners(rows: list[Row]) -> list[Match]:
    """The most one-to-one partners, and of those the ones that together are worth most."""
    if all(len(found) == 1 for _, found in rows):
        taken = {found[0][1] for _, found in rows}
        if len(taken) == len(rows):
            return [(found[0][0], at, found[0][1]) for at, found in rows]
    return _best_of(rows, frozenset())[2]


def _best_of(rows: list[Row], taken: frozenset[int]) -> tuple[int, float, list[Match]]:
    if not rows:
        return 0, 0.0, []
    at, found = rows[0]
    best = _best_of(rows[1:], taken)
    for value, to in found:
        if to not in taken:
            count, bits, matched = _best_of(rows[1:], taken | {to})
            if (count + 1, bits + value[0]) > best[:2]:
                best = count + 1, bits + value[0], [(value, at, to), *matched]
    return best
