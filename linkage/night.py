"""The link stage of a night: from accepted records to pairs, persons and resurfacings.

Same records, same model, same persons of the night before: same result, whatever the order of rows.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from linkage.blocking import packed_pairs
from linkage.candidates import rank_candidates
from linkage.classifier import LevelClassifier
from linkage.compared_pairs import Compare, compared
from linkage.explanation import EXPLAINED, explain, explain_judged
from linkage.judgements import NONE, Judgements, judged_apart, sorted_pair, states
from linkage.kept_facts import stay_with_their_persons
from linkage.ledger import Event, Ledger, News, enter_night, enter_past_night
from linkage.model import Model
from linkage.pair_index import PairIndex, compared_tonight
from linkage.persons import form_persons
from linkage.reference import Reference
from linkage.resurfacing import decide_resurfacing
from linkage.scoring import ScoredPairs, judged_rows
from linkage.standard import Comparable, comparable

log = logging.getLogger(__name__)

PAIR_COLUMNS = (
    "record_id_l", "record_id_r", "match_weight", "match_probability", "status", "certainty", "decided_by",
    *EXPLAINED,
)  # fmt: skip


@dataclass(frozen=True)
class LinkedNight:
    """What was found: pairs (`PAIR_COLUMNS`), members (record_id, person_id, cluster_probability), resurfacings,
    candidates for the children still missing, the state of every judgement, and the events for the ledger.

    `index`: what the next night need not compare again, where there was a reference. Of `candidate_pairs` so many
    `compared_pairs` were compared tonight.
    """

    pairs: pd.DataFrame
    members: pd.DataFrame
    resurfacings: pd.DataFrame
    candidates: pd.DataFrame
    judgements: pd.DataFrame
    events: list[Event]
    last_number: int
    index: PairIndex | None = None
    candidate_pairs: int = 0
    compared_pairs: int = 0


def link_records(
    records: pd.DataFrame,
    model: Model,
    ledger: Ledger | None = None,
    news: News | None = None,
    judgements: Judgements = NONE,
    reference: Reference | None = None,
    known_pairs: PairIndex | None = None,
    later: Ledger | None = None,
    facts: Iterable[str] = (),
    compare: Compare = compared,
) -> LinkedNight:
    """Link the accepted records of all registers.

    `records`: the common record. `ledger`: as the nights before left it; the night is entered into it. `news`: what is
    new, for the causes of events. `judgements`: verdicts of reviewers in force. `reference`: how common values are;
    without it as tonight's records have them.
    `known_pairs`: what an earlier night compared. `later`: today's ledger, when the night is a past one.
    `facts`: registrations of which only coded facts are kept; they stay with their persons and link to nobody.
    `compare`: where pairs are compared, here or on a cluster (`on_spark`); nothing else changes with it.
    The model's numbers are used as they are; nothing is trained (design section 6).
    """
    ledger = Ledger() if ledger is None else ledger
    judged = judgements.among(records["record_id"])
    ready = comparable(records, model, reference)
    pairs, index, fresh = _scored(records, ready, model, reference, judged, known_pairs, compare)
    scored = pairs.frame(ready, model, pairs.looked_at(model, judged, ready))
    formed = form_persons(records["record_id"], scored, judged)
    clusters = stay_with_their_persons(formed.clusters, ledger, facts)
    if later is None:
        members, events = enter_night(ledger, clusters, news or News())
    else:
        members, events = enter_past_night(ledger, later, clusters, news or News())
    kept = _with_status(scored, members, model, judged)
    members = members[["record_id", "person_id", "cluster_probability"]]
    resurfacings = decide_resurfacing(records, members, kept)
    candidates = rank_candidates(records, members, kept, resurfacings, judged)
    person_of = dict(zip(members["record_id"], members["person_id"], strict=True))
    judgement_states = states(judgements, person_of, formed.contradictions)
    log.info("%d records, %d pairs kept, %d persons", len(records), len(kept), members["person_id"].nunique())
    found = (kept, members, resurfacings, candidates, judgement_states, events)
    return LinkedNight(*found, ledger.last_number, index, len(pairs.pairs), fresh)


def score_pairs(
    records: pd.DataFrame, model: Model, reference: Reference | None = None, judged: Judgements = NONE
) -> pd.DataFrame:
    """Candidate pairs: level and bits per field, match_weight, match_probability, rule, is_link, is_separated.

    Pairs that a reviewer judged are compared too, whatever the blocks, so that the table can show them.
    """
    pairs = comparable(records, model, reference)
    scored, _, _ = _scored(records, pairs, model, reference, judged, None)
    return scored.frame(pairs, model)


def _scored(
    records: pd.DataFrame,
    ready: Comparable,
    model: Model,
    reference: Reference | None,
    judged: Judgements,
    known: PairIndex | None,
    compare: Compare = compared,
) -> tuple[ScoredPairs, PairIndex | None, int]:
    """Scored candidate pairs; with a reference also the index of tonight and how many pairs were compared for it."""
    judged_pairs = judged_rows(judged, ready)
    if reference is None:
        packed, _ = packed_pairs(ready, model)
        pairs, index = compare(np.union1d(packed, judged_pairs), ready, model), None
        fresh = len(pairs)
    else:
        index, fresh = compared_tonight(known, ready, model, reference, judged_pairs, compare)
        pairs = index.pairs
    of_registers = reference.records if reference else records["register"].value_counts().to_dict()
    return ScoredPairs.scored(pairs, ready, LevelClassifier(model, of_registers)), index, fresh


def _with_status(scored: pd.DataFrame, members: pd.DataFrame, model: Model, judged: Judgements) -> pd.DataFrame:
    """Status of each kept pair: link when both records are in one person, else review or no_link.

    A pair that a reviewer judged, or of persons that a reviewer keeps apart, is never offered again.
    """
    person = members.set_index("record_id")["person_id"]
    one, other = person.loc[scored["record_id_l"]].to_numpy(), person.loc[scored["record_id_r"]].to_numpy()
    chance = scored["match_probability"].to_numpy()
    together = one == other
    least = np.select(
        [scored["finds_missing_by_own"], scored["finds_missing"]],
        [model.thresholds["review_missing"], model.thresholds["review_missing_network"]],
        default=model.thresholds["review"],
    )
    verdict, said_by = _verdicts(scored, one, other, person.to_dict(), judged)
    in_doubt = ~together & (chance >= least) & ~scored["is_separated"].to_numpy() & (verdict == "")
    kept = together | (chance >= model.thresholds["keep"]) | scored["is_separated"].to_numpy() | (verdict != "")
    kept |= scored["finds_missing"].to_numpy()
    certainty = np.select(
        [
            together & ((chance >= model.thresholds["certain"]) | (verdict == "same")),
            together & (chance >= model.thresholds["link"]),
            in_doubt,
        ],
        ["certain", "probable", "possible"],
        default="none",
    )
    by_model = scored["rule"].where(scored["rule"] != "", f"model {model.version}")
    # "unsure" decides nothing but that nobody is asked again.
    decided = (verdict != "") & ~((together | scored["is_separated"].to_numpy()) & (verdict == "unsure"))
    pairs = scored.assign(
        status=np.select([together, in_doubt], ["link", "review"], default="no_link"),
        certainty=np.where(together & (certainty == "none"), "probable", certainty),
        decided_by=by_model.where(~decided, said_by),
        verdict=verdict,
    )[kept]
    pairs = pairs.assign(**explain(pairs, model))
    pairs = explain_judged(pairs)
    pairs = pairs.assign(
        match_weight=pairs["match_weight"].round(3), match_probability=pairs["match_probability"].round(6)
    )
    return pairs.sort_values(["record_id_l", "record_id_r"])[list(PAIR_COLUMNS)].reset_index(drop=True)


def _verdicts(
    scored: pd.DataFrame, one: np.ndarray, other: np.ndarray, person_of: dict[str, str], judged: Judgements
) -> tuple[np.ndarray, np.ndarray]:
    """What a reviewer said of each pair ("" nothing, "apart" of their persons), and how that is named in the table."""
    verdict, said_by = np.full(len(scored), "", dtype=object), np.full(len(scored), "", dtype=object)
    if not judged.pairs:
        return verdict, said_by
    apart = judged_apart(person_of, judged)
    concerned = {person for pair in apart for person in pair}
    for at in np.flatnonzero(pd.Series(one).isin(concerned) & pd.Series(other).isin(concerned) & (one != other)):
        number = apart.get(sorted_pair(one[at], other[at]))
        if number is not None:
            verdict[at], said_by[at] = "apart", judged.who(number)
    said = {
        pair: (kind, number)
        for kind in ("same", "different", "unsure")
        for pair, number in getattr(judged, kind).items()
    }
    left, right = scored["record_id_l"].to_numpy(), scored["record_id_r"].to_numpy()
    for at in np.flatnonzero(scored["record_id_l"].isin({left for left, _ in said})):
        kind, number = said.get((left[at], right[at]), ("", 0))
        if kind:
            verdict[at], said_by[at] = kind, judged.who(number)
    return verdict, said_by
