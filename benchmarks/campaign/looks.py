"""What must hold after a fault: looked at in the database and in the landing area, not in what the night says."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text

SCHEMAS = ("monitoring", "history", "registers")
PERSON_ID = re.compile(r"W-\d{8}")
# The same bytes under the same name, landed once more after a file that was cut off.
LANDED_AGAIN = re.compile(r"\b([a-z_]+-[0-9a-f]{16})-\d+\b")
# Tables that tell of the way to a night, not of the night: with another way, other rows are right.
OF_THE_WAY = ("night", "person_event", "successor")
# Each counts rows that may not be there.
NOT_ONE = {
    "a registration twice": "SELECT count(*) - count(DISTINCT record_id) FROM monitoring.registration",
    "a person twice": "SELECT count(*) - count(DISTINCT person_id) FROM monitoring.person",
    "a registration without its person": "SELECT count(*) FROM monitoring.registration AS r WHERE NOT EXISTS "
    "(SELECT FROM monitoring.person AS p WHERE p.person_id = r.person_id)",
    "a person without a registration": "SELECT count(*) FROM monitoring.person AS p WHERE NOT EXISTS "
    "(SELECT FROM monitoring.registration AS r WHERE r.person_id = p.person_id)",
    "a record that is not published, or the other way round": "SELECT count(*) FROM registers.record AS r "
    "FULL JOIN monitoring.registration AS m USING (record_id) WHERE r.record_id IS NULL OR m.record_id IS NULL",
    "membership that is not as published": "SELECT count(*) FROM monitoring.registration AS r FULL JOIN "
    "(SELECT * FROM registers.membership WHERE is_in_force) AS m USING (record_id) "
    "WHERE r.person_id IS DISTINCT FROM m.person_id",
    "rows of two nights in one table": "SELECT count(*) FROM (SELECT night FROM monitoring.person UNION "
    "SELECT night FROM monitoring.registration UNION SELECT night FROM monitoring.link UNION "
    "SELECT night FROM monitoring.alert EXCEPT SELECT night FROM monitoring.night WHERE is_published) AS other",
    "not one published night": "SELECT abs(count(*) - 1) FROM monitoring.night WHERE is_published",
    "counts that are not of the table": "SELECT count(*) FROM monitoring.night WHERE is_published AND "
    "((counts->>'registrations')::int <> (SELECT count(*) FROM monitoring.registration) OR "
    "(counts->>'persons')::int <> (SELECT count(*) FROM monitoring.person) OR "
    "(counts->>'alerts')::int <> (SELECT count(*) FROM monitoring.alert))",
    "a table of history that is not the published one": "SELECT count(*) FROM monitoring.registration AS r FULL JOIN "
    "(SELECT h.* FROM history.registration AS h, monitoring.night AS n "
    "WHERE n.is_published AND n.origin = h.origin AND h.nights @> n.night) AS h USING (record_id) "
    "WHERE r.person_id IS DISTINCT FROM h.person_id",
    "a delivery twice": "SELECT count(*) - count(DISTINCT (register, sequence)) FROM registers.delivery",
    "an event of the ledger twice": "SELECT count(*) - count(DISTINCT event_id) FROM monitoring.person_event",
}  # fmt: skip


@dataclass(frozen=True)
class State:
    """What lies in an installation.

    `published`: digest of every table of the schema monitoring. `all`: of the schemas history and registers as well.
    `content`: of the monitoring tables, ids given after night 1 replaced by their first registration and a delivery
    named by its bytes. `persons`: id of
    every registration that was ever published, as last known. `judgements`: the whole log.
    """

    published: str
    all: str
    content: str
    persons: dict[str, str]
    judgements: tuple[str, ...]


def state_of(engine: Engine, known: frozenset[str]) -> State:
    """Look at the database; `known`: ids of night 1."""
    with engine.connect() as connection:
        rows = {
            name: sorted(str(row[0]) for row in connection.execute(text(f"SELECT t::text FROM {name} AS t")))
            for name in _tables(connection)
        }
        persons = _pairs(connection, "SELECT record_id, person_id FROM registers.membership WHERE is_in_force")
        first = "SELECT person_id, min(record_id) FROM monitoring.registration GROUP BY person_id"
        shown = _pairs(connection, first)
    published = {name: lines for name, lines in rows.items() if name.startswith("monitoring.")}
    content = {
        name: sorted(_renamed(line, known, shown) for line in lines)
        for name, lines in published.items()
        if name.partition(".")[2] not in OF_THE_WAY
    }
    judgements = tuple(rows["registers.judgement"])
    return State(_digest(published), _digest(rows), _digest(content), persons, judgements)


def wrong_in_database(engine: Engine) -> list[str]:
    """Name what does not hold in the published table and beside it."""
    with engine.connect() as connection:
        return [what for what, query in NOT_ONE.items() if int(connection.execute(text(query)).scalar_one())]


def wrong_in_landing(engine: Engine, landing: Path) -> list[str]:
    """Name deliveries that are recorded and of which the bytes are not whole in the landing area."""
    with engine.connect() as connection:
        landed = connection.execute(
            text("SELECT path, sha256 FROM registers.delivery WHERE removed_night IS NULL")
        ).all()
    return ["a recorded delivery that is not whole in landing"] * any(
        not (landing / path).is_file() or hashlib.sha256((landing / path).read_bytes()).hexdigest() != sha256
        for path, sha256 in landed
    )


def left_over(home: Path) -> list[str]:
    """Name what a whole night may not leave behind: half copies, work files, the mark of an open night."""
    found = ["a half-written file in landing"] * any((home / "landing").rglob("*.part"))
    elsewhere = (home / name for name in ("read", "index", "feedback", "data_docs", "logs", "portal"))
    found += ["a half-written file outside landing"] * any(any(folder.rglob("*.part*")) for folder in elsewhere)
    found += ["work files"] * any(path.is_file() for path in (home / "work").rglob("*"))
    return found + ["the mark of an open night"] * (home / "night.open").exists()


def planted_values(engine: Engine) -> list[str]:
    """Return names and telephone numbers of the published records, which no message may hold."""
    query = (
        "SELECT DISTINCT value FROM (SELECT given_names AS value FROM registers.record UNION "
        "SELECT family_name FROM registers.record UNION SELECT unnest(phones) FROM registers.record) AS named "
        "WHERE length(value) > 3 ORDER BY 1"
    )
    with engine.connect() as connection:
        return [str(value) for value in connection.execute(text(query)).scalars()]


def _pairs(connection: Connection, query: str) -> dict[str, str]:
    return {str(one): str(other) for one, other in connection.execute(text(query))}


def _tables(connection: Connection) -> list[str]:
    query = (
        "SELECT table_schema || '.' || table_name FROM information_schema.tables "
        "WHERE table_type = 'BASE TABLE' AND table_schema = ANY(:schemas) ORDER BY 1"
    )
    return list(connection.execute(text(query), {"schemas": list(SCHEMAS)}).scalars())


def _renamed(line: str, known: frozenset[str], first: dict[str, Any]) -> str:
    def name(found: re.Match[str]) -> str:
        return found[0] if found[0] in known else f"<{first.get(found[0], 'gone')}>"

    return LANDED_AGAIN.sub(r"\1", PERSON_ID.sub(name, line))


def _digest(rows: dict[str, list[str]]) -> str:
    lines = (f"{name}\n" + "\n".join(rows[name]) for name in sorted(rows))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
