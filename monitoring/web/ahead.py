"""Reckons what the first readers of a night will ask for, as soon as it is shown: beside them, in each worker."""

from __future__ import annotations

import logging
import time

from django.db import Error, connection, transaction

from connectors.faults import place_in_code
from monitoring.web.shown import Shown, reckon_ahead, shown_night

log = logging.getLogger(__name__)
SECONDS_BETWEEN_LOOKS = 1.0


def stay_ahead() -> None:
    """Look every second whether another night is shown, and reckon for it; for as long as the process lives."""
    known: Shown | None = None
    while True:
        try:
            known = look(known)
        except Error as error:
            # The database may be away for a while; readers are told so themselves.
            log.warning("nothing reckoned ahead: %s", place_in_code(error))
            connection.close()
        time.sleep(SECONDS_BETWEEN_LOOKS)


def look(known: Shown | None) -> Shown | None:
    """Reckon for the night that is shown unless it is the known one; return it."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        shown = shown_night()
        if shown is not None and shown != known:
            reckon_ahead(shown)
    return shown
