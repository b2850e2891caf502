"""Builds a world of children and writes its five register exports, with the truth beside them."""

from __future__ import annotations

from pathlib import Path

from benchmarks.worlds.border.asylum import asylum_party
from benchmarks.worlds.border.facts import shares
from benchmarks.worlds.border.homes import adult_party, runaway_party, trafficked_party, youth_party
from benchmarks.worlds.border.ikps import write_ikps
from benchmarks.worlds.border.mob import write_mob
from benchmarks.worlds.border.stv import write_stv
from benchmarks.worlds.border.telex import write_telex
from benchmarks.worlds.border.truth import close_cases, write_truth
from benchmarks.worlds.border.world import World
from benchmarks.worlds.border.youth_care import write_youth_care

_PARTIES = {
    "asylum": asylum_party,
    "runaway": runaway_party,
    "trafficked": trafficked_party,
    "youth": youth_party,
    "adult": adult_party,
}
# A party is larger than one child by this much on average; shares of rates.toml are shares of children.
_SIZES = {"asylum": 1.33, "runaway": 1.08, "trafficked": 2.4, "youth": 1.25, "adult": 1.0}


def write_world(folder: Path, children: int, seed: int) -> None:
    """Write the synthetic exports of so many children into a folder; the same arguments give the same bytes."""
    world = World(children, seed)
    courses = {course: share / _SIZES[course] for course, share in shares("rates", "courses").items()}
    while not world.full:
        _PARTIES[world.dice.weighted(courses)](world)
    close_cases(world)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "SYNTHETIC.toml").write_text(f'name = "world border {children}/{seed}"\n', encoding="utf-8")
    written = write_ikps(world, folder / "ikps")
    written += write_stv(world, folder / "stv")
    written += write_youth_care(world, folder / "youth_care")
    written += write_telex(world, folder / "telex")
    written += write_mob(world, folder / "mob")
    write_truth(written, folder / "truth")
