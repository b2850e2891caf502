"""What happens to a person and is written down: an encounter, a report, a dossier, a disappearance, a departure."""

from __future__ import annotations

from datetime import date
from typing import Any

from benchmarks.worlds.harbour.cast import Identity, Person, Pimp, Registration, World
from benchmarks.worlds.harbour.facts_files import LAST_NIGHT, age_on, count_of, days, facts, weighted, words
from benchmarks.worlds.harbour.population import older, passport, work_identity

# How a girl tends to present herself to the police: on a false passport, as herself, made older, by work name.
STYLES = {"false": 48, "true": 30, "changed_age": 14, "work": 8}
STYLES_RESIDENT = {"false": 27, "true": 47, "changed_age": 17, "work": 9}


def place_for(world: World, pimp: Pimp, person: Person | None = None) -> dict[str, str]:
    """A place where a pimp lets girls work: region, town, kind and spot."""
    rng, places = world.rng, facts("places")
    region = pimp.regions[0] if world.chance(0.3) else rng.choice(pimp.regions)
    kind = weighted(rng, places["kinds"])
    if person is not None and person.sex == "M":
        kind = rng.choice(("straat", "woning", "parkeerplaats", "restaurant"))
    return {"region": region, "city": world.city(region), "kind": kind, "spot": rng.choice(places["spots"][kind])}


def backlog(world: World) -> int:
    """Days between an encounter and its entry in IKPS: most within weeks, some forces are months behind."""
    chance = world.rng.random()
    if chance < 0.58:
        return world.rng.randint(0, 14)
    return world.rng.randint(15, 80) if chance < 0.85 else world.rng.randint(81, 280)


class Wardrobe:
    """The identities one girl has at hand, and how she tends to present herself."""

    def __init__(self, world: World, girl: Person, on: date, country: str = "", near: date | None = None):
        self.world, self.girl, self.first = world, girl, on
        self.style = weighted(world.rng, STYLES_RESIDENT if girl.household else STYLES)
        self.country, self.near = country, near
        self.made_older = older(world, girl.true, on)
        self.false: list[Identity] = []

    def show(self, on: date) -> Identity:
        """The identity she shows at an encounter on a day."""
        style = self.style if self.world.chance(0.7) else weighted(self.world.rng, STYLES)
        if style == "true":
            return self.girl.declared if self.girl.status == "ama" and self.world.chance(0.6) else self.girl.true
        if style == "changed_age":
            return self.made_older
        if style == "work":
            return work_identity(self.world, self.girl, on)
        if not self.false or self.world.chance(0.2):
            self.false.append(passport(self.world, self.girl, on, self.country, self.near))
        return self.false[-1] if self.world.chance(0.8) else self.world.rng.choice(self.false)


def encounter(
    world: World, girl: Person, on: date, pimp: Pimp, place: dict[str, str], wardrobe: Wardrobe, lag: int | None = None
) -> list[Registration]:
    """A police encounter: an IKPS entry, now and then a second one of her true identity; returns what was entered."""
    lag = backlog(world) if lag is None else lag
    shown = wardrobe.show(on)
    identities = [shown]
    if world.chance(0.11) and shown.kind not in ("true", "declared"):
        identities.append(girl.true)
    made = [world.enter("ikps", girl, one, on, on + days(lag), pimp=pimp, place=place) for one in identities]
    kept = [entry for entry in made if entry]
    if len(kept) == 2 and world.chance(0.12):
        kept[1].details["other"] = kept[0]
    return kept


def report(
    world: World, girl: Person, on: date, reported: date, wardrobe: Wardrobe, **details: Any
) -> Registration | None:
    """A report to STV, mostly days after the encounter and mostly under the true name; women and girls only."""
    if girl.sex != "F":
        return None
    identity = girl.true if world.chance(0.86) else wardrobe.show(on)
    shelter = world.rng.choice(world.shelters) if world.chance(0.5) else None
    return world.enter("stv", girl, identity, on, reported, shelter=shelter, **details)


def reports_after(world: World, girl: Person, met: list[Registration], wardrobe: Wardrobe, share: float) -> None:
    """STV hears of some of the girls met, from the police within days, from a shelter within weeks."""
    if not met or not world.chance(share):
        return
    entry = world.rng.choice(met)
    police = world.chance(0.7)
    reported = entry.on + days(world.rng.randint(1, 12) if police else world.rng.randint(8, 60))
    group = entry.details.get("group", 1)
    given = world.chance(0.72)
    on = entry.on if given else reported
    report(world, girl, on, reported, wardrobe, met=given, police=police, place=entry.details["place"], group=group)


def dossier(world: World, person: Person, on: date, form: str = "", **details: Any) -> Registration | None:
    """A youth-care dossier; `form` names the exploitation, which most leave out; babies have a dossier from birth."""
    agency = details.pop("agency", None) or weighted(world.rng, {"BJZ": 62, "AMK": 18, "RvdK": 16, "JJI": 4})
    shelter = world.rng.choice(world.shelters) if form and world.chance(0.5) else details.pop("shelter", None)
    own = person.declared if person.status == "ama" else person.true
    return world.enter("youth_care", person, own, on, on, form=form, agency=agency, shelter=shelter, **details)


def missing(
    world: World, person: Person, since: date, reported: date, found: date | None = None, **details: Any
) -> Registration | None:
    """A disappearance on the telex; a find that lies in the future is not known yet."""
    if found is not None and (found > LAST_NIGHT - days(2) or found < reported):
        found = None
    withdrawn = found is None and world.chance(0.03)
    details = {"category": "WEGLOOPPROBLEMATIEK", "reporter": "OUDERS", "contact": None} | details
    own = person.declared if person.status == "ama" else person.true
    return world.enter("telex", person, own, since, reported, found=found, withdrawn=withdrawn, **details)


def boyfriend(world: World, pimp: Pimp) -> dict[str, str]:
    """The contact the parents name: a boyfriend, mostly with a telephone number, sometimes with his car."""
    rng = world.rng
    phone = rng.choice(pimp.phones) if world.chance(0.75) else ""
    plate = rng.choice(pimp.plates) if pimp.plates and world.chance(0.3) else ""
    return {"name": pimp.name, "phone": phone, "plate": plate}


def passer_by(world: World) -> dict[str, str]:
    """A contact who has nothing to do with any pimp: a friend, an uncle."""
    return {"name": world.rng.choice(words("street_names")), "phone": world.mobile(), "plate": ""}


def stay(
    world: World, person: Person, centre: str, arrival: date, departure: date, category: str, **details: Any
) -> Registration | None:
    """A stay at a reception centre and the departure from it."""
    facts_of_stay = {"centre": centre, "arrival": arrival, "category": category} | details
    # A centre for minors would not have taken in someone who says to be of age.
    own = person.declared if age_on(person.declared.birth, departure) < 18 else person.true
    return world.enter("mob", person, own, departure, departure, **facts_of_stay)


def encounters_wanted(world: World, weights: tuple[float, ...]) -> int:
    """How many times a girl is met, from none upwards."""
    return count_of(world.rng, weights, 0)
