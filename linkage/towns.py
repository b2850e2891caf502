"""Places as registers write them, brought back to the town: streets, districts and police regions fall away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from connectors.names import plain

TOWN_FROM_RECORDS = 3
REGIONS_NAMED_AFTER_A_TOWN = frozenset({"groningen", "utrecht"})


class Towns:
    """From a place as written to the town in it; a police region that nobody names as a town is no place.

    "utrecht, havenkade", "utrecht overvecht" and "opvangcentrum utrecht" are Utrecht.
    """

    def __init__(self, is_town: Callable[[str], bool], is_region: Callable[[str], bool]) -> None:
        self._is_town, self._is_region = is_town, is_region
        self.known_towns: frozenset[str] = frozenset()
        self.known_regions: frozenset[str] = frozenset()
        self._of: dict[str, str] = {}

    @classmethod
    def of_records(cls, rows: list[dict[str, Any]]) -> Towns:
        """The towns that records name: a town is what at least TOWN_FROM_RECORDS of them name alone."""
        regions = {plain(text(row["region"])) for row in rows if row["register"] in ("ikps", "stv")}
        no_towns = regions - REGIONS_NAMED_AFTER_A_TOWN
        named: Counter[str] = Counter()
        for row in rows:
            written, by_police = place_of(row), row["register"] in ("ikps", "stv")
            if written and "," not in written and not (by_police and written in no_towns):
                named[written] += 1
        known = frozenset(place for place, times in named.items() if times >= TOWN_FROM_RECORDS)
        towns = cls(known.__contains__, no_towns.__contains__)
        towns.known_towns, towns.known_regions = known, frozenset(no_towns)
        return towns

    def __call__(self, written: str) -> str:
        """The town in a place as written; empty for a region."""
        found = self._of.get(written)
        if found is None:
            found = self._of[written] = self._town(written)
        return found

    def _town(self, written: str) -> str:
        place = written.partition(",")[0]
        if self._is_region(place) and not self._is_town(place):
            return ""
        words = place.split()
        parts = [" ".join(words[at:to]) for at in range(len(words)) for to in range(at + 1, len(words) + 1)]
        within = [part for part in parts if part != place and self._is_town(part)]
        return min(within, key=len) if within else place


def place_of(row: dict[str, Any]) -> str:
    """Where the person lived, stayed, was last seen or was encountered; of a reception centre its name."""
    return spot(row["place"]) or (spot(row["region"]) if row["register"] == "mob" else "")


def spot(value: Any) -> str:
    """A place in plain letters, its comma kept: what stands behind it is a street."""
    return ",".join(plain(part) for part in text(value).split(","))


def text(value: Any) -> str:
    """A recorded text, and nothing for what is not recorded."""
    return value if isinstance(value, str) else ""
