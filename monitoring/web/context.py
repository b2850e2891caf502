"""What every page shows around its content: where one can go, which night it is, whether the data are synthetic."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from monitoring.web.roles import full_name
from monitoring.web.shown import shown_night
from monitoring.web.words import purpose_label

# Name of the route, words, permission.
PAGES = (
    ("morning", _("This morning"), "view_monitoring"),
    ("persons", _("Persons"), "view_monitoring"),
    ("missing", _("Missing children"), "view_monitoring"),
    ("figures", _("Figures"), "view_monitoring"),
    ("review", _("Review"), "judge_pairs"),
    ("registers", _("Registers"), "view_registers"),
    ("nights", _("Nights"), "view_nights"),
    ("audit", _("Log"), "view_audit"),
    ("method", _("Method"), None),
)


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the surroundings of a page: pages (name, address, words, is_here), shown (night), purpose."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    here = request.resolver_match.view_name if request.resolver_match else ""
    open_to = [entry for entry in PAGES if entry[2] is None or user.has_perm(full_name(entry[2]))]
    section = SECTION.get(here, here)
    return {
        "pages": [
            {"address": reverse(name), "words": words, "is_here": name == section} for name, words, _right in open_to
        ],
        "shown": shown_night(),
        "purpose": purpose_label(request.session.get("purpose")),
    }


# Pages that belong to an entry of the menu.
SECTION = {
    "person": "persons",
    "person_gone": "persons",
    "review_pair": "review",
    "review_told": "review",
    "judgements": "review",
    "night": "nights",
    "register": "registers",
}


def first_page(user: Any) -> str:
    """Return the name of the page where somebody with these rights begins."""
    return next(name for name, _words, right in PAGES if right is None or user.has_perm(full_name(right)))
