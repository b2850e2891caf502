"""Purging: what the database holds of registrations whose term has ended, found and removed in one transaction.

A registration ends when the term of its last version has passed, when its register purged it, or when it was withdrawn
longer ago than its register's `withdrawn_days`. Removed are the contents of all its versions, reasons that reviewers
gave, its findings, and the rows of earlier nights that tell of it; keys and nights stay. Where the register keeps coded
facts, those stay under the person's number, and so do the earlier nights' rows that hold nothing else.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from connectors.record_sealing import SEALED, RecordKeys, opened_values
from connectors.records import IDENTIFYING
from connectors.register import REGISTERS, load_register
from monitoring.dictionary import TABLES

if TYPE_CHECKING:
    from sqlalchemy import Connection

NO_FACTS = frozenset(("record_id", "person_id", "register", "delivery_id", "night", "is_purged"))


@dataclass(frozen=True)
class Ended:
    """A registration whose term ended. `cause`: term or source; `kept`: nothing or coded_facts."""

    record_id: str
    register: str
    source_key: str | None
    cause: str
    kept: str


@dataclass(frozen=True)
class RowKey:
    """How findings point at a row of a delivery."""

    register: str
    file: str
    row_key: str


# A version without content that ended as purged was emptied when its night was published; one that has its row in
# monitoring.purge is done. A registration that came back is judged by what it is now.
FIND = """
    WITH term AS (
      SELECT * FROM unnest(CAST(:registers AS text[]), CAST(:withdrawn_days AS integer[])) AS of (register, days)
    ), last AS (
      SELECT DISTINCT ON (record_id) record_id, register, source_key, from_night, until_night, ended_by, content
      FROM registers.record_version WHERE origin = :origin ORDER BY record_id, version DESC
    ), known AS (
      SELECT coalesce(last.record_id, record.record_id) AS record_id,
        coalesce(last.register, record.register) AS register,
        coalesce(last.source_key, record.source_key) AS source_key, from_night, until_night, ended_by,
        coalesce(record.retained_until, CAST(content->>'retained_until' AS date)) AS retained_until,
        record.record_id IS NOT NULL OR EXISTS (
          SELECT FROM registers.record_version AS version WHERE version.origin = :origin
            AND version.record_id = last.record_id AND version.content IS NOT NULL) AS is_there
      FROM last FULL JOIN (SELECT * FROM registers.record WHERE origin = :origin) AS record
        ON record.record_id = last.record_id
    )
    SELECT record_id, register, source_key,
      CASE WHEN ended_by = 'purged' AND NOT EXISTS (
        SELECT FROM registers.finding WHERE finding.register = known.register AND finding.row_key = known.source_key
          AND finding.rule = 'past_term') THEN 'source' ELSE 'term' END AS cause
    FROM known LEFT JOIN term USING (register)
    WHERE (is_there AND retained_until < :night)
      OR (ended_by = 'purged' AND until_night <= :night AND (is_there OR NOT EXISTS (
        SELECT FROM monitoring.purge
        WHERE purge.origin = :origin AND purge.record_id = known.record_id AND purge.night >= from_night)))
      OR (is_there AND ended_by = 'withdrawn' AND CAST(:night AS date) - until_night > days)
    ORDER BY record_id
