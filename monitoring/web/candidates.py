"""The victim registrations that a missing child may be, each with what speaks for and against."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from monitoring.web.evidence import evidence_of
from monitoring.web.shown import rows

EVERY_RANK = 2**31 - 1
RANKED = """
    SELECT candidate.*, link.levels, link.weights FROM monitoring.candidate
    LEFT JOIN monitoring.link ON link.record_id_l = least(candidate.missing_record_id, candidate.victim_record_id)
      AND link.record_id_r = greatest(candidate.missing_record_id, candidate.victim_record_id)
    WHERE candidate.person_id = ANY (%s) AND candidate.rank <= %s ORDER BY candidate.person_id, candidate.rank
"""


def ranked(persons: Iterable[str], up_to_rank: int = EVERY_RANK) -> dict[str, list[dict[str, Any]]]:
    """Return the candidates of each person who has any, the best first, with their evidence in words."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows(RANKED, [list(persons), up_to_rank]):
        found.setdefault(row["person_id"], []).append(with_evidence(row))
    return found


def with_evidence(row: dict[str, Any]) -> dict[str, Any]:
    """Add what speaks for and against to a row with the levels and weights of a pair."""
    return row | {"evidence": evidence_of(row.get("levels") or {}, row.get("weights") or {})}
