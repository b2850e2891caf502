"""Writes a synthetic world as exports: five folders in the contract's layouts, the truth, and the mark of invention."""

from __future__ import annotations

import inspect
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from connectors.sample import dirt, ikps, mob, stv, telex, truth, youth_care
from connectors.sample.chance import FACTS, Chance
from connectors.sample.companions import Companions
from connectors.sample.registrations import REGISTERS, Progress, Registrations

SAID_EVERY = 500
IGNORED = (("ikps", "README.txt"), ("stv", "~$stv_aanmeldingen_2005.xlsx"), ("mob", "mob_lijsten.csv.part"))
INVENTED = (
    "Alles in deze map is verzonnen: geen enkel gegeven is van een bestaand kind.",
    "Everything in this folder is invented: nothing in it is of an existing child.",
)


def write_sample(
    directory: Path,
    children: int,
    seed: int,
    nights: int = 1,
    progress: Any = None,
    *,
    night_last: date | None = None,
) -> None:
    """Write synthetic exports of that many persons; the same arguments write the same bytes.

    `nights`: the last nights of the world get deliveries of their own (IKPS snapshots, youth care, telex by the day).
    `progress(done, total, label)` is told how far it is. Folders: the five registers, `truth`, and SYNTHETIC.toml.
    """
    if children < 1 or nights < 1:
        raise ValueError("a sample has at least one child and one night")
    last: date = night_last or FACTS["night_last"]
    days = [last - timedelta(days=before) for before in range(nights - 1, -1, -1)]
    tell = _listener(progress)
    for folder in (*REGISTERS, "truth"):
        (directory / folder).mkdir(parents=True, exist_ok=True)
    held = make_world(children, seed, days, tell)
    _write_registers(directory, held, seed, days, tell)
    truth.write_truth(directory / "truth", held)
    (directory / "README.txt").write_text("\n".join(INVENTED) + "\n", encoding="utf-8")
    (directory / "SYNTHETIC.toml").write_text(_mark(children, seed, days), encoding="utf-8")


def make_world(children: int, seed: int, nights: list[date], tell: Progress) -> Registrations:
    """Make that many persons and the registrations of all of them."""
    chance, held = Chance(f"children {seed}"), Registrations()
    companions = Companions(chance, nights, centres(children))
    number = 0
    while number < children:
        for child, entries in companions.draw(number, children - number):
            held.take(entries, child.true.born)
            number += 1
            if number % SAID_EVERY == 0:
                tell(number, children, "children")
    tell(children, children, "children")
    return held


def centres(children: int) -> list[str]:
    """Return the reception centres of a world: a small world has few, so that there are few files."""
    reception = FACTS["reception"]
    count = reception["centres_least"] + children // reception["children_per_centre"]
    return list(reception["centres"][:count])


def _write_registers(directory: Path, held: Registrations, seed: int, nights: list[date], tell: Progress) -> None:
    dirt.plant(Chance(f"dirt {seed}"), held)
    chance = Chance(f"files {seed}")
    writers = (
        ("ikps", lambda: ikps.write_snapshots(chance, directory / "ikps", held, nights)),
        ("stv", lambda: stv.write_workbooks(chance, directory / "stv", held)),
        ("youth_care", lambda: youth_care.write_messages(chance, directory / "youth_care", held, nights)),
        ("telex", lambda: telex.write_files(chance, directory / "telex", held, nights)),
        ("mob", lambda: mob.write_lists(chance, directory / "mob", held)),
    )
    for number, (register, write) in enumerate(writers, start=1):
        write()
        tell(number, len(writers), register)
    dirt.note(held)
    for register, name in IGNORED:
        (directory / register / name).write_bytes(b"verzonnen / synthetic\n")
        held.plant(register, name, "", "ignored")


def _mark(children: int, seed: int, nights: list[date]) -> str:
    lines = [f"# {sentence}" for sentence in INVENTED]
    lines += [
        f'world = "sample seed {seed} children {children} nights {len(nights)}"',
        f"seed = {seed}",
        f"children = {children}",
        f"nights = {len(nights)}",
        f"night_first = {nights[0]}",
        f"night_last = {nights[-1]}",
        f'notice = "{INVENTED[0]} {INVENTED[1]}"',
    ]
    return "\n".join(lines) + "\n"


def _listener(progress: Any) -> Progress:
    """Return a listener of three arguments; one that takes only how far and how much is heard too."""
    if progress is None:
        return lambda done, total, label: None
    if len(inspect.signature(progress).parameters) == 2:
        return lambda done, total, label: progress(done, total)
    listener: Progress = progress
    return listener
