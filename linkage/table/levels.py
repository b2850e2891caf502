"""Agreement levels of two values of one column, by its kind; each different pair of values is compared once.

Level 0: not recorded on a side. Level 1: the same value. The last level of a kind: different. A level is the same
whatever side a value stands on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from rapidfuzz.distance import OSA, JaroWinkler, Prefix
from rapidfuzz.process import cpdist

from linkage.table.dates import dates
from linkage.table.encoded import Encoded
from linkage.table.names import DIFFERENT, PART, same_person_names, whole_names

NOT_RECORDED, SAME = 0, 1
LEVELS: dict[str, tuple[str, ...]] = {
    "name": ("same", "near", "within", "part", "similar", "different"),
    "given_name": ("same", "near", "known_as", "elsewhere", "initial", "part", "similar", "different"),
    "family_name": ("same", "near", "elsewhere", "initial", "part", "similar", "different"),
    "date": (
        "same",
        "swapped",
        "one_digit",
        "two_parts",
        "partial",
        "new_year",
        "same_year",
        "years_near",
        "different",
    ),
    "exact": ("same", "near", "start", "different"),
    "text": ("same", "near", "part", "similar", "different"),
    "identifiers": ("same", "shared", "different"),
    "place": ("same", "near", "part", "similar", "different"),
}
# Of these levels what agrees is the value, or a word of it: rare ones say more.
BY_VALUE, BY_WORD = ("near", "known_as", "similar"), ("part", "within")
# Values that may be misspelt: two letters exchanged, lost or changed, by the length of the shorter.
NEAR_FROM_LENGTH = ((4, 1), (9, 2))
NEAR_SIMILARITY, SIMILAR = 0.94, 0.82
CODE_FROM_LENGTH, START_FROM_LENGTH = 2, 3


def levels_of(encoded: Encoded, left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the level of each pair of records, given by their places in the table, as int8; and how common what they
    agree on is, as share of the records: the value, the more common of two that are nearly the same, the rarest word.
    0 where that is not told.
    """
    one, other = encoded.codes[left], encoded.codes[right]
    levels, shares = np.zeros(len(left), dtype=np.int8), np.zeros(len(left), dtype=np.float32)
    known = (one >= 0) & (other >= 0)
    same = np.flatnonzero(known & (one == other))
    levels[same] = SAME
    shares[same] = encoded.shares[one[same]]
    differ = np.flatnonzero(known & (one != other))
    if not len(differ):
        return levels, shares
    low, high = np.minimum(one[differ], other[differ]), np.maximum(one[differ], other[differ])
    pairs, place = np.unique(low * len(encoded.values) + high, return_inverse=True)
    low, high = pairs // len(encoded.values), pairs % len(encoded.values)
    kind = encoded.compared.kind
    compared = COMPARE[kind](encoded, low, high)
    common = np.zeros(len(pairs), dtype=np.float32)
    by_value = np.isin(compared, _numbers(kind, BY_VALUE))
    common[by_value] = np.maximum(encoded.shares[low], encoded.shares[high])[by_value]
    by_word = np.flatnonzero(np.isin(compared, _numbers(kind, BY_WORD)))
    common[by_word] = [
        _rarest(encoded, a, b) for a, b in zip(low[by_word].tolist(), high[by_word].tolist(), strict=True)
    ]
    levels[differ], shares[differ] = compared[place], common[place]
    return levels, shares


def _rarest(encoded: Encoded, one: int, other: int) -> float:
    """Share of the records that hold the rarest word that two values have in common."""
    shared = set(encoded.words[one]) & set(encoded.words[other])
    return min((encoded.word_shares[word] for word in shared), default=0.0)


def _number(kind: str, level: str) -> int:
    return LEVELS[kind].index(level) + 1


def _numbers(kind: str, levels: Sequence[str]) -> list[int]:
    return [_number(kind, level) for level in levels if level in LEVELS[kind]]


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
    if "known_as" in LEVELS[kind]:
        levels[same_person_names(one, other)] = _number(kind, "known_as")
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


def _codes(encoded: Encoded, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Codes and numbers: one sign wrong, lost or exchanged with its neighbour; the same first half."""
    one, other = encoded.texts[left], encoded.texts[right]
    distance = cpdist(one, other, scorer=OSA.distance, dtype=np.int32, workers=1)
    shared = cpdist(one, other, scorer=Prefix.similarity, dtype=np.int32, workers=1)
    longer = np.maximum(*(np.array([len(text) for text in side]) for side in (one, other)))
    levels = np.full(len(left), _number("exact", "different"), dtype=np.int8)
    levels[(shared >= START_FROM_LENGTH) & (2 * shared >= longer)] = _number("exact", "start")
    levels[(distance <= 1) & (longer >= CODE_FROM_LENGTH)] = _number("exact", "near")
    return levels


def _dates(encoded: Encoded, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    parts = np.array(encoded.values, dtype=np.int64).reshape(-1, 3)
    return dates(parts[left], parts[right], {name: _number("date", name) for name in LEVELS["date"]})


def _names(encoded: Encoded, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Whole names, in any order."""
    words = encoded.words
    found = whole_names([words[at] for at in left.tolist()], [words[at] for at in right.tolist()])
    levels = np.choose(found, [_number("name", name) for name in ("near", "within", "part", "different")])
    alike = np.flatnonzero(found >= PART)
    likeness = _jaro_winkler(encoded.texts[left[alike]], encoded.texts[right[alike]])
    similar = np.where(likeness >= NEAR_SIMILARITY, _number("name", "near"), _number("name", "similar"))
    better = (likeness >= NEAR_SIMILARITY) | ((likeness >= SIMILAR) & (found[alike] == DIFFERENT))
    levels[alike[better]] = similar[better]
    return levels.astype(np.int8)


def _lists(encoded: Encoded, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    share, differ = _number("identifiers", "shared"), _number("identifiers", "different")
    found = [
        differ if encoded.values[a].isdisjoint(encoded.values[b]) else share
        for a, b in zip(left.tolist(), right.tolist(), strict=True)
    ]
    return np.array(found, dtype=np.int8)


COMPARE: dict[str, Callable[[Encoded, np.ndarray, np.ndarray], np.ndarray]] = {
    "name": _names,
    "given_name": _texts,
    "family_name": _texts,
    "date": _dates,
    "exact": _codes,
    "text": _texts,
    "identifiers": _lists,
    "place": _texts,
}
