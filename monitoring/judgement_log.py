"""The log of judgements: what reviewers said of pairs of registrations, appended to and never changed.

Of a pair the newest entry that is not undone counts, from the night after the table that the reviewer had before them:
a night takes what was judged on tables up to its own. Newest is by moment, then by number, so that a log from another
installation, imported late, does not overrule what was judged here after it. Who writes holds the log alone, so that
two writers get two numbers. The reason never leaves the schema `registers`, save in an export of the log.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine, Row, text

from connectors.installation import OneLineError
from connectors.record_sealing import SEALED
from connectors.records import COLUMN_NAMES, KINDS, records_frame
from connectors.register import REGISTERS
from monitoring.held import published_origin
from monitoring.recorded import recorded
from monitoring.sealed_records import opened_rows

VERDICTS = ("same", "different", "unsure")
IN_FORCE_COLUMNS = ("judgement_id", "record_id_l", "record_id_r", "verdict", "judged_by", "night", "seen_l", "seen_r")
# Where a record stands and which delivery brought it may change from day to day while the record stays the same.
CONTENT: tuple[str, ...] = tuple(
    name for name in COLUMN_NAMES if name not in ("record_id", "source_key", "delivery_id")
)
# Later than every night.
EVER = date.max
# Control characters and halves of characters: the database or a terminal would choke on them.
UNPRINTABLE = ("Cc", "Cs")

IN_FORCE = """
    SELECT DISTINCT ON (record_id_l, record_id_r)
      judgement_id, record_id_l, record_id_r, verdict, judged_by, night, seen_l, seen_r
    FROM registers.judgement AS entry
    WHERE origin = :origin AND night <= :night AND verdict <> 'undo' AND NOT EXISTS (
      SELECT FROM registers.judgement AS undoing
      WHERE undoing.undoes = entry.judgement_id AND undoing.night <= :night)
    ORDER BY record_id_l, record_id_r, judged_at DESC, judgement_id DESC
"""
ALL = f"""
    SELECT entry.*, counting.judgement_id AS counts, undoing.judgement_id AS undone_by
    FROM registers.judgement AS entry
    LEFT JOIN ({IN_FORCE}) AS counting USING (record_id_l, record_id_r)
    LEFT JOIN (SELECT undoes, min(judgement_id) AS judgement_id FROM registers.judgement GROUP BY undoes) AS undoing
      ON undoing.undoes = entry.judgement_id
    WHERE entry.origin = :origin ORDER BY entry.judgement_id
"""
APPEND = """
    INSERT INTO registers.judgement
      (judgement_id, origin, record_id_l, record_id_r, key_l, key_r, verdict, undoes, reason, judged_by, judged_at,
       night, seen_l, seen_r)
    SELECT coalesce(max(judgement_id), 0) + 1, :origin, :record_id_l, :record_id_r, :key_l, :key_r, :verdict,
      CAST(:undoes AS bigint), :reason, :judged_by, CAST(:judged_at AS timestamptz),
      CAST(:night AS date), :seen_l, :seen_r
    FROM registers.judgement
    RETURNING judgement_id
