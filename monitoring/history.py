"""The history of every record: its versions, each with the delivery that brought it and the nights it was in force.

A correction ends a version and never loses it. A record that is gone was withdrawn by its register or, after its term,
purged at the source (input contract, point 5): then nothing that identifies anybody is kept of it, in any version,
only its keys, deliveries and nights; where its register keeps coded facts, housekeeping takes these first
(`monitoring.retention`). The same night worked again gives the same rows.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, text

from connectors.record_sealing import RecordKeys, opened_values
from connectors.register import REGISTERS, load_register

if TYPE_CHECKING:
    from sqlalchemy import Connection

logger = logging.getLogger(__name__)

KINDS = ("new", "changed", "withdrawn", "purged")

# A night that is worked again begins where the night before it ended; what was purged then does not come back.
UNDO = (
    "DELETE FROM registers.record_version WHERE origin = :origin AND from_night = :night",
    """
    UPDATE registers.record_version SET until_night = NULL, ended_by = NULL
    WHERE origin = :origin AND until_night = :night
    """,
)
# Not content: what says where a record stands. The place of a MOB row and the delivery of an IKPS record change from
# day to day while the record stays the same. What is not recorded is left out, so that a new column changes no record.
TONIGHT = (
    """
    CREATE TEMPORARY TABLE record_tonight ON COMMIT DROP AS
    SELECT record_id, register, source_key, delivery_id, jsonb_strip_nulls(
      to_jsonb(record) - ARRAY['record_id', 'register', 'source_key', 'delivery_id', 'origin']) AS content
    FROM registers.record AS record WHERE origin = :origin
    """,
    "ALTER TABLE record_tonight ADD PRIMARY KEY (record_id)",
    "ANALYZE record_tonight",
)
COMPARE = (
    """
    UPDATE registers.record_version AS version SET until_night = :night, ended_by = 'changed'
    FROM record_tonight AS tonight
    WHERE version.origin = :origin AND version.record_id = tonight.record_id AND version.until_night IS NULL
      AND version.content IS DISTINCT FROM tonight.content
    """,
    # Content that is gone was purged on an earlier run of this night.
    """
    UPDATE registers.record_version AS version SET until_night = :night, ended_by =
      CASE WHEN content IS NULL OR CAST(content->>'retained_until' AS date) <= :night THEN 'purged'
        ELSE 'withdrawn' END
    WHERE origin = :origin AND until_night IS NULL AND register <> ALL(:unread)
      AND NOT EXISTS (SELECT FROM record_tonight AS tonight WHERE tonight.record_id = version.record_id)
    """,
    """
    UPDATE registers.record_version AS version SET content = NULL
    FROM registers.record_version AS purged
    WHERE purged.origin = :origin AND purged.until_night = :night AND purged.ended_by = 'purged'
      AND version.origin = purged.origin AND version.record_id = purged.record_id AND version.content IS NOT NULL
      AND version.register <> ALL(:keeping)
    """,
    # So that an unchanged record can be found where its register has it now.
    """
    UPDATE registers.record_version AS version SET source_key = tonight.source_key
    FROM record_tonight AS tonight
    WHERE version.origin = :origin AND version.record_id = tonight.record_id AND version.until_night IS NULL
      AND version.source_key IS DISTINCT FROM tonight.source_key
    """,
    """
    INSERT INTO registers.record_version
      (origin, record_id, version, register, source_key, delivery_id, from_night, content)
    SELECT :origin, tonight.record_id, coalesce(before.version, 0) + 1, tonight.register, tonight.source_key,
      tonight.delivery_id, :night, tonight.content
    FROM record_tonight AS tonight LEFT JOIN (
      SELECT record_id, max(version) AS version, bool_or(until_night IS NULL) AS is_in_force
      FROM registers.record_version WHERE origin = :origin GROUP BY record_id
    ) AS before USING (record_id)
    WHERE before.is_in_force IS NOT TRUE
    """,
    "DROP TABLE record_tonight",
)
# Counted from what is kept, so that a night that is worked again after a later one has the same counts.
COUNT = """
    SELECT register, kind, count(*) AS count FROM (
      SELECT register, ended_by AS kind FROM registers.record_version
      WHERE origin = :origin AND until_night = :night
      UNION ALL
      SELECT register, 'new' FROM registers.record_version AS version
      WHERE origin = :origin AND from_night = :night AND NOT EXISTS (
        SELECT FROM registers.record_version AS before
        WHERE before.origin = :origin AND before.record_id = version.record_id AND before.until_night = :night
          AND before.ended_by = 'changed')
    ) AS events GROUP BY register, kind ORDER BY register, kind
"""


def keep_versions(
    connection: Connection, night: date, origin: str, unread: Collection[str] = frozenset()
) -> dict[str, int]:
    """Keep which records of `registers.record` are new, changed or gone on a night, in the connection's transaction.

    `unread`: registers of which no records could be made tonight, so that none of theirs is gone. Returns
    records_new, records_changed, records_withdrawn and records_purged, and the same per register (`records_new_ikps`)
    where there are any; a record that came back is new. A night before the newest one kept changes nothing.
    """
    keeping = [name for name in REGISTERS if load_register(name).retention.keeps == "coded_facts"]
    values = {"night": night, "origin": origin, "unread": sorted(unread), "keeping": keeping}
    if _is_before_the_newest(connection, values):
        logger.info("the night of %s lies before the newest one kept: versions of records stay as they are", night)
    else:
        for statement in (*UNDO, *TONIGHT, *COMPARE):
            connection.execute(text(statement), values)
    counts = dict.fromkeys((f"records_{kind}" for kind in KINDS), 0)
    for register, kind, count in connection.execute(text(COUNT), values):
        counts[f"records_{kind}"] += count
        counts[f"records_{kind}_{register}"] = count
    return counts


def versions_of(engine: Engine, origin: str, record_id: str) -> list[dict[str, Any]]:
    """Return every version of one record, oldest first: version, register, source_key, delivery_id, from_night,
    until_night and ended_by (None while in force), content (None once purged; what is not recorded is left
    out; what identifies is opened).
    """
    query = text(
        """
        SELECT version, register, source_key, delivery_id, from_night, until_night, ended_by, content
        FROM registers.record_version WHERE origin = :origin AND record_id = :record_id ORDER BY version
        """
    )
    with engine.connect() as connection:
        found = connection.execute(query, {"origin": origin, "record_id": record_id})
        return [dict(row) | {"content": _opened(row["content"], origin, record_id)} for row in found.mappings()]


def _opened(content: dict[str, Any] | None, origin: str, record_id: str) -> dict[str, Any] | None:
    return content and opened_values(content, origin, record_id, RecordKeys.from_environment())


def _is_before_the_newest(connection: Connection, values: dict[str, Any]) -> bool:
    query = "SELECT max(greatest(from_night, until_night)) FROM registers.record_version WHERE origin = :origin"
    newest = connection.execute(text(query), values).scalar_one()
    return newest is not None and values["night"] < newest
