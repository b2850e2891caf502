"""The nights: from what the table was made, by which version of program and model, and what came of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from connectors.register import REGISTERS
from monitoring.web import audit, words
from monitoring.web.shown import one, rows, shown_night

NIGHTS_A_PAGE = 50
FILES_A_PAGE = 50
# Counts of a night in the order of reading; those by register and by kind of alert have tables of their own.
COUNTED = tuple(words.DECLARED["codes"]["counts"])
NEWS = ("records_new", "records_changed", "records_withdrawn", "records_purged")

# The manifest names every file, which makes it large: a list leaves it alone.
NIGHTS = """
    SELECT night, model_version, code_version, counts, is_published, count(*) OVER () AS total
    FROM monitoring.night WHERE origin = %s ORDER BY night DESC LIMIT %s OFFSET %s
"""
NIGHT = """
    SELECT night, is_published, is_synthetic, model_version, code_version, counts, manifest - 'inputs' AS manifest
    FROM monitoring.night WHERE origin = %s AND night = %s
"""
BEFORE = "SELECT night, counts FROM monitoring.night WHERE origin = %s AND night < %s ORDER BY night DESC LIMIT 1"
FILES = """
    SELECT input->>'register' AS register, input->>'file' AS file, input->>'dated' AS dated,
      input->>'sha256' AS sha256, count(*) OVER () AS total
    FROM monitoring.night, jsonb_array_elements(night.manifest->'inputs') AS input
    WHERE origin = %(origin)s AND night = %(night)s
      AND (CAST(%(register)s AS text) IS NULL OR input->>'register' = %(register)s)
    ORDER BY array_position(CAST(%(registers)s AS text[]), input->>'register'), dated DESC, file DESC
    LIMIT %(most)s OFFSET %(skipped)s
"""


def nights(request: HttpRequest) -> HttpResponse:
    """List the nights of the shown origin, the newest first."""
    shown = shown_night()
    if shown is None:
        return render(request, "no_night.html")
    audit.enter(request, "viewed_page", "nights")
    page = page_of(request)
    found = rows(NIGHTS, [shown.origin, NIGHTS_A_PAGE, (page - 1) * NIGHTS_A_PAGE])
    return render(request, "nights.html", {"nights": found, **paging(page, found, NIGHTS_A_PAGE)})


def night(request: HttpRequest, night: str) -> HttpResponse:
    """Show one night of the shown origin. Raises Http404 for a night that has no table."""
    day, shown = day_of(night), shown_night()
    found = one(NIGHT, [shown.origin, day]) if shown else None
    if shown is None or found is None:
        raise Http404
    audit.enter(request, "viewed_page", "night", night=night)
    then = one(BEFORE, [shown.origin, day])
    before = then["counts"] if then else None
    manifest, counts = found["manifest"], found["counts"]
    asked = request.GET.get("register")
    of_register = asked if asked in REGISTERS else None
    page = page_of(request)
    files = files_of(shown.origin, day, of_register, FILES_A_PAGE, page)
    shown_counts = [name for name in COUNTED if name in counts]
    context = {
        "made": found,
        "before": then["night"] if then else None,
        "counts": [against(name, counts, before) for name in shown_counts],
        "alerts": [against(name, counts, before) for name in _kinds_of_alert(counts, before)],
        "news": [_news(register, counts) for register in REGISTERS],
        "registers": [{"register": name} | manifest["registers"].get(name, {}) for name in REGISTERS],
        "manifest": manifest,
        "files": files,
        "of_register": of_register,
        "all_registers": REGISTERS,
        **paging(page, files, FILES_A_PAGE),
    }
    return render(request, "night.html", context)


def day_of(written: str) -> date:
    """Return the day of an address. Raises Http404 when there is no such day."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise Http404 from None


def files_of(origin: str, night: date, register: str | None, most: int, page: int = 1) -> list[dict[str, Any]]:
    """Return the delivered files a night used, the newest of each register first: register, file, dated, sha256,
    total (of all pages together).
    """
    asked = {"origin": origin, "night": night, "register": register, "registers": list(REGISTERS)}
    return rows(FILES, asked | {"most": most, "skipped": (page - 1) * most})


def page_of(request: HttpRequest) -> int:
    """Return the page of a list that is asked for; the first one when that is not a number."""
    asked = request.GET.get("page", "")
    return max(int(asked), 1) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1


def paging(page: int, found: list[dict[str, Any]], most: int) -> dict[str, Any]:
    """Return where one is in a list: page, page_count, earlier and later (numbers of pages, or None), total."""
    total = found[0]["total"] if found else 0
    last = max(-(-total // most), 1)
    return {
        "page": page,
        "page_count": last,
        "earlier": page - 1 if page > 1 else None,
        "later": page + 1 if page < last else None,
        "total": total,
    }


def against(name: str, counts: dict[str, int], before: dict[str, int] | None) -> dict[str, Any]:
    """Return a count beside that of the night before: name, now, then, difference (None without a night before)."""
    now = counts.get(name, 0)
    then = None if before is None else before.get(name, 0)
    return {"name": name, "now": now, "then": then, "difference": None if then is None else now - then}


def _kinds_of_alert(counts: dict[str, int], before: dict[str, int] | None) -> list[str]:
    return sorted(name for name in {**counts, **(before or {})} if name.startswith("alerts_"))


def _news(register: str, counts: dict[str, int]) -> dict[str, Any]:
    return {"register": register, "counts": [counts.get(f"{kind}_{register}", 0) for kind in NEWS]}
