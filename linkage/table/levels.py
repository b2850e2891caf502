"""Agreement levels of two values of one column, by its kind; each different pair of values is compared once.

Level 0: not recorded on a side. Level 1: the same value. The last level of a kind: different. A level is the same
whatever side a value stands on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from rapidfuzz.distance import OSA, JaroWinkler, Prefix
from rapidfuzz.process import cpdist

from linkage.table.encoded import Encoded
from linkage.table.names import DIFFERENT, PART, known_as_bits, same_person_names, whole_names

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
SHORTEST_SHARED_WORD = 3


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
    kind = encoded.compared.kind
    levels[differ] = _number(kind, "different")
    if kind in MAY_AGREE:
        maybe = np.flatnonzero(MAY_AGREE[kind](encoded, one[differ], other[differ]))
        differ = differ[maybe]
    low, high = np.minimum(one[differ], other[differ]), np.maximum(one[differ], other[differ])
    pairs, place = distinct_numbers(low.astype(np.int64) * len(encoded.values) + high)
    low, high = pairs // len(encoded.values), pairs % len(encoded.values)
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


def make_ready(encoded: Encoded) -> None:
    """Work out what comparing the values of a column needs."""
    kind = encoded.compared.kind
    _ = encoded.shares
    if kind == "date":
        _ = encoded.dates
    elif kind != "identifiers" and encoded.letters.has_blank.any():
        _ = encoded.words, encoded.word_shares
    if "known_as" in LEVELS[kind]:
        known_as_bits(encoded)


def distinct_numbers(numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the different numbers, in order, and the place of each among them."""
    # numpy.unique of 2.4 hashes where no inverse is asked, and is slower than this where it is.
    order = np.argsort(numbers, kind="stable")
    ordered = numbers[order]
    first = np.concatenate(([True], ordered[1:] != ordered[:-1]))[: len(ordered)]
    place = np.empty(len(numbers), dtype=np.int64)
    place[order] = np.cumsum(first) - 1
    return ordered[first], place


def _texts_may_agree(encoded: Encoded, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Whether texts may be anything but different, by their letters alone."""
    kind = encoded.compared.kind
    two = encoded.letters.pairs(one, other)
    maybe = two.may_be_alike(SIMILAR)
    for length, allowed in NEAR_FROM_LENGTH:
        maybe |= two.may_be_edits_apart(allowed) & (two.shorter >= length)
    maybe |= two.has_blank & ((two.most_in_common >= SHORTEST_SHARED_WORD) | (two.differing == 0))
    if "initial" in LEVELS[kind]:
        maybe |= two.may_start_alike()
    if "known_as" in LEVELS[kind]:
        names = known_as_bits(encoded)
        maybe |= (names[one] & names[other]) != 0
    return np.asarray(maybe)


def _codes_may_agree(encoded: Encoded, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    two = encoded.letters.pairs(one, other)
    return np.asarray(two.may_be_edits_apart(1) | (two.prefix >= START_FROM_LENGTH))


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
    worded = np.flatnonzero(encoded.letters.has_blank[left] | encoded.letters.has_blank[right])
    parts = np.array([_share_word(a, b) for a, b in zip(one[worded], other[worded], strict=True)], dtype=bool)
    levels[worded[parts]] = _number(kind, "part")
    if "initial" in LEVELS[kind]:
        maybe = np.flatnonzero(encoded.letters.pairs(left, right).may_start_alike())
        pairs = zip(one[maybe], other[maybe], strict=True)
        starts = np.array([a.startswith(b) or b.startswith(a) for a, b in pairs], dtype=bool)
        levels[maybe[starts]] = _number(kind, "initial")
    if "known_as" in LEVELS[kind]:
        names = known_as_bits(encoded)
        maybe = np.flatnonzero(names[left] & names[right])
        levels[maybe[same_person_names(one[maybe], other[maybe])]] = _number(kind, "known_as")
    lengths = encoded.letters.length[left], encoded.letters.length[right]
    shorter = np.minimum(*lengths)
    near = (likeness >= NEAR_SIMILARITY) & (shorter >= NEAR_FROM_LENGTH[0][0])
    maybe = np.flatnonzero((likeness >= 0.6) & (shorter >= NEAR_FROM_LENGTH[0][0]))
    distance = cpdist(one[maybe], other[maybe], scorer=OSA.distance, dtype=np.int32, workers=1)
    for length, allowed in NEAR_FROM_LENGTH:
        near[maybe] |= (distance <= allowed) & (shorter[maybe] >= length)
    pairs = zip(one[worded], other[worded], strict=True)
    near[worded] |= np.array([a.replace(" ", "") == b.replace(" ", "") for a, b in pairs], dtype=bool)
    levels[near] = _number(kind, "near")
    return levels


def _jaro_winkler(one: Sequence[str], other: Sequence[str]) -> np.ndarray:
    return np.asarray(cpdist(one, other, scorer=JaroWinkler.similarity, dtype=np.float32, workers=1))


def _share_word(one: str, other: str) -> bool:
    """A whole word of three letters or more on both sides, where one of them has several."""
    if " " not in one and " " not in other:
        return False
    return any(len(word) >= SHORTEST_SHARED_WORD for word in set(one.split()) & set(other.split()))


def _codes(encoded: Encoded, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Codes and numbers: one sign wrong, lost or exchanged with its neighbour; the same first half."""
    one, other = encoded.texts[left], encoded.texts[right]
    distance = cpdist(one, other, scorer=OSA.distance, dtype=np.int32, workers=1)
    shared = cpdist(one, other, scorer=Prefix.similarity, dtype=np.int32, workers=1)
    longer = np.maximum(encoded.letters.length[left], encoded.letters.length[right])
    levels = np.full(len(left), _number("exact", "different"), dtype=np.int8)
    levels[(shared >= START_FROM_LENGTH) & (2 * shared >= longer)] = _number("exact", "start")
    levels[(distance <= 1) & (longer >= CODE_FROM_LENGTH)] = _number("exact", "near")
    return levels


def _dates(encoded: Encoded, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return encoded.dates.levels(left, right, {name: _number("date", name) for name in LEVELS["date"]})


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
MAY_AGREE: dict[str, Callable[[Encoded, np.ndarray, np.ndarray], np.ndarray]] = {
    "given_name": _texts_may_agree,
    "family_name": _texts_may_agree,
    "exact": _codes_may_agree,
    "text": _texts_may_agree,
    "place": _texts_may_agree,
}
