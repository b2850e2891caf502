"""The log of who saw and did what, when and for what purpose: `portal.audit`, which the page can only add to.

A line holds names of pages, ids of persons and registrations, codes that were filtered on and counts; never a value of
a registration and nothing that somebody typed freely.
"""

from __future__ import annotations

import json
import time
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import connection
from django.http import HttpRequest

ENTER = """
    INSERT INTO portal.audit (account, roles, action, purpose, subject, detail) VALUES (%s, %s, %s, %s, %s, %s)
"""
UNKNOWN = "-"


def enter(request: HttpRequest, action: str, subject: str | None = None, **detail: Any) -> None:
    """Add a line on what the request's account did; `detail`: codes and counts."""
    user = request.user
    account = user.get_username() if user.is_authenticated else UNKNOWN
    roles = sorted(user.groups.values_list("name", flat=True)) if user.is_authenticated else []
    _enter(account, roles, action, request.session.get("purpose"), subject, detail)


def listen() -> None:
    """Have signing in and out entered in the log."""
    user_logged_in.connect(_signed_in, dispatch_uid="audit")
    user_logged_out.connect(_signed_out, dispatch_uid="audit")
    user_login_failed.connect(_failed, dispatch_uid="audit")


def _signed_in(request: HttpRequest, user: Any, **_: Any) -> None:
    request.session["began"] = time.time()
    request.session.pop("purpose", None)
    _enter(user.get_username(), sorted(user.groups.values_list("name", flat=True)), "signed_in", None, None, {})


def _signed_out(request: HttpRequest, user: Any, **_: Any) -> None:
    if user is not None:
        _enter(user.get_username(), [], "signed_out", None, None, {})


def _failed(credentials: dict[str, Any], **_: Any) -> None:
    """A name that no account has is not written: a password may have been typed in its place."""
    typed = credentials.get("username") or ""
    is_known = get_user_model().objects.filter(username=typed).exists()
    _enter(typed if is_known else UNKNOWN, [], "sign_in_failed", None, None, {})


def _enter(
    account: str, roles: list[str], action: str, purpose: str | None, subject: str | None, detail: dict[str, Any]
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(ENTER, [account, roles, action, purpose, subject, json.dumps(detail)])
