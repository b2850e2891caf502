"""Places as registers write them, brought back to the town: streets, districts and police regions fall away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Any

from connectors.names import plain

TOWN_FROM_RECORDS = 3
REGIONS_NAMED_AFTER_A_TOWN = frozenset({"groningen", "utrecht"})


def towns(rows: list[dict[str, Any]]) -> Callable[[str], str]:
    """A function from a place as written to the town in it; a police region that nobody names as a town is no place.

    "utrecht, havenkade", "utrecht overvecht" and "opvangcentrum utrecht" are Utrecht. A town is what at least
    TOWN_FROM_RECORDS records name alone.
    """
    regions = {plain(text(row["region"])) for row in rows if row["register"] in ("ikps", "stv")}
    named: Counter[str] = Counter()
    for row in rows:
        written, by_police = place_of(row), row["register"] in ("ikps", "stv")
        if written and "," not in written and not (by_police and written in regions - REGIONS_NAMED_AFTER_A_TOWN):
            named[written] += 1
    known = frozenset(place for place, times in named.items() if times >= TOWN_FROM_RECORDS)

    @cache
    def town(written: str) -> str:
        place = written.partition(",")[0]
        if place in regions - REGIONS_NAMED_AFTER_A_TOWN and place not in known:
            return ""
        words = place.split()
        parts = [" ".join(words[at:to]) for at in range(len(words)) for to in range(at + 1, len(words) + 1)]
        within = [part for part in parts if part in known and part != place]
        return min(within, key=len) if within else place

    return town


def place_of(row: dict[str, Any]) -> str:
    """Where the person lived, stayed, was last seen or was encountered; of a reception centre its name."""
    return spot(row["place"]) or (spot(row["region"]) if row["register"] == "mob" else "")


def spot(value: Any) -> str:
    """A place in plain letters, its comma kept: what stands behind it is a street."""
    return ",".join(plain(part) for part in text(value).split(","))


def text(value: Any) -> str:
    """A recorded text, and nothing for what is not recorded."""
    return value if isinstance(value, str) else ""
