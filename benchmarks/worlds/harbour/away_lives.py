"""Lives of children from elsewhere: trafficked girls in a pimp's group, asylum seekers who vanish from a centre."""

from __future__ import annotations

from datetime import date

from benchmarks.worlds.harbour.cast import Person, Pimp, Registration, World
from benchmarks.worlds.harbour.events import (
    Wardrobe,
    dossier,
    encounter,
    encounters_wanted,
    missing,
    place_for,
    reports_after,
    stay,
)
from benchmarks.worlds.harbour.facts_files import (
    FIRST_DAY,
    LAST_NIGHT,
    age_on,
    count_of,
    day_between,
    days,
    facts,
    proportion,
    weighted,
)
from benchmarks.worlds.harbour.home_lives import VICTIM_AGES
from benchmarks.worlds.harbour.name_lists import draw_family
from benchmarks.worlds.harbour.population import CONTINENT, born, make_person, name_list, new_pimp

DEPARTURES = {
    **{"Controle adres": 74, "Uitzetting": 6, "Vertrek onder toezicht": 8, "Overgave na controle MTV": 3},
    **{"Aanzegging na opheffing vreemdelingenbewaring": 3, "Overig": 6},
}


def _age(world: World, ages: dict[int, float]) -> int:
    return int(weighted(world.rng, {str(age): weight for age, weight in ages.items()}))


def trafficked_life(world: World) -> list[Person]:
    """A group of girls of one pimp, mostly of one origin, met together in raids and each on her own."""
    rng = world.rng
    start = day_between(rng, date(2003, 2, 1), date(2005, 5, 20))
    country = weighted(rng, proportion("origins", "trafficked"))
    pimp = _trafficker(world)
    size = count_of(rng, (44, 20, 18, 11, 7))
    batch = rng.choice(proportion("passports", CONTINENT.get(country, "europe")))
    near = born(world, start, 19) if size > 1 and world.chance(0.6) else None
    sisters = draw_family(rng, name_list(country)) if size > 1 and world.chance(0.08) else None
    group = []
    for at in range(size):
        own = country if world.chance(0.88) else weighted(rng, proportion("origins", "trafficked"))
        sex = "F" if size > 1 or world.chance(proportion("female", "trafficked")) else "M"
        birth = born(world, start, _age(world, VICTIM_AGES))
        family = sisters if at < 2 and own == country else None
        girl = make_person(world, "trafficked", own, sex, birth, family=family, region=pimp.regions[0])
        group.append((girl, Wardrobe(world, girl, start, batch if world.chance(0.75) else "", near)))
        if sex == "F":
            world.mothers.append(girl)
    adult = grown_up(world, country, pimp, start) if world.chance(0.12 * size) else None
    _working(world, [*group, *([adult] if adult else [])], start, pimp, near)
    return [girl for girl, _ in group]


def _trafficker(world: World) -> Pimp:
    known = [pimp for pimp in world.pimps[-10:] if not pimp.loverboy]
    if known and world.chance(0.6):
        return world.rng.choice(known)
    return new_pimp(world, loverboy=False)


def grown_up(world: World, country: str, pimp: Pimp, on: date) -> tuple[Person, Wardrobe]:
    """A woman of age who works for the same pimp."""
    birth = born(world, on, world.rng.randint(18, 31))
    woman = make_person(world, "adult_prostitution", country, "F", birth, region=pimp.regions[0], adult=True)
    wardrobe = Wardrobe(world, woman, on)
    wardrobe.style = weighted(world.rng, {"true": 70, "false": 20, "work": 10})
    return woman, wardrobe


