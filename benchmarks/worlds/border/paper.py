"""Values every register writes: countries, and the many ways of saying that something is not known."""

from __future__ import annotations

from benchmarks.worlds.border.facts import Dice, countries, facts, rate

UNKNOWN = ("", "", "", "", "onbekend", "Onbekend", "niet bekend", "n.b.", "-", "?")


def unknown(dice: Dice) -> str:
    """One of the spellings of "not known"."""
    return dice.one(UNKNOWN)


def or_unknown(dice: Dice, value: str, share: float) -> str:
    """A value, or in this share of cases a spelling of "not known"."""
    return unknown(dice) if dice.chance(share) else value


def country(dice: Dice, code: str, missing: float | None = None) -> str:
    """A country as a clerk writes it; now and then a neighbour, a region or nothing."""
    about = countries()
    if dice.chance(rate("unknown", "origin") if missing is None else missing):
        return unknown(dice)
    if code in about and dice.chance(rate("unknown", "misdeclared")):
        code = dice.one(about[code]["mistaken"])
    elif code in about and dice.chance(0.02):
        return str(about[code]["region"])
    written = about[code]["written"] if code in about else facts("countries")["paper"][code]
    return str(dice.one(written[:2]) if dice.chance(0.7) else dice.one(written))