"""
# Each removes rows or values of the registrations in `ended` and returns one record_id for each.
REMOVE: Mapping[str, tuple[str, ...]] = {
    "versions": (
        """
        UPDATE registers.record_version AS version SET content = NULL FROM ended
        WHERE version.origin = :origin AND version.record_id = ended.record_id AND version.content IS NOT NULL
        RETURNING version.record_id
        """,
    ),
    "records": (
        """
        DELETE FROM registers.record USING ended
        WHERE record.origin = :origin AND record.record_id = ended.record_id RETURNING record.record_id
        """,
    ),
    "judgements": (
        """
        UPDATE registers.judgement SET reason = NULL, seen_l = NULL, seen_r = NULL FROM ended
        WHERE judgement.origin = :origin AND ended.record_id IN (record_id_l, record_id_r)
          AND (reason IS NOT NULL OR seen_l IS NOT NULL OR seen_r IS NOT NULL)
        RETURNING ended.record_id
        """,
    ),
    "findings": (
        """
        DELETE FROM registers.finding USING ended
        WHERE finding.register = ended.register AND row_key = ended.source_key
          AND EXISTS (SELECT FROM monitoring.night WHERE is_published AND night.origin = :origin)
        RETURNING ended.record_id
        """,
    ),
    "earlier_nights": (
        """
        DELETE FROM history.link USING ended
        WHERE link.origin = :origin AND ended.record_id IN (record_id_l, record_id_r) RETURNING ended.record_id
        """,
        """
        DELETE FROM history.judgement USING ended
        WHERE judgement.origin = :origin AND ended.record_id IN (record_id_l, record_id_r) RETURNING ended.record_id
        """,
        """
        DELETE FROM history.candidate USING ended
        WHERE candidate.origin = :origin AND ended.record_id IN (missing_record_id, victim_record_id)
        RETURNING ended.record_id
        """,
        """
        DELETE FROM history.resurfacing USING ended
        WHERE resurfacing.origin = :origin AND ended.record_id IN (missing_record_id, victim_record_id)
          AND kept = 'nothing'
        RETURNING ended.record_id
        """,
        """
        DELETE FROM history.alert USING ended
        WHERE alert.origin = :origin AND alert.record_id = ended.record_id AND kept = 'nothing'
        RETURNING ended.record_id
        """,
    ),
}
# A digest of what it said would confirm a guess.
FORGET_DIGEST = """
    UPDATE registers.membership SET content = NULL FROM ended
    WHERE membership.origin = :origin AND membership.record_id = ended.record_id AND content IS NOT NULL
"""
# A reviewer who has the pair before them sees it no longer; the lease holds the digests too.
END_LEASE = """
    DELETE FROM portal.lease USING ended
    WHERE lease.origin = :origin AND ended.record_id IN (record_id_l, record_id_r)
"""
# What a person was on the nights on which it held the registration tells of the registration. The night itself stands:
# the next one is compared with it.
HELD = """
    CREATE TEMPORARY TABLE held ON COMMIT DROP AS
    SELECT person_id, range_agg(nights) * datemultirange(daterange(NULL, CAST(:night AS date))) AS nights
    FROM history.registration JOIN ended USING (record_id)
    WHERE origin = :origin AND kept = 'nothing' GROUP BY person_id
"""
OF_PERSON = ("person", "change", "revocation")
SHORTEN = """
    UPDATE history.{table} AS before SET nights = before.nights - held.nights FROM held
    WHERE before.origin = :origin AND before.person_id = held.person_id AND before.nights && held.nights
"""
FORGET = "DELETE FROM history.{table} WHERE origin = :origin AND isempty(nights)"
OF_REGISTRATION = (
    """
    DELETE FROM history.registration AS before USING ended
    WHERE before.origin = :origin AND before.record_id = ended.record_id AND kept = 'nothing'
    RETURNING ended.record_id
    """,
    """
    UPDATE history.registration AS before SET is_purged = true FROM ended
    WHERE before.origin = :origin AND before.record_id = ended.record_id AND kept = 'coded_facts' AND NOT is_purged
    RETURNING ended.record_id
    """,
)
KEEP_FACTS = """
    INSERT INTO registers.retained_fact (origin, record_id, register, night, content)
    SELECT :origin, ended.record_id, ended.register, :night, (
      SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(newest.content) WHERE key = ANY(:facts))
    FROM ended JOIN (
      SELECT DISTINCT ON (record_id) record_id, content FROM registers.record_version
      WHERE origin = :origin AND content IS NOT NULL ORDER BY record_id, version DESC
    ) AS newest USING (record_id)
    WHERE kept = 'coded_facts'
    ON CONFLICT (origin, record_id) DO UPDATE SET night = excluded.night, content = excluded.content
"""
# What identifies and may stay, the year of birth, is taken out of the token.
SEALED_FACTS = """
    SELECT DISTINCT ON (record_id) record_id, content FROM ended JOIN registers.record_version AS version
      USING (record_id)
    WHERE version.origin = :origin AND kept = 'coded_facts' AND content IS NOT NULL ORDER BY record_id, version DESC
"""
ADD_FACTS = """
    UPDATE registers.retained_fact SET content = content || CAST(:said AS jsonb)
    WHERE origin = :origin AND record_id = :record_id
