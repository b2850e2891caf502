"""Persons as they are born into this world: households, twins, strangers of one name, true and false identities."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from benchmarks.worlds.harbour.birth_dates import placeholder
from benchmarks.worlds.harbour.cast import Household, Identity, Person, Pimp, World
from benchmarks.worlds.harbour.facts_files import (
    age_on,
    count_of,
    days,
    facts,
    proportion,
    weighted,
    words,
    years_before,
)
from benchmarks.worlds.harbour.name_lists import Name, draw_family, draw_name

SIBLING, TWIN, STRANGER = 0.24, 0.08, 0.012
ALIEN_LIVES = ("ama_victim", "ama_gone", "asylum_family")
CONTINENT = {
    **dict.fromkeys(("NG", "GH", "SL", "GN", "LR", "CM", "SO", "ER", "ET", "AO", "CD"), "africa"),
    **dict.fromkeys(("CN", "IN", "VN", "AF", "IQ", "IR"), "asia"),
    **dict.fromkeys(("CO", "DO", "BR"), "america"),
    **dict.fromkeys(("NL", "MA", "TR", "SR", "AN", "AW"), "resident"),
}


def name_list(country: str) -> str:
    """The key of the name list of a country."""
    return facts("countries")[country][3]


def born(world: World, on: date, age: int) -> date:
    """A birth date of someone who has that age on a day."""
    return years_before(on, age) - days(world.rng.randint(0, 364))


def new_household(world: World, country: str) -> Household:
    """A household with a telephone, a family name and a place to live."""
    region = world.region()
    phone = world.landline(region) if world.chance(0.7) else world.mobile()
    made = Household(phone, region, world.city(region), country, draw_family(world.rng, name_list(country)))
    world.households.append(made)
    return made


def find_household(world: World, life: str, birth: date) -> tuple[Household, date]:
    """A household for a resident child: often one with children already; twins share a birth date."""
    rng = world.rng
    if world.households and world.chance(SIBLING):
        house = rng.choice(world.households)
        births = [one.true.birth for one in house.members]
        if world.chance(TWIN) and abs((births[-1] - birth).days) < 700:
            return house, births[-1]
        if len(births) < 5 and all(300 < abs((other - birth).days) < 5500 for other in births):
            return house, birth
    return new_household(world, weighted(rng, proportion("origins", life))), birth


def nationality(world: World, country: str, alien: bool) -> str:
    """What a child of that origin holds, or says it holds."""
    if not alien and country in ("SR", "AN", "AW", "MA", "TR"):
        return "NL" if world.chance({"MA": 0.6, "TR": 0.6, "SR": 0.8}.get(country, 0.93)) else country
    return country


def _status(world: World, life: str, country: str, citizen: bool) -> str:
    if life in ("ama_victim", "ama_gone"):
        return "ama"
    if life == "asylum_family":
        return "asielzoeker in gezinsverband"
    if citizen:
        return "Nederlandse nationaliteit"
    if life in ("trafficked", "adult_prostitution"):
        return weighted(
            world.rng, {"zonder status": 65, "bedenktijd": 10, "B9": 15, "EU": 25 if country == "PL" else 1}
        )
    return weighted(world.rng, {"Nederlandse nationaliteit": 30, "zonder status": 10, "B9": 1, "onbekend": 40})


def _declared(world: World, true: Identity, life: str) -> Identity:
    """What a person says at an application centre: an unknown day, or a year that suits; others tell the truth."""
    if life not in ALIEN_LIVES:
        return replace(true, kind="declared")
    said = placeholder(world.rng, true.birth, 0.3)
    if world.chance(0.14):
        said = years_before(said, world.rng.choice((-2, -1, 1)))
    return replace(true, birth=said, kind="declared")


def make_person(
    world: World,
    life: str,
    country: str,
    sex: str,
    birth: date,
    *,
    family: tuple[str, str] | None = None,
    house: Household | None = None,
    region: str | None = None,
    adult: bool = False,
) -> Person:
    """Make one person; now and then a stranger who bears the full name of another, close in age."""
    rng, key = world.rng, (country, sex)
    name = draw_name(rng, name_list(country), sex, family)
    strangers = world.namesakes.setdefault(key, [])
    if strangers and not house and not family and world.chance(STRANGER):
        name = rng.choice(strangers).true.name
    elif strangers and not house and not family and world.chance(0.004):
        other = rng.choice(strangers)
        name = replace(name, given=other.true.name.given, family=other.true.name.family)
        birth = other.true.birth
    alien = life in (*ALIEN_LIVES, "trafficked", "adult_prostitution")
    true = Identity(name, birth, nationality(world, country, alien))
    region = house.region if house else region or world.region()
    made = Person(
        world.next_id(),
        life,
        sex,
        country,
        true,
        _declared(world, true, life),
        region,
        house.city if house else world.city(region),
        _status(world, life, country, true.country == "NL"),
        [world.mobile() for _ in range(count_of(rng, (60, 28, 12)))],
        house,
        adult,
        rng.sample(words("work_names"), count_of(rng, (60, 30, 10))),
    )
    world.persons.append(made)
    strangers.append(made)
    if house:
        house.members.append(made)
    return made


def resident(world: World, life: str, on: date, ages: dict[int, float]) -> Person:
    """A child that lives in the country, alone in its household or with brothers and sisters."""
    age = int(weighted(world.rng, {str(age): weight for age, weight in ages.items()}))
    house, birth = find_household(world, life, born(world, on, age))
    sex = "F" if world.chance(proportion("female", life)) else "M"
    return make_person(world, life, house.country, sex, birth, family=house.family, house=house)


def new_pimp(world: World, loverboy: bool) -> Pimp:
    """A pimp with his telephones, plates, regions and a place where he lets girls work."""
    rng = world.rng
    home = world.region()
    # Girls are moved about the country on purpose; loverboys stay nearer home.
    everywhere = list(facts("places")["regions"])
    further = count_of(rng, (35, 40, 25) if loverboy else (10, 25, 35, 30), 0)
    circuit = [world.region() if world.chance(0.4) else rng.choice(everywhere) for _ in range(further)]
    regions = list(dict.fromkeys([home, *circuit]))
    made = Pimp(
        rng.choice(words("street_names")),
        [world.mobile() for _ in range(count_of(rng, (35, 30, 20, 15)))],
        [world.plate() for _ in range(count_of(rng, (50, 35, 15), 0))],
        regions,
        {},
        loverboy,
    )
    world.pimps.append(made)
    return made


def older(world: World, identity: Identity, on: date) -> Identity:
    """The own identity with the birth date moved back until its bearer is of age."""
    years = max(1, world.rng.randint(18, 22) - age_on(identity.birth, on))
    birth = years_before(identity.birth, years)
    if world.chance(0.3):
        birth = born(world, birth.replace(month=12, day=28), 0)
    return replace(identity, birth=birth, kind="changed_age")


def passport(world: World, person: Person, on: date, country: str = "", near: date | None = None) -> Identity:
    """A false passport: another name and an adult's birth date; some are lent and have been used by another girl."""
    rng = world.rng
    if world.lent and person.sex == "F" and world.chance(0.06):
        lent = world.lent.pop(rng.randrange(len(world.lent)))
        if age_on(lent.birth, on) >= 18:
            return lent
    country = country or rng.choice(proportion("passports", CONTINENT.get(person.country, "europe")))
    birth = near + days(rng.randint(-60, 60)) if near else born(world, on, rng.choice((18, 19, 19, 19, 20, 21, 21, 22)))
    if age_on(birth, on) < 18:
        birth = born(world, on, 19)
    made = Identity(draw_name(rng, name_list(country), person.sex), birth, country, "false")
    if person.sex == "F" and world.chance(0.08):
        world.lent.append(made)
    return made


def work_identity(world: World, person: Person, on: date) -> Identity:
    """A girl known by her work name only, said to be of age."""
    name = Name((), "", world.rng.choice(person.work_names), "nl")
    return Identity(name, older(world, person.true, on).birth, person.true.country, "work")
