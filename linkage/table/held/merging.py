"""Many small additions to a held table put together as one, so that looking things up stays as quick as it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from linkage.table.held.table import HeldTable

# Additions that are read beside each other, before they are put together.
MOST_ADDITIONS = 12
# Numbers that stand in order, by how the name begins; what belongs to each, by how its name begins.
BY_NUMBER = {"sorted_id": ("row_of_id",), "from": ("to", "bits"), "gone": (), "person_of": ("person",)}

Arrays = dict[str, np.ndarray]


def merge_additions(held: HeldTable, most: int = MOST_ADDITIONS) -> bool:
    """Put the additions of a held table together where there are more than so many; return whether it was done."""
    additions = held.base[1:]
    if len(additions) <= most:
        return False
    held.folder.merge(together(additions), held.told)
    return True


def together(pieces: Sequence[Mapping[str, np.ndarray]]) -> Arrays:
    """Return several additions as one; of what is said twice the last holds."""
    whole = {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}
    for name in pieces[0]:
        if name.startswith("end_"):
            texts = [len(piece[f"text_{name[4:]}"]) for piece in pieces]
            starts = np.concatenate(([0], np.cumsum(texts)[:-1]))
            ends = [piece[name] + start for piece, start in zip(pieces, starts.tolist(), strict=True)]
            whole[name] = np.concatenate(ends)
        elif others := _beside(name):
            order = np.argsort(whole[name], kind="stable")
            for one in (name, *others):
                whole[one] = whole[one][order]
    for name in ("sorted_id", "person_of"):
        last = _last_of_each(whole[name])
        whole |= {one: whole[one][last] for one in (name, *BY_NUMBER[name])}
    return whole | {"gone": np.sort(whole["gone"])}


def _last_of_each(numbers: np.ndarray) -> np.ndarray:
    """Which stand last among their equals."""
    last = np.ones(len(numbers), dtype=bool)
    last[:-1] = numbers[1:] != numbers[:-1]
    return last


def _beside(name: str) -> tuple[str, ...]:
    """What is put in order with an array of numbers."""
    if name.startswith("sorted_key_"):
        return (name.replace("sorted_key_", "row_of_key_"),)
    if name.startswith("sorted_") and name != "sorted_id":
        return (name.replace("sorted_", "code_"),)
    return BY_NUMBER.get(name, ())
