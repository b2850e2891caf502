"""One name in other spellings: transliterations, other forms of a name, slips of the pen, letters a register lacks."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from functools import cache

from benchmarks.worlds.border.facts import Dice, facts
from benchmarks.worlds.border.stock import Name

_LETTERS = str.maketrans({"ł": "l", "Ł": "L", "\u0131": "i", "đ": "d", "Đ": "D", "ø": "o", "ß": "ss", "æ": "ae"})
_NEAR = {
    "a": "sq",
    "e": "wr",
    "i": "uo",
    "o": "ip",
    "u": "iy",
    "n": "mb",
    "m": "n",
    "s": "ad",
    "d": "sf",
    "r": "et",
    "t": "ry",
}


def plain(text: str) -> str:
    """Text without diacritics, in ASCII letters."""
    folded = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return folded.encode("ascii", "ignore").decode()


def in_windows_1252(text: str) -> str:
    """Text with only the letters Windows-1252 has; others lose their diacritics."""
    return "".join(letter if _in_1252(letter) else plain(letter) for letter in unicodedata.normalize("NFC", text))


@cache
def _in_1252(letter: str) -> bool:
    try:
        letter.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


@cache
def _rules(people: str) -> list[tuple[re.Pattern[str], str]]:
    about = facts("spelling")
    return [
        (re.compile(pattern), by)
        for custom in about["customs"].get(people, [])
        for pattern, by in about["rules"][custom]
    ]


@cache
def _same() -> dict[str, list[str]]:
    """Other spellings of whole names, by name in lower case."""
    others: dict[str, list[str]] = {}
    for group in facts("spelling")["same"]["groups"]:
        names = group.split()
        for name in names:
            others.setdefault(name, []).extend(other for other in names if other != name)
    return others


def respelled(dice: Dice, text: str, people: str, times: int) -> str:
    """A name part as another clerk hears or transliterates it; unchanged where no rule fits."""
    if not text:
        return text
    words = plain(text).lower().split()
    for at, word in enumerate(words):
        if word in _same() and dice.chance(0.55):
            words[at] = dice.one(_same()[word])
            times -= 1
    lowered = " ".join(words)
    for _ in range(max(times, 0)):
        fitting = [rule for rule in _rules(people) if rule[0].search(lowered)]
        if not fitting:
            break
        pattern, by = dice.one(fitting)
        changed = pattern.sub(by, lowered)
        lowered = changed if len(changed.strip()) > 1 else lowered
    return capitalised(lowered) if lowered != plain(text).lower() else text


def capitalised(text: str) -> str:
    """Each word and each part of a hyphenated word with a capital."""
    return re.sub(r"(^|[\s\-'])([a-z])", lambda hit: hit[1] + hit[2].upper(), text)


def otherwise_spelled(dice: Dice, name: Name) -> Name:
    """The whole name in another spelling: the family name, the given name or both."""
    which = dice.rng.random()
    times = 1 if dice.chance(0.6) else 2
    family = respelled(dice, name.family, name.people, times) if which < 0.65 else name.family
    given = respelled(dice, name.given, name.people, times) if which > 0.3 else name.given
    return replace(name, family=family, given=given)


def slip(dice: Dice, text: str) -> str:
    """A typing error: a letter dropped, doubled, swapped with the next, or taken from the key beside it."""
    places = [at for at in range(1, len(text)) if text[at].isalpha()]
    if len(places) < 2:
        return text
    at = dice.one(places)
    kind = dice.number(1, 5)
    if kind == 1:
        return text[:at] + text[at + 1 :]
    if kind == 2:
        return text[:at] + text[at] + text[at:]
    if kind == 3 and at + 1 < len(text) and text[at + 1].isalpha():
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    near = _NEAR.get(text[at].lower(), "e")
    if kind == 4:
        return text[:at] + dice.one(near) + text[at + 1 :]
    return text[:at] + dice.one(near) + text[at:]
