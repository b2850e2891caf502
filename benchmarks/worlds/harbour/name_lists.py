"""Names of twenty origins, drawn with the skew of real life: a few names are everywhere, many are rare."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from benchmarks.worlds.harbour.facts_files import HERE, facts

SKEW = 0.85  # exponent of Zipf's law
FLATTER = 4  # added to the rank, so that the first name is not a tenth of all
FAMILY_BY_SEX = {
    "bg": (("ov", "ova"), ("ev", "eva")),
    "ru": (("ov", "ova"), ("ev", "eva"), ("yov", "yova"), ("in", "ina"), ("ski", "skaya")),
    "in": (("Singh", "Kaur"), ("Kumar", "Kumari"), ("Das", "Devi"), ("Rana", "Rani")),
    "pl": (("ski", "ska"), ("cki", "cka"), ("dzki", "dzka"), ("cny", "czna")),
}


@dataclass(frozen=True)
class Name:
    """A full name as its bearer would write it; `origin` is the key of its name list."""

    given: tuple[str, ...]
    prefix: str
    family: str
    origin: str
    nickname: str = ""


@cache
def _list(origin: str, key: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """The names of a list with their cumulative weights; a name printed twice counts once."""
    listed = tomllib.loads((HERE / "names" / f"{origin}.toml").read_text(encoding="utf-8"))
    names = tuple(dict.fromkeys(listed[key].split()))
    weights = tuple(accumulate(1 / (rank + FLATTER) ** SKEW for rank in range(len(names))))
    return names, weights


def draw(rng: random.Random, origin: str, key: str, only_first: int | None = None) -> str:
    """Draw a name from a list by its frequency, from the most frequent `only_first` when that is given."""
    names, weights = _list(origin, key)
    if only_first:
        names, weights = names[:only_first], weights[:only_first]
    return rng.choices(names, cum_weights=weights)[0]


def split_prefix(listed: str) -> tuple[str, str]:
    """Part the prefix from a listed family name: `van_der_Berg`, `El_Amrani`; others keep their parts together."""
    parts = listed.split("_")
    at = 0
    while at < len(parts) - 1 and (parts[at][0].islower() or parts[at][0] == "'" or parts[at] in ("El", "Al")):
        at += 1
    return " ".join(parts[:at]), " ".join(parts[at:])


def draw_family(rng: random.Random, origin: str, only_first: int | None = None) -> tuple[str, str]:
    """A prefix and a family name in the man's form; some are double."""
    prefix, family = split_prefix(draw(rng, origin, "family", only_first))
    second = split_prefix(draw(rng, origin, "family"))[1]
    if second != family:
        if (origin == "la" and rng.random() < 0.7) or (origin == "ao" and rng.random() < 0.3):
            family = f"{family} {second}"
        elif origin == "nl" and rng.random() < 0.025:
            family = f"{family}-{second}"
    return prefix, family


def family_form(family: str, origin: str, sex: str) -> str:
    """The form of a Bulgarian, Russian, Polish or Sikh family name for a man or a woman."""
    for man, woman in sorted(FAMILY_BY_SEX.get(origin, ()), key=lambda pair: -len(pair[0])):
        if sex == "F" and family.endswith(man):
            return family[: -len(man)] + woman
        if sex == "M" and family == woman:
            return man
    return family


def draw_given(rng: random.Random, origin: str, sex: str) -> tuple[str, ...]:
    """One to three given names, as is the custom of the origin."""
    key = "female" if sex == "F" else "male"
    if origin == "cn" and rng.random() < 0.5:
        first, second = draw(rng, "cn", "syllables"), draw(rng, "cn", "syllables")
        return ((first + second).capitalize(),)
    if origin == "vn":
        middle = draw(rng, "vn", "middle") if sex == "F" else rng.choice(("Văn", "Đức", "Minh", "Quốc"))
        return (middle, draw(rng, "vn", key))
    more = {"nl": (55, 32, 13), "la": (45, 55), "ao": (45, 55), "ng": (65, 35), "sr": (70, 30), "an": (60, 40)}
    number = rng.choices((1, 2, 3), (*more.get(origin, (93, 7)), 0)[:3])[0] if origin != "cn" else 1
    drawn = dict.fromkeys(draw(rng, origin, key) for _ in range(number))
    return tuple(name.replace("_", " ") for name in drawn)


def nickname_of(rng: random.Random, given: tuple[str, ...]) -> str:
    """The name a child is called by: a known short form, the second given name, or the first cut short."""
    known = facts("spellings")["nicknames"].get(given[0])
    if known:
        return rng.choice(known.split())
    if len(given) > 1 and rng.random() < 0.5:
        return given[1]
    if rng.random() < 0.45 and len(given[0]) > 4:
        cut = given[0][: rng.randint(3, 4)].rstrip("-' ")
        return cut + ("" if cut[-1] in "aeiou" else rng.choice(("", "a", "i", "y")))
    return given[0]


def draw_name(rng: random.Random, origin: str, sex: str, family: tuple[str, str] | None = None) -> Name:
    """A full name; the family name (prefix, man's form) may be given, as with brothers and sisters."""
    prefix, name = family or draw_family(rng, origin)
    given = draw_given(rng, origin, sex)
    return Name(given, prefix, family_form(name, origin, sex), origin, nickname_of(rng, given))
