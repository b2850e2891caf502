"""The forms of one name: what it sounds like in each tradition that registers copy names from.

In: one token as `connectors.names.plain` yields it (lower-case letters, no accents, no blanks). Out: short keys such as
"ar:yusuf" or "zh:xiaoxing". Two spellings of one name share a key: Joesoef and Yusuf, Hsiao-hsing and Xiaoxing.
The rules lie in `names/spelling_rules.toml` and `names/chinese.toml`, with their sources.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Callable
from functools import lru_cache
from importlib import resources
from itertools import product
from typing import Any, NamedTuple

MOST_READINGS = 32  # of one Chinese token: most syllables of Hong Kong stand for several of pinyin
LONGEST_TOKEN = 40  # a longer "name" is a sentence in the wrong cell


# Letters that a text must hold, letters of which it must hold one, how it is rewritten (letter by letter when nothing
# is said), and into what.
Rewrites = tuple[tuple[str, frozenset[str] | None, Callable[[str, str], str] | None, str], ...]


class _Tradition(NamedTuple):
    """How the chanceries of a tradition spell: rewrites of each, then those that all share."""

    key: str
    spellings: tuple[Rewrites, ...]
    finish: Rewrites
    ambiguous: tuple[tuple[str, ...], ...]
    strip: re.Pattern[str] | None


@lru_cache(maxsize=1 << 17)
def forms(token: str) -> tuple[str, ...]:
    """Every form of a name, sorted; the same for all spellings of it that the rules know.

    >>> "ar:yusuf" in forms("yusuf") and "ar:yusuf" in forms("joesoef")
    True
    >>> set(forms("hsiaohsing")) & set(forms("xiaoxing"))
    {'zh:xiaoxing'}
    """
    return tuple(sorted({*sounds(token), *(f"zh:{reading}" for reading in chinese_readings(token))}))


@lru_cache(maxsize=1 << 17)
def sounds(token: str) -> frozenset[str]:
    """The forms of a name in the traditions that spell by sound (all but Chinese), with the key of the tradition."""
    if not token.isalpha() or not token.isascii() or not 1 < len(token) <= LONGEST_TOKEN:
        return frozenset()
    found: set[str] = set()
    for tradition in _traditions():
        starts = {token}
        if tradition.strip is not None:
            starts.add(tradition.strip.sub("", token))
        spelled = {_rewritten(start, rewrites) for start in starts for rewrites in tradition.spellings}
        finished = {_rewritten(sound, tradition.finish) for sound in spelled}
        for sound in finished:
            found |= {
                f"{tradition.key}:{reading}" for reading in readings(sound, tradition.ambiguous) if len(reading) > 1
            }
    return frozenset(found)


def skeleton(form: str) -> str:
    """What is left of a form without its vowels and with sounds that are easily confused taken together.

    >>> skeleton("ar:gadafi") == skeleton("ar:kadafi")
    True
    """
    sound = form.partition(":")[2]
    first = "A" if sound[:1] in "aeiouyAIOU" else sound[:1].translate(_CONFUSED)
    return _REPEATED.sub("", first + sound[1:].translate(_CONFUSED_WITHOUT_VOWELS))


@lru_cache(maxsize=1 << 18)
def bare(token: str) -> str:
    """A token without vowels and with letters that are easily confused taken together; quick, and rougher than a form.

    >>> bare("benchekroun") == bare("benchakrun")
    True
    """
    return _REPEATED.sub("", token.translate(_BARE))


@lru_cache(maxsize=1 << 16)
def chinese_readings(token: str) -> frozenset[str]:
    """The pinyin that a token may stand for, syllables joined; empty when it is not built of Chinese syllables.

    >>> sorted(chinese_readings("chang"))
    ['chang', 'zhang', 'zheng']
    """
    if not token.isalpha() or not token.isascii() or len(token) > 18:
        return frozenset()
    found: set[str] = set()
    # x, q and zh are written in pinyin only.
    for system in ("pinyin",) if _PINYIN_ONLY.search(token) else ("pinyin", "wade_giles", "elsewhere"):
        syllables = _syllables()[system]
        for parts in _parsed(token, syllables)[:4]:
            choices = [sorted(syllables[part]) for part in parts]
            for reading in list(product(*choices))[:MOST_READINGS]:
                found.add("".join(reading))
    return frozenset(found)


def chinese_name_apart(token: str) -> tuple[str, ...]:
    """Family and given name of a full name in pinyin without blanks, as characters are transliterated; or nothing.

    >>> chinese_name_apart("zhaolianhai")
    ('zhao', 'lianhai')
    """
    pinyin = _syllables()["pinyin"]
    for at in range(2, min(len(token), 7)):
        parts = _parsed(token[at:], pinyin) if token[:at] in pinyin else []
        if any(len(part) == 2 for part in parts):
            return token[:at], token[at:]
    return ()


@lru_cache(maxsize=1)
def _traditions() -> tuple[_Tradition, ...]:
    return tuple(
        _Tradition(
            key=tradition["key"],
            spellings=tuple(_compiled(rewrites) for rewrites in tradition["spellings"].values()),
            finish=_compiled(tradition["finish"]),
            ambiguous=tuple(map(tuple, tradition["ambiguous"])),
            strip=re.compile(tradition["strip"]) if "strip" in tradition else None,
        )
        for tradition in declared("spelling_rules.toml").values()
    )


def _compiled(rewrites: list[list[str]]) -> Rewrites:
    found: list[tuple[str, frozenset[str] | None, Callable[[str, str], str] | None, str]] = []
    for pattern, into in rewrites:
        choices = pattern.split("|")
        if all(choice.isalpha() for choice in choices):
            # Replacing letters is several times as fast as an expression, and most rules are letters.
            found += [(choice, None, None, into) for choice in choices]
        else:
            letters = _letters_it_takes(pattern)
            only = "".join(letters) if len(letters) == 1 else ""
            found.append((only, letters if len(letters) > 1 else None, re.compile(pattern).sub, into))
    return tuple(found)


def _letters_it_takes(pattern: str) -> frozenset[str]:
    """Letters of which a text holds one at least where an expression matches; none when any text may do.

    >>> sorted(_letters_it_takes("y(?![aeiu])|^o[uw]?"))
    ['o', 'y']
    """
    taken: set[str] = set()
    for choice in _LOOKS_AROUND.sub("", pattern).split("|"):
        needed = re.sub(r"(?:\[[^]]*\]|.)[?*]", "", choice)
        letters = re.findall("[A-Za-z]", re.sub(r"\[[^]]*\]", "", needed)) or re.findall(r"\[([a-zA-Z]+)\]", needed)
        if not letters or "." in needed:
            return frozenset()
        # Of several letters that all must be there, consonants are the rarer.
        rarest: str = min(letters, key="aeiou".count)
        taken |= set(rarest)
    return frozenset(taken)


def _rewritten(sound: str, rewrites: Rewrites) -> str:
    for needed, one_of, rewrite, into in rewrites:
        if needed in sound:
            if rewrite is None:
                sound = sound.replace(needed, into)
            elif one_of is None or not one_of.isdisjoint(sound):
                sound = rewrite(into, sound)
    return sound


def declared(file: str) -> dict[str, Any]:
    """The contents of one table in `linkage/names`."""
    return tomllib.loads(resources.files("linkage").joinpath("names", file).read_text(encoding="utf-8"))


def readings(sound: str, ambiguous: tuple[tuple[str, ...], ...]) -> set[str]:
    """Every reading of letters that stand for more than one sound, `ambiguous`: the letter and what it stands for."""
    found = {sound}
    for letter, *others in ambiguous:
        places = sound.count(letter)
        if places:
            # Few vowels are read one by one, many all alike.
            each = product(others, repeat=places) if places <= 2 else ((other,) * places for other in others)
            parts = sound.split(letter)
            found = {"".join(a + b for a, b in zip(parts, (*choice, ""), strict=True)) for choice in each}
    return {_REPEATED.sub("", reading) for reading in found} if ambiguous else found


@lru_cache(maxsize=1)
def _syllables() -> dict[str, dict[str, frozenset[str]]]:
    """Per system, what each spelling of a syllable may stand for in pinyin."""
    table = declared("chinese.toml")
    rules = table["wade_giles"]
    pinyin: dict[str, set[str]] = defaultdict(set)
    wade_giles: dict[str, set[str]] = defaultdict(set)
    for initial, finals in table["pinyin"].items():
        for final in finals.split():
            syllable = (initial + final).replace("v", "u")
            pinyin[syllable].add(syllable)
            regular = rules["initials"].get(initial, initial) + rules["finals"].get(final, final)
            wade_giles[rules["whole"].get(initial + final, regular)].add(syllable)
    elsewhere: dict[str, set[str]] = defaultdict(set)
    for syllable, spellings in table["elsewhere"].items():
        for spelling in spellings.split():
            elsewhere[spelling].add(syllable.replace("v", "u"))
    # Cantonese and Hokkien names keep many syllables as pinyin writes them.
    for syllable in pinyin:
        elsewhere[syllable].add(syllable)
    systems = {"pinyin": pinyin, "wade_giles": wade_giles, "elsewhere": elsewhere}
    return {name: {key: frozenset(values) for key, values in system.items()} for name, system in systems.items()}


def _parsed(token: str, system: dict[str, frozenset[str]]) -> list[tuple[str, ...]]:
    """Every way to read a token as one syllable of a system or, failing that, as two: no Chinese name has more."""
    if token in system:
        return [(token,)]
    halves = ((token[:at], token[at:]) for at in range(1, len(token)))
    return [(first, second) for first, second in halves if first in system and second in system]


_LOOKS_AROUND = re.compile(r"\(\?<?[=!][^()]*\)")
_PINYIN_ONLY = re.compile("x|q|zh")
_REPEATED = re.compile(r"(.)(?=\1)")
_CONFUSED = str.maketrans(
    {
        "g": "k",
        "q": "k",
        "z": "s",
        "Z": "s",
        "S": "s",
        "C": "c",
        "j": "c",
        "D": "d",
        "t": "d",
        "v": "f",
        "w": "f",
        "X": "h",
        "x": "h",
        "b": "p",
    }
)
_CONFUSED_WITHOUT_VOWELS = {**_CONFUSED, **dict.fromkeys(map(ord, "aeiouyAIOUw"))}
_BARE = str.maketrans(
    {
        **dict.fromkeys("aeiouyhw"),
        **dict.fromkeys("cgkq", "k"),
        **dict.fromkeys("xzj", "s"),
        "d": "t",
        **dict.fromkeys("bfv", "p"),
    }
)
