"""Which missing minors were later encountered as a victim: a statement about dates within one person.

In: records, their persons, pairs with their status. Out: one row per disappearance and victim registration.
Rule it protects: registers.md, point 11: a child under 18 on the day of disappearance, not found before, and a victim
registration on or after that day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from linkage.explanation import LANGUAGES, word

COLUMNS = (
    "person_id", "missing_record_id", "victim_record_id", "missing_since", "resurfaced_on", "days_missing",
    "status", "outcome", "match_probability", "reason", "reason_en",
)  # fmt: skip
MINOR_BELOW = 18
# Spread of a year written as "±1989" and of an age that was only stated; guesses, as the table has them (decision 15).
APPROXIMATE_YEARS = 2
STATED_AGE_YEARS = 2
POSSIBLE_PER_DISAPPEARANCE = 5
# Disappearances that lie further apart are two (decision 19).
EPISODE_DAYS = 45
# By how much a pair's own probability may lie below that of the path before a reader is told to look elsewhere.
HARDLY_WEAKER = 0.05
# What the day of a victim registration is, in the order in which they are taken.
VICTIM_DAYS = {"encountered_on": "encounter", "reported_on": "report", "registered_on": "entry"}


def decide_resurfacing(records: pd.DataFrame, members: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Resurfacings of the night, columns `COLUMNS`.

    status: yes (one person), possible (a pair in review ties the disappearance to the victim registration), no (the
    outcome is not a resurfacing). outcome: resurfaced, same_event (on the very day of the disappearance),
    victim_before, found_otherwise. days_missing in days. match_probability: of the pair in review; within a person that
    of the strongest path from the one registration to the other.
    """
    missing, victims = disappearances(records, members), victim_registrations(records, members)
    certain = missing.merge(victims, on="person_id").rename(
        columns={"record_id_x": "missing_record_id", "record_id_y": "victim_record_id"}
    )
    chance, is_direct = _strongest_paths(certain, members, pairs)
    certain = certain.assign(match_probability=chance, is_direct=is_direct, status="yes")
    possible = _possible(pairs_between(missing, victims, pairs))
    both = [frame for frame in (certain, possible) if len(frame)]
    if not both:
        return pd.DataFrame(columns=list(COLUMNS))
    order = ["person_id", "missing_since", "victim_on", "missing_record_id", "victim_record_id"]
    decided = _decided(pd.concat(both, ignore_index=True).sort_values(order, ignore_index=True))
    return decided.rename(columns={"victim_on": "resurfaced_on"})[list(COLUMNS)]


