"""Writes a synthetic world as exports: five folders as the contract says, the truth, and a mark that it is invented."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from connectors.sample import layouts
from connectors.sample.registrations import Entry, World, companion, live, other_departure
from connectors.sample.world import Child, facts, make_child, share, sibling_of

Progress = Callable[[int, int], None]
SAID_EVERY = 500


def write_sample(directory: Path, children: int, seed: int, nights: int = 1, progress: Progress | None = None) -> None:
    """Write synthetic exports of that many persons; the same arguments write the same bytes.

    Folders ikps, stv, youth_care, telex, mob; truth/ with records.csv, resurfaced.csv and planted.csv; SYNTHETIC.toml.
    `nights`: the last nights of the world get deliveries of their own (IKPS, telex and youth care by the day).
    """
    random = Random(seed)
    world = _world(random, children, progress)
    last = facts()["last_night"]
    first = last - timedelta(days=nights - 1)
    for register in ("ikps", "stv", "youth_care", "telex", "mob", "truth"):
        (directory / register).mkdir(parents=True, exist_ok=True)
    _plant(random, world)
    _write_ikps(directory / "ikps", world.entries["ikps"], first, last)
    _write_stv(random, directory / "stv", world.entries["stv"])
    _write_youth_care(random, directory / "youth_care", world.entries["youth_care"], first)
    _write_telex(random, directory / "telex", world.entries["telex"], first)
    _write_mob(directory / "mob", world.entries["mob"])
    _write_truth(directory / "truth", world)
    (directory / "README.txt").write_text(
        "VERZONNEN. SYNTHETIC. Geen enkel gegeven is van een echt kind.\n", encoding="utf-8"
    )
    mark = [
        "# Alles in deze map is verzonnen. Everything in this folder is invented.",
        f'world = "sample seed {seed} children {children} nights {nights}"',
        f"seed = {seed}",
        f"children = {children}",
        f"nights = {nights}",
        f"night_first = {first}",
        f"night_last = {last}",
    ]
    (directory / "SYNTHETIC.toml").write_text("\n".join(mark) + "\n", encoding="utf-8")


def _world(random: Random, children: int, progress: Progress | None) -> World:
    world, number = World(), 0
    raid: list[Child] = []
    while number < children:
        child = make_child(random, number)
        number += 1
        live(random, child, world)
        if number < children and share(random, "twin_or_sibling"):
            sibling = sibling_of(random, child, number)
            number += 1
            live(random, sibling, world)
        if child.asylum and random.random() < 0.05:
            other_departure(random, child, world)
        raid = _raid(random, child, raid, world)
        if progress and number % SAID_EVERY == 0:
            progress(number, children)
    if progress:
        progress(children, children)
    return world


def _raid(random: Random, child: Child, raid: list[Child], world: World) -> list[Child]:
    """Now and then a child is found again among the companions of the one before."""
    if raid and child.kind == "victim" and child.sex == raid[0].sex:
        companion(random, raid[0], child, world)
        return raid[1:]
    if child.notes.get("event", {}).get("place") and share(random, "raid"):
        return [child, child][: random.randint(1, 2)]
    return raid


def _plant(random: Random, world: World) -> None:
    """Rows that cannot be, as registers send them: each is to be set aside under the rule that is noted."""
    for entry in world.entries["ikps"]:
        chance = random.random()
        if chance < 0.004:
            entry.row["signalen"], entry.row["zwaarte"], entry.planted = (
                "angst_voor_uitzetting=7",
                "7",
                "points_below_threshold",
            )
        elif chance < 0.006:
            entry.row["datum_aantreffen"], entry.planted = "31-02-2004", "impossible_date"
    for entry in world.entries["mob"]:
        if random.random() < 0.003:
            entry.row["datum_instroom"], entry.planted = entry.day + timedelta(days=9), "departure_before_arrival"
    for entry in world.entries["stv"]:
        if random.random() < 0.003:
            entry.row["Leeftijd"], entry.planted = 170, "age_out_of_bounds"
    for entry in world.entries["telex"]:
        entry.row["withdrawn"] = entry.row["found_on"] is None and random.random() < 0.01


def _in_order(entries: Iterable[Entry], day: Callable[[Entry], date]) -> list[Entry]:
    return sorted(entries, key=lambda entry: (day(entry), entry.child_id))


def _write_ikps(folder: Path, entries: list[Entry], first: date, last: date) -> None:
    ordered = _in_order(entries, lambda entry: entry.row["registered_on"])
    for number, entry in enumerate(ordered, start=1):
        entry.key = f"IK-{entry.row['registered_on']:%y}-{number:06d}"
        entry.row["registratienummer"] = entry.key
    night = first
    while night <= last:
        since = night.replace(year=night.year - 2)
        held = [entry.row for entry in ordered if since <= entry.row["registered_on"] <= night]
        (folder / f"ikps_{night:%Y%m%d}.csv").write_bytes(layouts.ikps_csv(held))
        night += timedelta(days=1)
    purged = last.replace(year=last.year - 2)
    for entry in ordered:
        if entry.row["registered_on"] < purged:
            entry.planted = "not_delivered"


def _write_stv(random: Random, folder: Path, entries: list[Entry]) -> None:
    by_year: dict[int, list[Entry]] = defaultdict(list)
    for entry in _in_order(entries, lambda entry: entry.row["reported_on"]):
        by_year[entry.row["reported_on"].year].append(entry)
    for year, of_year in sorted(by_year.items()):
        for number, entry in enumerate(of_year, start=1):
            entry.row["Aanmeldnr"] = number
            entry.key = f"{year}/{number}"
        rows = [entry.row for entry in of_year]
        (folder / f"stv_aanmeldingen_{year}.xlsx").write_bytes(layouts.stv_xlsx(random, year, rows))


def _delivery_day(day: date, first: date) -> date:
    """The day of the file that brings a message: its own from the first night on, before that the end of its week."""
    return day if day >= first else min(day + timedelta(days=6 - day.weekday()), first)


def _write_youth_care(random: Random, folder: Path, entries: list[Entry], first: date) -> None:
    by_file: dict[date, list[dict[str, Any]]] = defaultdict(list)
    last = facts()["last_night"]
    for number, entry in enumerate(_in_order(entries, lambda entry: entry.day), start=1):
        entry.key = entry.row["key"] = f"JZ-{entry.day.year}-{number:05d}"
        by_file[_delivery_day(entry.day, first)].append({**entry.row, "status": "1"})
        change = entry.day + timedelta(days=random.randint(8, 60))
        if random.random() < 0.04 and change <= last:
            by_file[_delivery_day(change, first)].append({**entry.row, "status": "2", "Doorverwezen": "RvdK"})
        elif random.random() < 0.01 and change <= last:
            by_file[_delivery_day(change, first)].append({**entry.row, "status": "3"})
            entry.planted = "withdrawn"
    for number, (day, dossiers) in enumerate(sorted(by_file.items()), start=1):
        message = layouts.youth_care_xml("BJZ Voorbeeldstad", day, number, dossiers)
        (folder / f"jeugdzorg_{day:%Y%m%d}.xml").write_bytes(message)


def _write_telex(random: Random, folder: Path, entries: list[Entry], first: date) -> None:
    by_file: dict[date, list[str]] = defaultdict(list)
    serials: dict[tuple[int, int], int] = defaultdict(int)
    sent, last = 0, facts()["last_night"]
    for entry in _in_order(entries, lambda entry: entry.row["reported_on"]):
        row, day = entry.row, entry.row["reported_on"]
        serials[day.year, day.month] += 1
        entry.key = f"{day:%Y/%m}/{serials[day.year, day.month]:04d}"
        sent += 1
        later = row["contact"] and random.random() < 0.5 and day + timedelta(days=8) <= last
        labels = [(label, "" if later and label == "CONTACT" else value) for label, value in layouts.telex_case(row)]
        new = layouts.telex_message(sent, day, f"VERMISTE PERSOON NR {entry.key}", labels)
        by_file[_delivery_day(day, first)].append(new)
        follow: list[tuple[date, str, list[tuple[str, str]]]] = []
        if later:
            follow.append((day + timedelta(days=8), "AANVULLING OP NR", [("CONTACT", row["contact"])]))
        if row["found_on"] and row["found_on"] <= last:
            found = [("DATUM", row["found_on"].strftime("%d-%m-%Y")), ("PLAATS", row["town"])]
            follow.append((row["found_on"] + timedelta(days=1), "AANGETROFFEN NR", found))
        if row["withdrawn"] and day + timedelta(days=9) <= last:
            follow.append((day + timedelta(days=9), "INTREKKING NR", []))
            entry.planted = "withdrawn"
        for on, subject, said in follow:
            if on <= last:
                sent += 1
                message = layouts.telex_message(sent, on, f"{subject} {entry.key}", said)
                by_file[_delivery_day(on, first)].append(message)
    for day, messages in sorted(by_file.items()):
        noise = random.choice(("", "RYRYRYRY\n", "QRM QRM\n"))
        (folder / f"telex_{day:%Y%m%d}.txt").write_text(noise + "".join(messages), encoding="ascii")


def _write_mob(folder: Path, entries: list[Entry]) -> None:
    by_file: dict[str, list[Entry]] = defaultdict(list)
    for entry in _in_order(entries, lambda entry: entry.day):
        centre = entry.row["opvanglocatie"].upper().replace(" ", "-")
        by_file[f"mob_{entry.day:%Y%m}_{centre}.csv"].append(entry)
    for name, of_file in sorted(by_file.items()):
        for number, entry in enumerate(of_file, start=1):
            entry.key = f"{name}#{number}"
        (folder / name).write_bytes(layouts.mob_csv(entry.row for entry in of_file))


def _write_truth(folder: Path, world: World) -> None:
    registers = ("ikps", "stv", "youth_care", "telex", "mob")
    every = [entry for register in registers for entry in world.entries[register]]
    here = [entry for entry in every if entry.planted != "not_delivered"]
    _write_csv(
        folder / "records.csv", ("register", "source_key", "child_id"), ((e.register, e.key, e.child_id) for e in here)
    )
    planted = ((e.register, e.key, e.planted) for e in here if e.planted)
    _write_csv(folder / "planted.csv", ("register", "source_key", "rule"), planted)
    told = (
        (child, gone.register, gone.key, victim.register, victim.key, since, on, kind)
        for child, gone, victim, since, on, kind in world.resurfaced
        if not gone.planted and not victim.planted
    )
    header = (
        "child_id", "missing_register", "missing_source_key", "victim_register", "victim_source_key", "missing_since",
        "resurfaced_on", "kind",
    )  # fmt: skip
    _write_csv(folder / "resurfaced.csv", header, told)


def _write_csv(path: Path, header: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