def _working(world: World, group: list[tuple[Person, Wardrobe]], start: date, pimp: Pimp, near: date | None) -> None:
    """Raids on a group, encounters of each girl alone, and what STV, youth care and the telex hear of it."""
    rng = world.rng
    met: dict[str, list[Registration]] = {girl.person_id: [] for girl, _ in group}
    on = start + days(rng.randint(0, 30))
    for _ in range(count_of(rng, (50, 30, 15, 5)) if len(group) > 1 else 0):
        place, present = place_for(world, pimp), [one for one in group if world.chance(0.8)]
        lag = rng.randint(0, 20) if world.chance(0.7) else rng.randint(21, 200)
        for girl, wardrobe in present:
            entered = encounter(world, girl, on, pimp, place, wardrobe, lag + rng.choice((0, 0, 0, 1, 2)))
            for entry in entered:
                entry.details["group"] = len(present)
            met[girl.person_id] += entered
        on += days(4 + rng.expovariate(1 / 60))
    for girl, wardrobe in group:
        weights = (55, 30, 12, 3) if len(group) > 1 else (4, 36, 26, 18, 10, 6)
        alone = start + days(rng.expovariate(1 / 50))
        for _ in range(encounters_wanted(world, weights)):
            met[girl.person_id] += encounter(world, girl, alone, pimp, place_for(world, pimp, girl), wardrobe)
            alone += days(3 + rng.expovariate(1 / 75))
        reports_after(world, girl, met[girl.person_id], wardrobe, 0.52)
        _afterwards(world, girl, met[girl.person_id])


def _afterwards(world: World, girl: Person, met: list[Registration]) -> None:
    """Some run away from the shelter, some get a dossier."""
    rng = world.rng
    if not met or girl.adult:
        return
    entry = rng.choice(met)
    since = entry.on + days(rng.randint(3, 60))
    if world.chance(0.1) and age_on(girl.true.birth, since) < 18:
        reported = since + days(rng.randint(0, 6))
        missing(world, girl, since, reported, None, category="VERMIST", reporter=rng.choice(("ANDERS", "POLITIE")))
    elif world.chance(0.08) and age_on(girl.true.birth, since) < 18:
        dossier(world, girl, since, form="prostitutie" if world.chance(0.7) else "")


def single_adult(world: World) -> list[Person]:
    """A grown woman met by the police for a pimp who also has girls."""
    start = day_between(world.rng, date(2003, 4, 1), date(2005, 6, 1))
    pimp = _trafficker(world)
    woman = grown_up(world, weighted(world.rng, proportion("origins", "trafficked")), pimp, start)
    _working(world, [woman], start, pimp, None)
    return [woman[0]]


def ama_victim_life(world: World) -> list[Person]:
    """An unaccompanied minor who leaves a centre with a trafficker and is met again weeks or months later."""
    rng = world.rng
    departure = day_between(rng, date(2003, 1, 5), date(2005, 5, 15))
    country = weighted(rng, proportion("origins", "ama_victim"))
    sex = "F" if world.chance(proportion("female", "ama_victim")) else "M"
    child = make_person(world, "ama_victim", country, sex, born(world, departure, _age(world, VICTIM_AGES)))
    pimp = _trafficker(world)
    centre = rng.choice(facts("places")["centres"]["names"])
    smuggler = rng.choice(pimp.phones)
    left = _leaves(world, child, centre, departure, smuggler, "Controle adres")
    wardrobe = Wardrobe(world, child, departure + days(60))
    meeting, met = departure + days(12 + rng.expovariate(1 / 100)), []
    for _ in range(encounters_wanted(world, (12, 45, 25, 12, 6))):
        met += encounter(world, child, meeting, pimp, place_for(world, pimp, child), wardrobe)
        meeting += days(3 + rng.expovariate(1 / 80))
    reports_after(world, child, met, wardrobe, 0.45)
    if met and world.chance(0.12) and age_on(child.true.birth, meeting) < 18:
        dossier(world, child, met[0].on + days(rng.randint(1, 40)), form="prostitutie" if world.chance(0.6) else "")
    if left and met and world.chance(0.25):
        left["found"] = max(entry.on for entry in child.registrations)
    return [child]


