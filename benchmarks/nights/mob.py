"""MOB over the nights: the list of a centre and month is sent anew when a row came, changed or went.

A list has no key: its rows are followed by where they stand on it when they arrive. So that this names one row only,
rows are withdrawn after the last row of their list has arrived.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from random import Random

from benchmarks.nights.faults import Fields, draw_fault
from benchmarks.nights.story import Course, Story, draw_arrival, draw_course
from benchmarks.nights.truth import Truth
from benchmarks.nights.world import World
from connectors.sample.mob import COLUMNS

OWN_KEY = ("v_nummer", "opvanglocatie", "datum_vertrek", "naam")
# The place is part of the key, so a nationality is taken from another row instead.
FIELDS = Fields(birth="geboortedatum", sex="geslacht", place="nationaliteit", phone="telefoonnummer")

Row = dict[str, str]


@dataclass
class Stay:
    """One row of a list: whose it is, what becomes of it, and as it was before it was corrected."""

    row: Row
    child: str
    course: Course = field(default_factory=Course)
    faulty: Row = field(default_factory=dict)

    def standing(self, night: int) -> Row:
        """The row as it stands on a night."""
        return self.faulty if self.course.is_faulty(night) else self.row


@dataclass
class CentreList:
    """The list of a centre and month: its rows in the world's order, and those that stand on it tonight in theirs."""

    name: str
    stays: list[Stay]
    tonight: list[Stay] = field(default_factory=list)

    def changes(self, night: int) -> bool:
        """Bring the list to a night: rows that come stand at its end. Returns whether anything changed."""
        came = [stay for stay in self.stays if night in (stay.course.arrives, stay.course.returned)]
        self.tonight = [stay for stay in self.tonight if stay.course.withdrawn != night] + came
        return any(stay.course.happens(night) for stay in self.stays)


def deliver(world: World, days: Sequence[date], story: Story, chance: Random, truth: Truth) -> Iterator[tuple]:
    """Yield night, file name and content of each list; `truth` is told where the rows stand and what becomes of them.

    Once a list is sent a second time as it was.
    """
    lists = [CentreList(path.name, _stays(world, path)) for path in world.files("mob")]
    rows = [stay.row for of_list in lists for stay in of_list.stays]
    keys = Counter(_own_key(row) for row in rows)
    for of_list in lists:
        _draw(world, of_list, rows, keys, days, story, chance)
    again_from = chance.randrange(1, max(len(days), 2))
    is_repeated = False
    for night in range(len(days)):
        unchanged = []
        for of_list in lists:
            if of_list.changes(night):
                _tell(of_list, night, truth)
                yield night, of_list.name, _content(of_list, night)
            elif of_list.tonight:
                unchanged.append(of_list)
        if unchanged and night >= again_from and not is_repeated:
            is_repeated = True
            of_list = chance.choice(unchanged)
            _tell(of_list, night, truth)
            yield night, of_list.name, _content(of_list, night)


def _draw(
    world: World,
    of_list: CentreList,
    rows: Sequence[Row],
    keys: Counter[tuple[str, ...]],
    days: Sequence[date],
    story: Story,
    chance: Random,
) -> None:
    nights = range(len(days))
    followed = [
        stay
        for number, stay in enumerate(of_list.stays, start=1)
        if world.has_story("mob", f"{of_list.name}#{number}") and keys[_own_key(stay.row)] == 1
    ]
    arrivals = [draw_arrival(chance, story, nights, len(days)) for _ in followed]
    for stay, arrives in zip(followed, arrivals, strict=True):
        course = draw_course(chance, story, nights, arrives, after=max(arrivals))
        if course.corrected is not None:
            changes = draw_fault(chance, stay.row, rows, FIELDS, days[0])
            course = course if changes else replace(course, corrected=None)
            stay.faulty = {**stay.row, **changes}
        stay.course = course


def _stays(world: World, path: Path) -> list[Stay]:
    text = path.read_bytes().decode("utf-8-sig")
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return [Stay(row, world.child.get(("mob", f"{path.name}#{n}"), "")) for n, row in enumerate(rows, start=1)]


def _own_key(row: Row) -> tuple[str, ...]:
    return tuple(row[column].strip() for column in OWN_KEY)


def _tell(of_list: CentreList, night: int, truth: Truth) -> None:
    for number, stay in enumerate(of_list.tonight, start=1):
        if not stay.child:
            continue
        truth.list(of_list.name, night, number, stay.child)
        if stay.course.arrives == night:
            truth.tell("mob", f"{of_list.name}#{number}", stay.course)


def _content(of_list: CentreList, night: int) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([stay.standing(night)[column] for column in COLUMNS] for stay in of_list.tonight)
    return text.getvalue().encode("utf-8-sig")
