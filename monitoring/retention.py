"""Housekeeping: after the term of a registration nothing that identifies anybody is left of it, anywhere here.

Terms and policies are declared per register (`[retention]` in connectors/registers). What was removed is written down
in `monitoring.purge`: the registration's key, its person, counts. The published tables are changed by the next night
only; no identifying value ever stood in them. While it works no night is published; the same night again does nothing
more.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Engine, text

from connectors.installation import Installation, OneLineError
from connectors.record_sealing import RecordKeys
from connectors.redaction import TakenRow, redact
from connectors.register import REGISTERS, load_register
from connectors.superseded import remove_superseded, remove_unrecorded
from monitoring.held import published_origin
from monitoring.publish import PUBLISH_LOCK
from monitoring.purging import TOUCHED, Ended, RowKey, ended_registrations, remove_from_tables
from monitoring.report_terms import remove_reports
from monitoring.scrubbing import renew_log, rewrite_tables
from monitoring.sealed_records import check_can_open, sealed_by

if TYPE_CHECKING:
    from sqlalchemy import Connection

logger = logging.getLogger(__name__)

Counts = dict[str, dict[str, int]]
# There while something was removed of which the bytes may still stand in the files of the database.
TO_REWRITE = "database.to_rewrite"
KEYS = """
    SELECT DISTINCT version.register, version.source_key FROM registers.record_version AS version
    JOIN monitoring.purge USING (origin, record_id) WHERE origin = :origin AND version.source_key IS NOT NULL
"""
# What was removed earlier on the same night stands beside what is removed now.
WRITE_DOWN = """
    INSERT INTO monitoring.purge (origin, record_id, register, person_id, cause, kept, night, removed)
    SELECT :origin, :record_id, :register, (
      SELECT person_id FROM registers.membership WHERE origin = :origin AND record_id = :record_id
    ), :cause, :kept, :night, CAST(:removed AS jsonb)
    ON CONFLICT (origin, record_id, night) DO UPDATE SET removed = purge.removed || excluded.removed
"""


@dataclass
class _Removed:
    """What was removed, by register: files, rows by registration, nights of reports; and per record_id from tables."""

    files: dict[str, int] = field(default_factory=dict)
    rows: dict[str, list[TakenRow]] = field(default_factory=dict)
    reports: dict[str, int] = field(default_factory=dict)
    tables: dict[str, Counter[str]] = field(default_factory=dict)


def published_night(engine: Engine) -> tuple[date, str]:
    """Return the night and origin of the published table. Raises OneLineError before the first night."""
    origin = published_origin(engine)
    with engine.connect() as connection:
        return connection.execute(text("SELECT night FROM monitoring.night WHERE is_published")).scalar_one(), origin


def housekeep(engine: Engine, installation: Installation, night: date, origin: str, dry_run: bool = False) -> Counts:
    """Remove what the registers' terms ask for on a night; return per register what was removed.

    Counts: registrations, versions, records, judgements, findings, earlier_nights (rows of history), landing_rows,
    landing_files, reports. Of a dry run: what would be removed, as far as it can be told beforehand; nothing changes.
    Raises OneLineError for a night that was not published yet, and when a file cannot be redacted.
    """
    with _while_nothing_is_published(engine):
        _check_night(engine, night, origin)
        with engine.connect() as connection:
            ended = ended_registrations(connection, night, origin)
            if any(one.kept == "coded_facts" for one in ended):
                # Before any file is changed: the year of birth is taken out of what is sealed.
                check_can_open(sealed_by(connection, ("registers.record_version",)), RecordKeys.from_environment())
        removed = _Removed()
        _clean_files(engine, installation, night, origin, ended, removed, dry_run)
        ended = [*ended, *_ended_in_files_only(ended, removed)]
        if ended and not dry_run:
            (installation.home / TO_REWRITE).touch(mode=0o600)
            with engine.begin() as connection:
                _clean_tables(connection, night, origin, ended, removed)
        _clean_reports(engine, installation, night, origin, ended, removed, dry_run)
        if not dry_run:
            rewrite(engine, installation)
    counts = _counts(ended, removed)
    for register, of_register in counts.items():
        told = ", ".join(f"{count} {what}" for what, count in of_register.items() if count) or "nothing"
        logger.info("%s: %s", register, told)
    return counts


def rewrite(engine: Engine, installation: Installation) -> None:
    """Write the files of the database anew when something was removed since they last were; also after a crash."""
    marker = installation.home / TO_REWRITE
    if marker.exists():
        rewrite_tables(engine, TOUCHED)
        renew_log(engine)
        marker.unlink(missing_ok=True)


@contextmanager
def _while_nothing_is_published(engine: Engine) -> Iterator[None]:
    """Hold the lock of publishing, outside a transaction: what is removed must not be seen by an old one."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": PUBLISH_LOCK})
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": PUBLISH_LOCK})


