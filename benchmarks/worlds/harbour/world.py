"""The whole world: so many children, their lives by the shares of this port city, and the five registers' exports."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

from benchmarks.worlds.harbour.away_lives import (
    ama_gone_life,
    ama_victim_life,
    asylum_family_life,
    single_adult,
    trafficked_life,
)
from benchmarks.worlds.harbour.cast import Person, World
from benchmarks.worlds.harbour.events import Wardrobe, dossier, report
from benchmarks.worlds.harbour.facts_files import FIRST_DAY, LAST_NIGHT, age_on, day_between, days, facts
from benchmarks.worlds.harbour.home_lives import care_life, loverboy_life, missing_adult, other_life, runaway_life
from benchmarks.worlds.harbour.ikps import write_ikps
from benchmarks.worlds.harbour.mob import write_mob
from benchmarks.worlds.harbour.stv import write_stv
from benchmarks.worlds.harbour.telex import write_telex
from benchmarks.worlds.harbour.truth import write_truth
from benchmarks.worlds.harbour.youth_care import write_youth_care

LIVES: dict[str, Callable[[World], list[Person]]] = {
    "trafficked": trafficked_life,
    "loverboy": loverboy_life,
    "ama_victim": ama_victim_life,
    "ama_gone": ama_gone_life,
    "runaway": runaway_life,
    "asylum_family": asylum_family_life,
    "other": other_life,
    "care": care_life,
}
CHILDREN_PER_SHELTER = 150
ADULTS: dict[str, Callable[[World], list[Person]]] = {"prostitution": single_adult, "missing": missing_adult}


def write_world(folder: Path, children: int, seed: int) -> None:
    """Write the exports of five registers on so many children, with the truth, into a folder; older ones go."""
    for old in ("ikps", "stv", "youth_care", "telex", "mob", "truth"):
        shutil.rmtree(folder / old, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    world = _lived(children, seed)
    for write in (write_ikps, write_stv, write_youth_care, write_telex, write_mob, write_truth):
        write(world, folder)
    (folder / "SYNTHETIC.toml").write_text(f'name = "world harbour {children}/{seed}"\n', encoding="utf-8")


def _lived(children: int, seed: int) -> World:
    """Draw the lives of so many children and of the adults around them."""
    world = World(random.Random(f"harbour {seed}"))
    names = facts("places")["shelters"]["names"]
    for at in range(max(len(names), children // CHILDREN_PER_SHELTER)):
        name = names[at % len(names)] + (f" {at // len(names) + 1}" if at >= len(names) else "")
        world.shelters.append({"name": name, "phone": world.landline(world.region())})
    for name in facts("places")["centres"]["names"]:
        world.centres[name] = world.landline(world.region())
    shares = facts("proportions")["lives"]
    quota = {life: round(children * share) for life, share in shares.items()}
    made = 0
    for life, live in LIVES.items():
        wanted = children - made if life == "care" else quota[life]
        count = 0
        while count < wanted:
            count += _keep(world, live(world), wanted - count)
        made += count
    for life, share in facts("proportions")["adults"].items():
        for _ in range(round(children * share)):
            ADULTS[life](world)
    return world


def _keep(world: World, group: list[Person], room: int) -> int:
    """Take a group of children into the world, no more than there is room for, each with a registration at least."""
    for child in group[room:]:
        _forget(world, child)
    for child in group[:room]:
        if not child.registrations:
            _register_somewhere(world, child)
    return min(len(group), room)


def _forget(world: World, child: Person) -> None:
    """Take a child that is one too many out of every list."""
    world.persons.remove(child)
    gone = {id(entry) for entry in child.registrations}
    world.registrations = [entry for entry in world.registrations if id(entry) not in gone]
    if child in world.mothers:
        world.mothers.remove(child)


def _register_somewhere(world: World, child: Person) -> None:
    """Give a child whom no register holds yet one plain registration."""
    rng = world.rng
    on = day_between(rng, max(FIRST_DAY, child.true.birth) + days(150), LAST_NIGHT - days(20))
    while age_on(child.true.birth, on) >= 18 and on > FIRST_DAY:
        on = max(FIRST_DAY, on - days(90))
    girl_of_stv = child.sex == "F" and child.life == "trafficked" and on.year > 2002
    place = {"region": child.region, "city": child.city}
    if girl_of_stv:
        made = report(world, child, on, on, Wardrobe(world, child, on), met=False, police=False, place=place, group=1)
    else:
        made = dossier(world, child, on)
    if made is None:
        raise ValueError(f"a child born on {child.true.birth} fits into no register")
