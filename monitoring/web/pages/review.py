"""Review: the queue of pairs that await a verdict, and the verdicts that were given."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from monitoring.web import audit
from monitoring.web.review_queue import STANDING, awaiting
from monitoring.web.shown import rows, shown_night
from monitoring.web.words import DECLARED, meaning

PER_PAGE = 25
GIVEN = f"""
    WITH standing AS ({STANDING})
    SELECT given.judgement_id, given.record_id_l, given.record_id_r, given.verdict, given.undoes, given.judged_by,
      given.judged_at, given.night, counting.state, counting.person_id_l, counting.person_id_r,
      undoing.judgement_id AS undone_by, standing.judgement_id = given.judgement_id AS stands
    FROM portal.verdict AS given
    LEFT JOIN standing USING (record_id_l, record_id_r)
    LEFT JOIN monitoring.judgement AS counting ON counting.judgement_id = given.judgement_id
    LEFT JOIN portal.verdict AS undoing ON undoing.undoes = given.judgement_id
    ORDER BY given.judgement_id DESC
"""


def review(request: HttpRequest) -> HttpResponse:
    """Show what awaits a verdict, the first to judge first."""
    shown = shown_night()
    if shown is None:
        return render(request, "no_night.html")
    audit.enter(request, "viewed_page", "review")
    queue = awaiting()
    effects = Counter(pair["effect"] for pair in queue)
    page = Paginator(queue, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "review.html",
        {
            "page": page,
            "total": len(queue),
            "effects": [(meaning(name, "effect"), effects[name]) for name in DECLARED["codes"]["effect"]],
            "own": next((pair for pair in queue if pair["leased_to"] == request.user.get_username()), None),
        },
    )


def judgements(request: HttpRequest) -> HttpResponse:
    """Show the verdicts that were given, the newest first, and what became of each."""
    shown = shown_night()
    if shown is None:
        return render(request, "no_night.html")
    audit.enter(request, "viewed_page", "judgements")
    given = [_with_state(row) for row in rows(GIVEN)]
    page = Paginator(given, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "judgements.html", {"page": page, "total": len(given)})


def _with_state(row: dict[str, Any]) -> dict[str, Any]:
    """What became of an entry: undo, undone, superseded, waits for the next night, or its state in the table."""
    if row["verdict"] == "undo":
        became = "undo"
    elif row["undone_by"]:
        became = "undone"
    elif not row["stands"]:
        became = "superseded"
    else:
        became = row["state"] or "next_night"
    return row | {"became": became, "may_be_undone": bool(row["stands"]) and row["verdict"] != "undo"}
