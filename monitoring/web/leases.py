"""Leasing a pair, reading it and judging it: the functions of the database through which alone the page may do so."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from django.db import Error, transaction
from django.utils.translation import gettext as _

from connectors.installation import OneLineError
from monitoring.sealed_records import opened_rows
from monitoring.web.shown import rows, shown_night

logger = logging.getLogger(__name__)


class Refused(Exception):
    """The database refused; the message says why in the language of the reader."""


def lease(account: str, one: str, other: str, purpose: str) -> bool:
    """Lease a pair to a reviewer; False when another reviewer has it. Raises Refused."""
    return bool(_call("portal.lease_pair", [account, *sorted((one, other)), purpose]))


def leased_records(account: str) -> list[dict[str, Any]]:
    """Return the two registrations of the pair that is leased to a reviewer, with what identifies, lower id first.

    Each reading is logged. Raises Refused when no pair is, or when they are encrypted and the page cannot open them.
    """
    said = [row["said"] for row in _rows("SELECT * FROM portal.leased_records(%s) AS said", [account])]
    shown = shown_night()
    try:
        return opened_rows(said, shown.origin if shown else "")
    except OneLineError as error:
        logger.error("%s", error)
    raise Refused(_("The names of this pair are encrypted and the page cannot open them; tell whoever runs it."))


def release(account: str) -> None:
    """Give the leased pair back without a verdict."""
    _call("portal.release_pair", [account])


def judge(account: str, verdict: str, reason: str) -> int:
    """Give a verdict on the leased pair and return its number. Raises Refused."""
    return int(_call("portal.judge", [account, verdict, reason]))


def undo(account: str, number: int, reason: str, purpose: str) -> int:
    """Take a verdict back and return the number of the entry that does so. Raises Refused."""
    return int(_call("portal.undo", [account, number, reason, purpose]))


def _call(function: str, values: Sequence[Any]) -> Any:
    places = ", ".join(["%s"] * len(values))
    return _rows(f"SELECT {function}({places}) AS said", values)[0]["said"]


def _rows(query: str, values: Sequence[Any]) -> list[dict[str, Any]]:
    try:
        with transaction.atomic():
            return rows(query, values)
    except Error as error:
        code = getattr(error.__cause__, "sqlstate", "") or ""
        if not code.startswith("WZ"):
            raise
        # Without the cause: what the driver says may quote what was sent.
        said = _why(code)
    raise Refused(said)


def _why(code: str) -> str:
    said = {
        "WZ001": _("This account does not judge pairs."),
        "WZ002": _("This pair is not in the table that is shown now."),
        "WZ003": _("No pair is yours at this moment; a pair is yours for half an hour. Take it again."),
        "WZ004": _("Give a verdict and a reason."),
        "WZ005": _("Another table was published meanwhile. Look at the pair again."),
        "WZ006": _("That verdict on this pair counts already."),
        "WZ007": _("There is no such verdict, or it is undone already."),
    }
    return said.get(code, code)
