"""Names made ready to be compared: titles and prefixes set apart, and which words may have been written as one.

In: token tuples of names as registers hold them. Out: `PreparedName`, and the words that its words make together.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from linkage.korean_names import is_korean_name, korean_name_apart, korean_readings
from linkage.name_forms import bare, chinese_name_apart, chinese_readings
from linkage.token_agreement import facts, is_initial, joining_ends, reach, word_lists

Name = tuple[str, ...]
MOST_TOKENS = 8  # of one name; what stands behind is left out
MOST_JOINED = 4  # words written as one
FULL_NAME_FROM = 7  # letters of a full name without blanks, as characters are transliterated
MARKS = 4096  # so many that two tokens that cannot agree seldom share one
CHINESE, KOREAN = "chinese", "korean"
NO_SYSTEM: frozenset[str] = frozenset()
ACROSS_SCRIPTS = frozenset({"unvowelled"})  # one name of Arabic script, one with its vowels
_VOWELS = frozenset("aeiou")


class PreparedName(NamedTuple):
    """A name made ready: its telling tokens, how the father is named in it, and what it says without blanks."""

    tokens: Name
    words: Name  # telling or not, without titles
    telling: Sequence[int]  # place of each token among the words
    fathers: frozenset[int]
    systems: frozenset[str]  # of syllables in which the whole name can be read
    bones: tuple[str, ...]  # per token, its bare letters
    has_small_word: bool
    is_unvowelled: bool  # as Arabic script is transliterated
    marks: tuple[int, ...]  # per token, the bits that its reach sets: no bit in common, no agreement


class Joined(NamedTuple):
    """A word that words of a name make together, its bare letters, and the tokens used."""

    word: str
    bones: str
    parts: tuple[int, ...]


def prepare(name: Name) -> PreparedName:
    """Make one name ready to be compared."""
    small, father, titles = word_lists()
    words: Sequence[str] = name[:MOST_TOKENS]
    if not titles.isdisjoint(name):
        words = [word for word in name if word not in titles][:MOST_TOKENS] or words
    if len(words) == 1 and len(words[0]) >= FULL_NAME_FROM:
        words = chinese_name_apart(words[0]) or korean_name_apart(words[0]) or words
    systems = _systems(words)
    if CHINESE in systems:
        small = frozenset()  # "de" is a prefix in the Netherlands and a given name in China
    telling: Sequence[int] = range(len(words))
    fathers: frozenset[int] = frozenset()
    if not small.isdisjoint(words):
        # One letter links two names (Ortega y Gasset); first, last or beside another it is an initial.
        telling = [
            at for at, word in enumerate(words) if word not in small or (len(word) == 1 and _is_at_edge(words, at))
        ] or telling
        if len(words) > 2 and not father.isdisjoint(words):
            fathers = frozenset([number for number, at in enumerate(telling) if words[at - 1] in father])
    tokens = tuple([words[at] for at in telling])
    return PreparedName(
        tokens=tokens,
        words=tuple(words),
        telling=telling,
        fathers=fathers,
        systems=systems,
        bones=tuple([bare(token) for token in tokens]),
        has_small_word=len(tokens) < len(words),
        is_unvowelled=len(tokens) > 1 and all(map(_is_unvowelled, tokens)),
        marks=tuple([_marks(token) for token in tokens]),
    )


def _is_unvowelled(token: str) -> bool:
    """Whether a token of two letters and more has no vowel but an alif at the end: hsn, yhya."""
    consonants = token.removesuffix("a")
    return len(consonants) > 1 and _VOWELS.isdisjoint(consonants)


@lru_cache(maxsize=1 << 17)
def _marks(token: str) -> int:
    if is_initial(token):
        return -1  # every bit: an initial may agree with any name
    found = 0
    for way in reach(token):
        found |= 1 << hash(way) % MARKS
    return found


def _is_at_edge(words: Sequence[str], at: int) -> bool:
    return at in (0, len(words) - 1) or len(words[at - 1]) == 1 or len(words[at + 1]) == 1


def _systems(words: Sequence[str]) -> frozenset[str]:
    """The systems of syllables in which a name of two words or more can be read.

    Osama and Tina are built of Chinese syllables, but are names of elsewhere: not all words of a Chinese name are.
    """
    if len(words) < 2:
        return NO_SYSTEM
    read = [_read_in(word) for word in words]
    found = []
    if all(is_chinese for is_chinese, _, _ in read) and not all(is_elsewhere for _, is_elsewhere, _ in read):
        found.append(CHINESE)
    if all(is_korean for _, _, is_korean in read) and is_korean_name(words):
        found.append(KOREAN)
    return frozenset(found) if found else NO_SYSTEM


@lru_cache(maxsize=1 << 16)
def _read_in(word: str) -> tuple[bool, bool, bool]:
    """Whether a word can be read as Chinese, is a given name of elsewhere all the same, and can be read as Korean."""
    is_chinese = is_initial(word) or bool(chinese_readings(word))
    is_elsewhere = is_chinese and not is_initial(word) and facts(word).is_given_elsewhere
    return is_chinese, is_elsewhere, bool(korean_readings(word))


def read_in_common(one: PreparedName, other: PreparedName) -> frozenset[str]:
    """The systems of syllables in which both names can be read, or that one of them is written without vowels."""
    return one.systems & other.systems if one.is_unvowelled == other.is_unvowelled else ACROSS_SCRIPTS


def are_consonants_equal(one: str, other: str) -> bool:
    """Whether two tokens, one of them without vowels, have their consonants in common, but for the article."""
    mine, theirs = (
        {bare(token), bare(token.removeprefix("l")), bare(token).replace("ptl", "pt", 1)} for token in (one, other)
    )
    return not mine.isdisjoint(theirs)  # "ptl" is Abdul, "pt" Abdur


def read_alike(one: str, other: str, systems: frozenset[str]) -> bool:
    """Whether two words share a reading in one of the systems of syllables."""
    return (CHINESE in systems and not chinese_readings(one).isdisjoint(chinese_readings(other))) or (
        KOREAN in systems and not korean_readings(one).isdisjoint(korean_readings(other))
    )


@lru_cache(maxsize=1 << 16)
def whole(words: Name) -> str:
    """The bare letters of a name without its blanks."""
    return bare("".join(words))


@lru_cache(maxsize=1 << 15)
def joinings(words: Name, telling: tuple[int, ...]) -> tuple[Joined, ...]:
    """Words that tokens of a name make together: neighbours with all between, others in pairs."""
    ends = joining_ends()
    number = {at: place for place, at in enumerate(telling)}
    found: dict[str, tuple[int, ...]] = {}
    for first in range(len(words)):
        for last in range(first + 1, min(first + MOST_JOINED, len(words))):
            used = tuple([number[at] for at in range(first, last + 1) if at in number])
            if used and (last in number or words[last] in ends):
                found.setdefault("".join(words[first : last + 1]), used)
    for one in telling:
        for other in telling:
            if one != other:
                found.setdefault(words[one] + words[other], tuple(sorted((number[one], number[other]))))
    return tuple([Joined(word, bare(word), used) for word, used in found.items()])
