"""What is true of a world: which child each record belongs to, and which missing children resurfaced."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

from benchmarks.worlds.border.births import age_on
from benchmarks.worlds.border.facts import LAST_NIGHT
from benchmarks.worlds.border.world import Registration, World

RECORDS = ("register", "source_key", "child_id")
RESURFACED: tuple[str, ...] = (
    "child_id",
    "missing_register",
    "missing_source_key",
    "victim_register",
    "victim_source_key",
)
RESURFACED += ("missing_since", "resurfaced_on", "kind")


def close_cases(world: World) -> None:
    """Some missing children are recognised when they are met: the telex or the list then says they are found."""
    for missing, victims in _by_child(world.registrations):
        for gone in missing:
            if gone.facts["found_on"] or (gone.register == "mob" and gone.facts["category"] != "Controle adres"):
                continue
            met = [entry for entry in victims if entry.on >= gone.on and entry.identity.kind == "true_name"]
            if met and world.dice.chance(0.25):
                first = min(entry.on for entry in met)
                found = first + timedelta(days=world.dice.number(0, 3))
                gone.facts["found_on"] = found if gone.reported <= found <= LAST_NIGHT else None


def _by_child(entries: Iterable[Registration]) -> Iterator[tuple[list[Registration], list[Registration]]]:
    """Disappearances and victim registrations of each child that has both."""
    missing: dict[str, list[Registration]] = {}
    victims: dict[str, list[Registration]] = {}
    for entry in entries:
        side = missing if entry.register in ("telex", "mob") else victims
        side.setdefault(entry.child.child_id, []).append(entry)
    for child_id in sorted(missing.keys() & victims.keys()):
        yield missing[child_id], victims[child_id]


def write_truth(written: list[Registration], folder: Path) -> None:
    """Write records.csv and resurfaced.csv of the registrations that were written."""
    folder.mkdir(parents=True, exist_ok=True)
    records = [(entry.register, entry.source_key, entry.child.child_id) for entry in written]
    _write(folder / "records.csv", RECORDS, records)
    pairs = []
    for missing, victims in _by_child(written):
        for gone in missing:
            pairs += [row for victim in victims if (row := _resurfaced(gone, victim))]
    _write(folder / "resurfaced.csv", RESURFACED, sorted(pairs))


def _resurfaced(gone: Registration, victim: Registration) -> tuple[str, ...] | None:
    """The row of a disappearance and a later victim registration of the same child; None when it is no resurfacing."""
    child, on = gone.child, _met_on(victim)
    if victim.register == "youth_care" and not victim.facts["forms"]:
        return None
    if gone.register == "mob" and gone.facts["category"] != "Controle adres":
        return None
    found = gone.facts["found_on"]
    if gone.facts.get("withdrawn") or on < gone.on or (found and found < on):
        return None
    if max(age_on(child.born, gone.on), age_on(gone.identity.born, gone.on)) >= 18:
        return None
    keys = (gone.register, gone.source_key, victim.register, victim.source_key)
    return (child.child_id, *keys, gone.on.isoformat(), on.isoformat(), victim.identity.kind)


def _met_on(victim: Registration) -> date:
    """The day of the encounter where the record has it, else of the report."""
    if victim.register == "stv" and not victim.facts["dated"]:
        return victim.reported
    return victim.on


def _write(path: Path, header: Iterable[str], rows: Iterable[tuple[str, ...]]) -> None:
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(list(header))
    out.writerows(rows)
    path.write_bytes(text.getvalue().encode("utf-8"))
