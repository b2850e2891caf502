"""The log: who saw and did what, when and for what purpose. Looking into it is entered in it as well."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from monitoring.web import audit, words
from monitoring.web.context import PAGES
from monitoring.web.downloads import csv_file
from monitoring.web.shown import one, rows

LINES_A_PAGE = 100
LINES_AT_ONCE = 10_000
FILTERS = ("from", "until", "account", "action", "purpose", "subject")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
SUBJECT = re.compile(r"W-[0-9]{8,20}|[a-z_]{2,20}-[0-9a-f]{6,64}")
CSV_COLUMNS = ("entry_id", "at", "account", "roles", "action", "purpose", "subject", "detail")
# What is said of a page in the log is the name of its route.
PAGE_NAMES = {name: said for name, said, _right in PAGES} | {
    "night": gettext_lazy("Night"),
    "register": gettext_lazy("Register"),
    "judgements": gettext_lazy("Verdicts"),
}

# A line on a pair names both registrations. Who looks for a person also means the registrations of that person.
CONDITIONS = """
    (CAST(%(from)s AS date) IS NULL OR at >= CAST(%(from)s AS timestamp) AT TIME ZONE 'Europe/Amsterdam')
    AND (CAST(%(until)s AS date) IS NULL OR at <
      CAST(CAST(%(until)s AS date) + 1 AS timestamp) AT TIME ZONE 'Europe/Amsterdam')
    AND (CAST(%(account)s AS text) IS NULL OR account = %(account)s)
    AND (CAST(%(action)s AS text) IS NULL OR action = %(action)s)
    AND (CAST(%(purpose)s AS text) IS NULL OR purpose = %(purpose)s)
    AND (CAST(%(subject)s AS text) IS NULL OR string_to_array(subject, ' ') && (
      SELECT array_append(array_agg(record_id), CAST(%(subject)s AS text)) FROM monitoring.registration
      WHERE person_id = %(subject)s))
"""
LINES = f"""
    SELECT entry_id, to_char(at AT TIME ZONE 'Europe/Amsterdam', 'YYYY-MM-DD HH24:MI:SS') AS at, account, roles, action,
      purpose, subject, detail
    FROM portal.audit WHERE {CONDITIONS}
