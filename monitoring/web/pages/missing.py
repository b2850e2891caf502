"""Missing children: open disappearances by how long, each with the victim registrations that may be the child."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from monitoring.web import audit
from monitoring.web.candidates import ranked
from monitoring.web.shown import Shown, reckoned_ahead, rows, shown_night
from monitoring.web.words import meaning

PER_PAGE, CANDIDATES_SHOWN = 25, 3
# Days since the disappearance: from, up to (None: no end).
BANDS = {"week": (0, 7), "month": (8, 30), "quarter": (31, 90), "year": (91, 365), "longer": (366, None)}
CANDIDATES, REVIEW = "with_candidates", "in_review"

# An open disappearance: no find by any register on or after it, and not seen again as a victim for sure (points 9, 11).
# Persons who may have been minors then (R2). The first one that is open is shown, as in the table.
OPEN = """
    SELECT gone.person_id, min(gone.missing_since) AS missing_since, array_agg(DISTINCT gone.register) AS registers
    FROM monitoring.registration AS gone
    WHERE gone.register IN ('telex', 'mob') AND gone.missing_since IS NOT NULL
      AND (gone.register <> 'mob' OR gone.departure_category = 'address_check')
      AND coalesce(gone.missing_status, 'open') = 'open'
      AND NOT EXISTS (
        SELECT FROM monitoring.registration AS found
        WHERE found.person_id = gone.person_id AND found.found_on >= gone.missing_since)
      AND NOT EXISTS (
        SELECT FROM monitoring.resurfacing AS back
        WHERE back.missing_record_id = gone.record_id AND back.status = 'yes')
    GROUP BY gone.person_id
"""
LISTED = f"""
    SELECT open.person_id, open.missing_since, open.registers, %(night)s - open.missing_since AS days, person.sex,
      person.age_band, person.is_ama, person.guardian_assigned, person.reported_missing, person.resurfaced_as_victim,
      person.victim_status, coalesce(candidates.number, 0) AS candidates, coalesce(candidates.asked, 0) AS asked
    FROM ({OPEN}) AS open JOIN monitoring.person USING (person_id)
    LEFT JOIN (
      SELECT person_id, count(*) AS number, count(*) FILTER (WHERE status = 'review') AS asked
      FROM monitoring.candidate GROUP BY 1
    ) AS candidates USING (person_id)
    WHERE person.is_minor_when_missing <> 'no'
    ORDER BY open.missing_since, open.person_id
"""


def missing(request: HttpRequest) -> HttpResponse:
    """Show the children who are still missing, those of a band of days when one is asked for."""
    shown = shown_night()
    if shown is None:
        return render(request, "no_night.html")
    everyone = _open(shown)
    band = request.GET.get("band", "")
    only = request.GET.get("only", "")
    order = request.GET.get("sort", "")
    listed = [child for child in everyone if band not in BANDS or child["band"] == band]
    listed = [child for child in listed if only != CANDIDATES or child["candidates"]]
    listed = [child for child in listed if only != REVIEW or child["asked"]]
    # Longest first; asked for otherwise, those who went missing last.
    page = Paginator(listed[::-1] if order == "latest" else listed, PER_PAGE).get_page(request.GET.get("page"))
    asked = {"band": band if band in BANDS else "", "only": only if only in (CANDIDATES, REVIEW) else ""}
    audit.enter(request, "viewed_page", "missing", page=page.number, **asked)
    return render(
        request,
        "missing.html",
        {
            "bands": [_band(name, everyone) for name in BANDS],
            "band": asked["band"],
            "only": asked["only"],
            "order": order,
            "page": page,
            "children": _with_candidates(page.object_list),
            "total": len(everyone),
        },
    )


@reckoned_ahead(())
def _open(shown: Shown) -> tuple[dict[str, Any], ...]:
    return tuple(child | {"band": band_of(child["days"])} for child in rows(LISTED, {"night": shown.night}))


def band_of(days: int) -> str:
    """Return the band of a number of days missing."""
    return next(name for name, (_from, until) in BANDS.items() if until is None or days <= until)


def _band(name: str, everyone: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    of_band = [child for child in everyone if child["band"] == name]
    return {
        "name": name,
        "words": meaning(name, "days"),
        "children": len(of_band),
        "ama": sum(child["is_ama"] == "yes" for child in of_band),
        "unreported": sum(child["reported_missing"] == "no" for child in of_band),
        "with_candidates": sum(child["candidates"] > 0 for child in of_band),
        "asked": sum(child["asked"] > 0 for child in of_band),
    }


def _with_candidates(children: Any) -> list[dict[str, Any]]:
    listed = list(children)
    found = ranked([child["person_id"] for child in listed], CANDIDATES_SHOWN)
    return [child | {"ranked": found.get(child["person_id"], [])} for child in listed]
