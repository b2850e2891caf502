"""The declared rules of a release: what is unsafe, how sure an attacker may become, what withholding a cell costs."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeAlias

Method: TypeAlias = Literal["suppress", "round"]
METHODS: tuple[Method, ...] = ("suppress", "round")


@dataclass(frozen=True)
class Rules:
    """The rules of one release; all counts are persons (or the unit of the table).

    `threshold`: a count of 1..threshold-1 is unsafe. `base`: what is rounded to. `zeros_are_published`: else a zero is
    unsafe too. `smallest_base`: no percentages below it. `per_cell` and `total_factor`: the loss of a withheld cell.
    `largest_exact`, `rounds`, `nodes`: how long the best pattern is searched for.
    """

    version: str
    method: Method
    threshold: int
    base: int
    zeros_are_published: bool
    smallest_base: int
    per_cell: int
    total_factor: int
    largest_exact: int
    rounds: int
    nodes: int

    def is_unsafe(self, count: int) -> bool:
        """Whether a count may recognise a child (V12)."""
        return 0 < count < self.threshold or (count == 0 and not self.zeros_are_published)

    @property
    def width(self) -> int:
        """How far apart the attacker's bounds of a protected cell stay: threshold, or base less one when rounded."""
        return self.threshold if self.method == "suppress" else self.base - 1

    def is_protected(self, low: int, high: int | None) -> bool:
        """Whether a withheld or rounded cell stays unknown enough between an attacker's bounds (None: no upper bound).

        Withheld: the cell could be safe (high >= threshold) and the bounds lie a threshold apart. Rounded: it could be
        nobody or safe, and the bounds lie as far apart as those of a rounded zero. That nobody is there may be known
        where zeros are published.
        """
        if high is None or (high == 0 and self.zeros_are_published):
            return True
        could_be_safe = high >= self.threshold or (self.method == "round" and low <= 0)
        return could_be_safe and high - low >= self.width

    def as_facts(self) -> dict[str, Any]:
        """Return the rules as the manifest tells them."""
        return {
            "version": self.version,
            "method": self.method,
            "threshold": self.threshold,
            "zeros_are_published": self.zeros_are_published,
            "smallest_base_of_percentages": self.smallest_base,
            "narrowest_allowed_interval": self.width,
            "rounding_base": self.base if self.method == "round" else None,
        }


def release_rules(method: Method = "suppress", is_strict: bool = False) -> Rules:
    """Return the declared rules for a method, with the normal or the strict threshold."""
    told, how = declared(), "strict" if is_strict else "normal"
    return Rules(
        version=told["version"],
        method=method,
        threshold=told["threshold"][how],
        base=told["rounding_base"][how],
        zeros_are_published=told["zeros"]["are_published"],
        smallest_base=told["percentages"]["smallest_base"],
        **told["loss"],
        **told["search"],
    )


@cache
def declared() -> dict[str, Any]:
    """Return what `rules.toml` declares."""
    return tomllib.loads(Path(__file__).with_name("rules.toml").read_text(encoding="utf-8"))
