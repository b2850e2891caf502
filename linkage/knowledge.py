"""What is known beside the weights: reasons why two registrations are, or cannot be, one child.

In: candidate pairs with levels and probability. Out: the same pairs, some of them decided by a named rule.
A rule against also separates persons: no chain of other links may join such a pair.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from linkage import rules
from linkage.model import Model
from linkage.rules import Pairs
from linkage.standard import Comparable

# Rules are said in words in `words.toml`. One that stands further down overrules those above it.
SEPARATING = frozenset({"two_places_one_day", "two_departures_one_day", "companions"})
# Most that a pair may keep where a rule leaves it to a reviewer, and least where a rule speaks for one child.
AT_MOST = {
    "lent_document": 0.97,
    "stolen_document": 0.45,
    "number_only": 0.60,
    "event_only": 0.70,
    "siblings": 0.04,
    "twins": 0.60,
    "household": 0.05,
    "companions_or_one": 0.09,
    "two_of_one_event": 0.12,
    "another_of_the_event": 0.09,
}
AT_LEAST = {"one_network": 0.80, "claimed_kin": 0.30}
RULES = frozenset({*SEPARATING, *AT_MOST, *AT_LEAST, "same_event_police_and_stv", "cross_reference"})
AT_LEAST_CROSS_REFERENCE = 0.999
AT_LEAST_SAME_EVENT = 0.82
AT_MOST_OTHER_OF_EVENT = 0.09
MOST_OF_ONE_EVENT = 3
SEPARATED_BITS = -60.0


def apply_knowledge(pairs: pd.DataFrame, records: Comparable, model: Model) -> pd.DataFrame:
    """Pairs (index record_id_l, record_id_r; level columns; match_weight, match_probability) with knowledge applied.

    Adds `rule`, empty where the weights alone decide; a rule bounds match_probability, and match_weight follows it.
    """
    left, right = (records.frame.loc[pairs.index.get_level_values(side)] for side in (0, 1))
    two = Pairs(pairs, left, right, model)
    found = {
        "lent_document": rules.lent_document(two),
        "stolen_document": rules.stolen_document(two, records),
        "siblings": rules.siblings(two, records) & ~rules.twins(two),
        "twins": rules.siblings(two, records) & rules.twins(two),
        "number_only": rules.number_only(two),
        "one_network": rules.one_network(two),
        "claimed_kin": rules.claimed_kin(two, records),
        "event_only": rules.event_only(two),
        "household": rules.household(two),
        "same_event_police_and_stv": rules.same_event(two),
        "two_of_one_event": rules.companions(two) & two.level("event", "same_event"),
        "companions": rules.companions(two) & two.level("event", "same_day_place"),
        "companions_or_one": rules.companions_or_one(two),
        "two_places_one_day": rules.two_places(two),
        "two_departures_one_day": rules.two_departures(two),
        "cross_reference": rules.cross_reference(left, right),
    }
    rule = np.full(len(pairs), "", dtype=object)
    for name, holds in found.items():
        rule[holds] = name
    before = pairs["match_probability"].to_numpy()
    probability = before.copy()
    for name, most in AT_MOST.items():
        bounded = rule == name
        probability[bounded] = np.minimum(probability[bounded], most)
    probability[np.isin(rule, list(SEPARATING))] = 0.0
    for name, least in AT_LEAST.items():
        raised = rule == name
        probability[raised] = np.maximum(probability[raised], least)
    together = np.flatnonzero(rule == "same_event_police_and_stv")
    probability[together] = _one_to_one(two, together)
    exclusive = _of_one_event(two, probability)
    rule[(exclusive < probability - 0.005) & (rule == "")] = "another_of_the_event"
    probability = np.where(rule == "another_of_the_event", exclusive, probability)
    probability[rule == "cross_reference"] = AT_LEAST_CROSS_REFERENCE
    weight = np.where(probability == before, pairs["match_weight"], _bits(probability))
    return pairs.assign(rule=rule, match_probability=probability, match_weight=weight)


def _bits(probability: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore"):
        return np.asarray(np.maximum(np.log2(probability) - np.log2(1.0 - probability), SEPARATED_BITS))


def _one_to_one(two: Pairs, together: np.ndarray) -> np.ndarray:
    """Probability of police and STV registrations of one event: each STV report takes one police record (decision 11).

    A record that a name or number links within the event is left alone; ties go to the first registration number.
    """
    chance = two.pairs["match_probability"].to_numpy()
    labels = [two.pairs.index.get_level_values(side).to_numpy() for side in (0, 1)]
    across = two.left["register"].to_numpy() != two.right["register"].to_numpy()
    explained = across & two.level("event", *rules.ONE_EVENT) & (chance >= two.model.thresholds["link"])
    explained[together] = False
    taken = set(labels[0][explained]) | set(labels[1][explained])
    police_left = (two.left["register"].to_numpy() == "ikps")[together]
    police = np.where(police_left, labels[0][together], labels[1][together])
    report = np.where(police_left, labels[1][together], labels[0][together])
    keys = np.where(
        police_left, two.left["source_key"].to_numpy()[together], two.right["source_key"].to_numpy()[together]
    )
    of_report = pd.Series(report).map(pd.Series(report).value_counts()).to_numpy()
    weight = two.pairs["match_weight"].to_numpy()[together]
    found = chance[together].copy()
    for at in sorted(range(len(together)), key=lambda row: (-weight[row], keys[row], report[row])):
        free = police[at] not in taken and report[at] not in taken and of_report[at] <= MOST_OF_ONE_EVENT
        found[at] = max(found[at], AT_LEAST_SAME_EVENT) if free else min(found[at], AT_MOST_OTHER_OF_EVENT)
        if free:
            taken |= {police[at], report[at]}
    return np.asarray(found)


def _of_one_event(two: Pairs, chance: np.ndarray) -> np.ndarray:
    """Probability of each pair when a registration has but one counterpart of its event in another register.

    Of three girls of one raid the STV report is of one: the likelier the others, the less likely this one. By odds:
    p = odds / (1 + sum of the odds of all counterparts), for the side where that is least.
    """
    across = (two.left["register"].to_numpy() != two.right["register"].to_numpy()) & two.level(
        "event", *rules.ONE_EVENT
    )
    at = np.flatnonzero(across)
    odds = np.minimum(chance[at] / np.maximum(1.0 - chance[at], 1e-9), 1e9)
    exclusive = chance.copy()
    registers = [side["register"].to_numpy()[at] for side in (two.left, two.right)]
    for side in (0, 1):
        label = two.pairs.index.get_level_values(side).to_numpy()[at]
        total = pd.Series(odds).groupby([label, registers[1 - side]]).transform("sum").to_numpy()
        exclusive[at] = np.minimum(exclusive[at], odds / (1.0 + total))
    # A false identity of the same girl may stand beside her own at the police, so a reviewer may still be asked.
    with_police = (two.left["register"] == "ikps").to_numpy() | (two.right["register"] == "ikps").to_numpy()
    floor = np.where(with_police, np.minimum(chance, AT_MOST["another_of_the_event"]), 0.0)
    return np.asarray(np.maximum(exclusive, floor))
