"""How a register writes a name: other transliterations, lost diacritics, typing errors, nicknames, swapped order."""

from __future__ import annotations

import random
import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cache

from benchmarks.worlds.harbour.facts_files import facts, proportion
from benchmarks.worlds.harbour.name_lists import Name

UNDECOMPOSED = str.maketrans("łŁıđĐøØæÆßŋ", "lLidDoOaAsn")
NEIGHBOURS = {
    **{"a": "sqe", "b": "vn", "c": "xv", "d": "sf", "e": "ra", "f": "dg", "g": "fh", "h": "gj", "i": "oue", "j": "hk"},
    **{"k": "jlc", "l": "k", "m": "n", "n": "mb", "o": "ip", "p": "ob", "q": "a", "r": "te", "s": "adz", "t": "ry"},
    **{"u": "iy", "v": "bw", "w": "ev", "x": "zs", "y": "ui", "z": "sx"},
}
SYLLABLE = re.compile(r"((?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?[aeiou]+(?:ng|n(?![aeiou]))?)(.+)", re.IGNORECASE)


@dataclass(frozen=True)
class Written:
    """A name as one registration writes it; `given` may be empty, initials or a nickname."""

    given: str
    prefix: str
    family: str
    nickname: str = ""
    swapped: bool = False


def plain(text: str) -> str:
    """The text without diacritics, in ASCII letters."""
    decomposed = unicodedata.normalize("NFKD", text.translate(UNDECOMPOSED))
    return decomposed.encode("ascii", "ignore").decode("ascii")


def fit(text: str, encoding: str) -> str:
    """The text with every letter that an encoding lacks replaced by the plain letter."""
    return "".join(sign if _encodes(sign, encoding) else plain(sign) for sign in text)


@cache
def _encodes(sign: str, encoding: str) -> bool:
    try:
        sign.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


