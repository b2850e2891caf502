"""This morning: what the last night brought, whom it concerns, how sure it is, and what awaits a decision.

Numbers are set against the night before; of the first night everything is new.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from monitoring.web import audit
from monitoring.web.pages.nights import against
from monitoring.web.review_queue import waiting
from monitoring.web.shown import Shown, one, reckoned_ahead, rows, shown_night

# Longer lists are cut off with a word on how many more there are, and where they stand.
LONGEST_LIST = 25
# What a tile counts, among the counts of a night; the first is the new number of the night itself.
TILES = (
    "persons",
    "doubles_within",
    "doubles_across",
    "counted",
    "missing_minors",
    "resurfaced_yes",
    "resurfaced_possible",
)

COUNTS = "SELECT counts, manifest->'registers' AS registers FROM monitoring.night WHERE origin = %s AND night = %s"
NEW_REGISTRATIONS = """
    SELECT registration.register, count(*) AS registrations, count(DISTINCT registration.person_id) AS persons
    FROM monitoring.person_event AS event JOIN monitoring.registration USING (record_id)
    WHERE event.origin = %s AND event.night = %s AND event.kind IN ('joined', 'created') AND event.record_id IS NOT NULL
      AND event.cause = 'new_record'
    GROUP BY 1 ORDER BY 1
"""
# A double is new when the person became one tonight; columns of monitoring.change say what changed.
NEW_DOUBLES = """
    SELECT person.person_id, person.registers, person.registration_count, person.link_status, person.link_probability,
      change.kind, change.causes
    FROM monitoring.change JOIN monitoring.person USING (person_id)
    WHERE (person.is_double_within_register OR person.is_double_across_registers)
      AND (change.kind = 'new'
        OR change.columns && ARRAY['is_double_within_register', 'is_double_across_registers', 'registration_count'])
    ORDER BY person.is_counted DESC, person.registration_count DESC, person.person_id
"""
NEW_RESURFACINGS = """
    SELECT person.person_id, person.resurfaced_as_victim, person.resurfaced_on, person.resurfaced_in,
      person.days_missing, person.missing_since, person.is_counted, person.age_band, person.is_ama
    FROM monitoring.change JOIN monitoring.person USING (person_id)
    WHERE person.resurfaced_as_victim <> 'no' AND (change.kind = 'new'
      OR change.columns && ARRAY['resurfaced_as_victim', 'resurfaced_on', 'resurfaced_in'])
    ORDER BY (person.resurfaced_as_victim = 'yes') DESC, person.resurfaced_on DESC, person.person_id
"""
ALERTS = """
    SELECT now.alert_id, now.kind, now.status, now.person_id, now.register, now.since, now.message_nl, now.message_en,
      NOT EXISTS (
        SELECT FROM history.alert AS kept WHERE kept.origin = %(origin)s AND kept.alert_id = now.alert_id
          AND kept.nights @> CAST(%(before)s AS date)) AS is_new
    FROM monitoring.alert AS now WHERE now.kind <> 'resurfaced'
    ORDER BY is_new DESC, now.since DESC NULLS LAST, now.alert_id
"""
REVOCATIONS = "SELECT * FROM monitoring.revocation ORDER BY kind, subject"
VERDICTS = "SELECT count(*) FILTER (WHERE judged_night = %s) AS counted, count(*) AS standing FROM monitoring.judgement"


def morning(request: HttpRequest) -> HttpResponse:
    """Show what the last night brought."""
    shown = shown_night()
    if shown is None:
        return render(request, "no_night.html")
    audit.enter(request, "viewed_page", "morning")
    return render(request, "morning.html", {**_of_night(shown), "awaiting": waiting()})


@reckoned_ahead(())
def _of_night(shown: Shown) -> dict[str, Any]:
    now = one(COUNTS, [shown.origin, shown.night]) or {}
    then = one(COUNTS, [shown.origin, shown.before]) if shown.before else None
    alerts = rows(ALERTS, {"origin": shown.origin, "before": shown.before})
    new_registrations = rows(NEW_REGISTRATIONS, [shown.origin, shown.night])
    return {
        "tiles": [against(name, now["counts"], then["counts"] if then else None) for name in TILES],
        "new_registrations": new_registrations,
        "new_total": sum(row["registrations"] for row in new_registrations),
        "withdrawn": now["counts"].get("records_withdrawn", 0),
        "changed": now["counts"].get("records_changed", 0),
        "doubles": _cut(rows(NEW_DOUBLES)),
        "resurfacings": _cut(rows(NEW_RESURFACINGS)),
        "alerts": _alerts(alerts),
        "revocations": _cut(rows(REVOCATIONS)),
        "registers": list(now["registers"].values()),
        "verdicts": one(VERDICTS, [shown.before]),
    }


def _cut(found: list[dict[str, Any]]) -> dict[str, Any]:
    return {"shown": found[:LONGEST_LIST], "total": len(found), "more": max(len(found) - LONGEST_LIST, 0)}


def _alerts(alerts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Alerts by kind: how many stand, how many are new, and the first of the new ones."""
    kinds: dict[str, list[dict[str, Any]]] = {}
    for alert in alerts:
        kinds.setdefault(alert["kind"], []).append(alert)
    return [
        {"kind": kind, "standing": len(of_kind), "new": sum(a["is_new"] for a in of_kind)}
        | _cut([alert for alert in of_kind if alert["is_new"]])
        for kind, of_kind in sorted(kinds.items())
    ]
