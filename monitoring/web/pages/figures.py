"""Figures: six pictures of the whole table, each with its table. For the bureau itself, not to publish.

A figure has a name, heading, notes, the template and geometry of its picture, and its table.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import override

from monitoring.web import audit, words
from monitoring.web.pictures import counted
from monitoring.web.pictures.bars import bars
from monitoring.web.pictures.months import columns
from monitoring.web.pictures.upset import most_frequent, upset
from monitoring.web.shown import Shown, reckoned_ahead, shown_night
from monitoring.web.template_tags import number

MOST_COUNTRIES = 15


def figures(request: HttpRequest) -> HttpResponse:
    """Show the pictures of the whole table."""
    shown = shown_night()
    if shown is None:
        return render(request, "no_night.html")
    audit.enter(request, "viewed_page", "figures")
    return render(request, "figures.html", {"figures": _figures(shown, words.language())})


@reckoned_ahead(("nl",), ("en",))
def _figures(shown: Shown, of_language: str) -> list[dict[str, Any]]:
    drawn = (_registers, _overlap, _time, _days_missing, _age_and_sex, _countries)
    with override(of_language):
        return [draw(shown) for draw in drawn]


def _registers(shown: Shown) -> dict[str, Any]:
    counts = counted.of_registers(shown)
    known = words.codes_of("register")
    table = [
        {"label": words.in_words("register", code), "values": list(counts[code].values())}
        for code in known
        if code in counts
    ]
    absent = [words.in_words("register", code) for code in known if code not in counts]
    series = [_("registrations"), _("persons behind them"), _("of whom counted as actual victims under 18")]
    notes = [
        _("One person may have several registrations in a register, and stand in several registers."),
        _("Registers overlap: their totals are not added up."),
    ]
    if absent:
        notes.append(_("No registrations are known of: %(registers)s.") % {"registers": words.joined(absent)})
    return {
        "name": "registers",
        "heading": _("Registrations against persons, by register"),
        "notes": notes,
        "template": "pictures/bars.html",
        "picture": bars(table, series),
        "table": {
            "heads": [words.heading("register"), *series],
            "rows": table,
            "base": _(
                "Base: each register by itself. Unit: registrations in the first column, persons in the other two."
            ),
        },
    }


def _overlap(shown: Shown) -> dict[str, Any]:
    counts = counted.of_combinations(shown)
    combinations, others, others_persons = most_frequent(counts)
    sets = [
        {"code": code, "label": words.in_words("register", code)}
        for code in words.codes_of("register")
        if any(code in members for members in counts)
    ]
    label = _("other combinations (%(n)s)") % {"n": others}
    table = [{"label": words.in_words("registers", list(m)), "values": [counts[m]]} for m in combinations]
    other = {"label": label, "value": others_persons} if others else None
    rest = [{"label": label, "values": [others_persons]}] if others else []
    return {
        "name": "overlap",
        "heading": _("Overlap between registers"),
        "notes": [_("Each person stands in one row: the registers that together hold this person, and no other.")],
        "template": "pictures/upset.html",
        "picture": upset(sets, [{"members": m, "value": counts[m]} for m in combinations], other),
        "table": _whole([words.heading("registers"), _("Persons")], [*table, *rest], _persons(sum(counts.values()))),
    }


def _time(shown: Shown) -> dict[str, Any]:
    found = counted.of_time(shown)
    unit, starts, persons = found["unit"], found["starts"], found["persons"]
    heads = [_("Disappeared"), _("Resurfaced as a victim")]
    heading = {
        "month": _("Disappearances and reappearances by month"),
        "quarter": _("Disappearances and reappearances by quarter"),
        "year": _("Disappearances and reappearances by year"),
    }[unit]
    table = [
        {"label": _period(start, unit), "values": list(values)}
        for start, *values in zip(starts, *persons.values(), strict=True)
    ]
    notes = [
        _("Who disappeared, or was seen as a victim, in several periods counts in each; the rows are not added up."),
        _("The latest periods are not complete: registers learn of a disappearance or an encounter later."),
    ]
    if unit != "month":
        notes.append(_("There are too many months to draw; each bar is a longer period."))
    if any(found["earlier"].values()):
        table.insert(0, {"label": _("earlier, not drawn"), "values": list(found["earlier"].values())})
    base = _(
        "Base: %(disappeared)s persons who disappeared, %(resurfaced)s who certainly resurfaced as a victim; "
        "without those who were adults when they disappeared. Unit: persons"
    ) % {kind: number(count) for kind, count in found["whole"].items()}
    panels = [{"label": head, "values": values} for head, values in zip(heads, persons.values(), strict=True)]
    return {
        "name": "time",
        "heading": heading,
        "notes": notes,
        "template": "pictures/months.html",
        "picture": columns(starts, unit, panels),
        "is_wide": True,
        "table": {"heads": [_("Period"), *heads], "rows": table, "base": base},
    }


def _period(start: date, unit: str) -> str:
    if unit == "month":
        return start.isoformat()[:7]
    if unit == "year":
        return str(start.year)
    return _("%(year)s, quarter %(quarter)s") % {"year": start.year, "quarter": (start.month + 2) // 3}


def _days_missing(shown: Shown) -> dict[str, Any]:
    counts = counted.of_days_missing(shown)
    labels: dict[str | None, str] = {
        "0-7": _("0 to 7 days"),
        "8-30": _("8 to 30 days"),
        "31-90": _("31 to 90 days"),
        "91-365": _("91 to 365 days"),
        "366+": _("more than a year"),
        None: words.meaning(words.NOT_RECORDED),
    }
    outcomes = {
        "resurfaced": _("resurfaced as a victim"),
        "possible": _("possibly resurfaced, awaits a verdict"),
        "found": _("found otherwise"),
        "missing": _("still missing"),
    }
    table = _crossed(counts, labels, outcomes)
    return {
        "name": "days",
        "heading": _("Days missing, by outcome"),
        "notes": [
            _("Counted to the day of resurfacing or being found, else to the night; so who is still missing moves up."),
            _("For who possibly resurfaced, the possible day does not end the count."),
        ],
        "template": "pictures/bars.html",
        "picture": bars(table, list(outcomes.values())),
        "table": _whole(
            [words.heading("days_missing"), *outcomes.values()],
            table,
            _("Base: %(n)s persons who disappeared, without those who were adults then. Unit: persons")
            % {"n": number(sum(counts.values()))},
        ),
    }


def _age_and_sex(shown: Shown) -> dict[str, Any]:
    counts = counted.of_age_and_sex(shown)
    ages: dict[str | None, str] = {code: words.in_words("age_band", code) for code in words.codes_of("age_band")}
    sexes: dict[str | None, str] = {code: words.in_words("sex", code) for code in words.codes_of("sex")}
    sexes[None] = _("sex not recorded")
    table = _crossed(counts, ages, sexes)
    return {
        "name": "age",
        "heading": _("Age band by sex of victims"),
        "notes": [_("At encounter, else at registration, else at disappearance. Adults are not counted as children.")],
        "template": "pictures/bars.html",
        "picture": bars(table, list(sexes.values())),
        "table": _whole([words.heading("age_band"), *sexes.values()], table, _victims(shown)),
    }


def _countries(shown: Shown) -> dict[str, Any]:
    counts = counted.of_countries(shown)
    known = [(code, persons) for code, persons in counts if code is not None]
    table = [
        {"label": words.in_words("country_of_origin", code), "values": [persons]}
        for code, persons in known[:MOST_COUNTRIES]
    ]
    others = known[MOST_COUNTRIES:]
    if others:
        label = _("other countries (%(n)s)") % {"n": len(others)}
        table.append({"label": label, "values": [sum(persons for _code, persons in others)]})
    unknown = sum(persons for code, persons in counts if code is None)
    table.append({"label": words.meaning(words.NOT_RECORDED), "values": [unknown]})
    persons = _("Persons")
    return {
        "name": "countries",
        "heading": _("Countries of origin of victims"),
        "notes": [_("As declared to a register: origin and nationality are no proof of who somebody is.")],
        "template": "pictures/bars.html",
        "picture": bars(table, [persons]),
        "table": _whole([words.heading("country_of_origin"), persons], table, _victims(shown)),
    }


def _crossed(
    counts: dict[tuple[Any, Any], int], down: dict[str | None, str], across: dict[Any, str]
) -> list[dict[str, Any]]:
    """Rows of a table of two characteristics; a row for what is not recorded only where that occurs."""
    return [
        {"label": label, "values": [counts.get((code, other), 0) for other in across]}
        for code, label in down.items()
        if code is not None or any((code, other) in counts for other in across)
    ]


def _whole(heads: list[str], table: list[dict[str, Any]], base: str) -> dict[str, Any]:
    """A table whose rows divide its base: with a last row that adds them up."""
    total = [sum(values) for values in zip(*(row["values"] for row in table), strict=True)]
    return {"heads": heads, "rows": table, "total": total, "base": base}


def _persons(count: int) -> str:
    return _("Base: %(n)s persons. Unit: persons") % {"n": number(count)}


def _victims(shown: Shown) -> str:
    return _(
        "Base: %(persons)s victims of any age, %(actual)s actual and %(potential)s potential, of whom %(counted)s are "
        "counted as actual victims under 18. Unit: persons"
    ) % {kind: number(count) for kind, count in counted.of_victims(shown).items()}
