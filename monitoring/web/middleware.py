"""What every request passes: who it is from, whether they may, in which language, and who may keep the answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode

from monitoring.web import audit
from monitoring.web.roles import full_name

Answer = Callable[[HttpRequest], HttpResponse]
PUBLIC, SIGNED_IN = "public", "signed_in"
PURPOSE, BEGAN = "purpose", "began"
# Scripts, styles and pictures of the page itself, nothing from elsewhere, nothing inside another page.
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)


def safe_headers(get_response: Answer) -> Answer:
    """Nothing is kept by a browser or a proxy, and nothing foreign runs in a page."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", _policy())
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        if not request.path.startswith(f"/{settings.STATIC_URL.strip('/')}/"):
            response.headers["Cache-Control"] = "no-store, private"
        return response

    return answer


def _policy() -> str:
    """The form that signs in may lead to the place where people sign in elsewhere."""
    elsewhere = getattr(settings, "SIGN_ON_ORIGIN", "")
    return (
        CONTENT_POLICY.replace("form-action 'self'", f"form-action 'self' {elsewhere}") if elsewhere else CONTENT_POLICY
    )


def chosen_language(get_response: Answer) -> Answer:
    """Dutch, unless the reader switched; the browser's own preference does not switch."""

    def answer(request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = get_response(request)
        response.headers["Content-Language"] = language
        return response

    return answer


def ends_with_the_day(get_response: Answer) -> Answer:
    """A session ends after a working day, however busy it was."""

    def answer(request: HttpRequest) -> HttpResponse:
        began = request.session.get(BEGAN)
        if began is not None and time.time() - began > settings.LONGEST_SESSION_SECONDS:
            logout(request)
        return get_response(request)

    return answer


class DenyByDefault:
    """Opens a page to those who have the right that its route declares; a page without one is open to nobody."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> HttpResponse | None:
        """Let through, send to sign in or to state a purpose, or refuse."""
        right = getattr(view, "right", None)
        if right == PUBLIC:
            return None
        if not request.user.is_authenticated:
            return _first("sign_in", request)
        if right == SIGNED_IN:
            return None
        if right is None or not request.user.has_perm(full_name(right)):
            audit.enter(request, "denied", request.resolver_match.view_name)
            raise PermissionDenied
        if PURPOSE not in request.session:
            return _first("purpose", request)
        return None


def _first(name: str, request: HttpRequest) -> HttpResponse:
    """Go there first, and come back to a page that was asked for; what was sent is not sent again."""
    back = f"?{urlencode({'next': request.get_full_path()})}" if request.method == "GET" else ""
    return redirect(f"{reverse(name)}{back}")
