"""Reports after their term: feedback reports and Data Docs older than a register's `reports_days` go, and before that
every feedback report of an earlier night that names a registration which has ended.

The report of the night itself stays one night, so that the register can still be told what it delivered too late.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path

from connectors.installation import Installation
from connectors.register import Register
from monitoring.feedback import shown_key

KINDS = ("feedback", "data_docs")
PAST_TERM = "past_term"


def remove_reports(
    installation: Installation, register: Register, night: date, ended_keys: Collection[str], dry_run: bool = False
) -> int:
    """Remove the reports of one register whose term ended or that name one of these keys; return how many nights'.

    A folder that is left empty goes too. Of a dry run nothing is removed.
    """
    named = {shown_key(key) for key in ended_keys} - {"", shown_key("")}
    removed = 0
    for of_night, folder in _nights(installation):
        files = sorted(folder.glob(f"{register.name}_{of_night.isoformat()}.*"))
        if files and (_is_over(register, of_night, night) or (of_night < night and _names(files, named))):
            removed += 1
            for file in () if dry_run else files:
                file.unlink(missing_ok=True)
        if not dry_run and not any(folder.iterdir()):
            folder.rmdir()
    return removed


def _nights(installation: Installation) -> Iterator[tuple[date, Path]]:
    for kind in KINDS:
        for folder in sorted((installation.home / kind).glob("????-??-??")):
            try:
                yield date.fromisoformat(folder.name), folder
            except ValueError:
                continue


def _is_over(register: Register, of_night: date, night: date) -> bool:
    days = register.retention.reports_days
    return days is not None and (night - of_night).days > days


def _names(files: Collection[Path], named: Collection[str]) -> bool:
    """Whether a report names an ended registration; one that was past its term when delivered is one."""
    for file in files:
        if file.suffix == ".csv":
            with file.open(encoding="utf-8-sig", newline="") as report:
                for row in csv.DictReader(report, delimiter=";"):
                    if row["sleutel"] in named or row["regel"] == PAST_TERM:
                        return True
    return False
