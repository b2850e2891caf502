"""How a clerk of each register writes a name down: columns, one cell, order, initials, a single name, capitals."""

from __future__ import annotations

from dataclasses import dataclass, replace

from benchmarks.worlds.border.facts import Dice, rate
from benchmarks.worlds.border.spelling import in_windows_1252, plain, slip
from benchmarks.worlds.border.stock import Name, stock

# Share of clerks who keep the diacritics of a name.
_KEEPS = {"ikps": 0.65, "stv": 0.7, "youth_care": 0.95, "telex": 0.0, "mob": 0.3}


@dataclass(frozen=True)
class Written:
    """A name as written down, still in its parts; a part may be empty."""

    family: str
    prefix: str
    given: str
    called: str


def written(dice: Dice, name: Name, register: str) -> Written:
    """The parts of a name with what a clerk of this register does to them."""
    kept = name if dice.chance(_KEEPS[register]) else _without_diacritics(name)
    given = _given_parts(dice, kept, register)
    family, prefix = kept.family, kept.prefix
    if kept.called and dice.chance(rate("names", "nickname", register)):
        given = kept.called
    if dice.chance(rate("names", "initials", register)) and family:
        given = "".join(f"{part[0]}." for part in given.replace("-", " ").split())
    elif dice.chance(rate("names", "single", register)):
        family, prefix, given = (family, prefix, "") if family and dice.chance(0.5) else ("", "", given)
    odds = rate("names", "swapped", register) * (1.0 if name.people not in ("dutch", "polish") else 0.15)
    if family and given and "." not in given and dice.chance(odds):
        family, prefix, given = given, "", f"{prefix} {family}".strip()
    slips = rate("names", "slip", register)
    family = slip(dice, family) if dice.chance(slips) else family
    given = slip(dice, given) if dice.chance(slips) else given
    if family.count(" ") == 1 and not prefix and dice.chance(0.35):
        family = family.replace(" ", "-") if dice.chance(0.5) else family.split()[0]
    return Written(family, prefix, given, kept.called)


def _without_diacritics(name: Name) -> Name:
    return replace(name, given=plain(name.given), family=plain(name.family), called=plain(name.called))


def _given_parts(dice: Dice, name: Name, register: str) -> str:
    """Given names of several parts: joined, hyphenated, or one of them left out, as is the custom of the people."""
    parts = name.given.split()
    if len(parts) < 2:
        return name.given
    custom = stock(name.people).parts
    roll = dice.rng.random()
    if custom == "join":
        if roll < 0.55:
            return parts[0] + "".join(parts[1:]).lower()
        if roll < 0.70:
            return parts[0] + "-" + "".join(parts[1:]).lower()
        if roll < 0.76:
            return f"{parts[0]}-{''.join(parts[1:])}"
        return " ".join(parts) if roll < 0.93 else f"{' '.join(parts[1:])} {parts[0]}"
    if custom == "middle":
        return " ".join(parts) if roll < 0.62 else (parts[-1] if roll < 0.9 else "".join(parts).capitalize())
    if custom == "choose":
        return " ".join(parts) if roll < 0.4 else (parts[0] if roll < 0.75 else parts[-1])
    whole = 0.8 if register == "youth_care" else 0.5
    return " ".join(parts) if roll < whole else (parts[0] if roll < 0.93 else "-".join(parts))


def in_columns(dice: Dice, name: Name) -> tuple[str, str, str]:
    """Family name, prefix and given names as IKPS columns hold them, in letters of Windows-1252."""
    parts = written(dice, name, "ikps")
    family, prefix, given = parts.family, parts.prefix, parts.given
    if prefix and dice.chance(0.18):
        family, prefix = f"{prefix} {family}", ""
    if not family:
        # A single name stands in the family-name field, or the other way about.
        family, given = (given, dice.one([".", ""])) if dice.chance(0.7) else (dice.one([".", ""]), given)
    elif not given:
        given = dice.one([".", ""])
    if dice.chance(0.07):
        family = family.upper()
    return in_windows_1252(family), prefix, in_windows_1252(given)


def in_one_cell(dice: Dice, name: Name) -> str:
    """A name in one cell of the STV workbook."""
    parts = written(dice, name, "stv")
    family = f"{parts.prefix} {parts.family}".strip()
    if not family or not parts.given:
        return family or parts.given
    return f"{parts.given} {family}" if dice.chance(0.42) and "." not in parts.given else f"{family}, {parts.given}"


def on_list(dice: Dice, name: Name, habit: int) -> str:
    """A name on the list of a reception centre, in the habit of that centre (0, 1 or 2) or another."""
    parts = written(dice, name, "mob")
    family = f"{parts.prefix} {parts.family}".strip()
    if not family or not parts.given:
        single = family or parts.given
        return single.upper() if habit == 0 else single
    form = habit if dice.chance(0.8) else dice.number(0, 3)
    if form == 0:
        return f"{family.upper()} {parts.given}"
    if form == 1:
        return f"{family}, {parts.given}"
    if form == 2:
        return f"{family} {parts.given}"
    return f"{parts.given} {family}".upper()


def on_telex(dice: Dice, name: Name) -> tuple[str, str]:
    """Name and name called by as the telex has them: ASCII capitals."""
    parts = written(dice, name, "telex")
    family = f"{parts.prefix} {parts.family}".strip()
    if not family or not parts.given:
        whole = family or parts.given
    elif dice.chance(0.9):
        whole = f"{family}, {parts.given}"
    else:
        whole = f"{parts.given} {family}" if dice.chance(0.5) else f"{family} {parts.given}"
    return plain(whole).upper(), plain(parts.called).upper()
