"""Who stands behind several children at once: traffickers with telephones, plates and passports; houses."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from benchmarks.worlds.border.births import adult_birth
from benchmarks.worlds.border.facts import Dice, countries, facts, shares, words
from benchmarks.worlds.border.stock import Name, stock

_PLATE = "BDFGHJKLNPRSTVXZ"


@dataclass(frozen=True)
class Identity:
    """What a person shows or tells: name, birth date, nationality; `kind` as in the truth of resurfacings."""

    name: Name
    born: date
    nationality: str
    kind: str
    on_document: bool = False


@dataclass(frozen=True)
class Pimp:
    """One trafficker or loverboy."""

    name: str
    phones: tuple[str, ...]
    plates: tuple[str, ...]


@dataclass
class Ring:
    """Traffickers who move children of one country through a few cities."""

    country: str
    trade: str
    since: date
    pimps: list[Pimp]
    cities: list[str]
    room: int
    passports: list[tuple[str, Identity]] = field(default_factory=list)


@dataclass(frozen=True)
class Encounter:
    """One occasion at which the police or a helper meets children: day, place, trade and who was behind it."""

    on: date
    city: str
    kind_of_place: str
    trade: str
    pimp: Pimp | None
    companions: int = 1


class Networks:
    """All rings, houses and numbers of a world."""

    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        self._rings: dict[tuple[str, str], list[Ring]] = {}
        self._phones = 0
        self._v_number = 0
        places = facts("places")
        self.cities = list(places["cities"])
        self.region_of = dict(places["cities"])
        self.centres = {name: float(about["size"]) for name, about in places["centres"].items()}
        self.habits = {name: dice.number(0, 2) for name in self.centres}
        self.centre_phones = {
            name: [f"{about['code']}{0:0{7 - len(about['code'])}d}{dice.number(10, 999):03d}"[:10] for _ in range(2)]
            for name, about in places["centres"].items()
        }
        self.shelters = [(dice.one(self.cities), self.mobile()) for _ in range(24)]

    def mobile(self) -> str:
        """A mobile number nobody has: 06-00 is not given out."""
        self._phones += self.dice.number(1, 31)
        return f"0600{(self._phones * 7919) % 1_000_000:06d}"

    def plate(self) -> str:
        """A Dutch plate of the years before 2005."""
        letters = [self.dice.one(_PLATE) for _ in range(4)]
        number = f"{self.dice.number(1, 99):02d}"
        form = self.dice.number(1, 3)
        one, two = letters[0] + letters[1], letters[2] + letters[3]
        return (
            f"{number}-{one}-{two}" if form == 1 else f"{one}-{number}-{two}" if form == 2 else f"{one}-{two}-{number}"
        )

    def v_number(self, arrived: date) -> str:
        """An aliens number of ten digits; numbers of one year lie near each other, as in life."""
        self._v_number += self.dice.number(1, 40)
        return f"2{(arrived.year % 100):02d}{self._v_number % 10_000_000:07d}"

    def pimp(self) -> Pimp:
        """A new trafficker with one to three telephones and up to two cars."""
        dice = self.dice
        phones = tuple(self.mobile() for _ in range(dice.one([1, 1, 2, 2, 3])))
        return Pimp(dice.one(words("pimp_names")), phones, tuple(self.plate() for _ in range(dice.one([0, 1, 1, 2]))))

    def ring(self, country: str, trade: str, on: date) -> Ring:
        """A ring with room for one more child at this time, or a new one."""
        dice = self.dice
        known = self._rings.setdefault((country, trade), [])
        fitting = [ring for ring in known if ring.room > 0 and abs((on - ring.since).days) < 300]
        if fitting and dice.chance(0.85):
            found = dice.one(fitting)
        else:
            room = dice.one([1, 1, 2, 3, 4]) if trade == "loverboy" else dice.one([2, 3, 4, 5, 6, 8, 12])
            pimps = [self.pimp() for _ in range(1 if trade == "loverboy" else dice.one([1, 2, 2, 3]))]
            found = Ring(country, trade, on, pimps, dice.some(self.cities, dice.number(2, 6)), room)
            known.append(found)
        found.room -= 1
        return found

    def encounter(self, ring: Ring | None, trade: str, on: date, companions: int = 1) -> Encounter:
        """A meeting in one of the ring's cities; without a ring anywhere."""
        dice = self.dice
        kinds = shares("words", "kinds_of_place", "labour" if trade == "labour" else "prostitution")
        city = dice.one(ring.cities if ring and dice.chance(0.8) else self.cities)
        pimp = self.one_behind(ring) if ring else None
        return Encounter(on, city, dice.weighted(kinds), trade, pimp, companions)

    def passport(self, ring: Ring | None, country: str, sex: str, on: date, lent: float) -> Identity:
        """A false or lent passport: another name, an adult's age, often another nationality."""
        dice = self.dice
        fitting = [known for whose, known in ring.passports if whose == sex] if ring else []
        if fitting and dice.chance(lent):
            return dice.one(fitting)
        nationality, people = dice.one(countries()[country]["passports"])
        name = replace(stock(people).name(dice, sex), called="")
        made = Identity(name, adult_birth(dice, on, 18, 23), nationality, "false_identity", True)
        if ring:
            ring.passports.append((sex, made))
        return made

    def one_behind(self, ring: Ring) -> Pimp:
        """Whoever of a ring deals with a child: mostly its head."""
        return ring.pimps[0] if self.dice.chance(0.6) else self.dice.one(ring.pimps)

    def number_of(self, pimp: Pimp) -> str:
        """The number given out: mostly the first."""
        return pimp.phones[0] if self.dice.chance(0.6) else self.dice.one(pimp.phones)

    def later(self, day: date, mean: float, low: int) -> date:
        """A day some time after another."""
        return day + max(self.dice.days(mean), timedelta(days=low))


def phone_as_written(dice: Dice, digits: str) -> str:
    """A Dutch telephone number in one of the notations, now and then with one digit wrong."""
    if dice.chance(0.02):
        at = dice.number(5, 9)
        digits = digits[:at] + str((int(digits[at]) + dice.number(1, 9)) % 10) + digits[at + 1 :]
    area = 2 if digits.startswith("06") else (3 if digits[:3] in ("070", "073", "076", "013") else 4)
    form = dice.rng.random()
    if form < 0.45:
        return f"{digits[:area]}-{digits[area:]}"
    if form < 0.7:
        return digits
    if form < 0.85:
        return f"+31 {digits[1:area]} {digits[area : area + 4]} {digits[area + 4 :]}".strip()
    return f"0031{digits[1:]}"
