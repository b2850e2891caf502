"""The ledger of person ids in the database, and what each registration said when it was last published.

`monitoring.person_event` is only appended to; `registers.membership` is its fold, with a digest of each registration's
content, so that a night knows what is new and what was corrected.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
from sqlalchemy import Connection, Engine, text

from linkage.ledger import EVENT_COLUMNS, Event, Ledger, News, events_frame, successors
from monitoring.copying import copy_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

EVENTS = """
    SELECT kind, person_id, other_person_id, record_id, cause FROM monitoring.person_event
    WHERE origin = :origin AND night <= :until ORDER BY event_id
"""
MEMBERSHIP_TYPES = {
    "record_id": "text", "person_id": "text", "register": "text", "content": "text", "retained_until": "date",
}  # fmt: skip
EVENT_TYPES = {"event_id": "integer", "origin": "text", "night": "date", "model_version": "text"} | dict.fromkeys(
    EVENT_COLUMNS, "text"
)
MEMBERSHIP = (
    "UPDATE registers.membership SET is_in_force = false WHERE origin = :origin AND is_in_force",
    """
    INSERT INTO registers.membership
      (origin, record_id, person_id, last_night, register, content, retained_until, is_in_force)
    SELECT :origin, record_id, person_id, CAST(:night AS date), register, content, retained_until, true FROM belonging
    ON CONFLICT (origin, record_id) DO UPDATE
    SET person_id = excluded.person_id, last_night = excluded.last_night, register = excluded.register,
      content = excluded.content, retained_until = excluded.retained_until, is_in_force = true
    """,
    "DROP TABLE belonging",
)


def read_ledger(engine: Engine, origin: str, until: date = date.max) -> Ledger:
    """Fold the ledger of one origin as it stood after a night; its last number is the highest over all origins."""
    with engine.connect() as connection:
        rows = connection.execute(text(EVENTS), {"origin": origin, "until": until}).all()
        ledger = Ledger.of_events(pd.DataFrame(rows, columns=list(EVENT_COLUMNS), dtype=object))
        ledger.last_number = max(ledger.last_number, last_person_number(connection))
    return ledger


def last_person_number(connection: Connection) -> int:
    """Return the highest person number ever given out, whatever the origin; 0 when there is none."""
    found = connection.execute(
        text("SELECT max(CAST(substr(person_id, 3) AS bigint)) FROM monitoring.person_event")
    ).scalar_one()
    return int(found or 0)


def ledger_head(engine: Engine) -> int:
    """Return the number of the last event of all; a night that was made from another head must not be published."""
    with engine.connect() as connection:
        return _head(connection)


def _head(connection: Connection) -> int:
    query = "SELECT coalesce(max(event_id), 0) FROM monitoring.person_event"
    return int(connection.execute(text(query)).scalar_one())


def log_head(engine: Engine) -> int:
    """Return the number of the last verdict in the log of reviewers, over all origins; 0 when it is empty."""
    with engine.connect() as connection:
        query = "SELECT coalesce(max(judgement_id), 0) FROM registers.judgement"
        return int(connection.execute(text(query)).scalar_one())


def published_before(engine: Engine, origin: str) -> pd.DataFrame:
    """Return what each registration in force said when it was last published, sorted by record_id.

    Columns: record_id, person_id, content (digest; None when it is not known), retained_until.
    """
    query = text(
        "SELECT record_id, person_id, content, retained_until FROM registers.membership "
        "WHERE origin = :origin AND is_in_force"
    )
    with engine.connect() as connection:
        rows = connection.execute(query, {"origin": origin}).all()
    before = pd.DataFrame(rows, columns=["record_id", "person_id", "content", "retained_until"], dtype=object)
    return before.sort_values("record_id", ignore_index=True)


def news_of(
    before: pd.DataFrame,
    contents: pd.Series,
    night: date,
    judged: Iterable[str] = (),
    is_other_model: bool = False,
    is_other_reference: bool = False,
) -> News:
    """Say what is new on a night.

    `before`: as `published_before` gives it. `contents`: digest by record_id tonight. `judged`: registrations of pairs
    on which another verdict counts than on the night before. A registration that is gone was purged when its term had
    ended, else withdrawn.
    """
    known = dict(zip(before["record_id"], before["content"], strict=True))
    tonight = contents.to_dict()
    gone = before[~before["record_id"].isin(tonight)]
    ended = gone["retained_until"].map(lambda day: day is not None and not pd.isna(day) and day <= night).astype(bool)
    return News(
        new=tonight.keys() - known.keys(),
        corrected={r for r, content in tonight.items() if known.get(r) not in (None, content)},
        withdrawn=set(gone.loc[~ended, "record_id"]),
        purged=set(gone.loc[ended, "record_id"]),
        judged=set(judged),
        is_other_model=is_other_model,
        is_other_reference=is_other_reference,
    )


def append_events(
    connection: Connection, events: Sequence[Event], night: date, origin: str, model_version: str
) -> None:
    """Append a night's events to the ledger, in the connection's transaction."""
    if not events:
        return
    first = _head(connection) + 1
    rows = events_frame(events).assign(
        event_id=range(first, first + len(events)), origin=origin, night=night, model_version=model_version
    )
    # No COPY into the ledger itself: it has rules for rows, with which a login other than its owner's may only INSERT.
    connection.execute(text("CREATE TEMPORARY TABLE event_tonight (LIKE monitoring.person_event) ON COMMIT DROP"))
    copy_rows(connection, "event_tonight", rows, EVENT_TYPES)
    names = ", ".join(EVENT_TYPES)
    connection.execute(text(f"INSERT INTO monitoring.person_event ({names}) SELECT {names} FROM event_tonight"))
    connection.execute(text("DROP TABLE event_tonight"))


def keep_membership(connection: Connection, registrations: pd.DataFrame, night: date, origin: str) -> None:
    """Keep who every registration belongs to and what it said.

    `registrations`: record_id, person_id, register, content, retained_until of tonight.
    """
    columns = "record_id text, person_id text, register text, content text, retained_until date"
    connection.execute(text(f"CREATE TEMPORARY TABLE belonging ({columns}) ON COMMIT DROP"))
    copy_rows(connection, "belonging", registrations, MEMBERSHIP_TYPES)
    for statement in MEMBERSHIP:
        connection.execute(text(statement), {"night": night, "origin": origin})


def successor_table(connection: Connection, origin: str, night: date) -> pd.DataFrame:
    """Return the table `successor`: every id ever published and who it is now."""
    rows = connection.execute(text(EVENTS), {"origin": origin, "until": date.max}).all()
    found = successors(Ledger.of_events(pd.DataFrame(rows, columns=list(EVENT_COLUMNS), dtype=object)))
    since = {
        row.person_id: row.night
        for row in connection.execute(
            text(
                "SELECT DISTINCT ON (person_id) person_id, night FROM monitoring.person_event "
                "WHERE origin = :origin AND kind IN ('created', 'split_from', 'returned', 'merged_into', 'retired') "
                "ORDER BY person_id, event_id DESC"
            ),
            {"origin": origin},
        )
    }
    return found.assign(since=found["person_id"].map(since), night=night)


def resolve(engine: Engine, person: str) -> Mapping[str, Any] | None:
    """Return the row of `monitoring.successor` of an id; None when it was never published."""
    query = text("SELECT * FROM monitoring.successor WHERE person_id = :person")
    with engine.connect() as connection:
        row = connection.execute(query, {"person": person}).mappings().one_or_none()
    return dict(row) if row else None
