"""The one source of chance of a synthetic world, and the declared facts it draws by.

A world is made from its seed only: the same seed gives the same children, the same writings and the same bytes.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from importlib import resources
from random import Random
from typing import Any


def declared(name: str) -> dict[str, Any]:
    """Read one of the declared tables of this folder, `facts.toml` or `names.toml`."""
    return tomllib.loads(resources.files("connectors.sample").joinpath(name).read_text(encoding="utf-8"))


FACTS = declared("facts.toml")
SHARES: dict[str, float] = FACTS["shares"]


class Chance(Random):
    """Chance by declared shares, weights and lags; seeded, never by the clock."""

    def share(self, name: str) -> bool:
        """Whether something holds of which `facts.toml` declares the share."""
        return self.random() < SHARES[name]

    def by_weight(self, weights: Mapping[str, float]) -> str:
        """Draw one name by its weight."""
        at = self.random() * sum(weights.values())
        for name, weight in weights.items():
            at -= weight
            if at < 0:
                return name
        return next(reversed(list(weights)))

    def lag(self, name: str) -> timedelta:
        """Draw a number of days between the declared bounds of a lag."""
        least, most = FACTS["lags"][name]
        return timedelta(days=self.randint(least, most))

    def day_between(self, first: date, last: date) -> date:
        """Draw a day in a period, both ends included; the first day when the period is empty."""
        return first + timedelta(days=self.randint(0, max((last - first).days, 0)))

    def maybe(self, likelihood: float, value: str) -> str:
        """Give the value with that likelihood, else nothing."""
        return value if self.random() < likelihood else ""


def age_on(born: date, day: date) -> int:
    """Age in whole years on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
