"""The five registers: what each delivered, what of it counts, what was wrong with it, and the report to send back.

Counts of a register are its own: those of several registers are never added up, since a child may stand in many.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from connectors.installation import Installation
from connectors.register import REGISTERS, load_register
from expectations.rules import LEVELS, load_rules
from expectations.whole import settings as completeness_settings
from monitoring.web import audit, words
from monitoring.web.pages.nights import against, day_of, files_of
from monitoring.web.shown import Shown, once_a_night, reckoned_ahead, rows, shown_night

COUNTS = ("delivered", "set_aside", "accepted", "merged", "withdrawn", "registrations")
KINDS = {"html": "text/html", "csv": "text/csv"}
NIGHTS_OF_REPORTS = 14
MOST_FILES = 50

STATES = "SELECT night, manifest->'registers' AS registers FROM monitoring.night WHERE origin = %s AND night = ANY(%s)"
FINDINGS = "SELECT register, level, rule, findings FROM portal.finding ORDER BY findings DESC, rule"
COMPLETENESS = """
    SELECT field, records, recorded, recorded_share, baseline_share, usual_share FROM monitoring.completeness
    WHERE register = %s
"""
LAST_NIGHTS = "SELECT night FROM monitoring.night WHERE origin = %s AND night <= %s ORDER BY night DESC LIMIT %s"


def registers(request: HttpRequest) -> HttpResponse:
    """Show the state of the five registers."""
    shown = shown_night()
    if shown is None:
        return render(request, "no_night.html")
    audit.enter(request, "viewed_page", "registers")
    return render(request, "registers.html", {"registers": _states(shown), "levels": LEVELS, "before": shown.before})


def register(request: HttpRequest, register: str) -> HttpResponse:
    """Show one register. Raises Http404 when there is no such register."""
    if register not in REGISTERS:
        raise Http404
    shown = shown_night()
    if shown is None:
        return render(request, "no_night.html")
    audit.enter(request, "viewed_page", "register", register=register)
    declared = load_register(register)
    files = files_of(shown.origin, shown.night, register, MOST_FILES)
    file_count = files[0]["total"] if files else 0
    context = {
        "state": next(state for state in _states(shown) if state["register"] == register),
        "declared": declared,
        "levels": _by_level(shown, register),
        "completeness": _completeness(shown, register, words.language()),
        "records": next((row["records"] for row in rows(COMPLETENESS, [register])), 0),
        "files": files,
        "file_count": file_count,
        "more_files": max(file_count - len(files), 0),
    }
    if request.user.has_perm("portal.view_feedback"):
        context |= {"reports": _reports(shown, register), "night_kept": shown.night}
    return render(request, "register.html", context)


def feedback(request: HttpRequest, register: str, night: str, kind: str) -> HttpResponse:
    """Send the feedback report of a register and night. Raises Http404 when it does not lie on this machine."""
    if register not in REGISTERS or kind not in KINDS:
        raise Http404
    path = _report(register, day_of(night), kind)
    try:
        report = path.open("rb")
    except OSError:
        raise Http404 from None
    audit.enter(request, "viewed_report", f"{register} {night}", kind=kind)
    return FileResponse(report, as_attachment=True, filename=path.name, content_type=KINDS[kind])


def _report(register: str, night: date, kind: str) -> Path:
    """Made from a register's name, a day and a kind that are known, never from what an address says."""
    of_night = Installation.from_environment().home / "feedback" / night.isoformat()
    return of_night / f"{register}_{night.isoformat()}.{kind}"


def _reports(shown: Shown, register: str) -> list[dict[str, Any]]:
    """The reports of the last nights that lie here: night and kinds."""
    nights = [row["night"] for row in rows(LAST_NIGHTS, [shown.origin, shown.night, NIGHTS_OF_REPORTS])]
    kept = [{"night": night, "kinds": [k for k in KINDS if _report(register, night, k).is_file()]} for night in nights]
    return [report for report in kept if report["kinds"]]


@reckoned_ahead(())
def _states(shown: Shown) -> list[dict[str, Any]]:
    nights = [night for night in (shown.night, shown.before) if night]
    of_night = {row["night"]: row["registers"] for row in rows(STATES, [shown.origin, nights])}
    now, then = of_night[shown.night], of_night.get(shown.before) if shown.before else None
    return [_state(name, now.get(name) or {}, None if then is None else then.get(name) or {}) for name in REGISTERS]


def _state(register: str, now: Mapping[str, Any], then: Mapping[str, Any] | None) -> dict[str, Any]:
    findings = [row for row in rows(FINDINGS) if row["register"] == register]
    return {
        "register": register,
        "status": now.get("status", "missing"),
        "newest_delivery": now.get("newest_delivery"),
        "age_days": now.get("age_days"),
        "refused_files": now.get("refused_files", 0),
        "counts": [against(name, dict(now), None if then is None else dict(then)) for name in COUNTS],
        "findings": [sum(row["findings"] for row in findings if row["level"] == level) for level in LEVELS],
    }


@once_a_night
def _by_level(shown: Shown, register: str) -> list[dict[str, Any]]:
    """What was found at a register, by what it led to: level, total, and its rules with their sentence and source."""
    declared = load_rules()
    found = [row | {"is": declared.get(row["rule"])} for row in rows(FINDINGS) if row["register"] == register]
    by_level = {level: [row for row in found if row["level"] == level] for level in LEVELS}
    return [
        {"level": level, "rules": of_level, "total": sum(row["findings"] for row in of_level)}
        for level, of_level in by_level.items()
    ]


@once_a_night
def _completeness(shown: Shown, register: str, language: str) -> list[dict[str, Any]]:
    """How often each field is recorded, by name, and whether that is less than in the research or other than usual."""
    measures = completeness_settings()["measures"]
    found = rows(COMPLETENESS, [register])
    for row in found:
        share, says_enough = row["recorded_share"], row["records"] >= measures["from_records"]
        baseline, usual = row["baseline_share"], row["usual_share"]
        is_known = share is not None and says_enough
        row["words"] = words.HEADINGS[row["field"]][language] if row["field"] in words.HEADINGS else row["field"]
        row["is_below"] = is_known and baseline is not None and share < baseline - measures["tolerance"]
        row["is_changed"] = is_known and usual is not None and abs(share - usual) > measures["changed_by"]
    return sorted(found, key=lambda row: row["words"].casefold())
