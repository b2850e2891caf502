"""The link stage of a night: from accepted records to pairs, persons and resurfacings.

Same records, same model, same persons of the night before: same result, whatever the order of rows.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from linkage.blocking import candidate_pairs
from linkage.candidates import rank_candidates
from linkage.classifier import LevelClassifier, probability
from linkage.comparing import compare_pairs
from linkage.explanation import EXPLAINED, explain, explain_judged
from linkage.judgements import NONE, Judgements, judged_apart, sorted_pair, states
from linkage.kept_facts import stay_with_their_persons
from linkage.knowledge import SEPARATING, apply_knowledge
from linkage.known_levels import KnownLevels
from linkage.ledger import Event, Ledger, News, enter_night, enter_past_night
from linkage.model import Model
from linkage.persons import form_persons
from linkage.reference import Reference
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
    """What was found: pairs (`PAIR_COLUMNS`), members (record_id, person_id, cluster_probability), resurfacings,
    candidates for the children still missing, the state of every judgement, and the events for the ledger.
    """

    pairs: pd.DataFrame
    members: pd.DataFrame
    resurfacings: pd.DataFrame
    candidates: pd.DataFrame
    judgements: pd.DataFrame
    events: list[Event]
    last_number: int


def link_records(
    records: pd.DataFrame,
    model: Model,
    ledger: Ledger | None = None,
    news: News | None = None,
    judgements: Judgements = NONE,
    reference: Reference | None = None,
    known_names: KnownLevels | None = None,
    later: Ledger | None = None,
    facts: Iterable[str] = (),
) -> LinkedNight:
    """Link the accepted records of all registers.

    `records`: the common record. `ledger`: as the nights before left it; the night is entered into it. `news`: what is
    new, for the causes of events. `judgements`: verdicts of reviewers in force. `reference`: how common values are;
    without it as tonight's records have them. `later`: today's ledger, when the night is a past one.
    `facts`: registrations of which only coded facts are kept; they stay with their persons and link to nobody.
    The model's numbers are used as they are; nothing is trained (design
    section 6).
    """
    ledger = Ledger() if ledger is None else ledger
    judged = judgements.among(records["record_id"])
    scored = score_pairs(records, model, reference, judged, known_names)
    formed = form_persons(records["record_id"], scored, judged)
    clusters = stay_with_their_persons(formed.clusters, ledger, facts)
    if later is None:
        members, events = enter_night(ledger, clusters, news or News())
    else:
        members, events = enter_past_night(ledger, later, clusters, news or News())
    pairs = _with_status(scored, members, model, judged)
    members = members[["record_id", "person_id", "cluster_probability"]]
    resurfacings = decide_resurfacing(records, members, pairs)
    candidates = rank_candidates(records, members, pairs, resurfacings, judged)
    person_of = dict(zip(members["record_id"], members["person_id"], strict=True))
    judgement_states = states(judgements, person_of, formed.contradictions)
    log.info("%d records, %d pairs kept, %d persons", len(records), len(pairs), members["person_id"].nunique())
    return LinkedNight(pairs, members, resurfacings, candidates, judgement_states, events, ledger.last_number)


def score_pairs(
    records: pd.DataFrame,
    model: Model,
    reference: Reference | None = None,
    judged: Judgements = NONE,
    known_names: KnownLevels | None = None,
) -> pd.DataFrame:
    """Candidate pairs: level and bits per field, match_weight, match_probability, rule, is_link, is_separated.

    Pairs that a reviewer judged are compared too, whatever the blocks, so that the table can show them.
    """
    compared = comparable(records, model, reference)
    pairs = candidate_pairs(compared, model, reference)
    if judged.pairs:
        pairs = pairs.union(pd.MultiIndex.from_tuples(list(judged.pairs), names=pairs.names), sort=False)
        pairs = pairs.sortlevel([0, 1])[0]
    levels = compare_pairs(pairs, compared, model, known_names=known_names)
    of_registers = reference.records if reference else records["register"].value_counts().to_dict()
    classifier = LevelClassifier(model, of_registers)
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
