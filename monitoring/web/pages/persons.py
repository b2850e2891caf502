"""Persons: the consolidated table with filters on every column, sorting, pages, saved views and downloads."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import override

from monitoring.web import audit
from monitoring.web.downloads import csv_of, workbook_of
from monitoring.web.models import SavedView
from monitoring.web.selection import (
    COLUMNS,
    CONFLICTS,
    COUNTRIES,
    Selection,
    choice_in_words,
    choices_of,
    kind_of,
    may_be_sorted,
    selection_of,
)
from monitoring.web.shown import Shown, once_a_night, reckoned_ahead, rows, shown_night
from monitoring.web.words import GROUPS, NOT_RECORDED, heading, in_words, language

PER_PAGE = 50
PERSON = re.compile(r"\s*(?:W-?)?0*([0-9]{1,9})\s*", re.ASCII | re.IGNORECASE)
MOST_SAVED, LONGEST_NAME = 50, 60
# How a cell is set: numbers to the right, days on one line.
CELLS = {"numbers": "n", "dates": "id", "choices": ""}
IN_COUNTRIES = """
    SELECT {column} AS codes, count(*) AS persons FROM monitoring.person WHERE {column} IS NOT NULL GROUP BY 1
"""


class Counted(Paginator):
    """Pages of a selection whose number of persons is reckoned once a night."""

    def __init__(self, selection: Selection, shown: Shown) -> None:
        columns = ("person_id", *selection.columns)
        super().__init__(selection.persons().values_list(*columns), PER_PAGE)
        self.selection, self.shown = selection, shown

    @cached_property
    def count(self) -> int:
        """The number of persons that the filters show."""
        return int(_number(self.shown, self.selection))


def persons(request: HttpRequest) -> HttpResponse:
    """Show the persons that the filters show, a page of them."""
    shown = shown_night()
    if shown is None:
        return render(request, "no_night.html")
    selection, ignored = selection_of(request.GET)
    if ignored:
        messages.error(request, _("Ignored, because it could not be read: %s.") % ", ".join(ignored))
    page = Counted(selection, shown).get_page(request.GET.get("page"))
    audit.enter(request, "viewed_page", "persons", filters=selection.query(), page=page.number)
    return render(
        request,
        "persons.html",
        {
            "selection": selection,
            "page": page,
            "pages_near": page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
            "headings": [_heading(selection, name) for name in ("person_id", *selection.columns)],
            "rows": [_row(selection, row) for row in page.object_list],
            "asked": [
                {"words": heading(name), "asks": asks, "without": selection.without(name).query()}
                for name, asks in selection.in_words()
            ],
            "groups": _form(selection, shown),
            "query": selection.query(),
            "saved": list(SavedView.objects.filter(account=request.user.get_username()).order_by("name")),
            "total": _number(shown, Selection()),
        },
    )


def find(request: HttpRequest) -> HttpResponse:
    """Go to a person by number. Sent and not asked, so that what is typed stands in no address."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    typed = PERSON.fullmatch(request.POST.get("person", ""))
    if typed is None:
        messages.error(request, _("Type the number of a person, such as W-00012345. Names are not known here."))
        return redirect("persons")
    return redirect("person", person_id=f"W-{int(typed[1]):08d}")


