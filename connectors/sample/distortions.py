"""How a register writes a true value down: typing errors, spellings, notations, what is left out.

Follows the rule book 1.9 (how the registers would name one child) and the general rules of the input contract. Every
function takes the world's chance; the same chance gives the same writing.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from anyascii import anyascii

from connectors.sample.chance import Chance
from connectors.sample.naming import GROUPS, Identity

LETTERS = "abcdefghijklmnopqrstuvwxyz"
UNKNOWN = ("", "", "", "", "onbekend", "onbekend", "Onbekend", "niet bekend", "n.b.", "-", "?")
AFRICAN = frozenset(("mande", "nigerian", "ghanaian", "angolan"))
EASTERN = frozenset(("romanian", "slavic", "polish"))


@lru_cache(maxsize=200_000)
def without_accents(text: str) -> str:
    """Return the text in plain letters."""
    return anyascii(text)


def misspelt(chance: Chance, word: str, spellings: tuple[tuple[str, str], ...] = ()) -> str:
    """Return a word with, now and then, one typing error, another spelling of a sound, or its accents lost."""
    if len(word) > 2:
        if chance.share("other_spelling"):
            word = _other_spelling(chance, word, spellings)
        if chance.share("typing_error"):
            word = _typing_error(chance, word)
    return word if word.isascii() or not chance.share("diacritics_lost") else without_accents(word)


def _other_spelling(chance: Chance, word: str, spellings: tuple[tuple[str, str], ...]) -> str:
    lower = word.lower()
    ways = [(a, b) for one, other in spellings for a, b in ((one, other), (other, one)) if a and a in lower]
    if not ways:
        return word
    old, new = chance.choice(ways)
    spelt = lower.replace(old, new, 1)
    return "-".join(" ".join(part[:1].upper() + part[1:] for part in half.split(" ")) for half in spelt.split("-"))


def _typing_error(chance: Chance, word: str) -> str:
    at = chance.randrange(1, len(word))
    kind = chance.randrange(4)
    if kind == 0 and at + 1 < len(word):
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 1 and len(word) > 3:
        return word[:at] + word[at + 1 :]
    if kind == 2:
        return word[:at] + word[at - 1].lower() + word[at:]
    return word[:at] + chance.choice(LETTERS) + word[at + 1 :]


def given_names(chance: Chance, identity: Identity, initials: bool = True) -> str:
    """Given names as written: all, the first only, initials, or a name of two syllables apart."""
    given = identity.given
    if initials and chance.share("initials_only"):
        return ".".join(name[0].upper() for name in given) + "."
    if len(given) > 1 and chance.random() < 0.5:
        given = given[:1]
    spellings = GROUPS[identity.origin["names"]].spellings
    written = " ".join(misspelt(chance, name, spellings) for name in given)
    if identity.origin["names"] == "chinese" and len(written) > 5 and " " not in written and chance.random() < 0.3:
        half = len(written) // 2 + (written[len(written) // 2] in "aeiou")
        rest = written[half:]
        return written[:half] + chance.choice(("-" + rest, " " + rest.capitalize()))
    return written


def family_name(chance: Chance, identity: Identity) -> str:
    """The family name as written, without its prefix; of a double name now and then one half."""
    group = GROUPS[identity.origin["names"]]
    family = identity.family
    if ("-" in family or " " in family) and chance.random() < 0.25:
        family = family.replace("-", " ").split(" ")[chance.randrange(2)]
    for male, female in group.endings:
        if identity.sex == "v" and family.endswith(female) and chance.random() < 0.06:
            family = family[: -len(female)] + male
            break
    return misspelt(chance, family, group.spellings)


def name_fields(chance: Chance, identity: Identity) -> tuple[str, str, str]:
    """Given names, prefix and family name for separate fields, with the errors that such fields get."""
    given, prefix, family = given_names(chance, identity), identity.prefix, family_name(chance, identity)
    if chance.share("single_name"):
        return ("", "", identity.given[0]) if chance.random() < 0.5 else (".", "", family)
    if prefix and chance.random() < 0.12:
        prefix, family = "", f"{prefix} {family}"
    elif prefix and chance.random() < 0.06:
        prefix = ""
    if chance.share("names_exchanged"):
        given, family = family, given
    return given, prefix, family


def cell_name(chance: Chance, identity: Identity, capitals: float = 0.0) -> str:
    """A name in one cell: family name first with a comma, given name first, or the family name in capitals."""
    if chance.share("single_name"):
        return chance.choice((identity.given[0], identity.family)).upper()
    given, family = given_names(chance, identity), family_name(chance, identity)
    whole = f"{identity.prefix} {family}".strip()
    if chance.random() < capitals:
        return f"{whole.upper()} {given}"
    return f"{whole}, {given}" if chance.random() < 0.6 else f"{given} {whole}"


def telex_text(text: str) -> str:
    """Text as the telex carries it: capitals, accents lost."""
    return without_accents(text).upper()


@lru_cache(maxsize=200_000)
def windows_text(text: str) -> str:
    """Text for a Windows-1252 file: a letter that the code page lacks loses its accent."""
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return "".join(letter if _in_windows(letter) else anyascii(letter) for letter in text)
    return text


def _in_windows(letter: str) -> bool:
    try:
        letter.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def born_as_noted(chance: Chance, born: date) -> date:
    """A birth date with, now and then, day and month exchanged or one figure wrong."""
    drawn = chance.random()
    if born.day <= 12 and drawn < 0.012 and born.day != born.month:
        return date(born.year, born.day, born.month)
    if chance.share("birth_digit_wrong"):
        part = chance.randrange(3)
        if part == 0:
            return born.replace(year=born.year + chance.choice((-1, 1)), day=min(born.day, 28))
        if part == 1:
            return born.replace(month=chance.randint(1, 12), day=min(born.day, 28))
        return born.replace(day=chance.randint(1, 28))
    return born


def written_birth(chance: Chance, identity: Identity, known: str = "day") -> str:
    """A birth date as written; `known` day, month or year, whose unknown parts are written in one of several ways."""
    if chance.share("birth_unknown"):
        return chance.choice(UNKNOWN)
    born = born_as_noted(chance, identity.born)
    if identity.kind != "false_identity" and known != "day":
        year = born.year
        if known == "month":
            return chance.choice((f"00-{born.month:02d}-{year}", f"{year}-{born.month:02d}-00"))
        return chance.choice((f"00-00-{year}", f"00-00-{year}", f"{year}-00-00", f"{year}", f"±{year}", f"ca. {year}"))
    return written_day(chance, born)


def written_day(chance: Chance, day: date | None) -> str:
    """A day in one of the notations of the contract."""
    if day is None:
        return ""
    drawn = chance.random()
    if drawn < 0.85:
        return f"{day.day:02d}-{day.month:02d}-{day.year}"
    return day.isoformat() if drawn < 0.94 else f"{day.day}-{day.month}-{day.year}"


def written_phone(chance: Chance, phone: str) -> str:
    """A telephone number in one of the notations of the contract."""
    if not phone:
        return ""
    rest = phone[2:]
    way = chance.randrange(6)
    if way < 2:
        return f"06-{rest}"
    return (phone, f"+31 6 {rest[:4]} {rest[4:]}", f"00316{rest}", f"06 {rest[:4]} {rest[4:]}")[way - 2]


def written_country(chance: Chance, origin: dict[str, Any], unknown: float = 0.0) -> str:
    """A country as written: name, adjective, ISO code, now and then only a region, or not known."""
    drawn = chance.random()
    if drawn < unknown:
        return chance.choice(UNKNOWN)
    names = origin["names"]
    if origin["kind"] == "foreign" and (names in AFRICAN or names in EASTERN) and chance.share("region_for_country"):
        return f"{'Afrika' if names in AFRICAN else 'Oost-Europa'} (onbekend welk land)"
    way = chance.random()
    if way < 0.45:
        return str(origin["country"])
    if way < 0.85:
        return str(origin["adjective"])
    return str(origin["alpha2" if way < 0.93 else "alpha3"])
