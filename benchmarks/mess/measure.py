"""Laying what the readers and checks find beside what was planted: faults missed, and clean rows set aside."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd

from connectors.deliveries import Delivery
from connectors.mutations import fold
from connectors.reading import read_register
from connectors.register import REGISTERS, Register, load_register
from expectations.check import Checks, check_records, check_rows

NIGHT = date(2005, 6, 30)
# From the weakest to the strongest: a fault that is found at a stronger level than its own is not found as it should.
LEVELS = ("clean", "warning", "set_aside", "refused")


@dataclass
class Laid:
    """What came of a set: per register, planted level and level found the number of rows or deliveries; and the cases
    that were not found at their level, with how often.
    """

    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    missed: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)

    def add(self, register: str, case: str, planted: str, found: str) -> None:
        """Count one row or delivery; a remark on a clean row is no miss: it may lack what a row may lack."""
        self.counts[register, planted, found] += 1
        if found != planted and not (planted == "clean" and found == "warning"):
            self.missed[register, case, planted, found] += 1

    def share(self, planted: str, found: tuple[str, ...]) -> float:
        """Share of what was planted at a level that was found at one of these levels."""
        of_level = {key: number for key, number in self.counts.items() if key[1] == planted}
        return sum(number for key, number in of_level.items() if key[2] in found) / max(sum(of_level.values()), 1)


def lay_rows(folder: Path) -> Laid:
    """Read and check the rows of a set (`write_mess`) and lay the findings beside its truth."""
    laid = Laid()
    with (folder / "truth.csv").open(newline="", encoding="utf-8") as file:
        truth = list(csv.DictReader(file))
    for name in REGISTERS:
        levels = _levels_of_rows(load_register(name), folder / "exports" / name)
        for row in (row for row in truth if row["register"] == name):
            laid.add(name, row["case"], row["level"], levels[row["file"], int(row["place"])])
    return laid


def lay_deliveries(folder: Path) -> Laid:
    """Read each delivery of a set (`write_delivery_mess`) and lay what came of it beside its truth."""
    laid = Laid()
    with (folder / "deliveries.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            exports = folder / f"{row['register']}_{row['case']}" / "exports" / row["register"]
            reading = read_register(
                load_register(row["register"]), _deliveries(load_register(row["register"]), exports)
            )
            levels = set(reading.findings["level"])
            found = "refused" if reading.refused else "warning" if "warning" in levels else "clean"
            laid.add(row["register"], row["case"], row["level"], found)
    return laid


def _deliveries(register: Register, exports: Path) -> list[Delivery]:
    return [
        Delivery(f"{register.name}-{at}", register.name, path.name, f"{at:064d}", path.stat().st_size, dated, NIGHT, at,
                 "mess", path)
        for at, path in enumerate(sorted(exports.iterdir()))
        if (dated := register.dated(path.name))
    ]  # fmt: skip


class _Levels(dict[tuple[str, int], str]):
    """Level found per file and place; a row that nobody came across is in a delivery that was refused."""

    def __missing__(self, _: tuple[str, int]) -> str:
        return "refused"


def _levels_of_rows(register: Register, exports: Path) -> Mapping[tuple[str, int], str]:
    """The level found for each row: set aside when it was not accepted, else by the findings of its file and key."""
    checks = Checks(register)
    rows = read_register(register, _deliveries(register, exports)).rows
    checked = check_rows(register, rows, checks)
    folded = fold(register, checked.accepted, NIGHT)
    of_records = check_records(register, folded.records, checks).findings
    accepted = set(zip(checked.accepted["file"], checked.accepted["row_number"], strict=True))
    warned = _named(checked.findings, "warning") | _named(folded.findings, "warning")
    aside = {key for key, level in zip(of_records["row_key"], of_records["level"], strict=True) if level == "set_aside"}
    levels = _Levels()
    place = rows.groupby("file").cumcount() + 1
    for at, file, number, key, source_key in zip(
        place, rows["file"], rows["row_number"], rows["row_key"], rows["source_key"], strict=True
    ):
        is_aside = (file, number) not in accepted or source_key in aside
        levels[file, int(at)] = "set_aside" if is_aside else "warning" if (file, key) in warned else "clean"
    return levels


def _named(findings: pd.DataFrame, level: str) -> set[tuple[str, str]]:
    of_level = findings[findings["level"] == level]
    return set(zip(of_level["file"], of_level["row_key"], strict=True))