def save_view(request: HttpRequest) -> HttpResponse:
    """Keep a selection under a name of one's own, or forget one."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    own = SavedView.objects.filter(account=request.user.get_username())
    name = " ".join(request.POST.get("name", "").split())[:LONGEST_NAME]
    query = selection_of(QueryDict(request.POST.get("query", "")))[0].query()
    if request.POST.get("forget"):
        own.filter(name=name).delete()
        messages.success(request, _("The view has been forgotten."))
    elif not name:
        messages.error(request, _("Give the view a name."))
    elif own.count() >= MOST_SAVED and not own.filter(name=name).exists():
        messages.error(request, _("You have as many views as can be kept; forget one first."))
    else:
        own.filter(name=name).delete()
        SavedView.objects.create(account=request.user.get_username(), name=name, query=query)
        messages.success(request, _("The view has been saved."))
    return redirect(f"{reverse('persons')}?{query}")


def download(request: HttpRequest) -> HttpResponse:
    """Send what the filters show as CSV or as a workbook; who took what is logged before it is sent."""
    shown = shown_night()
    selection, _ignored = selection_of(request.GET)
    kind = request.GET.get("format")
    if shown is None or kind not in ("csv", "xlsx"):
        return redirect("persons")
    file, count = (csv_of if kind == "csv" else workbook_of)(selection, shown)
    audit.enter(request, "exported", "persons", filters=selection.query(), format=kind, rows=count)
    name = f"weerzien_personen_{shown.night.isoformat()}.{kind}"
    return FileResponse(file, as_attachment=True, filename=name)


@reckoned_ahead((Selection(),))
def _number(shown: Shown, selection: Selection) -> int:
    return int(selection.filtered().count())


@once_a_night
def _countries(shown: Shown, column: str) -> tuple[str, ...]:
    """The countries that occur in a column, most persons first."""
    persons: dict[str, int] = {}
    for row in rows(IN_COUNTRIES.format(column=column)):
        for code in row["codes"].split("|"):
            persons[code] = persons.get(code, 0) + row["persons"]
    return tuple(sorted(persons, key=lambda code: (-persons[code], code)))


def _heading(selection: Selection, name: str) -> dict[str, Any]:
    """A heading that puts the table in order, and back again."""
    down = name if selection.order == f"-{name}" else f"-{name}"
    return {
        "name": name,
        "words": heading(name),
        "query": selection.query(order=name if selection.order == f"-{name}" else down) if may_be_sorted(name) else "",
        "sorted": {name: "ascending", f"-{name}": "descending"}.get(selection.order, ""),
        "is_number": name != "person_id" and kind_of(name) == "numbers",
    }


def _row(selection: Selection, row: tuple[Any, ...]) -> dict[str, Any]:
    cells = [
        {"words": "–" if value is None or value == [] else in_words(name, value), "of": CELLS[kind_of(name)]}
        for name, value in zip(selection.columns, row[1:], strict=True)
    ]
    return {"person_id": row[0], "cells": cells}


def _form(selection: Selection, shown: Shown) -> list[dict[str, Any]]:
    """The form of filters: groups of columns, each with its choices or ends, and what is selected now."""
    chosen, bounds = dict(selection.choices), {f"{name}_{end}": value for name, end, value in selection.bounds}
    fields = _fields(shown, language())
    return [
        {
            "words": GROUPS[group][language()],
            "fields": [
                {
                    **field,
                    "is_open": field["name"] in chosen,
                    "chosen": chosen.get(field["name"], ()),
                    "low": bounds.get(f"{field['name']}_{field['ends'][0]}", ""),
                    "high": bounds.get(f"{field['name']}_{field['ends'][1]}", ""),
                    "is_shown": field["name"] in selection.columns,
                }
                for field in fields
                if field["group"] == group
            ],
        }
        for group in GROUPS
    ]


@reckoned_ahead(("nl",), ("en",))
def _fields(shown: Shown, of_language: str) -> tuple[dict[str, Any], ...]:
    """What may be filtered on, in the language of the reader."""
    columns = [(group, name) for group, declared in GROUPS.items() for name in declared["columns"] if name in COLUMNS]
    with override(of_language):
        return tuple(_field(shown, group, name) for group, name in columns)


def _field(shown: Shown, group: str, name: str) -> dict[str, Any]:
    kind = kind_of(name)
    codes: tuple[str, ...] = ()
    if name in COUNTRIES:
        codes = (*_countries(shown, name), NOT_RECORDED)
    elif name == "conflicting_fields":
        codes = (*CONFLICTS, NOT_RECORDED)
    elif kind == "choices":
        codes = choices_of(name)
    ends = ("from", "until") if kind == "dates" else ("min", "max")
    options = tuple((code, choice_in_words(name, code)) for code in codes)
    return {"group": group, "name": name, "words": heading(name), "kind": kind, "options": options, "ends": ends}