@cache
def _rules(origin: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    listed = [rule.split(">") for rule in facts("spellings")[origin].split()]
    return tuple((re.compile(old), new) for old, new in listed)


def capitals(word: str) -> str:
    """Capital letters where a name has them: at the start and behind a blank or hyphen."""
    return re.sub(r"(^|[ -])(\w)", lambda found: found[1] + found[2].upper(), word)


def transliterated(rng: random.Random, text: str, origin: str) -> str:
    """The text with one or two of the spelling rules of its origin that fit."""
    low = text.lower()
    for _ in range(rng.choice((1, 1, 2))):
        fitting = [rule for rule in _rules(origin) if rule[0].search(low)]
        if not fitting:
            break
        pattern, new = rng.choice(fitting)
        changed = pattern.sub(new, low, count=1)
        low = changed if len(changed) > 1 else low
    return capitals(low) if low != text.lower() else text


def mistyped(rng: random.Random, text: str) -> str:
    """The text with one typing error: a neighbouring key, a letter lost, doubled or moved."""
    places = [at for at in range(1, len(text)) if text[at].isalpha()]
    if len(places) < 2:
        return text
    at, kind = rng.choice(places), rng.random()
    sign = text[at]
    if kind < 0.35:
        return text[:at] + rng.choice(NEIGHBOURS.get(plain(sign).lower() or "e", "e")) + text[at + 1 :]
    if kind < 0.6 and len(text) > 3:
        return text[:at] + text[at + 1 :]
    if kind < 0.75:
        return text[:at] + sign + text[at:]
    if at + 1 < len(text) and text[at + 1].isalpha():
        return text[:at] + text[at + 1] + sign + text[at + 2 :]
    return text[:at] + rng.choice(NEIGHBOURS.get(plain(sign).lower() or "e", "e")) + text[at:]


def compound(rng: random.Random, given: str, origin: str) -> str:
    """A compound given name with its parts joined, hyphened, apart or turned round."""
    parts = re.split(r"[- ]", given)
    if origin == "cn" and len(parts) == 1:
        found = SYLLABLE.fullmatch(given)
        if found and len(found[2]) > 1 and rng.random() < 0.35:
            first, second = found[1], found[2]
            forms = (f"{first}-{second}", f"{first} {second.capitalize()}", f"{first}-{second.capitalize()}")
            return rng.choice((*forms, f"{second.capitalize()} {first.lower().capitalize()}"))
        return given
    if len(parts) == 2 and rng.random() < 0.3:
        joined = parts[0] + parts[1].lower() if "-" in given or origin in ("cn", "vn") else given
        return rng.choice((" ".join(parts), "-".join(parts), joined, parts[0]))
    return given


def _prefix_otherwise(rng: random.Random, name: Written) -> Written:
    """A prefix dropped, grown into the family name, or written before it in the same field."""
    if not name.prefix:
        return name
    chance = rng.random()
    if chance < 0.07:
        return replace(name, prefix="")
    if chance < 0.12:
        return replace(name, prefix="", family=capitals(name.prefix.replace(" ", "").lower()) + name.family.lower())
    if chance < 0.24:
        return replace(name, prefix="", family=f"{name.prefix} {name.family}")
    return replace(name, prefix=name.prefix.lower()) if chance < 0.7 else name


def _family_otherwise(rng: random.Random, family: str) -> str:
    """A double family name of which one part, or another sign between the parts, is written."""
    parts = re.split(r"[- ]", family)
    if len(parts) == 2 and rng.random() < 0.35:
        return rng.choice((parts[0], parts[0], parts[1], "-".join(parts), " ".join(parts)))
    return family


def _given_written(rng: random.Random, name: Name, register: str) -> str:
    """The given names that one registration holds: all, the first, a nickname or initials."""
    initials, nickname, _ = proportion("given", register)
    chance = rng.random()
    if chance < initials:
        return ".".join(given[0] for given in name.given) + "."
    if chance < initials + nickname:
        return name.nickname
    share_all = {"youth_care": 0.85, "telex": 0.5, "mob": 0.6, "ikps": 0.35, "stv": 0.2}[register]
    if name.origin == "vn":
        share_all = 0.7
    if len(name.given) > 1 and rng.random() > share_all:
        return name.given[-1] if name.origin == "vn" else name.given[0]
    return " ".join(name.given)


def written(rng: random.Random, name: Name, register: str) -> Written:
    """The name as one registration of a register writes it."""
    origin, spelling = name.origin, facts("spellings")
    given, family = _given_written(rng, name, register), _family_otherwise(rng, name.family)
    initials = given.endswith(".")
    # Officers write by ear; youth care copies from papers.
    ear = {"youth_care": 0.4, "telex": 0.8, "stv": 1.0, "mob": 1.1, "ikps": 1.2}[register]
    if rng.random() < spelling["share"][origin] * ear and not initials:
        given = transliterated(rng, given, origin)
    if rng.random() < spelling["share"][origin] * ear:
        family = transliterated(rng, family, origin)
    typos = proportion("typos", register)
    if rng.random() < typos and not initials:
        given = mistyped(rng, given)
    if rng.random() < typos:
        family = mistyped(rng, family)
    if not initials:
        given = compound(rng, given, origin)
    out = _prefix_otherwise(rng, Written(given, name.prefix, family, name.nickname))
    if rng.random() < proportion("given", register)[2] * (3 if origin in ("so", "af", "in", "sl") else 1):
        # A single name stands in the family-name field; which of the two it is, nobody says.
        return replace(out, family=out.family if rng.random() < 0.5 or initials else out.given, given="", prefix="")
    if rng.random() < spelling["order"][origin] * (0.3 if register == "youth_care" else 1) and not initials:
        return replace(out, given=f"{out.prefix} {out.family}".strip(), family=out.given, prefix="", swapped=True)
    return out


def without_diacritics(name: Written) -> Written:
    """The same written name in ASCII letters."""
    return replace(
        name,
        given=plain(name.given),
        prefix=plain(name.prefix),
        family=plain(name.family),
        nickname=plain(name.nickname),
    )
