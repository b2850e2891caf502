"""Stocks of given and family names, skewed as real ones are: few names very frequent, many rare."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from benchmarks.worlds.border.facts import Dice, facts

_PREFIXES = {"van", "de", "den", "der", "ter", "ten", "in", "op", "'t", "el", "al", "dos", "da", "la", "ben"}


@dataclass(frozen=True)
class Name:
    """A name as its bearer would write it; `people` names the stock it comes from."""

    given: str
    family: str
    prefix: str = ""
    called: str = ""
    people: str = "dutch"


class Ranked:
    """Names by frequency rank: weight 1 / (rank + 2) to the power of the skew."""

    def __init__(self, names: list[str], skew: float) -> None:
        self.names = [name.replace("~", " ") for name in dict.fromkeys(names)]
        self.sums = list(accumulate(1 / (rank + 2) ** skew for rank in range(len(self.names))))

    def draw(self, dice: Dice) -> str:
        """One name by its frequency."""
        return self.names[bisect(self.sums, dice.rng.random() * self.sums[-1])]


class Stock:
    """The names of one people."""

    def __init__(self, people: str) -> None:
        about = facts(f"names/{people}")
        self.people = people
        self.parts = about.get("parts", "drop")
        self._about = about
        self._given = {sex: Ranked(about[key].split(), 1.05) for sex, key in (("V", "girls"), ("M", "boys"))}
        self._composed = {
            sex: [Ranked(part.split(), 0.85) for part in about.get(key, [])]
            for sex, key in (("V", "girls_parts"), ("M", "boys_parts"))
        }
        self._family = Ranked(about.get("family", about["boys"]).split(), about["skew_family"])
        self._short = {name: Ranked(short.split(), 0.3) for name, short in about.get("short", {}).items()}

    def given(self, dice: Dice, sex: str) -> str:
        """A given name, of two parts where this people's names often are."""
        about = self._about
        if self._composed[sex] and dice.chance(about.get("composed", 0.0)):
            return about["glue"].join(part.draw(dice) for part in self._composed[sex]).strip()
        given = self._given[sex].draw(dice)
        if dice.chance(about.get("second_given", 0.0)):
            second = self._given[sex].draw(dice)
            given = given if second == given else f"{given} {second}"
        return given

    def family(self, dice: Dice, sex: str) -> str:
        """A family name in the form of this sex, prefix included; may be empty (one name only)."""
        about = self._about
        if dice.chance(about.get("single", 0.0)):
            return ""
        family = self._family.draw(dice)
        if sex == "V" and about.get("family_girls_first") and dice.chance(0.55):
            return str(about["family_girls_first"])
        if dice.chance(about.get("second_family", 0.0)):
            family = f"{family} {self._family.draw(dice)}"
        return self.for_sex(family, sex)

    def for_sex(self, family: str, sex: str) -> str:
        """The form of a family name that a girl bears."""
        if sex == "V":
            for ending, feminine in self._about.get("family_feminine", []):
                if family.endswith(ending):
                    return family.removesuffix(ending) + feminine
        return family

    def name(self, dice: Dice, sex: str, family: str | None = None) -> Name:
        """A whole name; with a family name given, that of a sibling or of a small group."""
        given = self.given(dice, sex)
        whole = self.family(dice, sex) if family is None else self.for_sex(family, sex)
        tokens = whole.split()
        at = 0
        while at < len(tokens) - 1 and tokens[at].lower() in _PREFIXES:
            at += 1
        return Name(given, " ".join(tokens[at:]), " ".join(tokens[:at]), self._called(dice, given), self.people)

    def _called(self, dice: Dice, given: str) -> str:
        """The name a child is called by: a short form, a piece of the name, or the first of several."""
        first = given.split()[-1 if self.parts in ("join", "middle") else 0]
        if first in self._short:
            return self._short[first].draw(dice)
        roll = dice.rng.random()
        if roll < 0.25 and len(first) > 4:
            return first[: dice.number(3, 4)].rstrip("aeiouy") + dice.one(["i", "a", "ie", "y"])
        if roll < 0.32:
            return first[:2].capitalize() + first[:2].lower()
        return first


@cache
def stock(people: str) -> Stock:
    """The stock of names of a people."""
    return Stock(people)
