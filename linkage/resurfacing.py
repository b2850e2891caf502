"""Which missing minors were later encountered as a victim: a statement about dates within one person.

In: records, their persons, pairs that await review. Out: one row per disappearance and victim registration.
Rule it protects: registers.md, point 11: a child under 18 on the day of disappearance, not found before, and a victim
registration on or after that day.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

COLUMNS = (
    "person_id", "missing_record_id", "victim_record_id", "missing_since", "resurfaced_on", "days_missing",
    "status", "outcome", "match_probability", "reason",
)  # fmt: skip
MINOR_BELOW = 18
CANDIDATES_PER_DISAPPEARANCE = 5


def decide_resurfacing(records: pd.DataFrame, members: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Resurfacings of the night, columns `COLUMNS`.

    status: yes (one person), possible (a pair in review ties the disappearance to the victim registration), no (the
    outcome is not a resurfacing). outcome: resurfaced, victim_before, found_otherwise. days_missing in days.
    """
    missing, victims = disappearances(records, members), victim_registrations(records)
    if missing.empty or victims.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    persons = members[["record_id", "person_id", "cluster_probability"]]
    missing = missing.merge(persons, on="record_id")
    victims = victims.merge(persons, on="record_id")
    certain = missing.merge(victims, on="person_id", suffixes=("_missing", "_victim"))
    chance = certain[["cluster_probability_missing", "cluster_probability_victim"]].min(axis=1)
    certain = certain.assign(match_probability=chance, status="yes")
    possible = _in_review(missing, victims, pairs)
    both = [frame for frame in (certain, possible) if len(frame)]
    if not both:
        return pd.DataFrame(columns=list(COLUMNS))
    joined = pd.concat(both, ignore_index=True)
    joined = joined.rename(columns={"record_id_missing": "missing_record_id", "record_id_victim": "victim_record_id"})
    return _decided(joined)


def disappearances(records: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """Disappearances of minors: record_id, missing_since, found_on; adults beyond doubt are left out (R2, R3).

    In doubt is also who was an adult by this registration and may have been a minor by another of the same person.
    """
    gone = records[records["register"].isin(["telex", "mob"]) & records["missing_since"].notna()]
    gone = gone[~((gone["register"] == "mob") & (gone["departure_category"] != "address_check"))]
    gone = gone[gone["missing_status"].fillna("open") != "withdrawn"]
    person = members.set_index("record_id")["person_id"]
    minor = [may_be_minor(row, row["missing_since"]) for row in gone.to_dict("records")]
    in_doubt = set(person.reindex(gone.loc[[not known for known in minor], "record_id"]))
    of_person = records[records["record_id"].map(person).isin(in_doubt) & records["birth_year"].notna()]
    others: dict[Any, list[dict[str, Any]]] = {}
    for row in of_person.to_dict("records"):
        others.setdefault(person[row["record_id"]], []).append(row)
    kept = [
        known or any(may_be_minor(other, since) for other in others.get(person.get(record_id), ()))
        for known, record_id, since in zip(minor, gone["record_id"], gone["missing_since"], strict=True)
    ]
    return gone.loc[kept, ["record_id", "missing_since", "found_on"]]


def victim_registrations(records: pd.DataFrame) -> pd.DataFrame:
    """Registrations as a victim: record_id, victim_on (encounter, else report); youth care when it names a form."""
    names_form = records["exploitation_forms"].map(len) > 0
    victim = records[records["register"].isin(["ikps", "stv"]) | ((records["register"] == "youth_care") & names_form)]
    victim = victim.assign(
        victim_on=victim["encountered_on"].fillna(victim["reported_on"]).fillna(victim["registered_on"])
    )
    return victim.loc[victim["victim_on"].notna(), ["record_id", "victim_on"]]


def may_be_minor(row: dict[str, Any], on: date) -> bool:
    """Whether the person may be under 18 on that day; in doubt, yes (R2)."""
    year = _whole(row["birth_year"])
    if year:
        month, day = _whole(row["birth_month"]) or 12, _whole(row["birth_day"]) or 28
        spread = 2 if row["birth_date_precision"] == "approximate" else 0
        youngest = on.year - (year + spread) - ((on.month, on.day) < (month, day))
        return youngest < MINOR_BELOW
    age, stated_on = _whole(row["stated_age"]), row["stated_age_on"]
    if age is not None and isinstance(stated_on, date):
        return age + (on - stated_on).days / 365.25 < MINOR_BELOW + 1
    return True


def _in_review(missing: pd.DataFrame, victims: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Pairs in review between a disappearance and a victim registration of another person, best first."""
    review = pairs.loc[pairs["status"] == "review", ["record_id_l", "record_id_r", "match_probability"]]
    turned = review.rename(columns={"record_id_l": "record_id_r", "record_id_r": "record_id_l"})
    either = pd.concat([review, turned], ignore_index=True)
    found = either.merge(missing, left_on="record_id_l", right_on="record_id").merge(
        victims, left_on="record_id_r", right_on="record_id", suffixes=("_missing", "_victim")
    )
    found = found[found["person_id_missing"] != found["person_id_victim"]]
    found = found[found["victim_on"] >= found["missing_since"]]
    found = found.sort_values(["match_probability", "record_id_r"], ascending=[False, True])
    found = found.groupby("record_id_l", sort=False).head(CANDIDATES_PER_DISAPPEARANCE)
    return found.assign(person_id=found["person_id_missing"], status="possible")


def _decided(joined: pd.DataFrame) -> pd.DataFrame:
    before = joined["victim_on"] < joined["missing_since"]
    found_before = joined["found_on"].notna() & (joined["found_on"].fillna(date.max) < joined["victim_on"])
    outcome = (
        pd.Series("resurfaced", index=joined.index).mask(found_before, "found_otherwise").mask(before, "victim_before")
    )
    reason = outcome.map(
        {
            "resurfaced": "vermist, daarna als slachtoffer aangetroffen (punt 11)",
            "found_otherwise": "eerder teruggevonden, later slachtoffer (punt 11)",
            "victim_before": "slachtoffer voor de vermissing",
        }
    )
    apart = [(victim - gone).days for victim, gone in zip(joined["victim_on"], joined["missing_since"], strict=True)]
    decided = joined.assign(
        resurfaced_on=joined["victim_on"],
        days_missing=apart,
        outcome=outcome,
        status=joined["status"].where(outcome == "resurfaced", "no"),
        reason=reason,
    )
    order = ["person_id", "missing_since", "resurfaced_on", "missing_record_id", "victim_record_id"]
    return decided.sort_values(order)[list(COLUMNS)].reset_index(drop=True)


def _whole(value: Any) -> int | None:
    return None if value is None or pd.isna(value) else int(value)
