"""The link stage of a night: from accepted records to pairs, persons and resurfacings.

Same records, same model, same persons of the night before: same result, whatever the order of rows.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np
import pandas as pd

from linkage.blocking import candidate_pairs
from linkage.candidates import rank_candidates
from linkage.classifier import LevelClassifier, probability
from linkage.comparing import compare_pairs
from linkage.explanation import EXPLAINED, explain
from linkage.identity import keep_person_ids
from linkage.knowledge import SEPARATING, apply_knowledge
from linkage.model import Model
from linkage.persons import form_persons
from linkage.resurfacing import decide_resurfacing
from linkage.rules import TIED, TIED_BY_OWN
from linkage.standard import Comparable, comparable

log = logging.getLogger(__name__)

MISSING_REGISTERS = ("telex", "mob")

PAIR_COLUMNS = (
    "record_id_l", "record_id_r", "match_weight", "match_probability", "status", "certainty", "decided_by",
    *EXPLAINED,
)  # fmt: skip


@dataclass(frozen=True)
class LinkedNight:
    """What was found: pairs (`PAIR_COLUMNS`), members (record_id, person_id, cluster_probability), resurfacings, and
    candidates for the children still missing.
    """

    pairs: pd.DataFrame
    members: pd.DataFrame
    resurfacings: pd.DataFrame
    candidates: pd.DataFrame
    last_number: int


def link_records(
    records: pd.DataFrame, previous_membership: pd.DataFrame, last_number: int, model: Model
) -> LinkedNight:
    """Link the accepted records of all registers.

    `records`: the common record. `previous_membership`: record_id, person_id. `last_number`: highest person number
    ever given out. The model's numbers are used as they are; nothing is trained (design section 6).
    """
    scored = score_pairs(records, model)
    clusters = form_persons(records["record_id"], scored)
    members, last_number = keep_person_ids(clusters, previous_membership, last_number)
    pairs = _with_status(scored, members, model)
    members = members[["record_id", "person_id", "cluster_probability"]]
    resurfacings = decide_resurfacing(records, members, pairs)
    candidates = rank_candidates(records, members, pairs, resurfacings)
    log.info("%d records, %d pairs kept, %d persons", len(records), len(pairs), members["person_id"].nunique())
    return LinkedNight(pairs, members, resurfacings, candidates, last_number)


def score_pairs(records: pd.DataFrame, model: Model) -> pd.DataFrame:
    """Candidate pairs: level and bits per field, match_weight, match_probability, rule, is_link, is_separated."""
    compared = comparable(records, model)
    levels = compare_pairs(candidate_pairs(compared, model), compared, model)
    classifier = LevelClassifier(model, records["register"].value_counts().to_dict())
    bits = classifier.weights(levels)
    weight = bits.sum(axis=1).to_numpy() + classifier.kernel.prior_weights(levels.to_numpy())
    scored = levels.assign(match_weight=weight, match_probability=probability(weight))
    scored = apply_knowledge(scored, compared, model)
    scored = scored.join(bits.add_prefix("bits_")).reset_index()
    return scored.assign(
        is_link=scored["match_probability"] >= model.thresholds["link"],
        is_separated=scored["rule"].isin(SEPARATING),
        finds_missing=_finds_missing(scored, compared, model, *TIED),
        finds_missing_by_own=_finds_missing(scored, compared, model, *TIED_BY_OWN),
    )


def _finds_missing(scored: pd.DataFrame, records: Comparable, model: Model, *ties: str) -> np.ndarray:
    """Whether a number, plate or contact ties a disappearance to a registration elsewhere: worth asking, if unlikely.

    A false name and a false age leave the boyfriend's telephone (S01, S22).
    """
    register = records.frame["register"]
    missing = [scored[f"record_id_{side}"].map(register).isin(MISSING_REGISTERS).to_numpy() for side in "lr"]
    comparison = model.comparison("network")
    tied = scored["network"].isin([comparison.number(name) for name in ties]).to_numpy()
    return np.asarray((missing[0] != missing[1]) & tied)


def _with_status(scored: pd.DataFrame, members: pd.DataFrame, model: Model) -> pd.DataFrame:
    """Status of each kept pair: link when both records are in one person, else review or no_link."""
    person = members.set_index("record_id")["person_id"]
    one, other = person.loc[scored["record_id_l"]].to_numpy(), person.loc[scored["record_id_r"]].to_numpy()
    chance = scored["match_probability"].to_numpy()
    together = one == other
    least = np.select(
        [scored["finds_missing_by_own"], scored["finds_missing"]],
        [model.thresholds["review_missing"], model.thresholds["review_missing_network"]],
        default=model.thresholds["review"],
    )
    in_doubt = ~together & (chance >= least) & ~scored["is_separated"].to_numpy()
    kept = together | (chance >= model.thresholds["keep"]) | scored["is_separated"].to_numpy()
    kept |= scored["finds_missing"].to_numpy()
    certainty = np.select(
        [together & (chance >= model.thresholds["certain"]), together & (chance >= model.thresholds["link"]), in_doubt],
        ["certain", "probable", "possible"],
        default="none",
    )
    pairs = scored.assign(
        status=np.select([together, in_doubt], ["link", "review"], default="no_link"),
        certainty=np.where(together & (certainty == "none"), "probable", certainty),
        decided_by=scored["rule"].where(scored["rule"] != "", f"model {model.version}"),
    )[kept]
    pairs = pairs.assign(**explain(pairs, model))
    pairs = pairs.assign(
        match_weight=pairs["match_weight"].round(3), match_probability=pairs["match_probability"].round(6)
    )
    return pairs.sort_values(["record_id_l", "record_id_r"])[list(PAIR_COLUMNS)].reset_index(drop=True)
