"""The truth beside the exports: whose each registration is, who resurfaced, and what was made wrong on purpose."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from connectors.sample.registrations import REGISTERS, Registrations

RECORDS = ("register", "source_key", "child_id")
RESURFACED = (
    "child_id", "missing_register", "missing_source_key", "victim_register", "victim_source_key",
    "missing_since", "resurfaced_on", "kind",
)  # fmt: skip
PLANTED = ("register", "file", "row_key", "rule")


def write_truth(folder: Path, held: Registrations) -> None:
    """Write records.csv, resurfaced.csv and planted.csv (UTF-8, sorted)."""
    records = {(e.register, e.key, e.child_id) for register in REGISTERS for e in held.entries[register]}
    resurfaced = {
        (
            pair.missing.child_id,
            pair.missing.register,
            pair.missing.key,
            pair.victim.register,
            pair.victim.key,
            str(pair.missing.since),
            str(pair.victim.event_on),
            pair.victim.identity,
        )
        for pair in held.resurfaced
        if not (pair.missing.fate or pair.victim.fate)
    }
    planted = {(item.register, item.file, item.row_key, item.rule) for item in held.planted}
    _write(folder / "records.csv", RECORDS, sorted(records))
    _write(folder / "resurfaced.csv", RESURFACED, sorted(resurfaced))
    _write(folder / "planted.csv", PLANTED, sorted(planted))


def _write(path: Path, header: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
