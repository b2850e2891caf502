"""How a register writes a true value down: typing errors, spellings, notations, what is left out.

Every function takes the world's random source; the same source gives the same writing.
"""

from __future__ import annotations

from datetime import date
from random import Random

from anyascii import anyascii

from connectors.sample.world import Child, Identity, facts

LETTERS = "abcdefghijklmnopqrstuvwxyz"
SPELLINGS = (
    ("xiao", "hsiao"), ("zh", "ch"), ("q", "ch"), ("ou", "u"), ("kh", "ch"), ("ss", "s"), ("ç", "c"), ("ş", "s"),
    ("ğ", "g"), ("ü", "u"), ("ö", "o"), ("ei", "ey"), ("ya", "ia"), ("yu", "iu"), ("kov", "koff"), ("ck", "k"),
    ("dj", "j"), ("mm", "m"),
)  # fmt: skip


def misspelt(random: Random, word: str) -> str:
    """A word with, now and then, one typing error or another spelling."""
    if len(word) < 3:
        return word
    chance = random.random()
    if chance < facts()["shares"]["typing_error"]:
        return _typing_error(random, word)
    if chance < 3 * facts()["shares"]["typing_error"]:
        for written, other in SPELLINGS:
            if written in word.lower():
                return _as_capitals(word, word.lower().replace(written, other, 1))
    return word


def _as_capitals(like: str, word: str) -> str:
    return word[:1].upper() + word[1:] if like[:1].isupper() else word


def _typing_error(random: Random, word: str) -> str:
    at = random.randrange(1, len(word))
    kind = random.randrange(4)
    if kind == 0 and at + 1 < len(word):
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 1:
        return word[:at] + word[at + 1 :]
    if kind == 2:
        return word[:at] + random.choice(LETTERS) + word[at:]
    return word[:at] + random.choice(LETTERS) + word[at + 1 :]


def given_names(random: Random, identity: Identity, initials: float = 0.1) -> str:
    """Given names as written: all, the first only, initials, or a name of two syllables apart."""
    given = identity.given
    if random.random() < initials:
        return ".".join(name[0].upper() for name in given) + "."
    if len(given) > 1 and random.random() < 0.5:
        given = given[:1]
    written = " ".join(misspelt(random, name) for name in given)
    if identity.group == "chinese" and len(written) > 5 and random.random() < 0.25:
        half = len(written) // 2
        written = written[:half] + random.choice(("-", " ")) + written[half:]
    return written


def family_name(random: Random, identity: Identity) -> str:
    """The family name as written; now and then without accents."""
    written = misspelt(random, identity.family)
    return anyascii(written) if random.random() < 0.3 else written


def cell_name(random: Random, identity: Identity, initials: float = 0.1) -> str:
    """A name in one cell: family first with a comma, or given first."""
    given, family = given_names(random, identity, initials), family_name(random, identity)
    whole = f"{identity.prefix} {family}".strip()
    return f"{whole}, {given}" if random.random() < 0.6 else f"{given} {whole}"


def ascii_capitals(text: str) -> str:
    """Text as the telex carries it."""
    return anyascii(text).upper()


def written_birth(random: Random, child: Child, identity: Identity, iso: bool = False) -> str:
    """A birth date as written: whole, only the year, with an error, or exchanged day and month."""
    born, chance = identity.born, random.random()
    if child.born_known == "year" and identity is child.true and chance < 0.5:
        return f"{born.year}-00-00" if iso else f"00-00-{born.year}"
    if chance < 0.015 and born.day <= 12:
        born = date(born.year, born.day, born.month)
    elif chance < 0.04:
        born = born.replace(day=random.randint(1, 28))
    return born.isoformat() if iso else written_day(random, born)


def written_day(random: Random, day: date | None) -> str:
    """A day in one of the notations of the contract."""
    if day is None:
        return ""
    chance = random.random()
    if chance < 0.80:
        return day.strftime("%d-%m-%Y")
    return day.isoformat() if chance < 0.92 else f"{day.day}-{day.month}-{day.year}"


def written_phone(random: Random, phone: str) -> str:
    """A telephone number in one of the notations of the contract."""
    if not phone:
        return ""
    rest = phone[2:]
    return random.choice((f"06-{rest}", phone, f"+31 6 {rest}", f"00316{rest}", f"06 {rest[:4]} {rest[4:]}"))


def written_country(random: Random, identity: Identity) -> str:
    """A nationality: the country, the adjective, or the ISO code."""
    return random.choice((identity.country, identity.adjective, identity.adjective, identity.iso))