def _check_night(engine: Engine, night: date, origin: str) -> None:
    """A night that is still to come would end terms that have not ended."""
    query = text("SELECT max(night) FROM monitoring.night WHERE origin = :origin")
    with engine.connect() as connection:
        newest = connection.execute(query, {"origin": origin}).scalar_one()
    if newest is None or night > newest:
        said = f"the newest is {newest.isoformat()}" if newest else "none is published"
        raise OneLineError(f"the night of {night.isoformat()} was not published yet ({said}); nothing was removed")


def _clean_files(
    engine: Engine,
    installation: Installation,
    night: date,
    origin: str,
    ended: Iterable[Ended],
    removed: _Removed,
    dry_run: bool,
) -> None:
    """Superseded files go first, so that no row is taken out of one that goes anyway."""
    landing = installation.landing
    for register in map(load_register, REGISTERS):
        if not dry_run:
            remove_unrecorded(engine, register, landing)
        removed.files[register.name] = len(remove_superseded(engine, register, origin, landing, night, dry_run))
        of_register = [one.record_id for one in ended if one.register == register.name]
        removed.rows[register.name] = redact(engine, register, origin, landing, of_register, night, dry_run)


def _ended_in_files_only(ended: Iterable[Ended], removed: _Removed) -> list[Ended]:
    """Registrations that never counted, or had been purged, and were delivered (again) after their term."""
    known = {one.record_id for one in ended}
    return [
        Ended(record_id, register, None, "term", load_register(register).retention.keeps)
        for register, rows in removed.rows.items()
        for record_id in sorted({row.record_id for row in rows} - known)
    ]


def _clean_tables(connection: Connection, night: date, origin: str, ended: list[Ended], removed: _Removed) -> None:
    rows = [RowKey(register, row.file, row.row_key) for register, taken in removed.rows.items() for row in taken]
    removed.tables |= remove_from_tables(connection, ended, rows, night, origin)
    of_files = Counter(row.record_id for taken in removed.rows.values() for row in taken)
    purged = [
        {
            "origin": origin,
            "record_id": one.record_id,
            "register": one.register,
            "cause": one.cause,
            "kept": one.kept,
            "night": night,
            "removed": json.dumps(_of_registration(one, removed.tables, of_files), sort_keys=True),
        }
        for one in ended
    ]
    connection.execute(text(WRITE_DOWN), purged)


def _of_registration(one: Ended, tables: Mapping[str, Counter[str]], of_files: Counter[str]) -> dict[str, int]:
    counts = dict(tables.get(one.record_id, Counter()))
    return counts | ({"landing_rows": of_files[one.record_id]} if of_files[one.record_id] else {})


def _clean_reports(
    engine: Engine,
    installation: Installation,
    night: date,
    origin: str,
    ended: Iterable[Ended],
    removed: _Removed,
    dry_run: bool,
) -> None:
    with engine.connect() as connection:
        known = connection.execute(text(KEYS), {"origin": origin}).all()
    keys = {register: {row.row_key for row in rows} for register, rows in removed.rows.items()}
    for register, key in (*known, *((one.register, one.source_key) for one in ended)):
        if key:
            keys[register].add(key)
    for register in map(load_register, REGISTERS):
        removed.reports[register.name] = remove_reports(installation, register, night, keys[register.name], dry_run)


def _counts(ended: Iterable[Ended], removed: _Removed) -> Counts:
    tables = ("versions", "records", "judgements", "findings", "earlier_nights")
    counts: Counts = {}
    for register in REGISTERS:
        of_register = [one.record_id for one in ended if one.register == register]
        from_tables = Counter[str]()
        for record_id in of_register:
            from_tables.update(removed.tables.get(record_id, {}))
        counts[register] = {
            "registrations": len(of_register),
            **{name: from_tables[name] for name in tables},
            "landing_rows": len(removed.rows[register]),
            "landing_files": removed.files[register],
            "reports": removed.reports[register],
        }
    return counts
