"""Which letters a text holds, as bits: most pairs of texts are told apart by them, without comparing the texts.

What can be said from the letters alone is a bound: so many letters two texts have at most in common, so many edits lie
between them at least. Only pairs that the bounds leave in doubt are compared letter by letter; nothing is missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

AT_ONCE = 50_000  # texts of which letters are counted together
LETTERS, DIGITS = 26, 10
PREFIX_WEIGHT, LONGEST_PREFIX = 0.1, 4  # of Jaro-Winkler


@dataclass(frozen=True)
class Letters:
    """Per text: which letters it holds (once, twice, …) as bits, how many letters have no bit, its length, and its
    first four letters as one number.
    """

    bits: np.ndarray
    beside: np.ndarray
    length: np.ndarray
    start: np.ndarray
    has_blank: np.ndarray

    @classmethod
    def of(cls, texts: Sequence[str]) -> Letters:
        """Count the letters of texts. Texts mostly of digits have more bits for digits."""
        written = [text.encode("ascii", "replace") for text in texts]
        length = np.fromiter(map(len, written), dtype=np.int16, count=len(written))
        flat = np.frombuffer(b"".join(written), dtype=np.uint8)
        digits = int(((flat >= 48) & (flat <= 57)).sum())
        classes = _classes(digits > len(flat) // 2)
        bits = np.zeros(len(written), dtype=np.uint64)
        ends = np.concatenate(([0], np.cumsum(length, dtype=np.int64)))
        has_blank = np.zeros(len(written), dtype=bool)
        for first in range(0, len(written), AT_ONCE):
            last = min(first + AT_ONCE, len(written))
            letters = flat[ends[first] : ends[last]]
            of_text = np.repeat(np.arange(last - first), length[first:last])
            has_blank[first:last][of_text[letters == 32]] = True
            counts = np.bincount(of_text * 64 + classes.of_letter[letters], minlength=(last - first) * 64)
            bits[first:last] = classes.as_bits(counts.reshape(-1, 64))
        beside = (length - np.bitwise_count(bits).astype(np.int16)).astype(np.int16)
        return cls(bits, beside, length, _starts(flat, ends, length), has_blank)

    def pairs(self, one: np.ndarray, other: np.ndarray) -> LetterPairs:
        """Lay texts beside each other, given by their places."""
        return LetterPairs(self, one, other)


class LetterPairs:
    """What the letters of pairs of texts say."""

    def __init__(self, letters: Letters, one: np.ndarray, other: np.ndarray) -> None:
        self._letters, self._one, self._other = letters, one, other
        self._bits = letters.bits[one], letters.bits[other]
        lengths = letters.length[one], letters.length[other]
        self.shorter, self.longer = np.minimum(*lengths), np.maximum(*lengths)
        starts = letters.start[one] ^ letters.start[other]
        # So many of the first four letters are the same.
        self.prefix = (starts == 0).astype(np.int8)
        for cut in (8, 16, 24):
            self.prefix += (starts >> np.uint32(cut)) == 0

    @cached_property
    def has_blank(self) -> np.ndarray:
        """Whether one of the two has several words."""
        return np.asarray(self._letters.has_blank[self._one] | self._letters.has_blank[self._other])

    @cached_property
    def most_in_common(self) -> np.ndarray:
        """So many letters both hold at most."""
        beside = np.minimum(self._letters.beside[self._one], self._letters.beside[self._other])
        return np.asarray(np.bitwise_count(self._bits[0] & self._bits[1]) + beside)

    @cached_property
    def differing(self) -> np.ndarray:
        """So many bits differ; an edit changes two at most."""
        return np.asarray(np.bitwise_count(self._bits[0] ^ self._bits[1]))

    def may_be_edits_apart(self, edits: np.ndarray | int) -> np.ndarray:
        """Whether so many letters lost, added, changed or exchanged may make the one the other."""
        return np.asarray((self.differing <= 2 * edits) & (self.longer - self.shorter <= edits))

    def may_be_alike(self, similarity: float) -> np.ndarray:
        """Whether the Jaro-Winkler similarity may reach so much."""
        common = np.minimum(self.most_in_common, self.shorter).astype(np.float32)
        jaro = (common / np.maximum(self.shorter, 1) + common / np.maximum(self.longer, 1) + 1) / 3
        return np.asarray(jaro + PREFIX_WEIGHT * self.prefix * (1 - jaro) >= similarity - 1e-4)

    def may_start_alike(self) -> np.ndarray:
        """Whether the shorter may be the start of the longer."""
        return np.asarray(self.prefix >= np.minimum(self.shorter, LONGEST_PREFIX))


@dataclass(frozen=True)
class _Classes:
    """Which bits stand for a letter: of each class (26 letters, ten digits) so many times as `times` says."""

    of_letter: np.ndarray
    times: tuple[int, ...]

    def as_bits(self, counts: np.ndarray) -> np.ndarray:
        bits, place = np.zeros(len(counts), dtype=np.uint64), 0
        for of, times in enumerate(self.times, start=1):
            for time in range(1, times + 1):
                bits |= (counts[:, of] >= time).astype(np.uint64) << np.uint64(place)
                place += 1
        return bits


def _classes(mostly_digits: bool) -> _Classes:
    of_letter = np.zeros(256, dtype=np.int64)
    of_letter[97 : 97 + LETTERS] = np.arange(1, LETTERS + 1)
    of_letter[48 : 48 + DIGITS] = np.arange(LETTERS + 1, LETTERS + 1 + DIGITS)
    of_letters, of_digits = (1, 3) if mostly_digits else (2, 1)
    return _Classes(of_letter, (of_letters,) * LETTERS + (of_digits,) * DIGITS)


def _starts(flat: np.ndarray, ends: np.ndarray, length: np.ndarray) -> np.ndarray:
    """The first four letters as one number, the first letter highest."""
    found = np.zeros(len(length), dtype=np.uint32)
    for at in range(LONGEST_PREFIX):
        long_enough = length > at
        found[long_enough] |= flat[ends[:-1][long_enough] + at].astype(np.uint32) << np.uint32(24 - 8 * at)
    return found
