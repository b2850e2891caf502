"""The missing-persons telex: what the police send round of a missing person, and the files of a day's messages."""

from __future__ import annotations

import textwrap
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from connectors.sample import distortions as written
from connectors.sample.chance import FACTS, Chance, age_on
from connectors.sample.delivery_days import delivery_day
from connectors.sample.registrations import Entry, Registrations
from connectors.sample.world import Child

WIDTH = 69
NOISE = ("", "", "RYRYRYRYRYRY\n", "QRM QRM\n", "  \n\n", "XXXX LIJNSTORING\n")
WORDS, PLACES = FACTS["words"], FACTS["places"]
Labels = list[tuple[str, str]]


def report_missing(chance: Chance, child: Child, since: date, reported: date, with_contact: bool) -> Entry:
    """Send round that a person is missing, under the civil name, or the declared name where Nidos reports (1.9)."""
    age = age_on(child.true.born, reported)
    age_only = chance.share("telex_age_only")
    birth = written.written_birth(chance, child.true, child.born_known).replace("±", "CA ")
    place = (
        f" TE {PLACES['towns'][child.town]}"
        if birth[:1].isdigit() and not child.asylum and chance.random() < 0.4
        else ""
    )
    category = (
        "VERMIST AMA"
        if child.asylum
        else chance.choice(("WEGLOOPPROBLEMATIEK",) * 7 + ("VERMIST",) * 3 + ("ONTVOERING",))
    )
    row: dict[str, Any] = {
        "VAN": f"REGIOPOLITIE {PLACES['regions'][child.town]}",
        "AAN": "ALLE KORPSEN",
        "NAAM": _name(chance, child),
        "ROEPN": child.true.given[0] if chance.random() < 0.4 else "",
        "GEB": f"ONBEKEND CA {max(age + chance.choice((-1, 0, 0, 0, 1)), 1)} JR" if age_only else birth + place,
        "GESL": child.sex if chance.random() < 0.98 else "",
        "NAT": child.true.origin["adjective"] if chance.random() < 0.9 else "",
        "CAT": "VERMIST" if child.life == "adult_missing" else category,
        "VERMIST SINDS": f"{since:%d-%m-%Y}",
        "LAATST GEZIEN": _last_seen(chance, child),
        "MELDER": _reporter(chance, child),
        "CONTACT": _contact(chance, child) if with_contact and child.contact else "",
        "SIGN": _looks(chance),
    }
    entry = Entry(child.child_id, "telex", reported, row, since=since)
    if chance.share("telex_withdrawn") and child.life in ("runaway", "departed"):
        entry.fate = "withdrawn"
    return entry


def _name(chance: Chance, child: Child) -> str:
    given = written.given_names(chance, child.true, initials=False)
    return f"{child.true.prefix} {written.family_name(chance, child.true)}, {given}".strip()


def _last_seen(chance: Chance, child: Child) -> str:
    town = str(PLACES["towns"][child.town])
    return child.centre or (f"{town} {chance.choice(PLACES['streets'])}" if chance.random() < 0.3 else town)


def _reporter(chance: Chance, child: Child) -> str:
    if child.asylum:
        return chance.choice(("NIDOS", "NIDOS", "NIDOS", "COA"))
    return chance.choice(("OUDERS", "OUDERS", "OUDERS", "SCHOOL", "POLITIE", "ANDERS"))


def _contact(chance: Chance, child: Child) -> str:
    plate = f" KENT {child.plate}" if chance.random() < 0.6 else ""
    return f"{child.contact} TEL {written.written_phone(chance, child.contact_phone)}{plate}"


def _looks(chance: Chance) -> str:
    body = f"CA {chance.randint(150, 182)} CM {chance.choice(WORDS['looks'])} {chance.choice(WORDS['hair'])}"
    return f"{body} {chance.choice(WORDS['clothes'])}" if chance.random() < 0.7 else body


@dataclass(slots=True)
class Message:
    """One message of a case: the day on which it is sent, its subject and its labels."""

    day: date
    subject: str
    labels: Labels
    rule: str = ""


