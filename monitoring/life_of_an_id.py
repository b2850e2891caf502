"""What happened to one person id, in words: its own events and those of the ids that it took over or went into."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from connectors.installation import OneLineError

LIFE = """
    WITH RECURSIVE concerned AS (
      SELECT CAST(:person AS text) AS person_id
      UNION
      SELECT CASE WHEN event.person_id = concerned.person_id THEN event.other_person_id ELSE event.person_id END
      FROM concerned JOIN monitoring.person_event AS event
        ON event.kind = 'merged_into' AND concerned.person_id IN (event.person_id, event.other_person_id)
      WHERE event.origin = :origin
    )
    SELECT night, kind, person_id, other_person_id, record_id, cause FROM monitoring.person_event
    WHERE origin = :origin AND person_id IN (SELECT person_id FROM concerned) ORDER BY event_id
"""


@dataclass(frozen=True)
class Life:
    """Who an id is now, and its events: night, id, and what and why in both languages. No identifying value."""

    person_id: str
    current_person_id: str | None
    status: dict[str, str]
    since: date
    events: list[tuple[date, str, dict[str, str], dict[str, str]]]


def life_of(engine: Engine, person: str, origin: str) -> Life:
    """Tell the life of an id of the published exports. Raises OneLineError when it was never published."""
    with engine.connect() as connection:
        known = text("SELECT * FROM monitoring.successor WHERE person_id = :person")
        now = connection.execute(known, {"person": person}).mappings().one_or_none()
        if now is None:
            raise OneLineError("no person of these exports was ever published under that id; ids look like W-00012345")
        rows = connection.execute(text(LIFE), {"person": person, "origin": origin}).all()
    return life_from(person, dict(now), [row._asdict() for row in rows])


def life_from(person: str, now: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> Life:
    """Tell the life of an id from its row of `monitoring.successor` and its events, the rows of LIFE."""
    events = [
        (row["night"], row["person_id"], _words("events", row["kind"], row), _words("causes", row["cause"], row))
        for row in rows
    ]
    status = {
        language: said.format(other=now["current_person_id"])
        for language, said in _declared()["statuses"][now["status"]].items()
    }
    return Life(person, now["current_person_id"], status, now["since"], events)


def cause_in_words(cause: str) -> dict[str, str]:
    """Return a cause of a change in both languages."""
    return _declared()["causes"][cause]


def _words(group: str, name: str, row: Mapping[str, Any]) -> dict[str, str]:
    told = {"other": row["other_person_id"], "record": row["record_id"]}
    return {language: said.format(**told) for language, said in _declared()[group][name].items()}


@cache
def _declared() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads(Path(__file__).with_name("ledger_words.toml").read_text(encoding="utf-8"))
