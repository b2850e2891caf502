"""Youth care over the nights: a message a day with the dossiers that are new, corrected or withdrawn that day."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random

from benchmarks.nights.faults import Fields, draw_fault
from benchmarks.nights.story import Course, Story, draw_arrival, draw_course
from benchmarks.nights.truth import Truth
from benchmarks.nights.world import World
from connectors.sample.youth_care import file_name

FIELDS = Fields(
    family=("Voorvoegsel", "Geslachtsnaam"),
    given=("Voornamen",),
    birth="Datum",
    sex="Geslacht",
    place="Woonplaats",
    phone="Telefoon",
)
WRONG = ("Voorvoegsel", "Geslachtsnaam", "Voornamen", "Datum", "Geslacht", "Woonplaats", "Telefoon")
NUMBER, STATUS, DAY, SERIAL = "Dossiernummer", "StatusAanlevering", "Dagtekening", "Volgnummer"
NEW, CHANGED, WITHDRAWN = "1", "2", "3"
DOSSIER = re.compile(r"<Dossier>.*?</Dossier>", re.S)
DOSSIERS = re.compile(r"<Dossiers>.*</Dossiers>|<Dossiers/>", re.S)


@dataclass
class Dossier:
    """One dossier: its mutations in the world in order, and the first of them with its fault."""

    mutations: list[str] = field(default_factory=list)
    course: Course = field(default_factory=Course)
    faulty: str = ""

    def on_first_night(self, text: str) -> str:
        """One of its mutations as it is sent on the first night; nothing when it comes later."""
        if self.course.arrives:
            return ""
        return self.faulty if self.course.corrected is not None else text

    def sent(self, night: int) -> list[str]:
        """The mutations that are sent of it on a night after the first."""
        course = self.course
        if night == course.arrives:
            return [self.faulty] if course.corrected is not None else self.mutations
        if night == course.corrected:
            return [written(self.mutations[0], {STATUS: CHANGED})]
        if night == course.withdrawn:
            number = said(self.mutations[0], NUMBER)
            return [f"<Dossier><{NUMBER}>{number}</{NUMBER}><{STATUS}>{WITHDRAWN}</{STATUS}></Dossier>"]
        return self.mutations if night == course.returned else []


def deliver(world: World, days: Sequence[date], story: Story, chance: Random, truth: Truth) -> Iterator[tuple]:
    """Yield night, file name and content of each message; `truth` is told what becomes of the dossiers.

    The first night has the messages of the world without the dossiers that come later; a message that has lost all of
    them is sent empty, since its number would be missed.
    """
    messages = {path.name: path.read_text(encoding="utf-8") for path in world.files("youth_care")}
    silent = story.silent(chance, len(days))
    dossiers = _dossiers(world, messages.values(), days, story, chance, silent)
    for number, dossier in dossiers.items():
        truth.deliver("youth_care", number, dossier.course)
    for name, message in messages.items():
        texts = DOSSIER.findall(message)
        kept = [dossiers[said(text, NUMBER)].on_first_night(text) for text in texts]
        yield 0, name, message.encode() if kept == texts else holding(message, filter(None, kept))
    newest = list(messages.values())[-1]
    serial = int(said(newest, SERIAL))
    for night in (night for night in range(1, len(days)) if night not in silent):
        serial += 1
        header = written(newest, {DAY: days[night].isoformat(), SERIAL: str(serial)})
        sent = [text for dossier in dossiers.values() for text in dossier.sent(night)]
        yield night, file_name(days[night]), holding(header, sent)


def _dossiers(
    world: World,
    messages: Iterable[str],
    days: Sequence[date],
    story: Story,
    chance: Random,
    silent: frozenset[int],
) -> dict[str, Dossier]:
    """The dossiers by number; what the world itself corrects or withdraws only arrives."""
    dossiers: dict[str, Dossier] = defaultdict(Dossier)
    for message in messages:
        for text in DOSSIER.findall(message):
            dossiers[said(text, NUMBER)].mutations.append(text)
    rows = [{tag: said(dossier.mutations[0], tag) for tag in WRONG} for dossier in dossiers.values()]
    open_nights = [night for night in range(len(days)) if night not in silent]
    for row, (number, dossier) in zip(rows, dossiers.items(), strict=True):
        if not world.has_story("youth_care", number):
            continue
        arrives = draw_arrival(chance, story, open_nights, len(days))
        course = draw_course(chance, story, open_nights, arrives)
        if [said(text, STATUS) for text in dossier.mutations] != [NEW]:
            course = Course(arrives)
        if course.corrected is not None:
            changes = draw_fault(chance, row, rows, FIELDS, days[0])
            course = course if changes else replace(course, corrected=None)
            dossier.faulty = written(dossier.mutations[0], changes)
        dossier.course = course
    return dossiers


def holding(message: str, dossiers: Iterable[str]) -> bytes:
    """Return a message with these dossiers instead of its own."""
    body = "".join(f"{dossier}\n" for dossier in dossiers)
    return DOSSIERS.sub(lambda _: f"<Dossiers>\n{body}</Dossiers>", message, count=1).encode()


def said(text: str, tag: str) -> str:
    """Return what stands in the first element of that name, as it is written; nothing when it is not there."""
    match = re.search(f"<{tag}>([^<]*)</{tag}>", text)
    return match[1] if match else ""


def written(text: str, values: dict[str, str]) -> str:
    """Return the text with other values in the first elements of these names; elements that are not there stay so."""
    for tag, value in values.items():
        match = re.search(f"<{tag}>[^<]*</{tag}>|<{tag}/>", text)
        if match:
            element = f"<{tag}>{value}</{tag}>" if value else f"<{tag}/>"
            text = text[: match.start()] + element + text[match.end() :]
    return text
