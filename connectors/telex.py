"""The missing-persons telex of the police: messages that open, supplement, withdraw or close a case.

In: `telex_JJJJMMDD.txt`, ASCII. Out: one row per message; its key is the case number behind NR, whichever message of
the case it is. The day of the message is the day of the report. The telex is not limited to minors.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pandas as pd

from connectors.dates import read_birth_date, read_stated_age
from connectors.deliveries import Delivery
from connectors.interpreting import READERS, ValueReader, parts, recorded
from connectors.names import plain
from connectors.phones import read_phone
from connectors.plates import read_plate
from connectors.records import KINDS as TYPES
from connectors.records import LISTS
from connectors.register import DeliveredColumn, Register
from connectors.rows import Rows, finish, interpret
from connectors.tables import delivered_bytes
from connectors.telex_messages import Message, Value, messages

CENTURY_TURNS = 70  # two digits of a year below this are 20yy
OPENING_DAY = re.compile(r"\b(\d\d)(\d\d)(\d\d)(?:\s+\d{4})?\s*$")
PHONE = re.compile(r"\+?\d(?:[\s().-]*\d){5,}")
PLATE = re.compile(r"[\s:.]*([A-Z0-9]{1,3}(?:\s?-\s?[A-Z0-9]{1,3}){1,2}|(?=[A-Z]*\d)[A-Z0-9]{4,9})")


def read_telex(delivery: Delivery, register: Register) -> Iterator[pd.DataFrame]:
    """Yield the rows of one file. Raises DeliveryRefused when a message is cut off or not ASCII."""
    several = {c.name for c in register.columns if c.kind == "text" or TYPES[c.into[0]] in LISTS}
    found = messages(delivered_bytes(delivery), register.layout, several)
    readers = {
        "birth": birth_reader(register.column_into("birth_year"), register.layout["birth_place_word"]),
        "contact_line": contact_reader(register.column_into("contacts"), register.layout),
    }
    columns = _columns(register, found, readers)
    rows = interpret(register, delivery, columns, len(found), readers)
    for row, message in enumerate(found):
        unknown = [label for label in message.values if label not in register.column_names]
        rows.problems[row].extend(f"unknown_label:{label}" for label in (*message.faults, *unknown))
    opening = register.of_kind("file_date")[0].name
    rows.values["raw"] = [
        json.dumps({opening: m.opening} | {label: value.likely for label, value in m.values.items()}) for m in found
    ]
    _read_days(rows, [message.opening for message in found])
    keys = _read_cases(rows)
    _read_state(rows)
    yield finish(rows, keys, keys)


def _columns(
    register: Register, found: list[Message], readers: Mapping[str, ValueReader]
) -> dict[str, list[str | None]]:
    """Per label the text of each message; of a wrapped value the reading that its kind understands."""
    columns: dict[str, list[str | None]] = {name: [] for name in register.column_names}
    read = {
        c.name: readers.get(c.kind) or (READERS[c.kind](c) if c.kind in READERS else None) for c in register.columns
    }
    for message in found:
        for name, texts in columns.items():
            value = message.values.get(name)
            texts.append(None if value is None else _understood(value, read.get(name)))
    return columns


def _understood(value: Value, read: ValueReader | None) -> str:
    if value.likely == value.other or read is None or not value.likely:
        return value.likely
    return value.other if read(value.likely)[1] and not read(value.other)[1] else value.likely


def birth_reader(column: DeliveredColumn, place_word: str) -> ValueReader:
    """Birth date or stated age, and the place of birth behind TE."""

    def read(text: str) -> tuple[tuple[Any, ...], tuple[str, ...]]:
        said, _, place = f" {text} ".partition(f" {place_word} ")
        place_of_birth = recorded(place)
        age = read_stated_age(said.strip())
        if age is not None:
            return (None, None, None, "unknown", place_of_birth, age, None), ()
        born, problem = read_birth_date(said.strip(), None)
        found = (f"{problem}:{column.into[0]}",) if problem else ()
        return (born.year, born.month, born.day, born.precision, place_of_birth, None, None), found

    return read


def contact_reader(column: DeliveredColumn, layout: Mapping[str, Any]) -> ValueReader:
    """Who the missing person is with: names, telephone numbers behind TEL, licence plates behind KENT."""
    phone_word, plate_word = layout["phone_word"], layout["plate_word"]
    words = re.compile(rf"\b({phone_word}|{plate_word})(?![A-Z])[\s:.]*")

    def read(text: str) -> tuple[tuple[Any, ...], tuple[str, ...]]:
        names, phones, plates, problems = [], [], [], []
        pieces = ["", *words.split(text.upper())]
        for word, piece in zip(pieces[::2], pieces[1::2], strict=True):
            rest = piece
            if word == plate_word:
                match = PLATE.match(rest)
                plate = read_plate(match[1])[0] if match else None
                rest = rest[match.end() :] if match else ""
                plates.append(plate)
                problems += [] if plate or recorded(piece) is None else ["unreadable_plate:plates"]
            numbers = PHONE.findall(rest)
            phones += [read_phone(number)[0] for number in numbers]
            rest = PHONE.sub(";", rest)
            if word == phone_word and not numbers and recorded(piece) is not None:
                problems.append("unreadable_phone:phones")
                rest = re.sub(r"^[\d\s+().-]+", "", rest)
            names += [f"other:{plain(name)}" for name in parts(column, f" {rest} ") if plain(name)]
        lists = [list(dict.fromkeys(v for v in values if v)) for values in (names, phones, plates)]
        return tuple(lists), tuple(problems)

    return read


def _read_days(rows: Rows, openings: list[str]) -> None:
    """The day in the line that opens the message; the file's when that line has none."""
    (column,) = rows.register.of_kind("file_date")
    days: list[date | None] = []
    for row, opening in enumerate(openings):
        match = OPENING_DAY.search(opening)
        day: date | None = rows.delivery.dated
        if match:
            year = int(match[3]) + (2000 if int(match[3]) < CENTURY_TURNS else 1900)
            try:
                day = date(year, int(match[2]), int(match[1]))
            except ValueError:
                day = None
                rows.problems[row].append(f"impossible_date:{column.into[0]}")
        days.append(day)
    for name in column.into:
        rows.values[name] = list(days)
    ages = rows.column("stated_age")
    rows.values["stated_age_on"] = [day if age is not None else None for age, day in zip(ages, days, strict=True)]


