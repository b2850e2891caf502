"""What is shown when a page cannot be: in one line what, and where to go on."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.utils.translation import gettext as _


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The account has no right to this page."""
    said = _("Your role does not give a right to this page. Ask who manages the accounts.")
    return _error(request, 403, _("No access"), said)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What was sent did not come from a page of this session."""
    said = _("This form is no longer valid. Go back, load the page again and send it once more.")
    return _error(request, 403, _("Form expired"), said)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """There is no such page, person or night."""
    return _error(request, 404, _("Not found"), _("There is nothing under this address."))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What was asked cannot be read."""
    return _error(request, 400, _("Not understood"), _("What was asked cannot be read. Go back and try again."))


def broken(request: HttpRequest) -> HttpResponse:
    """Something went wrong here; the log of the page says where."""
    said = _(
        "Something went wrong here. The last published table stands; the log of the page says where it went wrong."
    )
    return _error(request, 500, _("Failed"), said, context={})


def _error(
    request: HttpRequest, status: int, title: str, said: str, context: dict[str, Any] | None = None
) -> HttpResponse:
    # A failure may be the database's own: then the page around it is not asked for.
    page = get_template("error.html").template
    from django.template import Context, RequestContext

    values = {"title": title, "said": said, "is_bare": context is not None}
    bound = Context(values) if context is not None else RequestContext(request, values)
    return HttpResponse(page.render(bound), status=status)
