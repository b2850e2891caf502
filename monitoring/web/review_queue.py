"""The pairs that await a verdict, those first of which a verdict would change most.

Nothing in the order or in the words tells how likely the model finds a pair.
"""

from __future__ import annotations

from typing import Any

from monitoring.web.shown import Shown, reckoned_ahead, rows, shown_night

# Verdicts that stand: of a pair the newest that is not undone. Also those that count from the next night.
STANDING = """
    SELECT DISTINCT ON (record_id_l, record_id_r) *
    FROM portal.verdict AS given
    WHERE verdict <> 'undo' AND NOT EXISTS (
      SELECT FROM portal.verdict AS undoing WHERE undoing.undoes = given.judgement_id)
    ORDER BY record_id_l, record_id_r, judged_at DESC, judgement_id DESC
"""
# What "the same" would do: a missing child is seen again as a victim; two counted victims are one; a victim is another
# victim, or somebody who is none; two others are one.
ASKED = """
    WITH asked AS MATERIALIZED (
      SELECT link.record_id_l, link.record_id_r, link.register_l, link.register_r, link.person_id_l, link.person_id_r,
        one.is_counted AS counted_l, other.is_counted AS counted_r,
        one.victim_status AS victim_l, other.victim_status AS victim_r,
        one.registration_count + other.registration_count AS registrations,
        greatest(one.missing_since, other.missing_since) AS missing_since,
        EXISTS (
          SELECT FROM monitoring.resurfacing AS back WHERE back.status = 'possible'
            AND back.missing_record_id IN (link.record_id_l, link.record_id_r)
            AND back.victim_record_id IN (link.record_id_l, link.record_id_r)) AS is_missing
      FROM monitoring.link
      JOIN monitoring.person AS one ON one.person_id = link.person_id_l
      JOIN monitoring.person AS other ON other.person_id = link.person_id_r
      WHERE {which}
    )
    SELECT asked.*,
      CASE WHEN is_missing THEN 'missing' WHEN person_id_l = person_id_r THEN 'split'
        WHEN counted_l AND counted_r THEN 'count' WHEN victim_l <> 'none' AND victim_r <> 'none' THEN 'victims'
        WHEN victim_l <> 'none' OR victim_r <> 'none' THEN 'victim' ELSE 'persons' END AS effect
    FROM asked
    ORDER BY is_missing DESC, (counted_l AND counted_r) DESC, (counted_l OR counted_r) DESC,
      (victim_l <> 'none' AND victim_r <> 'none') DESC, (victim_l <> 'none' OR victim_r <> 'none') DESC,
      missing_since DESC NULLS LAST, registrations DESC, asked.record_id_l, asked.record_id_r
"""
LEASED = "SELECT record_id_l, record_id_r, account FROM portal.leased WHERE expires_at > now()"


def waiting() -> dict[str, int]:
    """Return how many pairs await a verdict, and of how many a missing child would have been seen again."""
    queue = awaiting()
    return {"pairs": len(queue), "missing": sum(pair["is_missing"] for pair in queue)}


def awaiting() -> list[dict[str, Any]]:
    """Return the pairs that await a verdict, the first to judge first: ids, registers, effect, leased_to."""
    shown = shown_night()
    return _awaiting(_in_review(shown)) if shown else []


def pair_of(one: str, other: str) -> dict[str, Any] | None:
    """Return a pair of the published table that has no verdict that stands, as `awaiting` gives it; else None."""
    which = "link.record_id_l = %s AND link.record_id_r = %s"
    found = _awaiting(rows(ASKED.format(which=which), sorted((one, other))))
    return found[0] if found else None


@reckoned_ahead(())
def _in_review(shown: Shown) -> list[dict[str, Any]]:
    """The pairs that the night left to reviewers, judged since or not."""
    return rows(ASKED.format(which="link.status = 'review'"))


def _awaiting(pairs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those without a verdict that stands now, each with who has it before them now."""
    judged = {_ids(row) for row in rows(STANDING)}
    leased = {_ids(row): row["account"] for row in rows(LEASED)}
    return [pair | {"leased_to": leased.get(_ids(pair))} for pair in pairs if _ids(pair) not in judged]


def _ids(row: dict[str, Any]) -> tuple[str, str]:
    return row["record_id_l"], row["record_id_r"]