def disappearances(records: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """Disappearances of minors; adults beyond doubt are left out (R2, R3), and so are withdrawn telexes.

    In doubt is also who was an adult by this registration and may have been a minor by another of the same person.
    Columns: record_id, person_id, missing_since, found_on (by the registration itself, on or after that day), found_by
    (first day, on or after it, on which any register has the person found), is_found (by any of them, perhaps on a day
    that nobody wrote down), is_reopened.
    """
    gone = records[records["register"].isin(["telex", "mob"]) & records["missing_since"].notna()]
    gone = gone[~((gone["register"] == "mob") & (gone["departure_category"] != "address_check"))]
    gone = gone[gone["missing_status"].fillna("open") != "withdrawn"]
    person = members.set_index("record_id")["person_id"]
    gone = gone.assign(person_id=gone["record_id"].map(person).astype(object))
    found = gone.loc[gone["found_on"].notna(), ["person_id", "found_on"]]
    gone = gone[_minors(gone, records, person)]
    ended = gone[["record_id", "person_id", "missing_since"]].merge(found, on="person_id")
    first = ended[ended["found_on"] >= ended["missing_since"]].groupby("record_id")["found_on"].min()
    found_by = gone["record_id"].map(first).astype(object)
    is_own = gone["found_on"].notna() & (gone["found_on"].fillna(date.min) >= gone["missing_since"])
    return gone[["record_id", "person_id", "missing_since"]].assign(
        found_on=gone["found_on"].where(is_own, None),
        found_by=found_by.where(found_by.notna(), None),
        is_found=found_by.notna() | gone["missing_status"].eq("found"),
        is_reopened=pd.to_numeric(gone["episode_count"], errors="coerce").fillna(1) > 1,
    )


def _minors(gone: pd.DataFrame, records: pd.DataFrame, person: pd.Series) -> np.ndarray:
    minor = [may_be_minor(row, row["missing_since"]) for row in gone.to_dict("records")]
    in_doubt = set(gone.loc[[not known for known in minor], "person_id"])
    of_person = records[records["record_id"].map(person).isin(in_doubt) & records["birth_year"].notna()]
    others: dict[Any, list[dict[str, Any]]] = {}
    for row in of_person.to_dict("records"):
        others.setdefault(person[row["record_id"]], []).append(row)
    kept = [
        known or any(may_be_minor(other, since) for other in others.get(person_id, ()))
        for known, person_id, since in zip(minor, gone["person_id"], gone["missing_since"], strict=True)
    ]
    return np.array(kept, dtype=bool)


def victim_registrations(records: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """Registrations as a victim; of youth care those that name a form of exploitation.

    Columns: record_id, person_id, victim_on (encounter, else report, else entry), day_kind (which of the three).
    """
    names_form = records["exploitation_forms"].map(len) > 0
    victim = records[records["register"].isin(["ikps", "stv"]) | ((records["register"] == "youth_care") & names_form)]
    day = victim["encountered_on"]
    for name in ("reported_on", "registered_on"):
        day = day.where(day.notna(), victim[name])
    known = [victim[name].notna() for name in VICTIM_DAYS]
    victim = victim[["record_id"]].assign(
        person_id=victim["record_id"].map(members.set_index("record_id")["person_id"]).astype(object),
        victim_on=day,
        day_kind=np.select(known, list(VICTIM_DAYS.values()), default=""),
    )
    return victim[victim["victim_on"].notna()]


def may_be_minor(row: dict[str, Any], on: date) -> bool:
    """Whether the person may be under 18 on that day; in doubt, yes (R2).

    1 January and 1 July are days filled in for an unknown one, so the whole year is possible.
    """
    year = _whole(row["birth_year"])
    if year:
        month, day = _whole(row["birth_month"]), _whole(row["birth_day"])
        spread = APPROXIMATE_YEARS if row["birth_date_precision"] == "approximate" else 0
        is_loose = spread > 0 or not month or (day == 1 and month in (1, 7))
        latest = (12, 31) if is_loose else (month, day or 31)
        return on.year - (year + spread) - ((on.month, on.day) < latest) < MINOR_BELOW
    age, stated_on = _whole(row["stated_age"]), row["stated_age_on"]
    if age is not None and isinstance(stated_on, date):
        return age - STATED_AGE_YEARS + (on - stated_on).days / 365.25 < MINOR_BELOW
    return True


def pairs_between(missing: pd.DataFrame, victims: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Compared pairs of a disappearance and a victim registration of another person on or after that day.

    Columns: those of `missing` and of `victims` (missing_record_id, victim_record_id, person_id of the missing child,
    victim_person_id) and those of the pair but its record ids.
    """
    known = missing.rename(columns={"record_id": "missing_record_id"})
    seen = victims.rename(columns={"record_id": "victim_record_id", "person_id": "victim_person_id"})
    found = []
    for one, other in (("record_id_l", "record_id_r"), ("record_id_r", "record_id_l")):
        sides = pairs[pairs[one].isin(known["missing_record_id"]) & pairs[other].isin(seen["victim_record_id"])]
        found.append(sides.rename(columns={one: "missing_record_id", other: "victim_record_id"}))
    joined = pd.concat(found, ignore_index=True).merge(known, on="missing_record_id").merge(seen, on="victim_record_id")
    return joined[
        (joined["person_id"] != joined["victim_person_id"]) & (joined["victim_on"] >= joined["missing_since"])
    ]


def _possible(between: pd.DataFrame) -> pd.DataFrame:
    """Pairs in review, of each disappearance the likeliest."""
    review = between[between["status"] == "review"]
    review = review.sort_values(
        ["match_probability", "missing_record_id", "victim_record_id"], ascending=[False, True, True]
    )
    return (
        review.groupby("missing_record_id", sort=False)
        .head(POSSIBLE_PER_DISAPPEARANCE)
        .assign(status="possible", is_direct=True)
    )


def _strongest_paths(
    certain: pd.DataFrame, members: pd.DataFrame, pairs: pd.DataFrame
) -> tuple[list[float], list[bool]]:
    """Per row the weakest link of the strongest path between its two registrations, and whether their own pair says so.

    Paths lie within a person. Where the pairs say nothing the weaker of the two records' own probabilities holds.
    """
    concerned = set(certain["missing_record_id"]) | set(certain["victim_record_id"])
    person = members.set_index("record_id")["person_id"]
    in_question = set(certain["person_id"])
    linked = pairs[pairs["status"].eq("link") & pairs["record_id_l"].map(person).isin(in_question)]
    columns = ["record_id_l", "record_id_r", "match_probability"]
    strongest = strongest_paths(linked[columns].itertuples(index=False, name=None), concerned)
    own = {(left, right): chance for left, right, chance in linked[columns].itertuples(index=False, name=None)}
    alone = members.set_index("record_id")["cluster_probability"]
    chances, direct = [], []
    for ends in zip(certain["missing_record_id"], certain["victim_record_id"], strict=True):
        key = min(ends), max(ends)
        chance = strongest.get(key)
        chances.append(float(min(alone[end] for end in ends)) if chance is None else chance)
        direct.append(chance is None or own.get(key, -1.0) >= chance - HARDLY_WEAKER)
    return chances, direct


def strongest_paths(links: Iterable[tuple[str, str, float]], wanted: set[str]) -> dict[tuple[str, str], float]:
    """Probability of the weakest link of the strongest path between any two wanted records (sorted) that links join.

    Links are taken strongest first: the one that first joins two groups is the weakest of the path between their
    members.
    """
    group_of: dict[str, str] = {}
    groups: dict[str, list[str]] = {}
    found: dict[tuple[str, str], float] = {}
    for left, right, chance in sorted(links, key=lambda link: (-link[2], link[0], link[1])):
        one, other = group_of.setdefault(left, left), group_of.setdefault(right, right)
        if one == other:
            continue
        here, there = groups.setdefault(one, [one]), groups.pop(other, [other])
        ends = [record_id for record_id in there if record_id in wanted]
        for a in here if ends else ():
            if a in wanted:
                found |= {(min(a, b), max(a, b)): float(chance) for b in ends}
        for record_id in there:
            group_of[record_id] = one
        here += there
    return found


def _decided(joined: pd.DataFrame) -> pd.DataFrame:
    """Outcome, status, days and reasons of each disappearance with each victim registration."""
    found = joined["found_on"].where(joined["found_on"].notna(), date.max)
    outcome = np.select(
        [joined["victim_on"] < joined["missing_since"], found < joined["victim_on"],
         joined["victim_on"] == joined["missing_since"]],
        ["victim_before", "found_otherwise", "same_event"],
        default="resurfaced",
    )  # fmt: skip
    is_back = np.isin(outcome, ["resurfaced", "same_event"])
    apart = [(victim - gone).days for victim, gone in zip(joined["victim_on"], joined["missing_since"], strict=True)]
    decided = joined.assign(outcome=outcome, status=joined["status"].where(is_back, "no"), days_missing=apart)
    return decided.assign(**_reasons(decided))


def _reasons(decided: pd.DataFrame) -> dict[str, list[str]]:
    """The outcome in words, and what a reader has to know of it."""
    certain = decided[decided["status"] == "yes"]
    first_back = certain.groupby("missing_record_id")["victim_on"].min().to_dict()
    since_of: dict[str, set[date]] = {}
    for person_id, since in zip(certain["person_id"], certain["missing_since"], strict=True):
        since_of.setdefault(person_id, set()).add(since)
    notes = []
    for row in decided.to_dict("records"):
        until = row["missing_since"] + timedelta(days=EPISODE_DAYS)
        again = (since > until and since <= row["victim_on"] for since in since_of.get(row["person_id"], ()))
        holds = {
            "possible": row["status"] == "possible",
            "earlier_episode": row["status"] == "yes" and any(again),
            "seen_before": row["status"] == "yes" and first_back[row["missing_record_id"]] < row["victim_on"],
            "found_some_day": row["status"] != "no" and row["is_found"] and row["found_by"] is None,
            "found_elsewhere": row["status"] != "no" and (row["found_by"] or date.max) < row["victim_on"],
            "reopened": row["outcome"] == "victim_before" and row["is_reopened"],
            "day_of_report": row["day_kind"] == "report",
            "day_of_entry": row["day_kind"] == "entry",
            "through_others": not row["is_direct"],
        }
        notes.append([note for note, holding in holds.items() if holding])
    return {
        name: [
            " ".join([word(language, "outcomes", outcome), *(word(language, "notes", note) for note in of_row)])
            for outcome, of_row in zip(decided["outcome"], notes, strict=True)
        ]
        for name, language in zip(("reason", "reason_en"), LANGUAGES, strict=True)
    }


def _whole(value: Any) -> int | None:
    return None if value is None or pd.isna(value) else int(value)