"""
OLDER = (
    f"{LINES} AND (CAST(%(before)s AS bigint) IS NULL OR entry_id < %(before)s) ORDER BY entry_id DESC LIMIT %(most)s"
)
NEWER = f"{LINES} AND entry_id > %(after)s ORDER BY entry_id LIMIT %(most)s"
COUNT = f"SELECT count(*) AS lines FROM portal.audit WHERE {CONDITIONS}"
IS_IN_LOG = "SELECT EXISTS (SELECT FROM portal.audit WHERE account = %s) AS found"


def audit_log(request: HttpRequest) -> HttpResponse:
    """Show the log, the newest line first, as far as the filters let through."""
    filters, ignored = read_filters(request.GET)
    for said in ignored:
        messages.warning(request, said)
    audit.enter(request, "viewed_page", "audit", filters=_given(filters))
    after = _number(request.GET.get("after"))
    found = _page(filters, _number(request.GET.get("before")), after)
    is_more = len(found) > LINES_A_PAGE
    shown = found[:LINES_A_PAGE]
    # Asked for newer lines the first of them come first; the page still has the newest above.
    shown, is_older, is_newer = (
        (shown[::-1], True, is_more) if after else (shown, is_more, bool(request.GET.get("before")))
    )
    context = {
        "lines": [_line(line) for line in shown],
        "total": (one(COUNT, filters) or {})["lines"],
        "filters": filters,
        "query": _given(filters),
        "older": shown[-1]["entry_id"] if is_older and shown else None,
        "newer": shown[0]["entry_id"] if is_newer and shown else None,
        "actions": words.DECLARED["codes"]["action"],
        "purposes": {code: words.purpose_label(code) for code in words.PURPOSES},
        "accounts": [audit.UNKNOWN, *get_user_model().objects.order_by("username").values_list("username", flat=True)],
    }
    return render(request, "audit_log.html", context)


def download(request: HttpRequest) -> HttpResponse:
    """Send all lines that the filters let through as a CSV."""
    filters, _ignored = read_filters(request.GET)
    # Written first: the number of lines is entered in the log before anything is sent.
    file, count = csv_file(CSV_COLUMNS, map(_cells, _all_lines(filters)))
    audit.enter(request, "exported", "audit", rows=count, filters=_given(filters))
    return FileResponse(file, as_attachment=True, filename="logboek.csv", content_type="text/csv; charset=utf-8")


def read_filters(asked: QueryDict) -> tuple[dict[str, str | None], list[str]]:
    """Return what is filtered on (FILTERS, None where nothing is), and what is said of filters that cannot be used."""
    known = {
        "from": (_is_day, _("The first day is not a day written as YYYY-MM-DD; it is left out.")),
        "until": (_is_day, _("The last day is not a day written as YYYY-MM-DD; it is left out.")),
        "account": (_is_account, _("There is no such account; it is left out.")),
        "action": (words.DECLARED["codes"]["action"].__contains__, _("There is no such action; it is left out.")),
        "purpose": (words.PURPOSES.__contains__, _("There is no such purpose; it is left out.")),
        "subject": (
            SUBJECT.fullmatch,
            _("What it was about is the number of a person or a registration; it is left out."),
        ),
    }
    filters: dict[str, str | None] = dict.fromkeys(FILTERS)
    ignored = []
    for name, (is_known, said) in known.items():
        value = asked.get(name, "").strip()
        if value and is_known(value):
            filters[name] = value
        elif value:
            ignored.append(said)
    if filters["from"] and filters["until"] and filters["from"] > filters["until"]:
        ignored.append(_("The first day lies after the last day: no line can be of both."))
    return filters, ignored


def _is_day(value: str) -> bool:
    try:
        # The calendar of the database ends later than this one; that of the filter ends a day earlier.
        return bool(DAY.fullmatch(value)) and date.fromisoformat(value) < date.max
    except ValueError:
        return False


def _is_account(value: str) -> bool:
    """The log takes no text that somebody typed, so only an account that exists, or once did, can be filtered on."""
    if len(value) > 150 or not value.isprintable():
        return False
    exists = get_user_model().objects.filter(username=value).exists()
    return bool(exists or (one(IS_IN_LOG, [value]) or {})["found"])


def _given(filters: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in filters.items() if value}


def _number(asked: str | None) -> int | None:
    return int(asked) if asked and asked.isascii() and asked.isdigit() and len(asked) < 19 else None


def _page(filters: dict[str, str | None], before: int | None, after: int | None) -> list[dict[str, Any]]:
    """One line more than a page: then there is another one."""
    asked = {**filters, "before": before, "after": after, "most": LINES_A_PAGE + 1}
    return rows(NEWER if after else OLDER, asked)


def _line(line: dict[str, Any]) -> dict[str, Any]:
    roles = words.joined(words.meaning(role, "role") for role in line["roles"])
    subject = line["subject"]
    if line["action"] in ("viewed_page", "exported", "denied"):
        subject = PAGE_NAMES.get(subject, subject)
    return line | {
        "roles": roles,
        "purpose": words.purpose_label(line["purpose"]),
        "subject": subject,
        "detail": _told(line["detail"]),
    }


def _told(detail: Any) -> str:
    """What stands beside a line, as a reader reads it: columns by their heading, codes by their label."""
    if not isinstance(detail, dict):
        return str(detail)
    told = {name: _value(name, value) for name, value in detail.items()}
    return "; ".join(f"{_said(name)}: {value}" for name, value in told.items() if value)


def _said(name: str) -> str:
    said = {
        "rows": _("rows"),
        "filters": _("filters"),
        "kind": _("kind"),
        "format": _("kind"),
        "page": _("page"),
        "from": _("from"),
        "until": _("until"),
        "account": _("account"),
        "action": _("action"),
        "purpose": _("purpose"),
        "subject": _("about"),
        "verdict": _("verdict"),
        "judgement": _("number of the verdict"),
        "undoing": _("number of the undoing"),
    }
    return said.get(name) or (words.heading(name) if name in words.HEADINGS else name.replace("_", " "))


def _value(name: str, value: Any) -> str:
    if name == "filters" and isinstance(value, str):
        # As the address of a page holds them.
        value = QueryDict(value)
        value = {asked: value.getlist(asked) for asked in value}
    if isinstance(value, dict):
        return f"({_told(value)})" if value else ""
    if isinstance(value, list):
        return words.joined(_value(name, item) for item in value)
    if name == "purpose":
        return words.purpose_label(value) or str(value)
    if name in ("action", "register", "verdict"):
        return words.meaning(str(value), name)
    return words.in_words(name, value) if value not in (None, "") else ""


def _cells(line: dict[str, Any]) -> list[Any]:
    detail = json.dumps(line["detail"], ensure_ascii=False, sort_keys=True) if line["detail"] else ""
    return [(line | {"detail": detail})[name] for name in CSV_COLUMNS]


def _all_lines(filters: dict[str, str | None]) -> Iterator[dict[str, Any]]:
    before = None
    while found := rows(OLDER, {**filters, "before": before, "most": LINES_AT_ONCE}):
        yield from found
        before = found[-1]["entry_id"]
