"""Korean names in Latin letters: what a spelling may sound like in the systems of Seoul, Pyongyang and the libraries.

In: one token as `connectors.names.plain` yields it. Out: readings such as "ko:yOGcOl" that the spellings Yong Chol and
Young-chul share. The spellings stand in `names/korean.toml`; a reading counts only between names that are both Korean.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice, product

from linkage.name_forms import declared

MOST_SYLLABLES = 2  # of one token: a given name has two
MOST_READINGS = 64


@lru_cache(maxsize=1 << 16)
def korean_readings(token: str) -> frozenset[str]:
    """The readings of a token; empty when it is not built of Korean syllables.

    >>> korean_readings("yongchol") & korean_readings("youngchul") != set()
    True
    """
    if not token.isalpha() or not token.isascii() or len(token) > 14:
        return frozenset()
    found: set[str] = set()
    for parts in _parsed(token, MOST_SYLLABLES):
        readings = islice(product(*(sorted(_syllables()[part]) for part in parts)), MOST_READINGS)
        found |= {f"ko:{_READ_ALOUD.sub('', ''.join(reading))}" for reading in readings}
    return frozenset(found | {f"ko:{name}" for name in _family().get(token, ())})


def is_korean_name(words: Sequence[str]) -> bool:
    """Whether a name of two to four words has a Korean family name at either end and only Korean syllables."""
    if not 1 < len(words) < 5 or not (words[0] in _family() or words[-1] in _family()):
        return False
    return all(len(word) > 1 or word in _family() for word in words) and all(map(korean_readings, words))


def korean_name_apart(token: str) -> tuple[str, ...]:
    """Family and given name of a full name without blanks, as Hangul is transliterated; empty when it is none."""
    for parts in _parsed(token, 3):
        if len(parts) == 3 and parts[0] in _family():
            return parts[0], parts[1] + parts[2]
    return ()


@lru_cache(maxsize=1)
def _syllables() -> dict[str, frozenset[str]]:
    """Per spelling of a syllable, the sounds it may stand for."""
    table = declared("korean.toml")
    parts = [
        [(sound, spelling) for sound, spellings in table[part].items() for spelling in spellings.split() or [""]]
        for part in ("initials", "vowels", "finals")
    ]
    found: dict[str, set[str]] = defaultdict(set)
    for syllable in product(*parts):
        sounds, spellings = zip(*syllable, strict=True)
        found["".join(spellings)].add("".join(sounds))
    return {spelling: frozenset(sounds) for spelling, sounds in found.items()}


@lru_cache(maxsize=1)
def _family() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for name, spellings in declared("korean.toml")["family"].items():
        for spelling in spellings.split():
            found[spelling].add(name)
    return {spelling: frozenset(names) for spelling, names in found.items()}


def _parsed(token: str, most: int) -> list[tuple[str, ...]]:
    """Every way to read a token as so many syllables at most."""
    found: list[tuple[str, ...]] = [(token,)] if token in _syllables() else []
    if most > 1:
        for at in range(1, min(len(token), 7)):
            if token[:at] in _syllables():
                found += [(token[:at], *rest) for rest in _parsed(token[at:], most - 1)]
    return found


# Seoul drops r before i and y, and writes it n elsewhere at the beginning: Ri and Yi, Ro and No.
_READ_ALOUD = re.compile("r(?=[iy])")
