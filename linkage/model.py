"""The declared linkage model: comparisons with their levels, m and u, thresholds and blocking rules.

In: a model file under `linkage/models/`. Out: a `Model`, read-only, whose numbers the night never changes.
"""

from __future__ import annotations

import dataclasses
import math
import tomllib
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from typing import Any

CURRENT = "weerzien-2026.2"


class ModelBroken(ValueError):
    """A model file does not say what a model must say."""


@dataclass(frozen=True)
class Level:
    """One agreement level: the share of matches (m) and of non-matches (u) that fall in it.

    `m_other`: the share among matches of which one shows another identity; as m where it makes no difference.
    """

    name: str
    m: float
    u: float
    nl: str
    m_other: float

    @property
    def weight(self) -> float:
        """Match weight of the level in bits: log2(m / u) (Fellegi and Sunter 1969)."""
        return math.log2(self.m / self.u)


@dataclass(frozen=True)
class Comparison:
    """One field that is compared, its levels from strongest to weakest; level 0 is "not recorded"."""

    field: str
    nl: str
    levels: tuple[Level, ...]
    settings: dict[str, Any] = dataclasses.field(default_factory=dict)

    @cached_property
    def weights(self) -> tuple[float, ...]:
        """Bits by level number; level 0, not recorded, weighs nothing."""
        return (0.0, *(level.weight for level in self.levels))

    @cached_property
    def weights_of_another_identity(self) -> tuple[float, ...]:
        """Bits by level number where one registration shows another identity of the person."""
        return (0.0, *(math.log2(level.m_other / level.u) for level in self.levels))

    def number(self, name: str) -> int:
        """Number of the level with that name; the first declared level is 1."""
        return self._numbers[name]

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {level.name: at for at, level in enumerate(self.levels, start=1)}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names by level number."""
        return ("not_recorded", *(level.name for level in self.levels))


@dataclass(frozen=True)
class Dependence:
    """A field that repeats what another tells: where both speak for one person it keeps this share of its bits."""

    field: str
    beside: str
    share: float


@dataclass(frozen=True)
class BlockingRule:
    """One reason to compare two records, and the second key that splits a block that is too large."""

    name: str
    refine: str


@dataclass(frozen=True)
class Model:
    """A versioned linkage model."""

    version: str
    expected_matches_per_record: float
    another_identity_share: float
    thresholds: dict[str, float]
    names: dict[str, float]
    comparisons: tuple[Comparison, ...]
    dependences: tuple[Dependence, ...]
    blocking: tuple[BlockingRule, ...]
    block_cap: int

    def comparison(self, field_name: str) -> Comparison:
        """The comparison of that field."""
        return next(comparison for comparison in self.comparisons if comparison.field == field_name)

    def prior_weight(self, record_count: int) -> float:
        """Bits of prior odds that two random records of this night are one person."""
        return math.log2(self.expected_matches_per_record / max(record_count, self.names["background_persons"]))


def load_model(name: str = CURRENT) -> Model:
    """Read a model file of `linkage/models/`; raises ModelBroken when levels are not distributions."""
    text = resources.files("linkage").joinpath("models", f"{name}.toml").read_text(encoding="utf-8")
    declared = tomllib.loads(text)
    comparisons = tuple(_comparison(entry) for entry in declared["comparison"])
    return Model(
        version=declared["version"],
        expected_matches_per_record=declared["expected_matches_per_record"],
        another_identity_share=declared["another_identity_share"],
        thresholds=declared["thresholds"],
        names=declared["names"],
        comparisons=comparisons,
        dependences=tuple(Dependence(**entry) for entry in declared.get("dependence", ())),
        blocking=tuple(BlockingRule(rule["name"], rule["refine"]) for rule in declared["blocking"]["rule"]),
        block_cap=declared["blocking"]["cap"],
    )


def _comparison(entry: dict[str, Any]) -> Comparison:
    levels = tuple(Level(**{"m_other": level["m"], **level}) for level in entry["levels"])
    for share in ("m", "m_other", "u"):
        total = sum(getattr(level, share) for level in levels)
        if not math.isclose(total, 1.0, abs_tol=0.001):
            raise ModelBroken(f"{entry['field']}: the {share} of its levels add up to {total:.4f}, not to 1")
    settings = {key: value for key, value in entry.items() if key not in ("field", "nl", "levels")}
    return Comparison(entry["field"], entry["nl"], levels, settings)
