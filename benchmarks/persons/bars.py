"""The bars of `bars.toml`: what each figure of this product is held to, and whether a figure reaches it."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Bar:
    """A figure and at most one bound: `least` and `most` count themselves in, `below` does not."""

    name: str
    least: float | None = None
    most: float | None = None
    below: float | None = None

    @property
    def wanted(self) -> str:
        """The bound as it is printed."""
        signs = (("≥", self.least), ("≤", self.most), ("<", self.below))
        return "".join(f"{sign} {bound:g}" for sign, bound in signs if bound is not None)

    def margin(self, figure: float) -> float | None:
        """How far the figure is on the good side of the bar, negative on the other; None when there is none to meet."""
        bound = self.most if self.most is not None else self.below
        if math.isnan(figure) or (self.least is None and bound is None):
            return None
        return figure - self.least if self.least is not None else bound - figure

    def reached(self, figure: float) -> bool | None:
        """Whether the figure reaches the bar; None when there is nothing to reach."""
        margin = self.margin(figure)
        if margin is None:
            return None
        return margin > 0 if self.below is not None else margin >= 0

    def verdict(self, figure: float) -> str:
        """The figure beside the bar in words, with by how much."""
        reached, margin = self.reached(figure), self.margin(figure)
        if reached is None or margin is None:
            return "not measured" if self.wanted else ""
        return f"reached, {margin:.4f} to spare" if reached else f"NOT reached, {abs(margin):.4f} short"


def load_bars() -> list[Bar]:
    """Read the figures of `bars.toml` in their order."""
    declared = tomllib.loads(Path(__file__).with_name("bars.toml").read_text(encoding="utf-8"))
    return [Bar(**figure) for figure in declared["figure"]]
