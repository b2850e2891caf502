"""The truth of the nights: whose each registration is, where it stands on each list, what becomes of it and when."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from benchmarks.nights.story import Course
from benchmarks.nights.world import World

Line = tuple[str, ...]


@dataclass
class Truth:
    """What is to be known of the nights, gathered while they are written."""

    world: World
    days: Sequence[date]
    keys: set[Line] = field(default_factory=set)
    listed: list[Line] = field(default_factory=list)
    story: list[Line] = field(default_factory=list)

    def deliver(self, register: str, key: str, course: Course) -> None:
        """Note a registration that is delivered and what becomes of it; nothing where it is not known whose it is."""
        child = self.world.child.get((register, key))
        if child is not None:
            self.keys.add((register, key, child))
            self.tell(register, key, course)

    def tell(self, register: str, key: str, course: Course) -> None:
        """Note what becomes of a registration."""
        self.story += [(register, key, event, self.days[night].isoformat()) for event, night in course.events()]

    def list(self, file: str, night: int, row_number: int, child: str) -> None:
        """Note whose row stands where on a list of MOB as delivered on a night."""
        self.listed.append((file, self.days[night].isoformat(), str(row_number), child))

    def events(self) -> dict[tuple[str, str], int]:
        """Count the events by register and kind."""
        return dict(sorted(Counter((register, event) for register, _, event, _ in self.story).items()))

    def write(self, folder: Path) -> None:
        """Write keys.csv, mob.csv and story.csv (UTF-8, sorted)."""
        folder.mkdir(parents=True)
        _write(folder / "keys.csv", ("register", "source_key", "child_id"), sorted(self.keys))
        placed = sorted(self.listed, key=lambda line: (line[0], line[1], int(line[2])))
        _write(folder / "mob.csv", ("file", "night", "row_number", "child_id"), placed)
        told = sorted(self.story, key=lambda line: (line[3], *line[:3]))
        _write(folder / "story.csv", ("register", "source_key", "event", "night"), told)


def _write(path: Path, header: Line, lines: Iterable[Line]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(lines)
