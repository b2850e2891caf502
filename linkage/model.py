"""The declared linkage model: comparisons with their levels, m and u, thresholds and blocking rules.

In: a model file under `linkage/models/`. Out: a `Model`, read-only, whose numbers the night never changes.
"""

from __future__ import annotations

import dataclasses
import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from typing import Any

import numpy as np

CURRENT = "weerzien-2026.3"


class ModelBroken(ValueError):
    """A model file does not say what a model must say."""


@dataclass(frozen=True)
class Level:
    """One agreement level: the share of matches (m) and of non-matches (u) that fall in it.

    `m_other`: the share among matches of which one shows another identity; as m where it makes no difference.
    `share`: instead of u, how common the values are of which equal ones fall in the level, as a share of the records;
    the weight is then that of all equal values together over that share (term frequency, Winkler 1988).
    `partners`: instead of u, the number of records of other persons with which a record shares the level, whatever the
    number of records: a pimp's car holds as many girls in a large night as in a small one.
    """

    name: str
    m: float
    m_other: float
    u: float = 0.0
    share: float = 0.0
    partners: float = 0.0

    def chance(self, record_count: float) -> float:
        """Share of non-matches in this level among so many records."""
        return self.u + self.partners / record_count


@dataclass(frozen=True)
class Comparison:
    """One field that is compared, its levels from strongest to weakest; level 0 is "not recorded"."""

    field: str
    levels: tuple[Level, ...]
    settings: dict[str, Any] = dataclasses.field(default_factory=dict)

    def number(self, name: str) -> int:
        """Number of the level with that name; the first declared level is 1."""
        return self._numbers[name]

    def shares(self, share: str) -> np.ndarray:
        """The m or m_other of the levels, from the first to the last."""
        return np.array([getattr(level, share) for level in self.levels])

    def ratios(self, m: np.ndarray, u: np.ndarray) -> np.ndarray:
        """m over u of each level; of equal values told apart by how common they are, all together over that share."""
        share = np.array([level.share for level in self.levels])
        equal = m[share > 0].sum()
        return np.asarray(np.where(share > 0, equal / np.where(share > 0, share, 1.0), m / u))

    def chances(self, record_count: float) -> np.ndarray:
        """The u of the levels among so many records, of all registers together."""
        return np.array([level.share or level.chance(record_count) for level in self.levels])

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {level.name: at for at, level in enumerate(self.levels, start=1)}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names by level number."""
        return ("not_recorded", *(level.name for level in self.levels))


@dataclass(frozen=True)
class RegisterPair:
    """Numbers of the pairs of two registers (or of one register with itself), where they differ from the rest.

    `matches`: how many records of the larger of the two a record of the smaller matches, on average. `m`: per field the
    shares of the levels among matches that show the person's own identity. `u`: per field the shares among non-matches.
    `partners`: per field and level with partners, with how many records of other persons in the larger register a
    record of the smaller shares the level.
    """

    registers: tuple[str, str]
    matches: float
    another_identity_share: float
    m: dict[str, tuple[float, ...]]
    u: dict[str, tuple[float, ...]]
    partners: dict[str, dict[str, float]]


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
    register_pairs: tuple[RegisterPair, ...]
    blocking: tuple[BlockingRule, ...]
    block_cap: int

    def comparison(self, field_name: str) -> Comparison:
        """The comparison of that field."""
        return next(comparison for comparison in self.comparisons if comparison.field == field_name)

    @property
    def fields(self) -> list[str]:
        """The compared fields, in order."""
        return [comparison.field for comparison in self.comparisons]

    def records_counted(self, record_count: int) -> float:
        """Number of records that chance is reckoned with: a small night stands for the background population."""
        return max(float(record_count), self.names["background_persons"])

    def prior_weight(self, record_count: int) -> float:
        """Bits of prior odds that two random records of this night are one person."""
        return math.log2(self.expected_matches_per_record / self.records_counted(record_count))


def load_model(name: str = CURRENT) -> Model:
    """Read a model file of `linkage/models/`; raises ModelBroken when levels are not distributions."""
    text = resources.files("linkage").joinpath("models", f"{name}.toml").read_text(encoding="utf-8")
    return model_from(tomllib.loads(text))


def model_from(declared: dict[str, Any]) -> Model:
    """The model that a model file declares; raises ModelBroken when levels are not distributions."""
    records = float(declared["names"]["background_persons"])
    comparisons = tuple(_comparison(entry, records) for entry in declared["comparison"])
    by_field = {comparison.field: comparison for comparison in comparisons}
    return Model(
        version=declared["version"],
        expected_matches_per_record=declared["expected_matches_per_record"],
        another_identity_share=declared["another_identity_share"],
        thresholds=declared["thresholds"],
        names=declared["names"],
        comparisons=comparisons,
        dependences=tuple(Dependence(**entry) for entry in declared.get("dependence", ())),
        register_pairs=tuple(_register_pair(entry, by_field) for entry in declared.get("register_pair", ())),
        blocking=tuple(BlockingRule(rule["name"], rule["refine"]) for rule in declared["blocking"]["rule"]),
        block_cap=declared["blocking"]["cap"],
    )


def _comparison(entry: dict[str, Any], records: float) -> Comparison:
    levels = tuple(Level(**{"m_other": level["m"], **level}) for level in entry["levels"])
    shares = {share: [getattr(level, share) for level in levels] for share in ("m", "m_other")}
    for share, values in shares.items():
        _must_be_shares(f"{entry['field']}: the {share} of its levels", values)
    chances = [level.share or level.chance(records) for level in levels]
    if min(chances) <= 0 or max(chances) >= 1:
        raise ModelBroken(f"{entry['field']}: each level has a u, a share or partners, above 0 and below 1")
    settings = {key: value for key, value in entry.items() if key not in ("field", "levels")}
    return Comparison(entry["field"], levels, settings)


def _register_pair(entry: dict[str, Any], comparisons: dict[str, Comparison]) -> RegisterPair:
    one, other = sorted(entry["registers"])
    shares: dict[str, dict[str, tuple[float, ...]]] = {"m": {}, "u": {}}
    for kind, of_fields in shares.items():
        for field_name, values in entry.get(kind, {}).items():
            what = f"{one} and {other}: the {kind} of {field_name}"
            if field_name not in comparisons or len(values) != len(comparisons[field_name].levels):
                raise ModelBroken(f"{what} are not one number for each of its levels")
            _must_be_shares(what, values)
            of_fields[field_name] = tuple(values)
    partners = {name: dict(levels) for name, levels in entry.get("partners", {}).items()}
    return RegisterPair(
        (one, other), entry["matches"], entry["another_identity_share"], shares["m"], shares["u"], partners
    )


def _must_be_shares(what: str, values: Sequence[float]) -> None:
    if min(values) <= 0 or not math.isclose(sum(values), 1.0, abs_tol=0.001):
        raise ModelBroken(f"{what} are not shares above 0 that add up to 1 (they add up to {sum(values):.4f})")
