"""The telex over the nights: a file a day with the messages of new cases, of corrections and of withdrawals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from random import Random

from benchmarks.nights.faults import Fields, draw_fault
from benchmarks.nights.story import Course, Story, draw_arrival, draw_course
from benchmarks.nights.truth import Truth
from benchmarks.nights.world import World
from connectors.sample.telex import file_name

QUIET = "GEEN BERICHTEN\n"
MESSAGE = re.compile(r"(?P<noise>.*?)(?P<text>^[ ]*ZCZC.*?^[ ]*NNNN[^\n]*\n?)", re.S | re.M)
LABEL = re.compile(r"([A-Z][A-Z .]*?)\s*:[ ]*")
CASE_NUMBER = re.compile(r"\d{4}/\d{1,2}/\d{1,6}")
OPENS, WITHDRAWS = "VERMISTE PERSOON", "INTREKKING"
# "NAAM  : " and the name together fill at most one line of 69 characters.
FIELDS = Fields(name="NAAM", birth="GEB", sex="GESL", place="LAATST GEZIEN", phone="CONTACT", longest_name=60)


@dataclass
class Message:
    """One message as it was sent: noise before it, its first line, what stands behind each label, its last line.

    `labels`: the label with its colon as written, and the value with the lines that continue it, by label.
    """

    noise: str
    opening: str
    labels: dict[str, tuple[str, str]]
    ending: str

    @property
    def subject(self) -> str:
        """What the message does, and to which case."""
        return " ".join(self.labels.get("BETR", ("", ""))[1].split())

    @property
    def case(self) -> str:
        """The number of its case; empty when there is none."""
        match = CASE_NUMBER.search(re.sub(r"\s", "", self.subject.partition(" NR")[2]))
        return match[0] if match else ""

    def values(self) -> dict[str, str]:
        """What stands behind each label."""
        return {label: value for label, (_, value) in self.labels.items()}

    def saying(self, values: Mapping[str, str]) -> Message:
        """The message with other values; a label without one is left out."""
        said = {label: (before, values.get(label, value)) for label, (before, value) in self.labels.items()}
        return replace(self, labels={label: pair for label, pair in said.items() if pair[1]})

    def text(self) -> str:
        """The message as it is sent, the noise before it included."""
        lines = "".join(f"{before}{value}\n" for before, value in self.labels.values())
        return f"{self.noise}{self.opening}\n{lines}{self.ending}"


@dataclass
class Case:
    """One case: its messages in the world in order, what becomes of it, and what its first message says wrongly."""

    messages: list[Message] = field(default_factory=list)
    course: Course = field(default_factory=Course)
    wrong: dict[str, str] = field(default_factory=dict)

    @property
    def opening(self) -> Message:
        """The message that opens the case."""
        return next(message for message in self.messages if message.subject.startswith(OPENS))

    def arriving(self, message: Message) -> Message:
        """One of its messages as it is sent when the case arrives."""
        return message.saying(self.wrong) if self.wrong and message is self.opening else message

    def sent(self, night: int, first_line: str) -> list[Message]:
        """The messages that are sent of it on a night after the first."""
        course = self.course
        if night == course.arrives:
            return [self.arriving(message) for message in self.messages]
        if night == course.corrected:
            right = {label: self.opening.labels[label] for label in self.wrong}
            subject = {"BETR": ("BETR  : ", f"AANVULLING OP NR {self.opening.case}")}
            return [Message("", first_line, subject | right, "NNNN\n")]
        if night == course.withdrawn:
            subject = {"BETR": ("BETR  : ", f"{WITHDRAWS} NR {self.opening.case}")}
            return [Message("", first_line, subject, "NNNN\n")]
        return []


def deliver(world: World, days: Sequence[date], story: Story, chance: Random, truth: Truth) -> Iterator[tuple]:
    """Yield night, file name and content of each file; `truth` is told what becomes of the cases.

    The first night has the files of the world without the cases that come later. A case arrives with all its messages,
    each with the day on which it was sent.
    """
    files = {path: _messages(path) for path in world.files("telex")}
    silent = story.silent(chance, len(days))
    cases = _cases(world, [message for messages in files.values() for message in messages], days, story, chance, silent)
    for number, case in cases.items():
        truth.deliver("telex", number, case.course)
    for path, messages in files.items():
        kept = [cases[m.case].arriving(m) for m in messages if not m.case or not cases[m.case].course.arrives]
        if kept or not messages:
            ending = "\r\n" if b"\r\n" in path.read_bytes() else "\n"
            yield 0, path.name, _content(kept).replace(b"\n", ending.encode())
    serial = sum(len(messages) for messages in files.values())
    for night in (night for night in range(1, len(days)) if night not in silent):
        sent: list[Message] = []
        for case in cases.values():
            following = (serial + len(sent) + 1) % 10000
            sent += case.sent(night, f"ZCZC KLPD{following:04d} {days[night]:%d%m%y} 0600")
        serial += len(sent)
        yield night, file_name(days[night]), _content(sent)


def _content(messages: Sequence[Message]) -> bytes:
    return ("".join(message.text() for message in messages) or QUIET).encode("ascii")


def _messages(path: Path) -> list[Message]:
    text = path.read_bytes().decode("ascii").replace("\r\n", "\n")
    return [_message(match["noise"], match["text"]) for match in MESSAGE.finditer(text)]


def _message(noise: str, text: str) -> Message:
    opening, *lines = text.splitlines()
    labels: dict[str, tuple[str, str]] = {}
    label = ""
    for line in lines[:-1]:
        match = LABEL.match(line)
        if match is None and label:
            before, value = labels[label]
            labels[label] = (before, f"{value}\n{line}")
        elif match is not None:
            # A label that occurs twice is another one here: only the first is ever wrong.
            label = match[1] if match[1] not in labels else f"{match[1]} {len(labels)}"
            labels[label] = (match[0], line[match.end() :])
    return Message(noise, opening, labels, f"{lines[-1]}\n")


def _cases(
    world: World,
    messages: Sequence[Message],
    days: Sequence[date],
    story: Story,
    chance: Random,
    silent: frozenset[int],
) -> dict[str, Case]:
    """The cases by number; what the world itself withdraws, and a case without its first message, only arrives."""
    cases: dict[str, Case] = {}
    for message in messages:
        if message.case:
            cases.setdefault(message.case, Case()).messages.append(message)
    opened = {n: c for n, c in cases.items() if any(m.subject.startswith(OPENS) for m in c.messages)}
    rows = [case.opening.values() for case in opened.values()]
    open_nights = [night for night in range(len(days)) if night not in silent]
    for number, case in cases.items():
        if not world.has_story("telex", number):
            continue
        arrives = draw_arrival(chance, story, open_nights, len(days))
        course = draw_course(chance, story, open_nights, arrives, can_return=False)
        if number not in opened or any(m.subject.startswith(WITHDRAWS) for m in case.messages):
            course = Course(arrives)
        if course.corrected is not None:
            case.wrong = draw_fault(chance, _never_said_again(case), rows, FIELDS, days[0])
            course = course if case.wrong else replace(course, corrected=None)
        case.course = course
    return cases


def _never_said_again(case: Case) -> dict[str, str]:
    """What only the first message says: what a later one says too is right before it can be corrected."""
    again = {label for message in case.messages if message is not case.opening for label in message.labels}
    return {label: value for label, value in case.opening.values().items() if label not in again}
