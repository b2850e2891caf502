"""One comparison per field: for each candidate pair the number of its agreement level, 0 when a side is not recorded.

The comparisons are `recordlinkage` features over the code columns of `Comparable.frame`: each distinct pair of values
is compared once, however many candidate pairs hold it. Missing is neither agreement nor disagreement.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from typing import Any

import numpy as np
import pandas as pd
import recordlinkage
from recordlinkage.base import BaseCompareFeature

from linkage.classifier import REGISTER_PAIR, register_pair_codes
from linkage.compared_columns import Columns, DistinctPairs
from linkage.model import Comparison, Model
from linkage.name_evidence import NameEvidence
from linkage.standard import BirthDate, Comparable

FEW_YEARS = 6
MOST_YEARS_ADDED = 12


def compare_pairs(
    pairs: pd.MultiIndex,
    records: Comparable,
    model: Model,
    fields: Collection[str] | None = None,
) -> pd.DataFrame:
    """Agreement levels of the candidate pairs: one int8 column per compared field, index as `pairs`.

    The last column is the number of the pair of registers. `fields`: those to compare, else all of the model.
    """
    features = _features(records, model)
    wanted = model.fields if fields is None else [name for name in model.fields if name in fields]
    compare = recordlinkage.Compare([features[name]() for name in wanted])
    levels = compare.compute(pairs, records.frame).astype(np.int8)
    left, right = (records.frame.loc[pairs.get_level_values(side)] for side in (0, 1))
    _on_paper(levels, left, right, model)
    levels[REGISTER_PAIR] = register_pair_codes(left["register"].to_numpy(), right["register"].to_numpy())
    return levels


def _features(records: Comparable, model: Model) -> dict[str, Callable[[], BaseCompareFeature]]:
    """How each field is compared; made only when asked for, since names take long to make ready."""
    event = ["seen_day", "seen_place", "seen_count", "gone_day", "place"]
    of = model.comparison
    return {
        "name": lambda: DistinctPairs("name", "name", _name_level(records, model), records.names),
        "birth_date": lambda: DistinctPairs(
            "birth", "birth_date", _birth_level(records, of("birth_date")), records.births
        ),
        "sex": lambda: Columns(["sex"], "sex", _sex_levels),
        "origin": lambda: DistinctPairs("origin", "origin", _origin_level(records, of("origin")), records.origins),
        "network": lambda: DistinctPairs("network", "network", _network_level(records, model), records.networks),
        "event": lambda: Columns(event, "event", _event_levels(of("event"))),
        "place": lambda: Columns(["place"], "place", _place_levels(records, of("place"))),
        "v_number": lambda: Columns(["v_number"], "v_number", _v_number_levels),
    }


def _name_level(records: Comparable, model: Model) -> Callable[[Any, Any], int]:
    evidence = NameEvidence(records.shares.token, model)
    comparison = model.comparison("name")
    number = comparison.number
    opens = [(least, number(name)) for name, least in comparison.settings["evidence_from"].items()]
    conflict_from, alias_from = comparison.settings["conflict_from"], comparison.settings["alias_from"]
    rare_from = comparison.settings["rare_conflict_from"]
    weak_from = comparison.settings["evidence_from"]["weak"]

    def level(left: Any, right: Any) -> int:
        # In an order of their own: which of two names came first differs from night to night.
        found = evidence.between(min(left, right), max(left, right))
        if found.conflicts and found.bits >= conflict_from:
            return number("rare_name_conflicts" if found.bits >= rare_from else "one_name_conflicts")
        if found.by_alias and found.bits >= alias_from:
            return number("same_as_alias")
        if found.bits < weak_from and min(len(left[0]), len(right[0])) == 1:
            return number("single_name_differs")
        return next((at for least, at in opens if found.bits >= least), number("different"))

    return level


def _birth_level(records: Comparable, comparison: Comparison) -> Callable[[BirthDate, BirthDate], int]:
    common, very_common = comparison.settings["common_from"], comparison.settings["very_common_from"]

    def level(left: BirthDate, right: BirthDate) -> int:
        found = birth_agreement(left, right)
        if found in ("same_day", "same_placeholder"):
            share = records.shares.birth[left]
            # A day on which many are said to be born tells little, a placeholder or not.
            if share >= very_common:
                found = "same_common_placeholder"
            elif share >= common:
                found = "same_placeholder"
        return comparison.number(found)

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
    if same_month and same_day and gap <= MOST_YEARS_ADDED:
        return "placeholder_of_other_year" if placeholder else "year_differs"
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
    opens = [(least, comparison.number(name)) for name, least in comparison.settings["share_from"].items()]

    def level(left: tuple[str, frozenset[str]], right: tuple[str, frozenset[str]]) -> int:
        (one, values), (other, others) = left, right
        shared = values & others
        if not shared:
            regions = any(value.startswith("region") for value in values | others)
            return comparison.number("same_region" if regions else "different")
        of = records.shares.origin
        share = min(math.sqrt(of[one][value] * of[other][value]) for value in shared)
        return next(at for least, at in opens if share >= least)

    return level


def _on_paper(levels: pd.DataFrame, left: pd.DataFrame, right: pd.DataFrame, model: Model) -> None:
    """What the police see is what a document says: a false passport gives another nationality and a higher age.

    A differing origin with IKPS is weak evidence (S35, S36, L2053-2054), and so is a higher age there (R10, S34).
    """
    on_paper = left["on_paper"].to_numpy(), right["on_paper"].to_numpy()
    origin, birth = model.comparison("origin"), model.comparison("birth_date")
    differs = levels["origin"].to_numpy() == origin.number("different")
    levels.loc[differs & (on_paper[0] | on_paper[1]), "origin"] = origin.number("on_paper")
    years = left["birth_year"].to_numpy(), right["birth_year"].to_numpy()
    older = on_paper[0] & ~on_paper[1] & (years[0] < years[1])
    older |= on_paper[1] & ~on_paper[0] & (years[1] < years[0])
    older &= (years[0] > 0) & (years[1] > 0)
    compared = levels["birth_date"].to_numpy()
    for level, made_older in (("year_differs", "made_older"), ("few_years_apart", "older_on_paper")):
        levels.loc[older & (compared == birth.number(level)), "birth_date"] = birth.number(made_older)


def _place_levels(
    records: Comparable, comparison: Comparison
) -> Callable[[list[np.ndarray], list[np.ndarray]], np.ndarray]:
    opens = sorted((least, comparison.number(name)) for name, least in comparison.settings["share_from"].items())
    least, numbers = np.array([opened for opened, _ in opens]), np.array([at for _, at in opens])

    def levels(left: list[np.ndarray], right: list[np.ndarray]) -> np.ndarray:
        one, other = left[0], right[0]
        known = (one >= 0) & (other >= 0)
        share = records.shares.place[np.where(known, one, 0)] if len(records.shares.place) else np.zeros(len(one))
        same = numbers[np.searchsorted(least, share, side="right") - 1]
        return np.where(known, np.where(one == other, same, comparison.number("different")), 0)

    return levels


def _network_level(records: Comparable, model: Model) -> Callable[[Any, Any], int]:
    comparison = model.comparison("network")
    number = comparison.number
    own, common = comparison.settings["own_up_to"], comparison.settings["common_from"]
    count = records.network_count

    def level(left: frozenset[str], right: frozenset[str]) -> int:
        shared = left & right
        if not shared:
            return number("none")
        told = sorted(value for value in shared if count[value] < common)
        kinds = [value.partition(" ")[0] for value in told]
        if not told:
            return number("common")
        if "phone" in kinds:
            if "plate" in kinds:
                return number("phone_and_car")
            if len(told) > 1:
                return number("phone_and_more")
            return number("phone" if count[told[0]] <= own else "phone_of_several")
        if "plate" in kinds:
            both_call = all(any(value.startswith("phone") for value in side) for side in (left, right))
            return number("car_other_phones" if both_call else "car_and_contact" if len(told) > 1 else "car")
        return number("contact")

    return level


def _event_levels(comparison: Comparison) -> Callable[[list[np.ndarray], list[np.ndarray]], np.ndarray]:
    near_days, few = comparison.settings["near_days"], comparison.settings["few_up_to"]
    number = comparison.number

    def between(days: tuple[np.ndarray, np.ndarray], places: tuple[np.ndarray, np.ndarray], strict: bool) -> np.ndarray:
        """Level of two days and places; `strict`: one day in two known places is no agreement."""
        recorded = (days[0] > 0) & (days[1] > 0)
        apart = np.abs(days[0] - days[1])
        same_place = (places[0] == places[1]) & (places[0] >= 0)
        elsewhere = (places[0] >= 0) & (places[1] >= 0) & ~same_place
        level = np.full(len(apart), number("apart"))
        level[apart <= near_days] = number("near")
        level[(apart <= near_days) & same_place] = number("same_place_near")
        level[(apart == 0) & ~(elsewhere & strict)] = number("same_day")
        level[(apart == 0) & same_place] = number("same_day_place")
        return np.where(recorded, level, 0)

    def levels(left: list[np.ndarray], right: list[np.ndarray]) -> np.ndarray:
        (seen_l, at_l, count, gone_l, place_l), (seen_r, at_r, _, gone_r, place_r) = left, right
        seen = between((seen_l, seen_r), (at_l, at_r), strict=True)
        seen[(seen == number("same_day_place")) & (count <= few)] = number("same_event")
        gone = between((gone_l, gone_r), (place_l, place_r), strict=False)
        return np.where((seen > 0) & ((gone == 0) | (seen < gone)), seen, gone)

    return levels