def write_files(chance: Chance, folder: Path, held: Registrations, nights: list[date]) -> None:
    """Write the messages of every case, by the day on which they were sent, with noise on the line between them."""
    by_file: dict[date, list[tuple[date, int, str]]] = defaultdict(list)
    serials: dict[tuple[int, int], int] = defaultdict(int)
    sent = 0
    for entry in sorted(held.entries["telex"], key=lambda entry: (entry.day, entry.child_id)):
        serials[entry.day.year, entry.day.month] += 1
        entry.key = f"{entry.day:%Y/%m}/{serials[entry.day.year, entry.day.month]:04d}"
        for item in case_messages(chance, entry, nights[-1]):
            sent += 1
            sent_on = delivery_day(item.day, nights)
            by_file[sent_on].append((item.day, sent, message_text(chance, sent, item)))
            if item.subject.startswith("VERMISTE"):
                entry.file = file_name(sent_on)
            if item.rule:
                held.plant("telex", file_name(sent_on), entry.key, item.rule)
    for night in nights:
        by_file.setdefault(night, [])
    for day, messages in sorted(by_file.items()):
        ending = "\r\n" if day.day % 3 == 0 else "\n"
        text = "".join(chance.choice(NOISE) + text for _, _, text in sorted(messages)) or "GEEN BERICHTEN\n"
        (folder / file_name(day)).write_bytes(text.replace("\n", ending).encode("ascii"))


def file_name(day: date) -> str:
    """Return the name of a day's file."""
    return f"telex_{day:%Y%m%d}.txt"


def case_messages(chance: Chance, entry: Entry, last: date) -> list[Message]:
    """The messages of one case up to the last night: new, additions, and found, withdrawn or reopened."""
    labels = [(label, written.telex_text(text)) for label, text in entry.row.items() if text]
    messages = [Message(entry.day, f"VERMISTE PERSOON NR {entry.key}", labels)]
    if entry.row["CONTACT"] and chance.share("telex_late_addition"):
        early = chance.random() < 0.03 and entry.day.day > 2
        added = Message(
            entry.day + timedelta(days=-1 if early else chance.randint(2, 12)),
            f"AANVULLING OP NR {entry.key}",
            [pair for pair in labels if pair[0] == "CONTACT"],
            "supplement_before_message" if early else "",
        )
        if added.day <= last:
            messages[0].labels = [pair for pair in labels if pair[0] != "CONTACT"]
            messages.append(added)
    if entry.found_on:
        where = [("DATUM", f"{entry.found_on:%d-%m-%Y}"), ("PLAATS", written.telex_text(entry.row["LAATST GEZIEN"]))]
        messages.append(Message(max(entry.found_on, entry.day), f"AANGETROFFEN NR {entry.key}", where))
    if entry.reopened_on:
        again = [("VERMIST SINDS", f"{entry.reopened_on:%d-%m-%Y}")]
        messages.append(
            Message(entry.reopened_on + timedelta(days=2), f"AANVULLING OP NR {entry.key}", again, "reopened")
        )
    if entry.fate == "withdrawn":
        messages.append(
            Message(min(entry.day + timedelta(days=3), last), f"INTREKKING NR {entry.key}", [], "withdrawn")
        )
    return messages


def message_text(chance: Chance, sent: int, item: Message) -> str:
    """One message in lines of at most 69 characters; a continued line is indented by two blanks."""
    labels = [("BETR", item.subject), *item.labels]
    if chance.random() < 0.2:
        chance.shuffle(labels)
    lines = [f"ZCZC KLPD{sent % 10000:04d} {item.day:%d%m%y} {chance.randint(6, 22):02d}{chance.randint(0, 59):02d}"]
    for label, text in labels:
        lines += wrapped(f"{label:<6}: {text}", hard=chance.share("telex_hard_wrap"))
    return "\n".join([*lines, "NNNN", ""])


def wrapped(line: str, hard: bool) -> list[str]:
    """Break a line at a blank, or (`hard`) exactly at the edge, which may fall inside a word or a number."""
    if len(line) <= WIDTH:
        return [line]
    edge = line[WIDTH - 1] != " " and line[WIDTH] != " "
    if hard and edge:
        return [line[:WIDTH], *("  " + line[at : at + WIDTH - 2] for at in range(WIDTH, len(line), WIDTH - 2))]
    return textwrap.wrap(line, WIDTH - 1, subsequent_indent="  ", break_on_hyphens=False)
