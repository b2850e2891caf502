"""What is known beside the weights: reasons why two registrations are, or cannot be, one child.

In: candidate pairs with levels and probability. Out: the same pairs, some of them decided by a named rule.
A rule against also separates persons: no chain of other links may join such a pair.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from linkage.model import Model
from linkage.standard import Comparable

# Rule name -> what it says of the pair, in the words of the bureau.
RULES_NL = {
    "cross_reference": "het register noemt beide registraties zelf een persoon",
    "two_departures_one_day": "op een dag onder twee namen vermist of vertrokken: twee kinderen (S45)",
    "two_places_one_day": "een identiteit op een dag op twee plaatsen: het document is hergebruikt (S31)",
    "companions": "samen aangetroffen, verschillende namen (S02, S43)",
    "companions_or_one": "samen aangetroffen met dezelfde nummers, verschillende namen: twee meisjes of een (S22, S43)",
    "lent_document": "zelfde document, verder niets gemeen: het kan zijn uitgeleend of verhuurd (S31, S32)",
    "siblings": "zelfde achternaam, andere voornaam: broer, zus of tweeling (S42)",
    "same_event_police_and_stv": "politie en STV melden een slachtoffer van dezelfde gebeurtenis (S02)",
}
SEPARATING = frozenset({"two_places_one_day", "two_departures_one_day", "companions"})
IN_DOUBT = frozenset({"siblings", "companions_or_one"})
AT_MOST_REVIEW = 0.45
AT_MOST_LENT = 0.97
AT_MOST_COMPANIONS = 0.20
AT_MOST_SIBLING = 0.04
AT_LEAST_CROSS_REFERENCE = 0.999
AT_LEAST_SAME_EVENT = 0.82
AT_MOST_OTHER_OF_EVENT = 0.40
MOST_OF_ONE_EVENT = 3
SEPARATED_BITS = -60.0


def apply_knowledge(pairs: pd.DataFrame, records: Comparable, model: Model) -> pd.DataFrame:
    """Pairs (index record_id_l, record_id_r; level columns; match_weight, match_probability) with knowledge applied.

    Adds `rule`, empty where the weights alone decide; a rule bounds match_probability, and match_weight follows it.
    """
    left, right = (records.frame.loc[pairs.index.get_level_values(side)] for side in (0, 1))
    found = {
        "lent_document": _lent_document(pairs, left, right, model),
        "siblings": _siblings(pairs, model),
        "same_event_police_and_stv": _same_event(pairs, left, right, model),
        "companions": _companions(pairs, left, right, model, tied=False),
        "companions_or_one": _companions(pairs, left, right, model, tied=True),
        "two_places_one_day": _two_places(pairs, left, right, model),
        "two_departures_one_day": _two_departures(pairs, left, right, model),
        "cross_reference": _cross_reference(left, right),
    }
    rule = np.full(len(pairs), "", dtype=object)
    for name, holds in found.items():
        rule[holds] = name
    before = pairs["match_probability"].to_numpy()
    probability = before.copy()
    in_doubt = np.isin(rule, list(IN_DOUBT))
    probability[in_doubt] = np.minimum(probability[in_doubt], AT_MOST_REVIEW)
    companions = rule == "companions_or_one"
    probability[companions] = np.minimum(probability[companions], AT_MOST_COMPANIONS)
    lent = rule == "lent_document"
    probability[lent] = np.minimum(probability[lent], AT_MOST_LENT)
    # A twin may be the same child under a nickname; a child of another birth date is a brother or a sister.
    twins = _level_is(pairs, model, "birth_date", "same_day", "same_placeholder", "swapped")
    siblings = (rule == "siblings") & ~twins
    probability[siblings] = np.minimum(probability[siblings], AT_MOST_SIBLING)
    probability[np.isin(rule, list(SEPARATING))] = 0.0
    together = np.flatnonzero(rule == "same_event_police_and_stv")
    probability[together] = _one_to_one(pairs, left, right, together, model)
    probability[rule == "cross_reference"] = AT_LEAST_CROSS_REFERENCE
    weight = np.where(probability == before, pairs["match_weight"], _bits(probability))
    return pairs.assign(rule=rule, match_probability=probability, match_weight=weight)


def _bits(probability: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore"):
        return np.asarray(np.maximum(np.log2(probability) - np.log2(1.0 - probability), SEPARATED_BITS))


def _one_to_one(
    pairs: pd.DataFrame, left: pd.DataFrame, right: pd.DataFrame, together: np.ndarray, model: Model
) -> np.ndarray:
    """Probability of police and STV registrations of one event: each STV report takes one police record (decision 11).

    A record that another link of the event already explains is left alone; ties go to the first registration number.
    """
    chance = pairs["match_probability"].to_numpy()[together].copy()
    linked = np.flatnonzero(pairs["match_probability"].to_numpy() >= model.thresholds["link"])
    across = (left["register"].to_numpy() != right["register"].to_numpy())[linked]
    labels = [pairs.index.get_level_values(side).to_numpy() for side in (0, 1)]
    taken = set(labels[0][linked[across]]) | set(labels[1][linked[across]])
    police_left = (left["register"].to_numpy() == "ikps")[together]
    police = np.where(police_left, labels[0][together], labels[1][together])
    report = np.where(police_left, labels[1][together], labels[0][together])
    keys = np.where(police_left, left["source_key"].to_numpy()[together], right["source_key"].to_numpy()[together])
    of_report = pd.Series(report).map(pd.Series(report).value_counts()).to_numpy()
    weight = pairs["match_weight"].to_numpy()[together]
    for at in sorted(range(len(together)), key=lambda row: (-weight[row], keys[row], report[row])):
        free = police[at] not in taken and report[at] not in taken and of_report[at] <= MOST_OF_ONE_EVENT
        chance[at] = max(chance[at], AT_LEAST_SAME_EVENT) if free else min(chance[at], AT_MOST_OTHER_OF_EVENT)
        if free:
            taken |= {police[at], report[at]}
    return np.asarray(chance)


def _level_is(pairs: pd.DataFrame, model: Model, field: str, *names: str) -> np.ndarray:
    comparison = model.comparison(field)
    return np.asarray(pairs[field].isin([comparison.number(name) for name in names]))


def _cross_reference(left: pd.DataFrame, right: pd.DataFrame) -> np.ndarray:
    def points(one: pd.DataFrame, other: pd.DataFrame) -> np.ndarray:
        named = one["other_identity_of"].to_numpy()
        return np.asarray(
            (named != "") & (named == other["source_key"].to_numpy()) & (other["register"] == "ikps").to_numpy()
        )

    return points(left, right) | points(right, left)


def _both(left: pd.DataFrame, right: pd.DataFrame, register: str) -> np.ndarray:
    return np.asarray((left["register"].to_numpy() == register) & (right["register"].to_numpy() == register))


def _two_places(pairs: pd.DataFrame, left: pd.DataFrame, right: pd.DataFrame, model: Model) -> np.ndarray:
    """One day, two towns, nothing in common but the identity on paper (S31)."""
    day = left["event_day"].to_numpy()
    places = left["place"].to_numpy(), right["place"].to_numpy()
    elsewhere = (places[0] >= 0) & (places[1] >= 0) & (places[0] != places[1])
    same_day = (day > 0) & (day == right["event_day"].to_numpy())
    apart = ~_level_is(pairs, model, "network", "one", "two_kinds", "common")
    return np.asarray(_both(left, right, "ikps") & same_day & elsewhere & apart)


def _companions(pairs: pd.DataFrame, left: pd.DataFrame, right: pd.DataFrame, model: Model, tied: bool) -> np.ndarray:
    """Two police records of one event whose names share nothing; `tied`: with a number in common, or without."""
    names_differ = _level_is(pairs, model, "name", "weak", "different")
    together = _level_is(pairs, model, "event", "same_day_place")
    if tied:
        # With numbers in common one day is one event, also where a place was not noted.
        unplaced = (left["place"].to_numpy() < 0) | (right["place"].to_numpy() < 0)
        together = together | (_level_is(pairs, model, "event", "same_day") & unplaced)
    numbers = _level_is(pairs, model, "network", "two_kinds", "one")
    # A girl and a boy are two, whatever number they share.
    numbers = numbers & ~_level_is(pairs, model, "sex", "different")
    return np.asarray(_both(left, right, "ikps") & together & names_differ & (numbers == tied))


def _two_departures(pairs: pd.DataFrame, left: pd.DataFrame, right: pd.DataFrame, model: Model) -> np.ndarray:
    """One list, one day, two names that share nothing: two children of a group (S45), unless the number says so."""
    one_list = _both(left, right, "mob") | _both(left, right, "telex")
    names_differ = _level_is(pairs, model, "name", "weak", "different")
    together = _level_is(pairs, model, "event", "same_day_place", "same_day")
    return np.asarray(one_list & together & names_differ & ~_level_is(pairs, model, "v_number", "same"))


def _lent_document(pairs: pd.DataFrame, left: pd.DataFrame, right: pd.DataFrame, model: Model) -> np.ndarray:
    """Two police records of one identity on paper that share no number or contact (S31, S32, L2034-2042)."""
    apart = ~_level_is(pairs, model, "network", "one", "two_kinds", "common")
    same_paper = _level_is(pairs, model, "birth_date", "same_day", "same_placeholder")
    return np.asarray(_both(left, right, "ikps") & same_paper & apart)


def _siblings(pairs: pd.DataFrame, model: Model) -> np.ndarray:
    return _level_is(pairs, model, "name", "one_name_conflicts") & ~_level_is(pairs, model, "v_number", "same")


def _same_event(pairs: pd.DataFrame, left: pd.DataFrame, right: pd.DataFrame, model: Model) -> np.ndarray:
    """A police record with a false document and an STV report of the same place and day, one sex (S02)."""
    registers = np.sort(np.column_stack((left["register"], right["register"])).astype(str), axis=1)
    police_and_stv = (registers[:, 0] == "ikps") & (registers[:, 1] == "stv")
    false_document = np.isin(left["document_status"], ("false", "forged", "stolen")) | np.isin(
        right["document_status"], ("false", "forged", "stolen")
    )
    together = _level_is(pairs, model, "event", "same_day_place")
    names_differ = _level_is(pairs, model, "name", "weak", "different") | (pairs["name"] == 0).to_numpy()
    sexes_agree = ~_level_is(pairs, model, "sex", "different")
    return np.asarray(police_and_stv & false_document & together & names_differ & sexes_agree)
