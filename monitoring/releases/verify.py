"""Checking a release from what is published alone: is it whole and unchanged, and does it give no child away.

Who holds the installation also checks it beside the releases before it, with the record of the true counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from monitoring.releases import rounding
from monitoring.releases.audit import Interval, intervals
from monitoring.releases.earlier import joined
from monitoring.releases.equations import System, system_of
from monitoring.releases.manifest import CELLS, CHECKSUMS, MANIFEST, PublicCells, checksum_lines, checksums, read_cells
from monitoring.releases.protection import joint_task
from monitoring.releases.record import Record
from monitoring.releases.rules import Rules, release_rules
from monitoring.releases.task import marked

FIELDS = (
    "release", "night", "year", "date", "by", "is_synthetic", "model_version", "code_version", "revises", "reason",
    "rules", "tables", "judged_beside", "files",
)  # fmt: skip


def faults(folder: Path, record: Record | None = None, records: Sequence[Record] = ()) -> list[str]:
    """Return what is wrong with a publication, a line per fault; none when it is whole and gives nothing away.

    `record`: what the installation remembers of it; then the published numbers are also laid beside the true ones, and
    it is judged beside the releases that were there before, out of `records`.
    """
    changed = list(_changed_files(folder))
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        rules, cells = _rules(manifest), read_cells((folder / CELLS).read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError):
        return [*changed, f"{MANIFEST} or {CELLS} cannot be read"]
    lacking = [f"{MANIFEST} lacks {field}" for field in FIELDS if field not in manifest]
    found = [*changed, *lacking, *_given_away(cells, rules)]
    if record is None:
        return found
    beside = [other for other in records if other.release in manifest.get("judged_beside", ())]
    return [*found, *_otherwise(cells, record), *_together(record, beside, rules)]


def published_intervals(cells: PublicCells, rules: Rules) -> tuple[System, dict[int, Interval]]:
    """Return the system of the published cells and the reader's interval of every unknown that is not published.

    Raises ValueError when the published numbers contradict each other.
    """
    counts = {cell: cells.shown.get(cell, 0) for cell in cells.cells}
    system = system_of(counts, cells.relations)
    size = len(system.names)
    is_told = np.array([cell in cells.shown for cell in sorted(counts)] + [False] * (size - len(counts)))
    reach = rules.base - 1 if rules.method == "round" else 0
    least = np.where(system.is_shown & rules.zeros_are_published & ~is_told, 1, 0)
    lower = np.where(is_told, np.maximum(system.counts - reach, 0), least)
    upper = np.where(is_told, system.counts + reach, system.largest)
    asked = [int(unknown) for unknown in np.flatnonzero(lower < upper)]
    return system, intervals(system, lower, upper, asked)


def _changed_files(folder: Path) -> Iterator[str]:
    """Files that are not as their checksum says, are missing, or were added."""
    try:
        written = (folder / CHECKSUMS).read_text(encoding="utf-8")
        lines = [line.split("  ", 1) for line in written.splitlines()]
        told = {name: digest for digest, name in lines}
    except (OSError, ValueError):
        yield f"{CHECKSUMS} cannot be read"
        return
    found = checksums(folder, [CHECKSUMS])
    for name in sorted(set(told) | set(found)):
        if name not in found:
            yield f"{name} is missing"
        elif name not in told:
            yield f"{name} does not belong to the release"
        elif told[name] != found[name]:
            yield f"{name} was changed"
    if told == found and written != checksum_lines(told):
        yield f"{CHECKSUMS} was changed"


def _rules(manifest: dict[str, Any]) -> Rules:
    """The rules that the release says it was made by."""
    told = manifest["rules"]
    for is_strict in (False, True):
        rules = release_rules(told["method"], is_strict)
        if rules.as_facts() == told:
            return rules
    raise ValueError("other rules than this program declares")


def _given_away(cells: PublicCells, rules: Rules) -> Iterator[str]:
    try:
        system, found = published_intervals(cells, rules)
    except ValueError as error:
        yield str(error)
        return
    for unknown, interval in found.items():
        is_small = interval.low > 0 and interval.high is not None and interval.high < rules.threshold
        is_narrow = system.is_shown[unknown] and not rules.is_protected(interval.low, interval.high)
        if rules.method == "round":
            is_narrow &= interval.low < rules.threshold
        if is_narrow or (is_small and system.is_of_children[unknown]):
            yield f"given away: {system.names[unknown]} lies in {interval.low} to {interval.high}"


def _otherwise(cells: PublicCells, record: Record) -> Iterator[str]:
    told = {cell: record.shown.get(cell) for cell in cells.cells}
    if told != {cell: cells.shown.get(cell) for cell in cells.cells} or not set(record.counts).issuperset(told):
        yield f"{CELLS} does not hold what the installation remembers of the release"
    if record.method == "suppress" and any(record.counts[cell] != number for cell, number in record.shown.items()):
        yield "the record of the true counts does not agree with the published numbers"


def _together(record: Record, beside: Sequence[Record], rules: Rules) -> Iterator[str]:
    """What this release and those before it give away together, by the true counts."""
    joint = joined(record.counts, record.relations, record.night, beside, rules.threshold, record.overlapping)
    task = joint_task(joint, set(), rules)
    if rules.method == "round":
        numbers = np.zeros(len(task.loss), dtype=int)
        numbers[list(joint.told)] = list(joint.told.values())
        numbers[list(joint.place.values())] = [record.shown[cell] for cell in joint.place]
        exposed = rounding.exposed(task, numbers)
    else:
        withheld = marked(joint.kept, len(task.loss))
        withheld[[unknown for cell, unknown in joint.place.items() if cell not in record.shown]] = True
        exposed = task.exposed(withheld)
    for unknown in exposed:
        yield f"given away together with an earlier release: {joint.system.names[unknown]}"
