"""Missing children: open disappearances by how long, each with the victim registrations that may be the child."""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import date
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from monitoring.web import audit
from monitoring.web.candidates import ranked
from monitoring.web.shown import Shown, once_a_night, reckoned_ahead, rows_as, shown_night
from monitoring.web.words import meaning

PER_PAGE, CANDIDATES_SHOWN = 25, 3
# Days since the disappearance: from, up to (None: no end).
BANDS = {"week": (0, 7), "month": (8, 30), "quarter": (31, 90), "year": (91, 365), "longer": (366, None)}
ONLY = CANDIDATES, REVIEW = "with_candidates", "in_review"

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
    SELECT open.person_id, open.missing_since, open.registers, %(night)s - open.missing_since, person.sex,
      person.age_band, person.is_ama, person.guardian_assigned, person.reported_missing,
      coalesce(candidates.number, 0), coalesce(candidates.asked, 0)
    FROM ({OPEN}) AS open JOIN monitoring.person USING (person_id)
    LEFT JOIN (
      SELECT person_id, count(*) AS number, count(*) FILTER (WHERE status = 'review') AS asked
      FROM monitoring.candidate GROUP BY 1
    ) AS candidates USING (person_id)
    WHERE person.is_minor_when_missing <> 'no'
    ORDER BY open.missing_since, open.person_id
"""


class Missing(NamedTuple):
    """A child who is still missing, as LISTED gives it: days until the night, how many candidates, asked of them."""

    person_id: str
    missing_since: date
    registers: list[str]
    days: int
    sex: str | None
    age_band: str
    is_ama: str
    guardian_assigned: str
    reported_missing: str
    candidates: int
    asked: int


def missing(request: HttpRequest) -> HttpResponse:
    """Show the children who are still missing, those of a band of days when one is asked for."""
    shown = shown_night()
    if shown is None:
        return render(request, "no_night.html")
    band, only = (_known(request.GET.get(name), known) for name, known in (("band", BANDS), ("only", ONLY)))
    order = request.GET.get("sort", "")
    listed = _listed(shown, band, only)
    # Longest first; asked for otherwise, those who went missing last.
    page = Paginator(listed[::-1] if order == "latest" else listed, PER_PAGE).get_page(request.GET.get("page"))
    audit.enter(request, "viewed_page", "missing", page=page.number, band=band, only=only)
    return render(
        request,
        "missing.html",
        {
            "bands": [{"words": meaning(row["name"], "days"), **row} for row in _bands(shown)],
            "band": band,
            "only": only,
            "order": order,
            "page": page,
            "children": _with_candidates(page.object_list),
            "total": len(_open(shown)),
        },
    )


def _known(asked: str | None, known: Container[str]) -> str:
    return asked if asked is not None and asked in known else ""


@reckoned_ahead(())
def _open(shown: Shown) -> tuple[Missing, ...]:
    return tuple(rows_as(Missing, LISTED, {"night": shown.night}))


@once_a_night
def _listed(shown: Shown, band: str, only: str) -> tuple[Missing, ...]:
    """Those of a band of days, and those who have candidates or a pair to judge; all where nothing is asked."""
    counted = {CANDIDATES: "candidates", REVIEW: "asked"}.get(only)
    return tuple(
        child
        for child in _open(shown)
        if (not band or band_of(child.days) == band) and (counted is None or getattr(child, counted) > 0)
    )


@reckoned_ahead(())
def _bands(shown: Shown) -> list[dict[str, Any]]:
    """How many there are in each band: children, and of them ama, unreported, with_candidates and asked."""
    return [_band(name, _listed(shown, name, "")) for name in BANDS]


def band_of(days: int) -> str:
    """Return the band of a number of days missing."""
    return next(name for name, (_from, until) in BANDS.items() if until is None or days <= until)


def _band(name: str, of_band: tuple[Missing, ...]) -> dict[str, Any]:
    return {
        "name": name,
        "children": len(of_band),
        "ama": sum(child.is_ama == "yes" for child in of_band),
        "unreported": sum(child.reported_missing == "no" for child in of_band),
        "with_candidates": sum(child.candidates > 0 for child in of_band),
        "asked": sum(child.asked > 0 for child in of_band),
    }


def _with_candidates(children: Iterable[Missing]) -> list[dict[str, Any]]:
    listed = list(children)
    found = ranked([child.person_id for child in listed], CANDIDATES_SHOWN)
    return [child._asdict() | {"ranked": found.get(child.person_id, [])} for child in listed]
