"""The method: how a child is counted, from the same declared rules by which the table is made.

No number stands in the page itself. Ages, bands, lists of registers, terms and thresholds are read where they are
declared, so that the page cannot say something else than the program does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from babel.dates import format_date
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from connectors.register import REGISTERS, load_register
from linkage import resurfacing
from linkage.explanation import load_words
from linkage.model import Comparison, Model, load_model
from monitoring.counting import MOMENTS
from monitoring.dictionary import TABLES, Column
from monitoring.rules import RULES, TRUST
from monitoring.web import audit, words

A_LEAP_YEAR = 2000
# What a verdict does, by code; in the order of the page where pairs are judged.
VERDICTS = ("same", "different", "unsure")


def method(request: HttpRequest) -> HttpResponse:
    """Show how a child is counted."""
    audit.enter(request, "viewed_page", "method")
    context = {
        "sections": _sections(),
        "victims": _victims(),
        "ages": _ages(),
        "reasons": RULES["reasons"].values(),
        "missing": _missing(),
        "linking": _linking(load_model()),
        "verdicts": [{"code": code, "does": _verdict(code)} for code in VERDICTS],
        "trust": _trust(),
        "alerts": _alerts(),
        "retention": _retention(),
        "dictionary": [_column(column) for column in TABLES["person"].columns.values()],
    }
    return render(request, "method.html", context)


def _sections() -> dict[str, str]:
    return {
        "persons": _("Registrations and persons"),
        "victims": _("Who is a victim"),
        "age": _("How old a child is"),
        "counted": _("Who counts, and who does not"),
        "missing": _("Who is missing, and who was seen again"),
        "linking": _("How registrations become one person"),
        "verdicts": _("What a verdict does"),
        "trust": _("Which register is believed"),
        "alerts": _("When an alert is raised"),
        "retention": _("How long what is kept"),
        "dictionary": _("What each column means"),
    }


def _victims() -> dict[str, Any]:
    declared = RULES["victims"]
    return {
        "always": _any_of(_registers(declared["always"])),
        "named": _any_of(_registers(declared["when_a_form_is_named"])),
        "potential": _any_of(_registers(declared["potential_only"])),
        "actual": words.in_words("certainty", declared["actual"]),
    }


def _ages() -> dict[str, Any]:
    declared = RULES["ages"]
    locale = words.language()
    days = [format_date(date(A_LEAP_YEAR, month, day), "d MMMM", locale) for month, day in declared["placeholder_days"]]
    return declared | {
        "moments": [_else_of(names) for names in MOMENTS.values()],
        "days": _joined(days, _("%(first)s and %(last)s")),
        "documents": _any_of(words.in_words("document_status", code) for code in declared["distrusted_documents"]),
        "band_rows": [{"from": start, "band": band} for start, band in declared["bands"]],
    }


def _missing() -> dict[str, Any]:
    declared = RULES["missing"]
    said = load_words()["outcomes"]
    return {
        "registers": _any_of(_registers(declared["registers"])),
        "mob": words.in_words("departure_category", declared["mob_category"]),
        "ama_missing": words.in_words("missing_category", declared["ama_category"]),
        "ama_status": words.in_words("residence_status", declared["ama_status"]),
        "gap": declared["episode_gap_days"],
        "minor_below": resurfacing.MINOR_BELOW,
        "approximate": resurfacing.APPROXIMATE_YEARS,
        "stated": resurfacing.STATED_AGE_YEARS,
        "apart": resurfacing.EPISODE_DAYS,
        "candidates": resurfacing.POSSIBLE_PER_DISAPPEARANCE,
        "days": [_day_kind(kind) for kind in resurfacing.VICTIM_DAYS.values()],
        "outcomes": [{"code": code, "said": text[words.language()]} for code, text in said.items()],
    }


def _day_kind(kind: str) -> str:
    said = {
        "encounter": _("the day of the encounter"),
        "report": _("the day of the report"),
        "entry": _("the day of registration"),
    }
    return said.get(kind, kind)


def _linking(model: Model) -> dict[str, Any]:
    said, language = load_words(), words.language()
    records = model.names["background_persons"]
    return {
        "version": model.version,
        "thresholds": model.thresholds,
        "fields": [
            {"name": said["fields"][compared.field][language], **_speaks(compared, records, said["levels"], language)}
            for compared in model.comparisons
        ],
        "rules": [text[language] for text in said["rules"].values()],
    }


def _speaks(compared: Comparison, records: float, said: dict[str, Any], language: str) -> dict[str, list[str]]:
    """Levels in words by what they speak for: they are likelier among pairs of one person, or among pairs of two."""
    ratios = compared.ratios(compared.shares("m"), compared.chances(records))
    told = {name: said[compared.field].get(name, {}).get(language, name) for name in compared.names[1:]}
    strongest = sorted(zip(ratios, told.values(), strict=True), reverse=True)
    return {
        "for": [text for ratio, text in strongest if ratio > 1],
        "against": [text for ratio, text in reversed(strongest) if ratio <= 1],
    }


def _verdict(code: str) -> str:
    does = {
        "same": _("Joins the two registrations to one person, also where the model would not."),
        "different": _(
            "Keeps the two apart for good, also when a third registration would tie them; it goes before a verdict "
            "that they are the same."
        ),
        "unsure": _("Changes nothing in the table; the pair is not offered again."),
    }
    return does[code]


def _trust() -> list[dict[str, Any]]:
    """Per column the registers from the most to the least trusted, and how a difference is dealt with.

    Of a birth date the rules declare the order alone: documents count, and a difference is a conflict.
    """
    return [
        {
            "column": words.heading(name) if name in words.HEADINGS else _("Birth date"),
            "registers": [words.meaning(register, "register") for register in declared["registers"]],
            "is_newest": declared.get("prefer") == "newest",
            "distrusts_documents": declared.get("distrust_documents", True),
            "is_conflict": declared.get("conflict", True),
            "reason": _(declared["reason"]),
        }
        for name, declared in TRUST.items()
    ]


def _alerts() -> list[dict[str, str]]:
    """Alerts by kind with their sentence; what differs from one to the next is left open."""
    return [
        {"kind": kind, "said": re.sub(r"\{[a-z_]+\}\.?", "…", said[words.language()])}
        for kind, said in RULES["alerts"].items()
    ]


def _retention() -> list[dict[str, Any]]:
    return [
        {
            "register": name,
            "term": load_register(name).retention,
            "from": _else_of(load_register(name).retention.counts_from),
        }
        for name in REGISTERS
    ]


def _column(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "heading": words.heading(column.name) if column.name in words.HEADINGS else column.name,
        "meaning": column.nl if words.language() == "nl" else column.en,
        "unit": _(column.unit) if column.unit else "",
        "rule": column.rule,
        "codes": [words.in_words(column.name, code) for code in column.codes],
    }


def _registers(names: Iterable[str]) -> list[str]:
    return [words.meaning(name, "register") for name in names]


def _else_of(columns: Iterable[str]) -> str:
    """Columns of which the first that is recorded counts."""
    said = ""
    for heading in (words.heading(column).lower() for column in columns):
        said = _("%(first)s, else %(last)s") % {"first": said, "last": heading} if said else heading
    return said


def _any_of(said: Iterable[str]) -> str:
    return _joined(said, _("%(first)s or %(last)s"))


def _joined(said: Iterable[str], ending: str) -> str:
    """Words as a list with commas, of which the last stands apart: "a, b or c"."""
    *first, last = said
    return ending % {"first": ", ".join(first), "last": last} if first else last
