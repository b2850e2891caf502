"""What a reader selected of the table: filters on every column, the order, and the columns shown.

Read from the query of an address, where only names of columns and codes stand. What is not one of them is ignored and
said; nothing of it reaches the database or a log.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from monitoring.dictionary import TABLES, Column
from monitoring.rules import TRUST
from monitoring.web.models import Person
from monitoring.web.words import NOT_RECORDED, codes_of, heading, in_words, joined, meaning

COLUMNS: dict[str, Column] = {
    name: column for name, column in TABLES["person"].columns.items() if name not in ("person_id", "night")
}
COUNTRIES = ("nationality", "country_of_origin")
COUNTRY = re.compile(r"[A-Z]{3}|region-[a-z-]{1,30}", re.ASCII)
DATE_ENDS, NUMBER_ENDS = ("from", "until"), ("min", "max")
FIRST_COLUMNS = (
    "registers", "registration_count", "victim_status", "is_counted", "age_band", "sex", "country_of_origin",
    "missing_since", "resurfaced_as_victim", "link_status",
)  # fmt: skip
FIRST_ORDER = "person_id"
NUMBERS = {"integer": int, "double precision": float}
LARGEST = 2**31 - 1


def kind_of(column: str) -> str:
    """Return how a column is filtered: choices (codes, also yes and no), dates, or numbers."""
    type_ = COLUMNS[column].type
    return "dates" if type_ == "date" else "numbers" if type_ in NUMBERS else "choices"


def may_be_sorted(column: str) -> bool:
    """Whether the table may be put in order of a column: lists have none."""
    return column == "person_id" or (column in COLUMNS and not COLUMNS[column].type.endswith("[]"))


def choices_of(column: str) -> tuple[str, ...]:
    """Return the codes that a column may be filtered on, in the order of its list; none for countries and fields."""
    if COLUMNS[column].type == "boolean":
        return ("yes", "no")
    codes = codes_of(column) or COLUMNS[column].codes
    may_lack = not COLUMNS[column].required or COLUMNS[column].type.endswith("[]")
    return (*codes, NOT_RECORDED) if may_lack and NOT_RECORDED not in codes else tuple(codes)


@dataclass(frozen=True)
class Selection:
    """Filters, order and columns. `choices`: column and codes, any of them; `bounds`: column, end (from, until, min,
    max) and value, the ends included. `order`: a column, with a minus for the largest first.
    """

    choices: tuple[tuple[str, tuple[str, ...]], ...] = ()
    bounds: tuple[tuple[str, str, date | float], ...] = ()
    order: str = FIRST_ORDER
    columns: tuple[str, ...] = FIRST_COLUMNS

    def persons(self) -> QuerySet:
        """Return the persons that the filters show, in order; persons of one value by their number."""
        name = self.order.lstrip("-")
        first = F(name).desc(nulls_last=True) if self.order.startswith("-") else F(name).asc(nulls_last=True)
        return self.filtered().order_by(first, "person_id")

    def filtered(self) -> QuerySet:
        """Return the persons that the filters show, in no order."""
        wanted = [_any_of(column, codes) for column, codes in self.choices]
        wanted += [Q(**{f"{column}__{LOOKUPS[end]}": value}) for column, end, value in self.bounds]
        return Person.objects.filter(reduce(and_, wanted)) if wanted else Person.objects.all()

    def query(self, **changed: Any) -> str:
        """Return the query of an address that selects this, in one way of writing; `changed`: order or columns."""
        order, columns = changed.get("order", self.order), changed.get("columns", self.columns)
        pairs: list[tuple[str, str]] = [(column, code) for column, codes in self.choices for code in codes]
        pairs += [(f"{column}_{end}", str(value)) for column, end, value in self.bounds]
        if order != FIRST_ORDER:
            pairs.append(("sort", order))
        if columns != FIRST_COLUMNS:
            pairs += [("columns", column) for column in columns]
        return urlencode(pairs)

    def without(self, column: str) -> Selection:
        """Return the selection without the filters on a column."""
        return Selection(
            tuple(choice for choice in self.choices if choice[0] != column),
            tuple(bound for bound in self.bounds if bound[0] != column),
            self.order,
            self.columns,
        )

    def in_words(self) -> list[tuple[str, str]]:
        """Return each filter as its column and what it asks, in words."""
        told = [(column, joined(choice_in_words(column, code) for code in codes)) for column, codes in self.choices]
        words = {"from": _("from %s"), "until": _("up to %s"), "min": _("from %s"), "max": _("up to %s")}
        told += [(column, words[end] % value) for column, end, value in self.bounds]
        return told


LOOKUPS = {"from": "gte", "until": "lte", "min": "gte", "max": "lte"}
ALSO_READ = ("sort", "columns", "page", "format", "name", "shown")


def selection_of(query: QueryDict) -> tuple[Selection, list[str]]:
    """Return what a query selects, and the columns of which something could not be read and is ignored."""
    choices, bounds, ignored = [], [], []
    for column in COLUMNS:
        if kind_of(column) == "choices":
            given = query.getlist(column)
            codes = tuple(dict.fromkeys(code for code in given if _is_choice(column, code)))
            if codes:
                choices.append((column, codes))
            if len(codes) < len({code for code in given if code}):
                ignored.append(heading(column))
            continue
        for end in DATE_ENDS if kind_of(column) == "dates" else NUMBER_ENDS:
            given_end = query.get(f"{column}_{end}", "").strip()
            value = _bound(column, given_end)
            if value is not None:
                bounds.append((column, end, value))
            elif given_end:
                ignored.append(heading(column))
    known = {*COLUMNS, *(f"{column}_{end}" for column in COLUMNS for end in (*DATE_ENDS, *NUMBER_ENDS)), *ALSO_READ}
    if set(query) - known:
        ignored.append(_("an unknown part of the address"))
    order = query.get("sort", FIRST_ORDER)
    wanted = [column for column in query.getlist("columns") if column in COLUMNS]
    return (
        Selection(
            tuple(choices),
            tuple(bounds),
            order if may_be_sorted(order.removeprefix("-")) else FIRST_ORDER,
            tuple(dict.fromkeys(wanted)) or FIRST_COLUMNS,
        ),
        ignored,
    )


def choice_in_words(column: str, code: str) -> str:
    """Return a code that a column may be filtered on in words."""
    return meaning(code) if code in (NOT_RECORDED, "yes", "no") and column not in KEEPS else in_words(column, code)


# Columns whose own lists say yes and no in their own way.
KEEPS = ("at_school",)


def _is_choice(column: str, code: str) -> bool:
    if column in COUNTRIES:
        return code == NOT_RECORDED or COUNTRY.fullmatch(code) is not None
    if column == "conflicting_fields":
        return code == NOT_RECORDED or code in CONFLICTS
    return code in choices_of(column)


CONFLICTS = (*(name for name, trust in TRUST.items() if trust.get("conflict")), "birth_year", "birth_date", "loverboy")


def _bound(column: str, given: str) -> date | float | None:
    if not given:
        return None
    try:
        if kind_of(column) == "dates":
            return date.fromisoformat(given)
        value = NUMBERS[COLUMNS[column].type](given.replace(",", "."))
    except ValueError:
        return None
    return value if abs(value) <= LARGEST else None


def _any_of(column: str, codes: tuple[str, ...]) -> Q:
    """Any of the codes; "not recorded" is an empty column, where the column has no such code of its own."""
    kind = COLUMNS[column]
    if kind.type == "boolean":
        return Q(**{f"{column}__in": [code == "yes" for code in codes]})
    lacks = NOT_RECORDED in codes and NOT_RECORDED not in kind.codes
    named = [code for code in codes if not (lacks and code == NOT_RECORDED)]
    return reduce(or_, _parts(column, named, lacks))


def _parts(column: str, named: list[str], lacks: bool) -> Iterator[Q]:
    is_list = COLUMNS[column].type.endswith("[]")
    if named and column == "nationality":
        # Several nationalities stand in one text; the codes are checked, so none of them is a pattern.
        yield Q(nationality__regex=rf"(^|\|)({'|'.join(named)})($|\|)")
    elif named:
        yield Q(**{f"{column}__overlap" if is_list else f"{column}__in": named})
    if lacks:
        yield Q(**{column: []}) if is_list else Q(**{f"{column}__isnull": True})
