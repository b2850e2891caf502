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
# By number, in the order in which one overrules another; the first stands for none.
RULE_NAMES = (
    "", "lent_document", "stolen_document", "siblings", "twins", "number_only", "one_network", "claimed_kin",
    "event_only", "household", "same_event_police_and_stv", "two_of_one_event", "companions", "companions_or_one",
    "two_places_one_day", "two_departures_one_day", "cross_reference", "another_of_the_event",
)  # fmt: skip
NUMBER = {name: number for number, name in enumerate(RULE_NAMES)}
AT_LEAST_CROSS_REFERENCE = 0.999
AT_LEAST_SAME_EVENT = 0.82
AT_MOST_OTHER_OF_EVENT = 0.09
MOST_OF_ONE_EVENT = 3
SEPARATED_BITS = -60.0


def rules_of(levels: pd.DataFrame, rows: np.ndarray, records: Comparable, model: Model) -> np.ndarray:
    """The number in RULE_NAMES of the rule that holds for each pair, by what the two say and no other pair.

    `levels`: the level columns. `rows`: the two row numbers of each pair.
    """
    left, right = (records.frame.take(side) for side in rows.T)
    two = Pairs(levels, left, right, model)
    siblings, twins = rules.siblings(two, records), rules.twins(two)
    companions = rules.companions(two)
    found = {
        "lent_document": rules.lent_document(two),
        "stolen_document": rules.stolen_document(two, records),
        "siblings": siblings & ~twins,
        "twins": siblings & twins,
        "number_only": rules.number_only(two),
        "one_network": rules.one_network(two),
        "claimed_kin": rules.claimed_kin(two, records),
        "event_only": rules.event_only(two),
        "household": rules.household(two),
        "same_event_police_and_stv": rules.same_event(two),
        "two_of_one_event": companions & two.level("event", "same_event"),
        "companions": companions & two.level("event", "same_day_place"),
        "companions_or_one": rules.companions_or_one(two),
        "two_places_one_day": rules.two_places(two),
        "two_departures_one_day": rules.two_departures(two),
        "cross_reference": rules.cross_reference(left, right),
    }
    rule = np.zeros(len(levels), dtype=np.int8)
    for name, holds in found.items():
        rule[holds] = NUMBER[name]
    return rule


def bounded(rule: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """Probabilities within the bounds of the rules (numbers in RULE_NAMES)."""
    most, least = np.ones(len(RULE_NAMES)), np.zeros(len(RULE_NAMES))
    for name, bound in (AT_MOST | dict.fromkeys(SEPARATING, 0.0)).items():
        most[NUMBER[name]] = bound
    for name, bound in AT_LEAST.items():
        least[NUMBER[name]] = bound
    return np.asarray(np.maximum(np.minimum(chance, most[rule]), least[rule]))


def decide_events(
    pairs: pd.DataFrame, rows: np.ndarray, rule: np.ndarray, records: Comparable, model: Model
) -> tuple[np.ndarray, np.ndarray]:
    """Probability and rule of pairs of one event in two registers, where each looks at the others.

    `pairs`: all such pairs, index record_id_l, record_id_r; level columns; match_weight by the fields,
    match_probability within the bounds of the rules. `rows`: the two row numbers of each pair. `rule`: numbers in
    RULE_NAMES.
    """
    left, right = (records.frame.take(side) for side in rows.T)
    two = Pairs(pairs, left, right, model)
    chance = pairs["match_probability"].to_numpy().copy()
    together = np.flatnonzero(rule == NUMBER["same_event_police_and_stv"])
    chance[together] = _one_to_one(two, together)
    exclusive = _of_one_event(two, chance)
    rule = np.where((exclusive < chance - 0.005) & (rule == 0), NUMBER["another_of_the_event"], rule)
    return np.where(rule == NUMBER["another_of_the_event"], exclusive, chance), rule


def bits_of(probability: np.ndarray) -> np.ndarray:
    """The match weight that belongs to a probability that a rule set."""
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
