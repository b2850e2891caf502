"""The truth beside the exports: whose every registration is, and which missing children were met again."""

from __future__ import annotations

import csv
from pathlib import Path

from benchmarks.worlds.harbour.cast import OWN_KINDS, Person, Registration, World
from benchmarks.worlds.harbour.facts_files import age_on

RECORDS = ["register", "source_key", "child_id"]
RESURFACED = [
    *("child_id", "missing_register", "missing_source_key", "victim_register", "victim_source_key"),
    *("missing_since", "resurfaced_on", "kind"),
]


def write_truth(world: World, folder: Path) -> None:
    """Write whose registrations are whose, and every pair of a disappearance and a later encounter."""
    ids = [f"H{number:06d}" for number in range(1, len(world.persons) + 1)]
    world.rng.shuffle(ids)
    child_ids = {person.person_id: ids[at] for at, person in enumerate(world.persons)}
    records = [(e.register, e.source_key, child_ids[e.person.person_id]) for e in world.registrations]
    pairs = [
        (child_ids[person.person_id], *pair)
        for person in world.persons
        for pair in _resurfacings(person)
        if not person.adult
    ]
    (folder / "truth").mkdir(parents=True, exist_ok=True)
    for name, header, rows in (("records", RECORDS, records), ("resurfaced", RESURFACED, pairs)):
        with (folder / "truth" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            sheet = csv.writer(file, lineterminator="\n")
            sheet.writerow(header)
            sheet.writerows(sorted(rows))


def _open_as_missing(gone: Registration, on_or_after: Registration) -> bool:
    """Whether a disappearance is not withdrawn and not ended before the encounter."""
    if gone.register == "telex":
        found = gone.details["found"]
        return not gone.details["withdrawn"] and (found is None or found >= on_or_after.on)
    return gone.register == "mob" and gone.details["category"] == "Controle adres"


def _names_exploitation(entry: Registration) -> bool:
    return entry.register in ("ikps", "stv") or (entry.register == "youth_care" and bool(entry.details["form"]))


def _resurfacings(person: Person) -> list[tuple[str, ...]]:
    """Pairs of a disappearance under 18 and a registration as victim on or after it, with how the name was shown."""
    pairs = []
    for gone in person.registrations:
        if age_on(person.true.birth, gone.on) >= 18:
            continue
        for victim in person.registrations:
            if not _names_exploitation(victim) or victim.on < gone.on or not _open_as_missing(gone, victim):
                continue
            shown = victim.identity.kind
            kind = "true_name" if shown in OWN_KINDS else "changed_age" if shown == "changed_age" else "false_identity"
            keys = (gone.register, gone.source_key, victim.register, victim.source_key)
            pairs.append((*keys, str(gone.on), str(victim.on), kind))
    return pairs
