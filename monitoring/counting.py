"""Who counts: victim or potential victim, a minor or not, and by which rule somebody does not count.

Every person counts as one, also when a report does not say how many victims it is about (R51). Uncertain doubles stay
two persons and both count; they are flagged by link_status (R52).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from monitoring.ages import ADULT_BAND, MINOR_BELOW, age_band, age_on, days, three_valued, to_dates
from monitoring.merging import believed_births
from monitoring.rules import RULES

VICTIMS, REASONS = RULES["victims"], RULES["reasons"]
STATUSES = np.array(["none", "potential", "actual"], dtype=object)
PROSTITUTION = "prostitution"
# Which dates of a registration a day of the table is taken from. The telex and MOB keep no day of entry; "departed_on"
# only serves as a reference day for the age.
MOMENTS = {
    "encountered_on": ("encountered_on",),
    "registered_on": ("registered_on", "reported_on"),
    "departed_on": ("missing_since", "departed_on", "arrived_on"),
}


def is_victim_record(records: pd.DataFrame) -> pd.Series:
    """Tell which registrations are of victims, actual or potential; youth care when it names a form (point 11).

    A telex or MOB row alone makes nobody a victim.
    """
    names_form = records["exploitation_forms"].map(len) > 0
    register = records["register"]
    return register.isin(VICTIMS["always"]) | (register.isin(VICTIMS["when_a_form_is_named"]) & names_form)


def victim_status(records: pd.DataFrame, persons: pd.Index) -> pd.DataFrame:
    """Return per person victim_status, the strongest of its registrations (R31, R32, R35), and is_police_only.

    is_police_only: every registration as a victim is of a register that never holds more than potential victims (R32).
    """
    is_victim = is_victim_record(records)
    is_elsewhere = is_victim & ~records["register"].isin(VICTIMS["potential_only"])
    is_actual = is_elsewhere & records["certainty"].eq(VICTIMS["actual"])
    strength = is_victim.astype(int) + is_actual.astype(int)
    highest = strength.groupby(records["person_id"]).max().reindex(persons).to_numpy(dtype=int)
    elsewhere = is_elsewhere.groupby(records["person_id"]).any().reindex(persons).to_numpy(dtype=bool)
    return pd.DataFrame(
        {"victim_status": STATUSES[highest], "is_police_only": (highest > 0) & ~elsewhere}, index=persons
    )


def main_group(forms: pd.Series) -> pd.Series:
    """Return prostitution, other or both from a person's forms, null without a form; the three are disjoint (R56)."""
    has = forms.map(lambda named: PROSTITUTION in named).to_numpy(dtype=bool)
    others = forms.map(lambda named: len(named) - (PROSTITUTION in named)).to_numpy(dtype=int) > 0
    group = np.select([has & others, has, others], ["both", PROSTITUTION, "other"], default="")
    return pd.Series(group, index=forms.index, dtype=object).replace("", None)


def ages_and_minority(records: pd.DataFrame, persons: pd.DataFrame, night: np.datetime64) -> pd.DataFrame:
    """Return ages, age band and minority per person (R1, R2, R8).

    `persons`: index person_id, with first_encountered_on, first_registered_on, first_departed_on and missing_since.
    Out: birth_year, age_at_encounter, age_at_registration (whole years, null when unknown), age_band,
    is_minor_at_encounter, is_minor_when_missing (yes, no, not_recorded), is_minority_doubtful, and is_minor_confirmed:
    the believed birth date leaves no other possibility. An adult by one register and a minor by another is a minor in
    doubt.
    """
    believed, said = believed_births(records, persons.index)
    moments = {name: days(persons[name]) for name in ("first_encountered_on", "first_registered_on", "missing_since")}
    encounter, registration, missing = moments.values()
    reference = np.where(np.isnat(encounter), registration, encounter)
    reference = np.where(np.isnat(reference), days(persons["first_departed_on"]), reference)
    in_band = pd.Series(age_on(believed["latest"].to_numpy(), reference), index=persons.index).astype("Int64")
    reference = np.where(np.isnat(reference), night, reference)
    latest = believed["latest"].to_numpy()
    at_encounter, at_registration = (
        pd.Series(age_on(latest, on), index=persons.index).astype("Int64") for on in (encounter, registration)
    )
    youngest, oldest = _possible_ages(said, reference, persons.index)
    known = ~np.isnan(youngest)
    oldest_believed = age_on(believed["widest_earliest"].to_numpy(), reference)
    found = pd.DataFrame(
        {
            "birth_year": believed["birth_year"].astype("Int64"),
            "age_at_encounter": at_encounter,
            "age_at_registration": at_registration,
            "age_band": age_band(in_band),
            "is_minority_doubtful": ~known | ((youngest < MINOR_BELOW) & (oldest >= MINOR_BELOW)),
            "is_minor_confirmed": oldest_believed < MINOR_BELOW,
            "is_age_known": ~np.isnan(age_on(latest, reference)),
        },
        index=persons.index,
    )
    for name, on in (("is_minor_at_encounter", encounter), ("is_minor_when_missing", missing)):
        youngest_then, _ = _possible_ages(said, on, persons.index)
        found[name] = three_valued(youngest_then < MINOR_BELOW, ~np.isnan(youngest_then), persons.index)
    return found


