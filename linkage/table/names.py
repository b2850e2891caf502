"""Names in a table: which words agree, names known by a short form, and names that stand in another column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations
from zlib import crc32

import numpy as np

from linkage.names_of_words import NamesBeside, names_of_words
from linkage.table.encoded import Encoded
from linkage.token_agreement import facts

# Levels of whole names: a word that is left over on both sides makes a conflict.
NEAR, WITHIN, PART, DIFFERENT = range(4)
SHORTEST_MISSPELT = 4
READ_BESIDE_FROM = 20_000  # values, below which another process takes longer to start
NAME_KINDS = ("name", "given_name", "family_name")


def whole_names(one: Sequence[tuple[str, ...]], other: Sequence[tuple[str, ...]]) -> np.ndarray:
    """Return how two names of several words agree, in any order: NEAR, WITHIN, PART or DIFFERENT.

    NEAR: each word has its like. WITHIN: those of the shorter have. PART: some have, and on both sides one is left.
    """
    return np.array([_whole_name(a, b) for a, b in zip(one, other, strict=True)], dtype=np.int8)


def _whole_name(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    shared = set(one) & set(other)
    left = [word for word in one if word not in shared]
    right = [word for word in other if word not in shared]
    found = len(shared)
    for word in left[:]:
        for partner in right:
            if not reach(word).isdisjoint(reach(partner)) or _is_initial_of(word, partner):
                left.remove(word)
                right.remove(partner)
                found += len(word) > 1 and len(partner) > 1
                break
    if not found:
        return DIFFERENT
    if left and right:
        return PART
    return WITHIN if left or right else NEAR


def _is_initial_of(one: str, other: str) -> bool:
    return (len(one) == 1 and other.startswith(one)) or (len(other) == 1 and one.startswith(other))


@lru_cache(maxsize=1 << 18)
def reach(word: str) -> frozenset[str]:
    """Return what a word can agree on: itself, itself with a letter less, the names of which it is a short form."""
    if len(word) < SHORTEST_MISSPELT:
        return frozenset({word}) | known_as(word)
    return frozenset({word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}) | known_as(word)


@lru_cache(maxsize=1 << 18)
def known_as(word: str) -> frozenset[str]:
    """Return the names that a word spells or is short for, marked so that they are taken for no word."""
    if not word.isalpha():
        return frozenset()
    known = facts(word)
    return frozenset(f"={name}" for name in known.full | known.short | known.kin)


def known_as_bits(column: Encoded) -> np.ndarray:
    """Return per value the names that its first word spells or is short for, as bits: where two have no bit in common
    they are not known as one name.
    """
    if column.known_as is None:
        first = [text.partition(" ")[0] for text in column.texts.tolist()]
        found = column.names_beside.found() if column.names_beside else names_of_words(sorted(set(first)))
        of_word = {word: sum({1 << crc32(name.encode()) % 64 for name in names}) for word, names in found.items()}
        column.known_as = np.array([of_word.get(word, 0) for word in first], dtype=np.uint64)
        column.names_beside = None
    return column.known_as


def read_names_beside(column: Encoded) -> None:
    """Begin to read the names of a column with many values, in a process beside this one."""
    if column.compared.kind == "given_name" and len(column.values) >= READ_BESIDE_FROM:
        column.names_beside = NamesBeside(sorted({text.partition(" ")[0] for text in column.texts.tolist()}))


def same_person_names(one: Sequence[str], other: Sequence[str]) -> np.ndarray:
    """Return whether the first words of two given names are spellings or short forms of one name."""
    names = {text: known_as(text.partition(" ")[0]) for text in {*one, *other}}
    return np.array([not names[a].isdisjoint(names[b]) for a, b in zip(one, other, strict=True)], dtype=bool)


class Elsewhere:
    """Names that stand in another column of the other record: exchanged with another name, or in the whole name."""

    def __init__(self, columns: Sequence[Encoded], shares: Mapping[str, float] | None = None) -> None:
        self._records = len(columns[0].codes) if columns else 0
        number: dict[str, int] = {}
        self._single = [at for at, column in enumerate(columns) if column.compared.kind in NAME_KINDS[1:]]
        self._value: dict[int, np.ndarray] = {}
        self._words: list[np.ndarray] = []
        for at, column in enumerate(columns):
            if at in self._single:
                numbers = [number.setdefault(text, len(number)) for text in column.texts.tolist()]
                self._value[at] = np.array([*numbers, -1], dtype=np.int32)[column.codes]
            elif column.compared.kind == "name":
                words = [[number.setdefault(word, len(number)) for word in words] for words in column.words]
                widest = max(map(len, words), default=1)
                table = np.array([*(of + [-2] * (widest - len(of)) for of in words), [-2] * widest])
                self._words.append(table[column.codes])
        self._names = list(number)
        counts = np.zeros(len(number))
        for coded in (*self._value.values(), *self._words):
            counts += np.bincount(coded[coded >= 0], minlength=len(number))
        self._share = counts / max(self._records, 1)
        if shares is not None:
            self._share = np.array([shares.get(name, 0.0) for name in self._names])
        self.has_whole_names = bool(self._words)

    def shares(self) -> dict[str, float]:
        """Return how common each name is, as share of the records."""
        return dict(zip(self._names, self._share.tolist(), strict=True))

    def exchanged(self, left: np.ndarray, right: np.ndarray) -> Iterator[tuple[int, int, np.ndarray, np.ndarray]]:
        """Yield two columns, the pairs of records that have each other's value in them, and how common the values are
        (their geometric mean). One of the two may be misspelt or a short form.
        """
        for one, other in combinations(self._single, 2):
            first, second = self._value[one], self._value[other]
            here, there = (first[left], second[left]), (first[right], second[right])
            crossed = ((here[0] == there[1]) & (here[0] >= 0)) | ((here[1] == there[0]) & (here[1] >= 0))
            at = np.flatnonzero(crossed & (here[0] != there[0]))
            at = at[np.minimum.reduce([value[at] for value in (*here, *there)]) >= 0]
            forth = self._agree(first[left[at]], second[right[at]])
            back = self._agree(second[left[at]], first[right[at]])
            share = np.maximum(self._share[first[left[at]]], self._share[second[right[at]]])
            share = share * np.maximum(self._share[second[left[at]]], self._share[first[right[at]]])
            yield one, other, at[forth & back], np.sqrt(share[forth & back])

    def _agree(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        pairs = zip(one.tolist(), other.tolist(), strict=True)
        names = self._names
        return np.array([a == b or not reach(names[a]).isdisjoint(reach(names[b])) for a, b in pairs], dtype=bool)

    def in_whole_name(self, at: int, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Return for each pair the share of the records that hold the value of a column of the one record, where it
        stands in the whole name of the other; else 0.
        """
        found = np.zeros(len(left))
        for words in self._words if at in self._value else ():
            for one, other in ((left, right), (right, left)):
                value = self._value[at][one]
                stands = (words[other] == value[:, None]).any(axis=1)
                found[stands] = np.maximum(found[stands], self._share[value[stands]])
        return found
