"""Judging one pair: taking it, seeing its two registrations side by side, the verdict, and what it will do.

The probability is shown after the verdict, so that it does not anchor it. Only the pair that is leased to a reviewer
can be read, by that reviewer, through a function of the database that logs it.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from monitoring.judgement_log import VERDICTS, one_line
from monitoring.web import leases
from monitoring.web.agreement import side_by_side
from monitoring.web.evidence import evidence_of
from monitoring.web.review_queue import awaiting, pair_of, waiting
from monitoring.web.shown import one, shown_night

# So many pairs that others took meanwhile are passed over before the reviewer is told.
MOST_TRIED = 20
LONGEST_REASON = 1000
LINK = """
    SELECT verdict.*, link.register_l, link.register_r, link.match_probability, link.explanation_nl,
      link.explanation_en, link.person_id_l, link.person_id_r, link.levels, link.weights
    FROM portal.verdict LEFT JOIN monitoring.link USING (record_id_l, record_id_r) WHERE judgement_id = %s
"""
PAIR = """
    SELECT levels, weights, person_id_l, person_id_r, register_l, register_r FROM monitoring.link
    WHERE record_id_l = %s AND record_id_r = %s
"""


def take(request: HttpRequest) -> HttpResponse:
    """Lease the pair that was asked for, or the first of the queue that nobody has, and go to it."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    account, purpose = request.user.get_username(), request.session["purpose"]
    asked = _two_ids(request.POST.get("pair", ""))
    tried = [asked] if asked else _free_pairs(account)
    try:
        for one_id, other_id in tried[:MOST_TRIED]:
            if leases.lease(account, one_id, other_id, purpose):
                return redirect("review_pair")
    except leases.Refused as refused:
        messages.error(request, str(refused))
        return redirect("review")
    said = _("Another reviewer has this pair at the moment.") if asked else _("No pair awaits a verdict.")
    messages.info(request, said)
    return redirect("review")


def pair(request: HttpRequest) -> HttpResponse:
    """Show the pair that is leased to the reviewer."""
    return _pair(request)


def judge(request: HttpRequest) -> HttpResponse:
    """Take in the verdict on the leased pair, and tell what it will do."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    verdict, mistakes = request.POST.get("verdict", ""), []
    try:
        reason = one_line(request.POST.get("reason", ""))[:LONGEST_REASON]
    except ValueError:
        reason = ""
        mistakes.append(_("Give a reason: what agrees, what differs, who confirmed it."))
    if verdict not in VERDICTS:
        mistakes.append(_("Choose a verdict."))
    if mistakes:
        return _pair(request, mistakes, verdict, reason)
    try:
        number = leases.judge(request.user.get_username(), verdict, reason)
    except leases.Refused as refused:
        messages.error(request, str(refused))
        return redirect("review")
    return redirect("review_told", number=number)


def told(request: HttpRequest, number: int) -> HttpResponse:
    """Show a verdict after it was given: from when it counts, and how the model had seen the pair."""
    given = one(LINK, [number])
    if given is None or given["judged_by"] != request.user.get_username() or given["verdict"] == "undo":
        raise Http404
    is_undone = one("SELECT 1 AS found FROM portal.verdict WHERE undoes = %s", [number]) is not None
    values = {"given": given, "is_undone": is_undone, "waiting": waiting()["pairs"]}
    if given["match_probability"] is not None:
        values["evidence"] = evidence_of(given["levels"], given["weights"])
    return render(request, "told.html", values)


def release(request: HttpRequest) -> HttpResponse:
    """Give the pair back without a verdict."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    leases.release(request.user.get_username())
    messages.info(request, _("The pair has been given back without a verdict."))
    return redirect("review")


def undo(request: HttpRequest) -> HttpResponse:
    """Take a verdict back; it stays in the log, with who and why."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        number, reason = int(request.POST.get("number", "")), one_line(request.POST.get("reason", ""))
        leases.undo(request.user.get_username(), number, reason[:LONGEST_REASON], request.session["purpose"])
        messages.success(request, _("Verdict %s is undone, from the next night on.") % number)
    except ValueError:
        messages.error(request, _("Give the number of the verdict and why it is undone."))
    except leases.Refused as refused:
        messages.error(request, str(refused))
    return redirect("judgements")


def _pair(request: HttpRequest, mistakes: Any = (), verdict: str = "", reason: str = "") -> HttpResponse:
    try:
        left, right = leases.leased_records(request.user.get_username())
    except (leases.Refused, ValueError) as refused:
        messages.error(request, str(refused) if isinstance(refused, leases.Refused) else _("The pair is gone."))
        return redirect("review")
    ids = (left["record_id"], right["record_id"])
    link, queued = one(PAIR, ids), pair_of(*ids)
    if link is None:
        raise Http404
    values = {
        "left": left,
        "right": right,
        "compared": side_by_side(left, right),
        "evidence": evidence_of(link["levels"], link["weights"]),
        "link": link,
        "effect": queued["effect"] if queued else "",
        "mistakes": mistakes,
        "verdict": verdict,
        "reason": reason,
        "shown_night": shown_night(),
    }
    return render(request, "pair.html", values, status=400 if mistakes else 200)


def _two_ids(given: str) -> tuple[str, str] | None:
    """The ids of two registrations, separated by a blank; whether there is such a pair the database says."""
    ids = given.split()
    return (ids[0], ids[1]) if len(ids) == 2 else None


def _free_pairs(account: str) -> list[tuple[str, str]]:
    return [
        (asked["record_id_l"], asked["record_id_r"]) for asked in awaiting() if asked["leased_to"] in (None, account)
    ]