"""
FINDINGS_OF_ROWS = """
    DELETE FROM registers.finding USING unnest(
      CAST(:registers AS text[]), CAST(:files AS text[]), CAST(:row_keys AS text[])) AS taken (register, file, row_key)
    WHERE finding.register = taken.register AND finding.file = taken.file AND finding.row_key = taken.row_key
      AND EXISTS (SELECT FROM monitoring.night WHERE is_published AND night.origin = :origin)
"""
TOUCHED = (
    "registers.record", "registers.record_version", "registers.membership", "registers.judgement", "registers.finding",
    "registers.retained_fact", "portal.lease", *(f"history.{name}" for name in (
        "registration", "link", "resurfacing", "candidate", "alert", "judgement", *OF_PERSON)),
)  # fmt: skip


def coded_facts() -> list[str]:
    """Return the columns of a record that may stay when its register keeps coded facts."""
    return [*(name for name in TABLES["registration"].columns if name not in NO_FACTS), "birth_year"]


def ended_registrations(connection: Connection, night: date, origin: str) -> list[Ended]:
    """Return the registrations of which something identifying is left although they ended, sorted by record_id."""
    terms = {name: load_register(name).retention for name in REGISTERS}
    values = {
        "night": night,
        "origin": origin,
        "registers": list(terms),
        "withdrawn_days": [term.withdrawn_days for term in terms.values()],
    }
    rows = connection.execute(text(FIND), values).mappings()
    return [Ended(**row, kept=terms[str(row["register"])].keeps) for row in rows]


def remove_from_tables(
    connection: Connection, ended: Iterable[Ended], rows: Iterable[RowKey], night: date, origin: str
) -> dict[str, Counter[str]]:
    """Remove what the tables hold of these registrations, and the findings of rows taken out of files.

    In the connection's transaction. Returns per record_id how many versions, records, judgements, findings and rows of
    earlier nights were removed, where there were any.
    """
    values: dict[str, Any] = {"night": night, "origin": origin, "facts": coded_facts()}
    _list_ended(connection, ended)
    connection.execute(text(HELD), values)
    connection.execute(text(KEEP_FACTS), values)
    _keep_sealed_facts(connection, origin)
    connection.execute(text(FORGET_DIGEST), values)
    connection.execute(text(END_LEASE), values)
    removed: dict[str, Counter[str]] = {}
    statements = [*REMOVE.items(), ("earlier_nights", OF_REGISTRATION)]
    for what, statement in ((what, statement) for what, several in statements for statement in several):
        for record_id in connection.scalars(text(statement), values):
            removed.setdefault(str(record_id), Counter())[what] += 1
    for table in OF_PERSON:
        connection.execute(text(SHORTEN.format(table=table)), values)
        connection.execute(text(FORGET.format(table=table)), values)
    taken = list(rows)
    of_rows = {"registers": [row.register for row in taken], "files": [row.file for row in taken]}
    connection.execute(text(FINDINGS_OF_ROWS), {**values, **of_rows, "row_keys": [row.row_key for row in taken]})
    return removed


def _keep_sealed_facts(connection: Connection, origin: str) -> None:
    keys = RecordKeys.from_environment()
    kept = set(coded_facts()) & set(IDENTIFYING)
    added = []
    for record_id, content in connection.execute(text(SEALED_FACTS), {"origin": origin}):
        if SEALED in content:
            opened = opened_values(content, origin, record_id, keys)
            said = {name: value for name, value in opened.items() if name in kept}
            added.append({"origin": origin, "record_id": record_id, "said": json.dumps(said, sort_keys=True)})
    if added:
        connection.execute(text(ADD_FACTS), added)


def _list_ended(connection: Connection, ended: Iterable[Ended]) -> None:
    connection.execute(
        text(
            "CREATE TEMPORARY TABLE ended "
            "(record_id text PRIMARY KEY, register text, source_key text, cause text, kept text) ON COMMIT DROP"
        )
    )
    cursor = connection.connection.cursor()
    with cursor.copy("COPY ended FROM STDIN") as copy:
        for one in ended:
            copy.write_row((one.record_id, one.register, one.source_key, one.cause, one.kept))