def _possible_ages(said: pd.DataFrame, on: np.ndarray, persons: pd.Index) -> tuple[np.ndarray, np.ndarray]:
    """Youngest and oldest age of each person on a day, over everything its registrations leave possible."""
    moment = on[persons.get_indexer(said["person_id"])]
    ages = pd.DataFrame(
        {
            "person_id": said["person_id"],
            "youngest": age_on(said["widest_latest"].to_numpy(), moment),
            "oldest": age_on(said["widest_earliest"].to_numpy(), moment),
        }
    ).groupby("person_id")
    youngest = ages["youngest"].min().reindex(persons).to_numpy(dtype=float)
    return youngest, ages["oldest"].max().reindex(persons).to_numpy(dtype=float)


def minor_at_recruitment(persons: pd.DataFrame) -> pd.Series:
    """Return whether a victim was under 18 at recruitment: yes, no or not_recorded (R9).

    A stated age decides. Without one, who was a minor when encountered as a victim, or had disappeared as a minor
    before resurfacing as a victim (S56), was a minor at recruitment; nothing is concluded the other way round.
    """
    stated = persons["age_at_recruitment"].astype("Int64")
    known, is_minor = stated.notna().to_numpy(), (stated < MINOR_BELOW).fillna(False).to_numpy(dtype=bool)
    is_victim = persons["victim_status"].ne("none")
    encountered = persons["is_minor_at_encounter"].eq("yes")
    gone = persons["resurfaced_as_victim"].eq("yes") & persons["is_minor_when_missing"].eq("yes")
    follows = (is_victim & (encountered | gone)).to_numpy() & ~known
    return three_valued(is_minor | follows, known | follows, persons.index)


def not_counted_reason(persons: pd.DataFrame) -> pd.Series:
    """Return the first rule by which a person does not count, null for who counts as a minor actual victim.

    Columns in: victim_status, is_police_only, is_minor_confirmed, is_age_known, is_minor_at_recruitment, age_band.
    """
    status, is_adult = persons["victim_status"], persons["age_band"].eq(ADULT_BAND)
    conditions = {
        "none": status.eq("none"),
        "ikps_only": status.eq("potential") & persons["is_police_only"],
        "suspicion": status.eq("potential"),
        "adult_recruited_as_minor": is_adult & persons["is_minor_at_recruitment"].eq("yes"),
        "adult": is_adult,
        "age_unknown": ~persons["is_age_known"],
        "doubtful": ~persons["is_minor_confirmed"],
    }
    found = np.select(
        [condition.to_numpy(dtype=bool) for condition in conditions.values()],
        [REASONS[name] for name in conditions],
        default="",
    )
    return pd.Series(found, index=persons.index, dtype=object).replace("", None)


def first_and_last(records: pd.DataFrame, moments: tuple[str, ...], persons: pd.Index) -> tuple[pd.Series, pd.Series]:
    """Return the first and the last day per person, null when none is recorded.

    `moments`: of each registration the first of these dates that it has.
    """
    moment = days(records[moments[0]])
    for name in moments[1:]:
        moment = np.where(np.isnat(moment), days(records[name]), moment)
    by_person = pd.Series(moment, index=records.index).groupby(records["person_id"])
    first, last = (
        found.reindex(persons).to_numpy().astype("datetime64[D]") for found in (by_person.min(), by_person.max())
    )
    return to_dates(first, persons), to_dates(last, persons)
