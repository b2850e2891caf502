"""The database: is it there, which version and revision, who may do what in it, and do its clock and text agree."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import text

from connectors.installation import OneLineError
from dags.doctor.finding import Finding, ok, warn, wrong

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

# From 17 a login of nights may write the files of purged tables anew (MAINTAIN); a night refuses to start without it.
OLDEST_SERVER = 17
SECONDS_APART = 60
FACTS = """
    SELECT current_setting('server_version_num')::int / 10000 AS major, pg_encoding_to_char(encoding) AS encoding,
      current_setting('TimeZone') AS zone, current_setting('fsync') AS fsync, clock_timestamp() AS clock,
      rolsuper, rolcreaterole, rolbypassrls
    FROM pg_database, pg_roles WHERE datname = current_database() AND rolname = current_user
"""
ROLES = "SELECT rolname FROM pg_roles WHERE rolname = ANY (:roles) ORDER BY 1"
# Who reads the table, the page or the log reads nothing of the registers.
MAY_READ_REGISTERS = """
    SELECT rolname FROM pg_roles WHERE rolname IN ('weerzien_auditor', 'weerzien_bureau', 'weerzien_portal')
      AND has_schema_privilege(rolname, 'registers', 'USAGE') ORDER BY 1
"""
CONTRADICTORY = """
    SELECT count(*) FILTER (WHERE kind = 'judgements_contradict') AS contradictory,
      count(*) FILTER (WHERE kind = 'judgement_stale') AS stale FROM monitoring.alert
"""


def database(engine: Engine | None) -> Iterator[Finding]:
    """Look at the database; `engine` is None when there is none yet, and nothing is made for the question."""
    from monitoring.database import URL_VARIABLE
    from monitoring.revision import newest_revision, revision_of

    is_elsewhere = bool(os.environ.get(URL_VARIABLE))
    if engine is None:
        yield warn("database", "there is none yet", f"the first night makes it, or set {URL_VARIABLE}")
        return
    with engine.connect() as connection:
        connection.execute(text("SET TRANSACTION READ ONLY"))
        yield from _server(connection, is_elsewhere)
        found, newest = revision_of(connection), newest_revision()
        if found == newest:
            yield ok("revision", f"{found}, the newest")
        elif found is None:
            yield warn("revision", "no tables yet", "the first night makes them")
        else:
            yield _other_revision(found, newest)
        if found is not None:
            yield from _rights(connection, is_elsewhere)
        if found == newest:
            yield _judgements(connection)
            yield _names(connection)


def _server(connection: Connection, is_elsewhere: bool) -> Iterator[Finding]:
    from monitoring.database import URL_VARIABLE

    facts = connection.execute(text(FACTS)).one()
    about = "database server" if is_elsewhere else "embedded database"
    if facts.major < OLDEST_SERVER:
        yield wrong(about, f"PostgreSQL {facts.major}", f"use {OLDEST_SERVER} or later")
    else:
        yield ok(about, f"PostgreSQL {facts.major} answers")
    if facts.encoding != "UTF8":
        yield wrong("encoding", facts.encoding, "make the database anew with ENCODING 'UTF8'")
    else:
        yield ok("encoding", "UTF8")
    if facts.zone not in ("UTC", "Etc/UTC", "Europe/Amsterdam"):
        yield warn("server time zone", str(facts.zone), "ALTER DATABASE … SET timezone = 'UTC'")
    apart = abs((datetime.now(UTC) - facts.clock).total_seconds())
    if apart > SECONDS_APART:
        yield warn("clocks", f"this machine and the database differ {apart:.0f} seconds", "set both by NTP")
    if facts.fsync != "on":
        yield wrong("fsync", "is off: a power cut may cost the database", "set fsync = on")
    if is_elsewhere and (facts.rolsuper or facts.rolbypassrls):
        yield warn("login", "is a superuser", f"give {URL_VARIABLE} the login of the nights (docs/database.md)")
    elif is_elsewhere:
        yield ok("login", "no superuser")


def _other_revision(found: str, newest: str) -> Finding:
    from monitoring.revision import revisions

    if found in revisions():
        return warn("revision", f"{found}, the program has {newest}", "back up, then upgrade: docs/deployment.md")
    return wrong("revision", f"{found} is of a later version", "install that version again")


def _rights(connection: Connection, is_elsewhere: bool) -> Iterator[Finding]:
    from monitoring.login import ROLES as DECLARED
    from monitoring.login import login_of
    from monitoring.revision import newest_revision

    there = list(connection.execute(text(ROLES), {"roles": list(DECLARED)}).scalars())
    lacking = sorted(set(DECLARED) - set(there))
    too_much = list(connection.execute(text(MAY_READ_REGISTERS)).scalars())
    if lacking:
        yield wrong("roles", f"{', '.join(lacking)} not there", "as an administrator: weerzien database roles")
    elif too_much:
        yield wrong("roles", f"{', '.join(too_much)} may read names", "REVOKE ALL ON SCHEMA registers FROM them")
    else:
        yield ok("roles", "all five; auditor, bureau and page without the registers")
    if is_elsewhere:
        for complaint in login_of(connection, newest_revision()).complaints:
            yield warn("login", complaint, "weerzien database check")


def _judgements(connection: Connection) -> Finding:
    counts = connection.execute(text(CONTRADICTORY)).one()
    if counts.contradictory or counts.stale:
        seen = f"{counts.contradictory} contradict each other, {counts.stale} are of registrations that changed since"
        return warn("judgements", seen, "weerzien judgements list, or the page's alerts")
    return ok("judgements", "none contradicts another")


def _names(connection: Connection) -> Finding:
    """Whether names are encrypted in the database, all by the key in use."""
    from connectors.record_sealing import KEY, KEY_FILE, RecordKeys
    from monitoring.sealed_records import sealed_by

    try:
        keys = RecordKeys.from_environment()
    except OneLineError as error:
        return wrong("records key", str(error), f"look at {KEY} and {KEY_FILE}")
    counts = sealed_by(connection)
    lacking = sorted(key_id for key_id in counts if key_id and key_id not in keys.by_id)
    others = sum(count for key_id, count in counts.items() if key_id != keys.first)
    if lacking:
        seen = f"names in the database are encrypted by {', '.join(lacking)}, which is not set"
        return wrong("records key", seen, f"set {KEY} or {KEY_FILE}")
    if not keys.first:
        return warn(
            "records key", "names in the database are not encrypted by this program", "weerzien database new-key"
        )
    if others:
        seen = f"{others} rows hold names in plain text or under an older key: no night will run"
        return wrong("records key", seen, "weerzien database encrypt")
    return ok("records key", f"names in the database are encrypted by {keys.first}")
