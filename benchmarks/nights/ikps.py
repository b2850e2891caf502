"""IKPS over the nights: every night a full snapshot of the last two years, but for one that does not come."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from benchmarks.nights.faults import Fields, draw_fault
from benchmarks.nights.story import LEAST_NIGHTS_WITH_SILENCE, Course, Story, draw_arrival, draw_course
from benchmarks.nights.truth import Truth
from benchmarks.nights.world import World
from connectors.sample.ikps import COLUMNS, years_before

KEY, REGISTERED = "registratienummer", "datum_registratie"
FIELDS = Fields(
    family=("tussenvoegsel", "achternaam"),
    given=("voornamen",),
    birth="geboortedatum",
    sex="geslacht",
    place="locatie",
    phone="telefoonnummers",
)
DAY_FIRST, YEAR_FIRST = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})"), re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")

Row = dict[str, str]


@dataclass
class Registration:
    """One line of the snapshots: as it is and, before it is corrected, as it was at first."""

    line: bytes
    course: Course
    faulty: bytes = b""


def deliver(world: World, days: Sequence[date], story: Story, chance: Random, truth: Truth) -> Iterator[tuple]:
    """Yield night, file name and content of each snapshot; `truth` is told what becomes of the registrations.

    A snapshot that would have the same bytes as an earlier one begins with another line: the same bytes under another
    date are refused, for they tell nothing of the day.
    """
    absent = chance.randrange(1, len(days) - 1) if len(days) >= LEAST_NIGHTS_WITH_SILENCE else None
    sent_on = [night for night in range(len(days)) if night != absent]
    header = _line(dict(zip(COLUMNS, COLUMNS, strict=True)))
    held = _registrations(world, days, story, chance, truth, sent_on)
    sent: set[bytes] = set()
    for night in sent_on:
        lines = [
            registration.faulty if registration.course.is_faulty(night) else registration.line
            for registration in held
            if registration.course.is_held(night)
        ]
        content = header + b"".join(lines)
        for first in range(1, len(lines)):
            if hashlib.sha256(content).digest() not in sent:
                break
            content = header + b"".join(lines[first:] + lines[:first])
        sent.add(hashlib.sha256(content).digest())
        yield night, f"ikps_{days[night]:%Y%m%d}.csv", content


def _registrations(
    world: World, days: Sequence[date], story: Story, chance: Random, truth: Truth, sent_on: Sequence[int]
) -> list[Registration]:
    rows = _rows(world)
    of_key = Counter(row[KEY] for row in rows)
    found: list[Registration] = []
    courses: dict[str, Course] = {}
    for row in rows:
        key = row[KEY]
        purged = _purged(row[REGISTERED], days, sent_on)
        open_nights = [night for night in sent_on if purged is None or night < purged]
        if not open_nights:
            continue
        faulty = b""
        if world.has_story("ikps", key) and of_key[key] == 1:
            arrives = draw_arrival(chance, story, open_nights, len(days))
            course = replace(draw_course(chance, story, open_nights, arrives), purged=purged)
        else:
            course = Course(purged=purged)
        if course.corrected is not None:
            changes = draw_fault(chance, row, rows, FIELDS, days[0])
            course = course if changes else replace(course, corrected=None)
            faulty = _line({**row, **changes})
        if key not in courses:
            truth.deliver("ikps", key, course)
        courses[key] = course
        found.append(Registration(_line(row), course, faulty))
    return found


def _rows(world: World) -> list[Row]:
    """The rows of the newest snapshot."""
    text = world.files("ikps")[-1].read_bytes().decode("cp1252")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def _purged(registered: str, days: Sequence[date], sent_on: Sequence[int]) -> int | None:
    """The first snapshot after the registration's two years; none when its day of entry cannot be read."""
    day = read_day(registered)
    return None if day is None else next((night for night in sent_on if day < years_before(days[night])), None)


def read_day(text: str) -> date | None:
    """Read a day in one of the notations of the contract; None when it is no day."""
    if match := DAY_FIRST.fullmatch(text.strip()):
        day, month, year = (int(part) for part in match.groups())
    elif match := YEAR_FIRST.fullmatch(text.strip()):
        year, month, day = (int(part) for part in match.groups())
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _line(row: Row) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerow([row[column] for column in COLUMNS])
    return text.getvalue().encode("cp1252")
