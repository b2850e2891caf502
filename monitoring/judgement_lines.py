"""The log of judgements as lines of JSON, to keep it elsewhere or to take it to another installation.

A line is one entry with FIELDS. The same log gives the same bytes. The lines hold the registers' own keys and the
reviewers' reasons, so they are for engineers with rights. An import adds only what is not there, whole or nothing.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Engine

from connectors.installation import OneLineError
from connectors.register import REGISTERS
from monitoring.judgement_log import VERDICTS, all_judgements, append_entry, one_line, opened_log

# Name on the line, and column of the log.
FIELDS = {
    "number": "judgement_id",
    "left": "key_l",
    "right": "key_r",
    "record_id_l": "record_id_l",
    "record_id_r": "record_id_r",
    "verdict": "verdict",
    "undoes": "undoes",
    "reason": "reason",
    "by": "judged_by",
    "at": "judged_at",
    "night": "night",
    "seen_l": "seen_l",
    "seen_r": "seen_r",
}
DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
# What a purge takes out of an entry, and what an undo does not have.
MAY_LACK = ("left", "right", "undoes", "reason", "seen_l", "seen_r")


def export_lines(engine: Engine, origin: str) -> Iterator[str]:
    """Give every entry of the log of an origin, by number, as a line of JSON without its end; moments are in UTC."""
    for entry in all_judgements(engine, origin):
        entry["judged_at"] = entry["judged_at"].astimezone(UTC).isoformat()
        entry["night"] = entry["night"].isoformat()
        yield json.dumps({field: entry[column] for field, column in FIELDS.items()}, ensure_ascii=False)


def import_lines(engine: Engine, lines: Iterable[str], origin: str) -> tuple[int, int]:
    """Add the exported entries that the log of an origin lacks, under numbers of its own; return how many were added
    and how many were known.

    An entry is known when one of the same pair, verdict, reviewer and moment is there. Empty lines are passed over.
    Raises OneLineError, and adds nothing, when a line is not an entry: it says which line and what, not what it holds.
    """
    entries = list(_entries(lines))
    own_numbers: dict[int | None, int | None] = {None: None}
    added = 0
    with opened_log(engine) as connection:
        # Several, in their order, when one reviewer said the same twice at one moment.
        held = defaultdict(list)
        for entry in all_judgements(connection, origin):
            held[_identity(entry)].append(entry["judgement_id"])
        for entry in entries:
            here = {**entry, "undoes": own_numbers[entry["undoes"]], "origin": origin}
            known = held[_identity(here)]
            added += not known
            own_numbers[entry["judgement_id"]] = known.pop(0) if known else append_entry(connection, here)
    return added, len(entries) - added


def _identity(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    columns = ("record_id_l", "record_id_r", "verdict", "undoes", "judged_by", "judged_at")
    return tuple(entry[column] for column in columns)


def _entries(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Read the lines into columns of the log; what an entry undoes stands on a line above it."""
    above: dict[int, dict[str, Any]] = {}
    for place, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        entry, wrong = _read(line)
        wrong = wrong or _contradiction(entry, above)
        if wrong:
            raise OneLineError(f"line {place}: {wrong}; nothing was imported")
        above[entry["judgement_id"]] = entry
        yield entry


def _read(line: str) -> tuple[dict[str, Any], str | None]:
    """Return the entry of a line, or what is wrong with the line."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return {}, "is not JSON"
    if not isinstance(said, dict) or set(said) != set(FIELDS):
        return {}, f"does not have the fields {', '.join(FIELDS)}"
    entry: dict[str, Any] = {}
    for field, column in FIELDS.items():
        read, what = READERS[field]
        try:
            entry[column] = None if said[field] is None and field in MAY_LACK else read(said[field])
        except (ValueError, TypeError, AttributeError, OverflowError):
            return {}, f"{field} is not {what}"
    return entry, None


def _contradiction(entry: Mapping[str, Any], above: dict[int, dict[str, Any]]) -> str | None:
    if above and entry["judgement_id"] <= next(reversed(above)):
        return "number is not higher than those above"
    if entry["record_id_l"] >= entry["record_id_r"]:
        return "record_id_l does not come before record_id_r"
    if (entry["verdict"] == "undo") != (entry["undoes"] is not None):
        return "undoes goes with the verdict undo, and with no other"
    if entry["undoes"] is None:
        return None
    undone = above.get(entry["undoes"])
    if undone is None or undone["verdict"] == "undo":
        return "undoes is not the number of a judgement on a line above"
    pair = ("record_id_l", "record_id_r")
    return None if all(undone[name] == entry[name] for name in pair) else "undoes a judgement on another pair"


def _number(value: Any) -> int:
    # True is a number to Python.
    if type(value) is not int or value < 1:
        raise ValueError
    return value


def _key(value: Any) -> str:
    register, _, key = value.partition("/")
    if register not in REGISTERS or not one_line(key):
        raise ValueError
    return str(value)


def _verdict(value: Any) -> str:
    if value not in (*VERDICTS, "undo"):
        raise ValueError
    return str(value)


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.utcoffset() is None:
        raise ValueError
    return moment.astimezone(UTC)


def _fingerprint(value: Any) -> str:
    if not DIGEST.fullmatch(value):
        raise ValueError
    return str(value)


# How each field is read, and what it has to be. A reader raises when it is not.
READERS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "number": (_number, "a whole number from 1"),
    "left": (_key, "REGISTER/KEY or null"),
    "right": (_key, "REGISTER/KEY or null"),
    "record_id_l": (one_line, "the id of a registration"),
    "record_id_r": (one_line, "the id of a registration"),
    "verdict": (_verdict, f"one of {', '.join(VERDICTS)}, undo"),
    "undoes": (_number, "the number of a judgement or null"),
    "reason": (one_line, "a text that can be shown, or null"),
    "by": (one_line, "a name that can be shown"),
    "at": (_moment, "a moment with its offset, such as 2026-11-23T09:30:00+00:00"),
    "night": (date.fromisoformat, "a day written as YYYY-MM-DD"),
    "seen_l": (_fingerprint, "a digest of 64 signs or null"),
    "seen_r": (_fingerprint, "a digest of 64 signs or null"),
}
