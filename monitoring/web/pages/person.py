"""One person: a timeline, what each register says side by side, links with their evidence, history of the id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from monitoring.dictionary import TABLES
from monitoring.life_of_an_id import LIFE, cause_in_words, life_from
from monitoring.web import audit
from monitoring.web.candidates import ranked, with_evidence
from monitoring.web.pictures.timeline import timeline
from monitoring.web.shown import Shown, one, rows, shown_night
from monitoring.web.words import GROUPS, heading, in_words, joined, language

PERSON = "SELECT * FROM monitoring.person WHERE person_id = %s"
SUCCESSOR = "SELECT * FROM monitoring.successor WHERE person_id = %s"
REGISTRATIONS = """
    SELECT * FROM monitoring.registration WHERE person_id = %s
    ORDER BY coalesce(encountered_on, missing_since, reported_on, registered_on, arrived_on, departed_on), record_id
"""
# Pairs within the person, those with another that await a verdict, and the likeliest of the others.
LINKS = """
    SELECT link.*, verdict.verdict, verdict.state, verdict.judged_by, verdict.judgement_id FROM (
      SELECT * FROM monitoring.link WHERE person_id_l = %(person)s
      UNION SELECT * FROM monitoring.link WHERE person_id_r = %(person)s
    ) AS link
    LEFT JOIN monitoring.judgement AS verdict USING (record_id_l, record_id_r)
    WHERE link.status <> 'no_link' OR link.match_probability >= 0.01 OR verdict.verdict IS NOT NULL
    ORDER BY (link.person_id_l = link.person_id_r) DESC, (link.status = 'review') DESC, link.match_probability DESC,
      link.record_id_l, link.record_id_r
"""
RESURFACINGS = "SELECT * FROM monitoring.resurfacing WHERE person_id = %s ORDER BY missing_since, resurfaced_on"
ALERTS = "SELECT * FROM monitoring.alert WHERE person_id = %s ORDER BY since DESC NULLS LAST, alert_id"
CHANGES = """
    SELECT lower(night) AS night, kind, columns, causes
    FROM history.change, unnest(nights) AS night WHERE origin = %s AND person_id = %s ORDER BY 1 DESC LIMIT 50
"""
# What is compared side by side, in this order; the rest of a registration says nothing of the person.
SIDE_BY_SIDE = tuple(
    name
    for name in TABLES["registration"].columns
    if name not in ("record_id", "person_id", "delivery_id", "night", "is_purged", "register")
)


def person(request: HttpRequest, person_id: str) -> HttpResponse:
    """Show one person; of an id that is no longer a person, who it is now."""
    shown = shown_night()
    if shown is None:
        return render(request, "no_night.html")
    now = one(SUCCESSOR, [person_id])
    if now is None:
        raise Http404
    audit.enter(request, "viewed_person", person_id)
    life = life_from(person_id, now, rows(_as_driver(LIFE), {"person": person_id, "origin": shown.origin}))
    found = one(PERSON, [person_id])
    if found is None:
        return render(request, "person_gone.html", {"life": life, "said": life.status[language()]})
    return render(request, "person.html", _page(request, shown, found, life))


def _page(request: HttpRequest, shown: Shown, found: dict[str, Any], life: Any) -> dict[str, Any]:
    person_id = found["person_id"]
    registrations = rows(REGISTRATIONS, [person_id])
    links = [_link(link, request) for link in rows(LINKS, {"person": person_id})]
    return {
        "person": found,
        "facts": _facts(found),
        "conflicts": [heading(name) for name in found["conflicting_fields"]],
        "registrations": registrations,
        "timeline": timeline(registrations, shown.night) if registrations else None,
        "compared": side_by_side(registrations, found["conflicting_fields"]),
        "within": [link for link in links if link["person_id_l"] == link["person_id_r"]],
        "others": [link | {"other": _other(link, person_id)} for link in links if _other(link, person_id)],
        "resurfacings": rows(RESURFACINGS, [person_id]),
        "candidates": ranked([person_id]).get(person_id, []),
        "alerts": rows(ALERTS, [person_id]),
        "changes": [_change(change) for change in rows(CHANGES, [shown.origin, person_id])],
        "life": [
            {"night": night, "person_id": of, "event": event[language()], "cause": cause[language()]}
            for night, of, event, cause in life.events
        ],
    }


def side_by_side(registrations: Iterable[Mapping[str, Any]], conflicting: Iterable[str]) -> list[dict[str, Any]]:
    """Return what each registration says, a row per field that any of them records: name, words, cells, is_conflict."""
    listed, conflicts = list(registrations), set(conflicting)
    # The date itself is not in the table; that the registers disagree on it stands with how far it is recorded.
    if conflicts & {"birth_date", "birth_year"}:
        conflicts.add("birth_date_precision")
    compared = []
    for name in SIDE_BY_SIDE:
        values = [row[name] for row in listed]
        if all(value in (None, [], "not_recorded") for value in values):
            continue
        cells = ["–" if value in (None, [], "not_recorded") else in_words(name, value) for value in values]
        compared.append({"name": name, "words": heading(name), "cells": cells, "is_conflict": name in conflicts})
    return compared


def _link(link: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    """A pair with its evidence. Of one that awaits a verdict the probability is kept from who may give it."""
    awaits = link["status"] == "review" and link["verdict"] is None
    is_hidden = awaits and request.user.has_perm("portal.judge_pairs")
    return with_evidence(link) | {"awaits": awaits, "is_hidden": is_hidden}


def _other(link: Mapping[str, Any], person_id: str) -> str:
    others = {link["person_id_l"], link["person_id_r"]} - {person_id}
    return str(next(iter(others), ""))


def _facts(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The facts of a person by group: what is recorded, and then in one line what is not."""
    told = []
    for declared in GROUPS.values():
        names = [name for name in declared["columns"] if name != "person_id"]
        empty = [name for name in names if found[name] in (None, [], "not_recorded")]
        told.append(
            {
                "words": declared[language()],
                "facts": [(heading(name), in_words(name, found[name])) for name in names if name not in empty],
                "empty": joined(heading(name) for name in empty),
            }
        )
    return told


def _change(change: Mapping[str, Any]) -> dict[str, Any]:
    causes = [cause_in_words(cause)[language()] for cause in change["causes"]]
    return {
        "night": change["night"],
        "kind": change["kind"],
        "columns": joined(heading(name) for name in change["columns"]),
        "causes": joined(causes),
    }


def _as_driver(query: str) -> str:
    """A query with the names of its values written as the driver takes them."""
    return query.replace(":person", "%(person)s").replace(":origin", "%(origin)s")
