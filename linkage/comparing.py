"""One comparison per field: for each candidate pair the number of its agreement level, 0 when a side is not recorded.

The comparisons are `recordlinkage` features over the code columns of `Comparable.frame`: each distinct pair of values
is compared once, however many candidate pairs hold it. Missing is neither agreement nor disagreement.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import recordlinkage
from recordlinkage.base import BaseCompareFeature

from linkage.model import Comparison, Model
from linkage.name_evidence import NameEvidence
from linkage.standard import BirthDate, Comparable

FEW_YEARS = 6
MOST_YEARS_ADDED = 12


class DistinctPairs(BaseCompareFeature):
    """Levels from a function of two coded values, called once for each distinct pair of codes."""

    def __init__(self, column: str, label: str, level: Callable[[Any, Any], int], values: list[Any]) -> None:
        super().__init__(column, column, label=label)
        self._level, self._values = level, values

    def _compute_vectorized(self, left: pd.Series, right: pd.Series) -> pd.Series:
        one, other = left.to_numpy(np.int64), right.to_numpy(np.int64)
        known = (one >= 0) & (other >= 0)
        low, high = np.minimum(one, other)[known], np.maximum(one, other)[known]
        packed, where = np.unique(low << 32 | high, return_inverse=True)
        compared = np.fromiter(
            (self._level(self._values[code >> 32], self._values[code & 0xFFFFFFFF]) for code in packed.tolist()),
            dtype=np.int8,
            count=len(packed),
        )
        levels = np.zeros(len(one), dtype=np.int8)
        levels[known] = compared[where] if len(packed) else 0
        return pd.Series(levels, index=left.index)


class Columns(BaseCompareFeature):
    """Levels from whole columns of both sides at once."""

    def __init__(self, columns: list[str], label: str, levels: Callable[[list[np.ndarray], list[np.ndarray]], Any]):
        super().__init__(columns, columns, label=label)
        self._columns, self._levels = columns, levels

    def _compute_vectorized(self, *sides: pd.Series) -> pd.Series:
        half = len(self._columns)
        left = [side.to_numpy() for side in sides[:half]]
        right = [side.to_numpy() for side in sides[half:]]
        return pd.Series(np.asarray(self._levels(left, right), dtype=np.int8), index=sides[0].index)


def compare_pairs(pairs: pd.MultiIndex, records: Comparable, model: Model) -> pd.DataFrame:
    """Agreement levels of the candidate pairs: one int8 column per compared field, index as `pairs`."""
    compare = recordlinkage.Compare(
        [
            DistinctPairs("name", "name", _name_level(records, model), records.names),
            DistinctPairs("birth", "birth_date", _birth_level(model.comparison("birth_date")), records.births),
            Columns(["sex"], "sex", _sex_levels),
            DistinctPairs("origin", "origin", _origin_level(records, model.comparison("origin")), records.origins),
            DistinctPairs("network", "network", _network_level(records, model), records.networks),
            Columns(["event_kind", "event_day", "place"], "event", _event_levels(model.comparison("event"))),
            Columns(["v_number"], "v_number", _v_number_levels),
        ]
    )
    levels = compare.compute(pairs, records.frame).astype(np.int8)
    _on_paper(levels, records, model.comparison("origin"))
    return levels


def _name_level(records: Comparable, model: Model) -> Callable[[Any, Any], int]:
    evidence = NameEvidence(records.token_share, model)
    comparison = model.comparison("name")
    opens = [(least, comparison.number(name)) for name, least in comparison.settings["evidence_from"].items()]
    conflicting, conflict_from = comparison.number("one_name_conflicts"), comparison.settings["conflict_from"]
    different = comparison.number("different")

    def level(left: Any, right: Any) -> int:
        bits, conflicts = evidence.between(left, right)
        if conflicts and bits >= conflict_from:
            return conflicting
        return next((number for least, number in opens if bits >= least), different)

    return level


def _birth_level(comparison: Comparison) -> Callable[[BirthDate, BirthDate], int]:
    def level(left: BirthDate, right: BirthDate) -> int:
        return comparison.number(birth_agreement(left, right))

    return level


def birth_agreement(left: BirthDate, right: BirthDate) -> str:
    """Name of the kind of agreement between two birth dates (design section 6); both must say something."""
    gap = max(left.first_year, right.first_year) - min(left.last_year, right.last_year)
    if gap > 0 and not (left.is_exact and right.is_exact):
        return "few_years_apart" if gap <= FEW_YEARS else "different"
    if not (left.is_exact and right.is_exact):
        return "age_fits"
    if left.day and right.day:
        return _whole_dates_agreement(left, right)
    if left.year != right.year:
        return "few_years_apart" if gap <= FEW_YEARS else "different"
    if left.month and right.month:
        return "same_month" if left.month == right.month else "few_years_apart"
    return "same_year"


def _whole_dates_agreement(left: BirthDate, right: BirthDate) -> str:
    same_year, same_month, same_day = left.year == right.year, left.month == right.month, left.day == right.day
    placeholder = left.is_placeholder or right.is_placeholder
    if same_year and same_month and same_day:
        return "same_placeholder" if placeholder else "same_day"
    if same_year and placeholder:
        return "same_year"
    if same_year and left.day == right.month and left.month == right.day:
        return "swapped"
    gap = abs(left.year - right.year)
    if same_month and same_day and not placeholder and gap <= MOST_YEARS_ADDED:
        return "year_differs"
    if same_year and (same_month or same_day):
        one, other = (left.day, right.day) if same_month else (left.month, right.month)
        return "one_digit_differs" if _one_digit(one, other) else "one_part_differs"
    return "few_years_apart" if gap <= FEW_YEARS else "different"


def _one_digit(one: int, other: int) -> bool:
    """Whether two parts of a date differ in one digit, or have their digits exchanged."""
    left, right = f"{one:02d}", f"{other:02d}"
    return left == right[::-1] or sum(a != b for a, b in zip(left, right, strict=True)) == 1


def _sex_levels(left: list[np.ndarray], right: list[np.ndarray]) -> np.ndarray:
    return np.where((left[0] == 0) | (right[0] == 0), 0, np.where(left[0] == right[0], 1, 2))


def _v_number_levels(left: list[np.ndarray], right: list[np.ndarray]) -> np.ndarray:
    return np.where((left[0] == "") | (right[0] == ""), 0, np.where(left[0] == right[0], 1, 2))


def _origin_level(records: Comparable, comparison: Comparison) -> Callable[[Any, Any], int]:
    rare, common = comparison.settings["rare_below"], comparison.settings["common_above"]

    def level(left: frozenset[str], right: frozenset[str]) -> int:
        shared = left & right
        if not shared:
            regions = any(value.startswith("region") for value in left | right)
            return comparison.number("same_region" if regions else "different")
        share = min(records.origin_share[value] for value in shared)
        return comparison.number("same_rare" if share < rare else "same_common" if share > common else "same")

    return level


def _on_paper(levels: pd.DataFrame, records: Comparable, comparison: Comparison) -> None:
    """A false passport gives another nationality: a difference with IKPS is weak evidence (S35, S36, L2053-2054)."""
    on_paper = records.frame["on_paper"]
    either = np.zeros(len(levels), dtype=bool)
    for side in (0, 1):
        either |= on_paper.reindex(levels.index.get_level_values(side)).to_numpy(bool)
    differs = levels["origin"].to_numpy() == comparison.number("different")
    levels.loc[differs & either, "origin"] = comparison.number("on_paper")


def _network_level(records: Comparable, model: Model) -> Callable[[Any, Any], int]:
    comparison = model.comparison("network")
    common_from = comparison.settings["common_from"]

    def level(left: frozenset[str], right: frozenset[str]) -> int:
        shared = left & right
        if not shared:
            return comparison.number("none")
        kinds = {value.partition(" ")[0] for value in shared}
        numbers = [value for value in shared if not value.startswith("contact")]
        if not numbers or min(records.network_count[value] for value in numbers) >= common_from:
            return comparison.number("common")
        return comparison.number("two_kinds" if len(kinds) > 1 or len(numbers) > 1 else "one")

    return level


def _event_levels(comparison: Comparison) -> Callable[[list[np.ndarray], list[np.ndarray]], np.ndarray]:
    near_days = comparison.settings["near_days"]
    number = comparison.number

    def levels(left: list[np.ndarray], right: list[np.ndarray]) -> np.ndarray:
        (kind_l, day_l, place_l), (kind_r, day_r, place_r) = left, right
        recorded = (kind_l > 0) & (kind_l == kind_r)
        apart = np.abs(day_l - day_r)
        same_place = (place_l == place_r) & (place_l >= 0)
        level = np.full(len(kind_l), number("apart"))
        level[apart <= near_days] = number("near")
        level[(apart <= near_days) & same_place] = number("same_place_near")
        places_known = (place_l >= 0) & (place_r >= 0)
        level[(apart == 0) & ~((kind_l == 1) & places_known)] = number("same_day")
        level[(apart == 0) & same_place] = number("same_day_place")
        return np.where(recorded, level, 0)

    return levels
