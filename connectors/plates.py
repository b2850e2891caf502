"""Licence plates to capitals and digits."""

import re
from functools import lru_cache

from anyascii import anyascii

from connectors.codes import is_not_applicable, is_not_recorded

FEWEST, MOST = 4, 9


@lru_cache(maxsize=1 << 16)
def read_plate(text: str | None) -> tuple[str | None, str | None]:
    """Read one plate: capitals and digits without signs, or nothing with `unreadable_plate`.

    A plate has a digit: a word in its place ("geen") would tie all persons with that word together.

    >>> read_plate("12-ab-cd")
    ('12ABCD', None)
    """
    if is_not_recorded(text) or is_not_applicable(text):
        return None, None
    plate = re.sub(r"[^A-Z0-9]", "", anyascii(text or "").upper())
    if FEWEST <= len(plate) <= MOST and re.search(r"\d", plate):
        return plate, None
    return None, "unreadable_plate"
