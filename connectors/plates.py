"""Licence plates to capitals and digits."""

import re
from functools import lru_cache

FEWEST, MOST = 4, 9


@lru_cache(maxsize=1 << 16)
def read_plate(text: str | None) -> tuple[str | None, str | None]:
    """Read one plate: capitals and digits without signs, or nothing with `unreadable_plate`.

    >>> read_plate("12-ab-cd")
    ('12ABCD', None)
    """
    written = (text or "").strip()
    plate = re.sub(r"[^A-Z0-9]", "", written.upper())
    if FEWEST <= len(plate) <= MOST:
        return plate, None
    return None, ("unreadable_plate" if written else None)