def _read_cases(rows: Rows) -> list[str | None]:
    """What the message does, and to which case."""
    (column,) = rows.register.of_kind("case")
    number = re.compile(rows.register.layout["case_number"])
    keys: list[str | None] = []
    mutations: list[str | None] = []
    for row, text in enumerate(rows.columns[column.name]):
        does, _, behind = (text or "").upper().partition(" NR")
        match = number.search(re.sub(r"\s", "", behind))
        keys.append(match[0] if match else None)
        plainly = " ".join(does.split()).casefold()
        mutations.append(column.values.get(plainly))
        rows.problems[row] += [] if match else ["no_key:source_key"]
        rows.problems[row] += [] if mutations[-1] else ["unknown_mutation:mutation"]
    rows.values |= {"source_key": keys, "mutation": mutations}
    return keys


def _read_state(rows: Rows) -> None:
    states = {"new": "open", "found": "found", "withdrawn": "withdrawn"}
    mutations = rows.column("mutation")
    rows.values["missing_status"] = [states.get(mutation) for mutation in mutations]
    rows.values["episode_count"] = [1 if mutation == "new" else None for mutation in mutations]
    alone = rows.register.layout["unaccompanied"]
    rows.values["unaccompanied"] = [True if category in alone else None for category in rows.column("missing_category")]
