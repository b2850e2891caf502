"""For every child still missing the victim registrations that it may be, best first, even when they are weak.

In: records, persons, pairs, resurfacings of the night. Out: ranked candidates with the reason in words.
A false name and a false age but the boyfriend's telephone is enough to ask a human (design section 6): a registration
with a number or contact in common is shown whatever its place in the ranking.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from connectors.names import plain
from linkage.judgements import NONE, Judgements, judged_apart, sorted_pair
from linkage.knowledge import SEPARATING
from linkage.resurfacing import disappearances, pairs_between, victim_registrations

COLUMNS = (
    "missing_record_id", "person_id", "rank", "victim_record_id", "victim_person_id", "victim_register", "victim_on",
    "days_missing", "match_probability", "match_weight", "status", "shared_contact", "reason_nl", "reason_en",
)  # fmt: skip
MOST_PER_CHILD = 10


def rank_candidates(
    records: pd.DataFrame,
    members: pd.DataFrame,
    pairs: pd.DataFrame,
    resurfacings: pd.DataFrame,
    judged: Judgements = NONE,
) -> pd.DataFrame:
    """Candidates of the children still missing, columns `COLUMNS`, sorted by person and rank (1 is the best).

    `pairs`: with explanation_nl and explanation_en. Of each child (person) the ten likeliest victim registrations of
    other persons on or after the disappearance, each once, and beyond ten those that share a phone, plate or contact.
    Never a registration of whom a reviewer judged that it is another person (`judged`).
    status: review (a human is asked) or weak. days_missing: days from the disappearance to the registration.
    """
    missing = still_missing(records, members, resurfacings)
    between = pairs_between(missing, victim_registrations(records, members), pairs)
    between = between[~between["decided_by"].isin(SEPARATING) & ~_is_judged_apart(between, members, judged)]
    # The weight tells apart what rounds to one probability.
    order = ["person_id", "match_probability", "match_weight", "missing_record_id", "victim_record_id"]
    between = between.sort_values(order, ascending=[True, False, False, True, True])
    between = between.drop_duplicates(["person_id", "victim_record_id"])
    between = between.assign(shared_contact=_shares_contact(between, records))
    place = between.groupby("person_id").cumcount() + 1
    between = between[(place <= MOST_PER_CHILD) | between["shared_contact"]]
    register = records.set_index("record_id")["register"]
    apart = [(victim - gone).days for victim, gone in zip(between["victim_on"], between["missing_since"], strict=True)]
    ranked = between.assign(
        rank=between.groupby("person_id").cumcount() + 1,
        victim_register=between["victim_record_id"].map(register),
        days_missing=apart,
        status=between["status"].where(between["status"] == "review", "weak"),
        reason_nl=between["explanation_nl"],
        reason_en=between["explanation_en"],
    )
    return ranked[list(COLUMNS)].reset_index(drop=True)


def still_missing(records: pd.DataFrame, members: pd.DataFrame, resurfacings: pd.DataFrame) -> pd.DataFrame:
    """Open disappearances of minors who were not found and did not certainly resurface; columns of `disappearances`."""
    missing = disappearances(records, members)
    back = set(resurfacings.loc[resurfacings["status"] == "yes", "missing_record_id"])
    return missing[~missing["is_found"] & ~missing["record_id"].isin(back)]


def _is_judged_apart(between: pd.DataFrame, members: pd.DataFrame, judged: Judgements) -> np.ndarray:
    apart = judged_apart(dict(zip(members["record_id"], members["person_id"], strict=True)), judged)
    sides = zip(between["person_id"], between["victim_person_id"], strict=True)
    return np.array([sorted_pair(*persons) in apart for persons in sides], dtype=bool)


def _shares_contact(between: pd.DataFrame, records: pd.DataFrame) -> list[bool]:
    concerned = records["record_id"].isin(set(between["missing_record_id"]) | set(between["victim_record_id"]))
    known = {row["record_id"]: _contact_of(row) for row in records[concerned].to_dict("records")}
    sides = zip(between["missing_record_id"], between["victim_record_id"], strict=True)
    return [bool(known[one] & known[other]) for one, other in sides]


def _contact_of(row: dict[str, Any]) -> frozenset[tuple[str, str]]:
    """Phones, plates and names of contacts of a registration, each with its kind."""
    named = (plain(contact.partition(":")[2]) for contact in row["contacts"])
    return frozenset(
        [("phone", phone) for phone in row["phones"]]
        + [("plate", plate) for plate in row["plates"]]
        + [("contact", name) for name in named if name]
    )
