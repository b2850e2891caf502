"""What differs from the night before, per person and why; and what no longer stands of what was published."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection, text

from monitoring.causes import Happened
from monitoring.dictionary import TABLES
from monitoring.rules import RULES

BETTER = {"no": 0, "possible": 1, "yes": 2}


def changes(connection: Connection, night: date, origin: str, before: date | None, happened: Happened) -> pd.DataFrame:
    """Return the table `change`: persons of `tonight_person` that differ from the night before, with the causes."""
    compared = [name for name in TABLES["person"].columns if name not in {"person_id", *RULES["changes"]["ignored"]}]
    differs = ", ".join(f"CASE WHEN now.{name} IS DISTINCT FROM was.{name} THEN '{name}' END" for name in compared)
    query = f"""
        SELECT person_id, kind, columns FROM (
          SELECT person_id,
            CASE WHEN was.person_id IS NULL THEN 'new' WHEN now.person_id IS NULL THEN 'gone'
              ELSE 'changed' END AS kind,
            CASE WHEN was.person_id IS NULL OR now.person_id IS NULL THEN ARRAY[]::text[]
              ELSE array_remove(ARRAY[{differs}], NULL) END AS columns
          FROM tonight_person AS now FULL JOIN (
            SELECT * FROM history.person WHERE origin = :origin AND nights @> CAST(:before AS date)
          ) AS was USING (person_id)
        ) AS compared
        WHERE kind <> 'changed' OR cardinality(columns) > 0
    """
    rows = connection.execute(text(query), {"origin": origin, "before": before}).all()
    found = pd.DataFrame(rows, columns=["person_id", "kind", "columns"], dtype=object)
    causes = [happened.causes(person) for person in found["person_id"]]
    found = found.assign(night=night, causes=pd.Series(causes, index=found.index, dtype=object))
    return found[list(TABLES["change"].column_names)].sort_values("person_id", ignore_index=True)


def revocations(
    connection: Connection,
    night: date,
    origin: str,
    before: date | None,
    happened: Happened,
    now_person: dict[str, str | None],
) -> pd.DataFrame:
    """Return the table `revocation`: resurfacings and alerts of the night before that stand no longer, with the reason.

    A certain resurfacing that is only possible now is one of them; one that became certain is not. `now_person`: who
    each former person id is now.
    """
    values = {"origin": origin, "before": before}
    rows = [
        *_resurfacings(connection, values, happened),
        *_alerts(connection, values, happened),
    ]
    table = pd.DataFrame(
        [
            {
                **row,
                "current_person_id": now_person.get(row["person_id"] or ""),
                **_words(row["cause"]),
                "night": night,
            }
            for row in rows
        ],
        columns=list(TABLES["revocation"].column_names),
        dtype=object,
    )
    return table.sort_values("subject", ignore_index=True)


def _resurfacings(connection: Connection, values: dict[str, Any], happened: Happened) -> list[dict[str, Any]]:
    query = text(
        """
        SELECT was.*, now.status AS now_status FROM (
          SELECT * FROM history.resurfacing WHERE origin = :origin AND nights @> CAST(:before AS date)
            AND status IN ('yes', 'possible')
        ) AS was LEFT JOIN tonight_resurfacing AS now USING (missing_record_id, victim_record_id)
        """
    )
    found = []
    for row in connection.execute(query, values).mappings():
        now = row["now_status"] or "no"
        if BETTER[now] < BETTER[row["status"]]:
            records = row["missing_record_id"], row["victim_record_id"]
            persons = row["person_id"], row["victim_person_id"]
            found.append(
                {
                    "subject": "resurfacing:{}:{}".format(*records),
                    "kind": "resurfacing",
                    "person_id": row["person_id"],
                    "was": row["status"],
                    "now": None if now == "no" else now,
                    "cause": _cause(happened, records, persons),
                }
            )
    return found


def _alerts(connection: Connection, values: dict[str, Any], happened: Happened) -> list[dict[str, Any]]:
    """Alerts that are gone; a resurfacing has its own row, and one pair may only take another's place in the alert."""
    query = text(
        """
        SELECT was.* FROM history.alert AS was WHERE origin = :origin AND nights @> CAST(:before AS date)
          AND kind <> 'resurfaced' AND NOT EXISTS (SELECT FROM tonight_alert AS now WHERE now.alert_id = was.alert_id)
        """
    )
    found = []
    for row in connection.execute(query, values).mappings():
        about_register = row["record_id"] is None and row["person_id"] is None
        cause = "news" if about_register else _cause(happened, [row["record_id"]], [row["person_id"]])
        found.append(
            {
                "subject": row["alert_id"],
                "kind": row["kind"],
                "person_id": row["person_id"],
                "was": row["status"],
                "now": None,
                "cause": cause,
            }
        )
    return found


def _cause(happened: Happened, records: Any, persons: Any) -> str:
    cause = happened.cause_of_records(records, persons)
    return "news" if cause == "new_record" else cause


def _words(cause: str) -> dict[str, str]:
    said = RULES["revocations"][cause]
    return {"reason_nl": said["nl"], "reason_en": said["en"]}
