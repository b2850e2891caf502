"""Every address of the page, its view, and who may go there: the whole list, so that it can be read and tested.

A right is a permission of `roles.toml`, `signed_in`, or `public`. What is not in this list does not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path, register_converter
from django.views.i18n import set_language

from monitoring.web.middleware import PUBLIC, SIGNED_IN
from monitoring.web.pages import (
    account,
    audit_log,
    figures,
    judging,
    method,
    missing,
    morning,
    nights,
    person,
    persons,
    registers,
    review,
)

View = Callable[..., HttpResponse]


class PersonId:
    """A person's id in an address, such as W-00012345."""

    regex = r"W-[0-9]{8,}"

    def to_python(self, value: str) -> str:
        """Take the id as it is."""
        return value

    def to_url(self, value: str) -> str:
        """Give the id as it is."""
        return value


class Day(PersonId):
    """A day in an address, written as YYYY-MM-DD."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"


class RecordId(PersonId):
    """A registration's id in an address."""

    regex = r"[a-z_]+-[0-9a-f]{6,64}"


register_converter(PersonId, "person")
register_converter(Day, "day")
register_converter(RecordId, "record")


def _open(address: str, view: View, name: str, right: str) -> Any:
    """A route with its right. A page that is read sees one moment of the database, also while a night publishes."""

    @wraps(view)
    def opened(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        if request.method in ("GET", "HEAD") and connection.in_atomic_block:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return view(request, *arguments, **named)

    opened.right = right  # type: ignore[attr-defined]
    return path(address, opened, name=name)


urlpatterns = [
    _open("", account.first, "first", SIGNED_IN),
    _open("inloggen/", account.sign_in, "sign_in", PUBLIC),
    _open("uitloggen/", account.sign_out, "sign_out", SIGNED_IN),
    _open("doel/", account.purpose, "purpose", SIGNED_IN),
    _open("wachtwoord/", account.password, "password", SIGNED_IN),
    _open("taal/", set_language, "language", PUBLIC),
    _open("vanochtend/", morning.morning, "morning", "view_monitoring"),
    _open("personen/", persons.persons, "persons", "view_monitoring"),
    _open("personen/zoeken/", persons.find, "find", "view_monitoring"),
    _open("personen/weergaven/", persons.save_view, "save_view", "view_monitoring"),
    _open("personen/download/", persons.download, "download", "export_persons"),
    _open("personen/<person:person_id>/", person.person, "person", "view_monitoring"),
    _open("vermist/", missing.missing, "missing", "view_monitoring"),
    _open("figuren/", figures.figures, "figures", "view_monitoring"),
    _open("beoordelen/", review.review, "review", "judge_pairs"),
    _open("beoordelen/neem/", judging.take, "review_take", "judge_pairs"),
    _open("beoordelen/paar/", judging.pair, "review_pair", "judge_pairs"),
    _open("beoordelen/oordeel/", judging.judge, "review_judge", "judge_pairs"),
    _open("beoordelen/terug/", judging.release, "review_release", "judge_pairs"),
    _open("beoordelen/gedaan/<int:number>/", judging.told, "review_told", "judge_pairs"),
    _open("beoordelen/oordelen/", review.judgements, "judgements", "judge_pairs"),
    _open("beoordelen/herroep/", judging.undo, "review_undo", "judge_pairs"),
    _open("registers/", registers.registers, "registers", "view_registers"),
    _open("registers/<slug:register>/", registers.register, "register", "view_registers"),
    _open("registers/<slug:register>/<day:night>.<slug:kind>", registers.feedback, "feedback", "view_feedback"),
    _open("nachten/", nights.nights, "nights", "view_nights"),
    _open("nachten/<day:night>/", nights.night, "night", "view_nights"),
    _open("werkwijze/", method.method, "method", SIGNED_IN),
    _open("logboek/", audit_log.audit_log, "audit", "view_audit"),
    _open("logboek/download/", audit_log.download, "audit_download", "view_audit"),
]

if settings.SIGN_ON:
    from monitoring.web.sign_on import Callback, Request

    urlpatterns += [
        _open("aanmelden/", Request.as_view(), "oidc_authentication_init", PUBLIC),
        _open("aanmelden/terug/", Callback.as_view(), "oidc_authentication_callback", PUBLIC),
    ]

handler400 = "monitoring.web.pages.errors.bad_request"
handler403 = "monitoring.web.pages.errors.refused"
handler404 = "monitoring.web.pages.errors.not_found"
handler500 = "monitoring.web.pages.errors.broken"