"""


def fingerprints(records: pd.DataFrame) -> pd.Series:
    """Return by record_id a SHA-256, in hexadecimal, of what each common record says.

    All columns of the record but record_id, source_key and delivery_id; what is not recorded is left out, so that a
    new column changes no digest. Equal for a record from the database and from work files.
    """
    said: list[dict[str, Any]] = [{} for _ in range(len(records))]
    for name in CONTENT:
        if name in records:
            for row, value in recorded(records[name], KINDS[name]):
                said[row][name] = value
    digests = [_digest(content) for content in said]
    return pd.Series(digests, index=pd.Index(records["record_id"], name="record_id"), name="fingerprint", dtype=object)


def judged_origin(engine: Engine) -> str:
    """Return the origin of the published table, whose pairs are judged.

    Raises OneLineError before the first night, also before the first night of this version.
    """
    origin = published_origin(engine)
    with engine.connect() as connection:
        if connection.execute(text("SELECT to_regclass('registers.judgement')")).scalar_one() is None:
            raise OneLineError("the database is of before this version; run `weerzien night` first")
    return origin


def judge(engine: Engine, left: str, right: str, verdict: str, reason: str, by: str, at: datetime) -> int:
    """Append a reviewer's verdict on two registrations of the published table and return its number.

    `left`, `right`: REGISTER/KEY, the register's own key. `at`: with its offset. Raises OneLineError, and appends
    nothing, when there are no two such registrations, something is not said, or the same verdict counts already.
    """
    if verdict not in VERDICTS:
        raise OneLineError(f"that is no verdict; a verdict is {', '.join(VERDICTS)}")
    said = {"verdict": verdict, "undoes": None} | _why_and_who(reason, by)
    keys = {side: _register_and_key(side, named) for side, named in (("left", left), ("right", right))}
    origin = judged_origin(engine)
    with opened_log(engine) as connection:
        night = _published_night(connection, origin)
        found = [_registration(connection, origin, side, *key) for side, key in keys.items()]
        one, other = sorted(found, key=lambda registration: registration["record_id"])
        pair = {"record_id_l": one["record_id"], "record_id_r": other["record_id"]}
        if one["record_id"] == other["record_id"]:
            raise OneLineError("left and right are the same registration; a verdict is on two")
        _check_is_new(connection, origin, pair, verdict)
        entry = pair | {"key_l": one["key"], "key_r": other["key"], "seen_l": one["seen"], "seen_r": other["seen"]}
        moment = _not_before(connection, origin, pair, at)
        return append_entry(connection, {**entry, **said, "origin": origin, "night": night, "judged_at": moment})


def undo(engine: Engine, number: int, reason: str, by: str, at: datetime) -> int:
    """Append an entry that takes a judgement back, and return the number of that entry.

    Raises OneLineError, and appends nothing, when there is no such judgement in the log of the published table, when
    it is undone already, or is itself an undo.
    """
    said = _why_and_who(reason, by)
    origin = judged_origin(engine)
    with opened_log(engine) as connection:
        night = _published_night(connection, origin)
        undone = next((e for e in all_judgements(connection, origin) if e["judgement_id"] == number), None)
        if undone is None:
            raise OneLineError(f"there is no judgement {number}; see `weerzien judgements list --all`")
        if undone["verdict"] == "undo":
            raise OneLineError(f"{number} is itself an undo; give the verdict again with `weerzien judge`")
        if undone["state"] == "undone":
            raise OneLineError(f"judgement {number} is already undone, by {undone['ended_by']}")
        pair = {name: undone[name] for name in ("record_id_l", "record_id_r", "key_l", "key_r")}
        # Who takes a verdict back has not judged the records anew.
        entry = {**pair, **said, "verdict": "undo", "undoes": number, "seen_l": None, "seen_r": None}
        return append_entry(connection, {**entry, "origin": origin, "night": night, "judged_at": _with_offset(at)})


def judgements_in_force(engine_or_connection: Engine | Connection, origin: str, night: date) -> pd.DataFrame:
    """Return the judgements that a night takes, sorted by judgement_id: IN_FORCE_COLUMNS, one row per pair.

    Of each pair the newest entry of a night up to this one that no entry of a night up to this one undoes.
    """
    rows = _rows(engine_or_connection, IN_FORCE, origin, night)
    frame = pd.DataFrame(sorted(rows), columns=list(IN_FORCE_COLUMNS), dtype=object)
    return frame.astype({"judgement_id": "int64"})


def all_judgements(engine_or_connection: Engine | Connection, origin: str) -> list[dict[str, Any]]:
    """Return every entry of the log, by number: the columns of `registers.judgement`, state and ended_by.

    `state`: in_force (as of the next night), undone, superseded, or undo. `ended_by`: the entry that undid it or counts
    in its place, else None.
    """
    return [_with_state(**row._asdict()) for row in _rows(engine_or_connection, ALL, origin, EVER)]


@contextmanager
def opened_log(engine: Engine) -> Iterator[Connection]:
    """Hold the log alone, in one transaction that sees one moment of the database; an exception undoes all of it."""
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection, connection.begin():
        # First of all: what is seen is what stood when the lock was got.
        connection.execute(text("LOCK TABLE registers.judgement IN SHARE ROW EXCLUSIVE MODE"))
        yield connection


def append_entry(connection: Connection, entry: Mapping[str, Any]) -> int:
    """Append an entry to the opened log under the next number of the installation, and return that number."""
    return int(connection.execute(text(APPEND), entry).scalar_one())


def one_line(said: str) -> str:
    """Return what somebody wrote, on one line. Raises ValueError when nothing is left or a sign cannot be shown."""
    line = " ".join(said.split())
    if not line or any(unicodedata.category(sign) in UNPRINTABLE for sign in line):
        raise ValueError
    return line


def _with_state(counts: int | None, undone_by: int | None, **entry: Any) -> dict[str, Any]:
    if entry["verdict"] == "undo":
        return entry | {"state": "undo", "ended_by": None}
    if undone_by is not None:
        return entry | {"state": "undone", "ended_by": undone_by}
    is_in_force = entry["judgement_id"] == counts
    return entry | {"state": "in_force" if is_in_force else "superseded", "ended_by": None if is_in_force else counts}


def _why_and_who(reason: str, by: str) -> dict[str, str]:
    said = {}
    for name, given, what in (("reason", reason, "why (--reason TEXT)"), ("judged_by", by, "who says so (--by NAME)")):
        try:
            said[name] = one_line(given)
        except ValueError:
            raise OneLineError(f"say {what}, in signs that can be shown") from None
    return said


def _register_and_key(side: str, named: str) -> tuple[str, str]:
    register, _, key = named.strip().partition("/")
    if register not in REGISTERS or not key:
        known = ", ".join(REGISTERS)
        raise OneLineError(f"{side} names no registration; write REGISTER/KEY, such as stv/2004/12, of {known}")
    return register, key


def _registration(connection: Connection, origin: str, side: str, register: str, key: str) -> dict[str, str]:
    """A registration of the published table as it is now: record_id, key (REGISTER/KEY), seen (its fingerprint)."""
    query = f"""
        SELECT {", ".join((*COLUMN_NAMES, SEALED))} FROM registers.record
        WHERE origin = :origin AND register = :register AND source_key = :key
    """
    # The message does not repeat the key: a name may have been typed in its place.
    missing = OneLineError(f"{side}: {register} has no registration with that key in the published table")
    if any(unicodedata.category(sign) in UNPRINTABLE for sign in key):
        raise missing
    rows = connection.execute(text(query), {"origin": origin, "register": register, "key": key}).mappings().all()
    if not rows:
        raise missing
    if len(rows) > 1:
        raise OneLineError(f"{side}: {register} has {len(rows)} registrations with that key in the published table")
    record_id, seen = next(iter(fingerprints(records_frame(opened_rows(rows, origin))).items()))
    return {"record_id": str(record_id), "key": f"{register}/{key}", "seen": str(seen)}


def _published_night(connection: Connection, origin: str) -> date:
    query = text("SELECT night FROM monitoring.night WHERE is_published AND origin = :origin")
    night: date | None = connection.execute(query, {"origin": origin}).scalar_one_or_none()
    if night is None:
        raise OneLineError("another table was published at this very moment; try again")
    return night


def _check_is_new(connection: Connection, origin: str, pair: Mapping[str, str], verdict: str) -> None:
    for row in _rows(connection, IN_FORCE, origin, EVER):
        same_pair = (row.record_id_l, row.record_id_r) == (pair["record_id_l"], pair["record_id_r"])
        if same_pair and row.verdict == verdict:
            raise OneLineError(f"that verdict on this pair counts already: judgement {row.judgement_id}")


def _not_before(connection: Connection, origin: str, pair: Mapping[str, str], at: datetime) -> datetime:
    """The moment of a new verdict; a clock that runs behind does not make it older than what it answers."""
    query = """
        SELECT max(judged_at) FROM registers.judgement
        WHERE origin = :origin AND record_id_l = :record_id_l AND record_id_r = :record_id_r
    """
    newest = connection.execute(text(query), {**pair, "origin": origin}).scalar_one()
    return _with_offset(at) if newest is None else max(newest, _with_offset(at))


def _with_offset(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise ValueError("the moment of a judgement needs its offset from UTC")
    return at


def _rows(engine_or_connection: Engine | Connection, query: str, origin: str, night: date) -> Sequence[Row]:
    values = {"origin": origin, "night": night}
    if isinstance(engine_or_connection, Connection):
        return engine_or_connection.execute(text(query), values).all()
    with engine_or_connection.connect() as connection:
        return connection.execute(text(query), values).all()


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode("ascii")).hexdigest()