def _leaves(
    world: World, child: Person, centre: str, departure: date, phone: str, category: str, week: int | None = None
) -> dict[str, object] | None:
    """A departure from a centre and, when a guardian notices, a telex weeks later; returns the stay's details."""
    rng = world.rng
    arrival = departure - days(week if week is not None else 5 + rng.expovariate(1 / 30))
    guardian = world.chance(0.6)
    reported = None
    if guardian and category == "Controle adres" and world.chance(0.62):
        reported = departure + days(2 + rng.expovariate(1 / 14))
        since = departure - days(rng.choice((0, 0, 0, 0, 1, 2)))
        who = rng.choice(("NIDOS", "NIDOS", "NIDOS", "COA"))
        if not missing(world, child, since, reported, None, category="VERMIST AMA", reporter=who, seen=centre):
            reported = None
    made = stay(world, child, centre, arrival, departure, category, guardian=guardian, vanished=reported, phone=phone)
    return made.details if made else None


def ama_gone_life(world: World) -> list[Person]:
    """Unaccompanied minors of one origin who leave one centre on one day, and are not seen again."""
    rng = world.rng
    departure = day_between(rng, FIRST_DAY + days(60), LAST_NIGHT - days(3))
    country = weighted(rng, proportion("origins", "ama_gone"))
    centre = rng.choice(facts("places")["centres"]["names"])
    size = count_of(rng, (40, 20, 13, 9, 7, 5, 3, 3))
    phone = world.mobile() if world.chance(0.5) else ""
    families = [draw_family(rng, name_list(country), 12) for _ in range(3)] if size > 2 else []
    week = rng.randint(4, 12) if world.chance(0.5) else None
    sex = "F" if world.chance(proportion("female", "ama_gone")) else "M"
    group = []
    for _ in range(size):
        own = sex if world.chance(0.8) else rng.choice("FM")
        family = rng.choice(families) if families and world.chance(0.7) else None
        birth = born(world, departure, rng.choice((13, 14, 15, 15, 16, 16, 17)))
        child = make_person(world, "ama_gone", country, own, birth, family=family)
        category = "Controle adres" if size > 1 else weighted(rng, DEPARTURES)
        left = _leaves(world, child, centre, departure, phone, category, week)
        if world.chance(0.14):
            _again(world, child)
        elif left and category == "Controle adres" and world.chance(0.05):
            left["found"] = min(departure + days(rng.randint(3, 200)), LAST_NIGHT)
        group.append(child)
    return group


def _again(world: World, child: Person) -> None:
    """A second stay months later, often under a second number and always under another clerk's spelling."""
    rng = world.rng
    if not child.registrations:
        return
    departure = child.registrations[0].on + days(rng.randint(35, 300))
    if age_on(child.declared.birth, departure) < 18:
        second = rng.choice(facts("places")["centres"]["names"])
        made = _leaves(world, child, second, departure, "", weighted(rng, DEPARTURES), rng.randint(5, 30))
        if made:
            made["second_number"] = world.chance(0.4)


def asylum_family_life(world: World) -> list[Person]:
    """Brothers and sisters in a family that leaves a centre, or a mother under age with her baby."""
    rng = world.rng
    departure = day_between(rng, FIRST_DAY + days(30), LAST_NIGHT - days(3))
    country = weighted(rng, proportion("origins", "asylum_family"))
    centre = rng.choice(facts("places")["centres"]["names"])
    family = draw_family(rng, name_list(country))
    category = "Controle adres" if world.chance(0.3) else weighted(rng, DEPARTURES | {"Controle adres": 0})
    ages = [17, 0] if world.chance(0.15) else sorted(rng.sample(range(1, 18), count_of(rng, (35, 35, 20, 10))))
    phone, children = world.mobile() if world.chance(0.3) else "", []
    for age in ages:
        sex = "F" if ages[-1] == 0 and age else rng.choice("FM")
        child = make_person(world, "asylum_family", country, sex, born(world, departure, age), family=family)
        facts_of_stay = {"guardian": False, "vanished": None, "phone": phone}
        stay(world, child, centre, departure - days(120), departure, category, **facts_of_stay)
        children.append(child)
    return children
