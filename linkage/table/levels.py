"""Agreement levels of two values of one column, by its kind; each different pair of values is compared once.

Level 0: not recorded on a side. Level 1: the same value. The last level of a kind: different. A level is the same
whatever side a value stands on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

from linkage.table.encoded import Encoded

NOT_RECORDED, SAME = 0, 1
LEVELS: dict[str, tuple[str, ...]] = {
    "name": ("same", "near", "part", "similar", "different"),
    "given_name": ("same", "near", "initial", "part", "similar", "different"),
    "family_name": ("same", "near", "initial", "part", "similar", "different"),
    "date": ("same", "swapped", "one_digit", "two_parts", "partial", "same_year", "near", "different"),
    "exact": ("same", "near", "different"),
    "text": ("same", "near", "part", "similar", "different"),
    "identifiers": ("same", "shared", "different"),
    "place": ("same", "near", "part", "similar", "different"),
}
# Values that may be misspelt: two letters exchanged, lost or changed, by the length of the shorter.
NEAR_FROM_LENGTH = ((4, 1), (9, 2))
NEAR_SIMILARITY, SIMILAR = 0.94, 0.82
NEAR_YEARS = 2
CODE_FROM_LENGTH = 2


def levels_of(encoded: Encoded, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return the level of each pair of records, given by their places in the table, as int8."""
    one, other = encoded.codes[left], encoded.codes[right]
    levels = np.zeros(len(left), dtype=np.int8)
    known = (one >= 0) & (other >= 0)
    levels[known & (one == other)] = SAME
    differ = np.flatnonzero(known & (one != other))
    if not len(differ):
        return levels
    low, high = np.minimum(one[differ], other[differ]), np.maximum(one[differ], other[differ])
    pairs, place = np.unique(low * len(encoded.values) + high, return_inverse=True)
    compared = COMPARE[encoded.compared.kind](encoded, pairs // len(encoded.values), pairs % len(encoded.values))
    levels[differ] = compared[place]
    return levels


def _number(kind: str, level: str) -> int:
    return LEVELS[kind].index(level) + 1


def _texts(encoded: Encoded, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Names, places and free text: typing errors, initials, words in common, likeness."""
    kind = encoded.compared.kind
    one, other = encoded.texts[left], encoded.texts[right]
    levels = np.full(len(left), _number(kind, "different"), dtype=np.int8)
    likeness = _jaro_winkler(one, other)
    levels[likeness >= SIMILAR] = _number(kind, "similar")
    parts = np.array([_share_word(a, b) for a, b in zip(one, other, strict=True)], dtype=bool)
    levels[parts] = _number(kind, "part")
    if "initial" in LEVELS[kind]:
        starts = np.array([a.startswith(b) or b.startswith(a) for a, b in zip(one, other, strict=True)], dtype=bool)
        levels[starts] = _number(kind, "initial")
    shorter = np.minimum(*(np.array([len(text) for text in side]) for side in (one, other)))
    near = (likeness >= NEAR_SIMILARITY) & (shorter >= NEAR_FROM_LENGTH[0][0])
    maybe = np.flatnonzero((likeness >= 0.6) & (shorter >= NEAR_FROM_LENGTH[0][0]))
    distance = cpdist(one[maybe], other[maybe], scorer=OSA.distance, dtype=np.int32, workers=1)
    for length, allowed in NEAR_FROM_LENGTH:
        near[maybe] |= (distance <= allowed) & (shorter[maybe] >= length)
    joined = np.array([a.replace(" ", "") == b.replace(" ", "") for a, b in zip(one, other, strict=True)], dtype=bool)
    levels[near | joined] = _number(kind, "near")
    return levels


def _jaro_winkler(one: Sequence[str], other: Sequence[str]) -> np.ndarray:
    return np.asarray(cpdist(one, other, scorer=JaroWinkler.similarity, dtype=np.float32, workers=1))


def _share_word(one: str, other: str) -> bool:
    """A whole word of three letters or more on both sides, where one of them has several."""
    if " " not in one and " " not in other:
        return False
    return any(len(word) > 2 for word in set(one.split()) & set(other.split()))


def _dates(encoded: Encoded, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Dates: day and month exchanged, one digit, one part, unknown parts, years apart."""
    parts = np.array(encoded.values, dtype=np.int64).reshape(-1, 3)
    one, other = parts[left], parts[right]
    number = {name: _number("date", name) for name in LEVELS["date"]}
    known = (one > 0) & (other > 0)
    equal = one == other
    gap = np.abs(one[:, 0] - other[:, 0])
    levels = np.full(len(left), number["different"], dtype=np.int8)
    levels[known[:, 0] & (gap <= NEAR_YEARS)] = number["near"]
    levels[known[:, 0] & equal[:, 0]] = number["same_year"]
    levels[(equal & known).sum(axis=1) == 2] = number["two_parts"]
    incomplete = ~known.all(axis=1)
    fits = (equal | ~known).all(axis=1) & (known.sum(axis=1) > 0)
    levels[incomplete & fits] = number["partial"]
    whole = known.all(axis=1)
    digits = (_digits(one) != _digits(other)).sum(axis=1)
    levels[whole & ((digits == 1) | _turned_digits(one, other))] = number["one_digit"]
    swapped = (one[:, 1] == other[:, 2]) & (one[:, 2] == other[:, 1]) & equal[:, 0]
    levels[whole & swapped] = number["swapped"]
    return levels


def _digits(parts: np.ndarray) -> np.ndarray:
    """The eight digits of each date, as columns."""
    day = parts[:, 0] * 10_000 + parts[:, 1] * 100 + parts[:, 2]
    return np.column_stack([day // 10**place % 10 for place in range(7, -1, -1)])


def _turned_digits(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Two neighbouring digits exchanged."""
    left, right = _digits(one), _digits(other)
    differ = left != right
    found = np.zeros(len(one), dtype=bool)
    for at in range(7):
        crossed = (left[:, at] == right[:, at + 1]) & (left[:, at + 1] == right[:, at])
        found |= crossed & differ[:, at] & (differ.sum(axis=1) == 2)
    return found


def _codes(encoded: Encoded, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Codes and numbers: one sign wrong, lost or exchanged with its neighbour."""
    one, other = encoded.texts[left], encoded.texts[right]
    distance = cpdist(one, other, scorer=OSA.distance, dtype=np.int32, workers=1)
    longer = np.maximum(*(np.array([len(text) for text in side]) for side in (one, other)))
    near = (distance <= 1) & (longer >= CODE_FROM_LENGTH)
    return np.where(near, _number("exact", "near"), _number("exact", "different")).astype(np.int8)


def _lists(encoded: Encoded, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    share, differ = _number("identifiers", "shared"), _number("identifiers", "different")
    found = [
        differ if encoded.values[a].isdisjoint(encoded.values[b]) else share
        for a, b in zip(left.tolist(), right.tolist(), strict=True)
    ]
    return np.array(found, dtype=np.int8)


COMPARE: dict[str, Callable[[Encoded, np.ndarray, np.ndarray], np.ndarray]] = {
    "name": _texts,
    "given_name": _texts,
    "family_name": _texts,
    "date": _dates,
    "exact": _codes,
    "text": _texts,
    "identifiers": _lists,
    "place": _texts,
}
