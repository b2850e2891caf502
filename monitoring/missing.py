"""Disappearance and return per person: since when missing, in which registers, seen again as a victim or not.

Who resurfaced is decided in the linkage stage (point 11); here one disappearance per person is chosen to be shown.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from monitoring.ages import days, to_dates
from monitoring.merging import united_lists
from monitoring.rules import RULES

MISSING = RULES["missing"]
GAP_DAYS: int = MISSING["episode_gap_days"]
NEVER = np.datetime64("NaT", "D")


def disappearances(records: pd.DataFrame) -> pd.DataFrame:
    """Return the registrations of a disappearance: open or closed telex cases, and MOB departures."""
    gone = records[records["register"].isin(MISSING["registers"]) & records["missing_since"].notna()]
    is_departure = gone["register"].eq("mob")
    gone = gone[~is_departure | gone["departure_category"].eq(MISSING["mob_category"])]
    return gone[gone["missing_status"].fillna("open").ne("withdrawn")]


def missing_and_resurfaced(
    records: pd.DataFrame, resurfacings: pd.DataFrame, persons: pd.Index, night: np.datetime64
) -> pd.DataFrame:
    """Return per person missing_since, missing_registers, is_mob, days_missing and the three columns on resurfacing.

    The disappearance shown is the one that ended in resurfacing, else the first that is still open, else the last.
    days_missing runs to resurfacing (yes only), else to the day found, else to the night.
    """
    gone = disappearances(records)
    back = _best_resurfacing(resurfacings, persons)
    shown = _shown_disappearance(gone, back, persons)
    since, found = shown["since"].to_numpy(), shown["found"].to_numpy()
    is_back = back["status"].eq("yes").to_numpy()
    end = np.where(is_back, days(back["resurfaced_on"]), np.where(np.isnat(found), night, found))
    apart = (end.astype("datetime64[D]") - since.astype("datetime64[D]")).astype(float)
    counted = pd.Series(np.where(np.isnat(since), np.nan, np.maximum(apart, 0)), index=persons).astype("Int64")
    is_mob = records["register"].eq("mob") & records["departure_category"].eq(MISSING["mob_category"])
    return pd.DataFrame(
        {
            "missing_since": to_dates(since.astype("datetime64[D]"), persons),
            "missing_registers": united_lists(gone, "register", persons),
            "is_mob": is_mob.groupby(records["person_id"]).any().reindex(persons).astype(bool),
            "resurfaced_as_victim": back["status"].fillna("no").astype(object),
            "resurfaced_on": back["resurfaced_on"],
            "resurfaced_in": back["victim_register"],
            "days_missing": counted,
        },
        index=persons,
    )


def shown_resurfacings(resurfacings: pd.DataFrame) -> pd.DataFrame:
    """Return of each person the resurfacing to be shown: certain before possible; the first certain, the likeliest
    possible one.

    An encounter ends the latest disappearance before it: who went missing twice was back in between. Of one episode
    that several registers report the first day holds.
    """
    seen = resurfacings[resurfacings["status"].isin(["yes", "possible"])]
    is_possible = seen["status"].eq("possible")
    likely = (-seen["match_probability"].astype(float)).where(is_possible, 0.0)
    latest_first = -_episode_numbers(seen["person_id"], seen["missing_since"])
    order = ["is_possible", "likely", "resurfaced_on", "latest_first", "missing_since", "missing_record_id"]
    seen = seen.assign(is_possible=is_possible, likely=likely, latest_first=latest_first)
    return seen.sort_values([*order, "victim_record_id"]).drop_duplicates("person_id")


def _best_resurfacing(resurfacings: pd.DataFrame, persons: pd.Index) -> pd.DataFrame:
    best = shown_resurfacings(resurfacings).set_index("person_id").reindex(persons)
    columns = ["status", "resurfaced_on", "victim_register", "missing_record_id", "missing_since"]
    return best[columns].astype(object).where(best[columns].notna(), None)


def _shown_disappearance(gone: pd.DataFrame, back: pd.DataFrame, persons: pd.Index) -> pd.DataFrame:
    since, found = days(gone["missing_since"]), days(gone["found_on"])
    ended = gone["record_id"].isin(set(back["missing_record_id"].dropna())).to_numpy()
    is_open = np.isnat(found) & gone["missing_status"].fillna("open").eq("open").to_numpy()
    number = since.astype(np.int64)
    order = np.where(is_open, number, -number)
    preferred = np.select([ended, is_open], [0, 1], default=2)
    place = np.lexsort((order, preferred))
    shown = pd.DataFrame({"person_id": gone["person_id"].to_numpy(), "since": since, "found": found}).iloc[place]
    return shown.drop_duplicates("person_id").set_index("person_id").reindex(persons)


def episode_counts(records: pd.DataFrame, persons: pd.Index) -> pd.Series:
    """Return the number of separate events per person, at least one (R65, R66).

    Disappearances, and encounters, each further apart than the declared gap are counted; a disappearance and the
    encounter that ends it are one story, so the larger of the two numbers holds. A telex case that was reopened counts
    each time.
    """
    gone = disappearances(records)
    reopened = (
        (records["episode_count"].astype("Int64").fillna(1) - 1).clip(lower=0).groupby(records["person_id"]).sum()
    )
    lost = _separate_days(gone["person_id"], gone["missing_since"], persons)
    lost = lost + reopened.reindex(persons).fillna(0).astype(int)
    met = _separate_days(records["person_id"], records["encountered_on"], persons)
    return pd.concat([lost, met], axis=1).max(axis=1).clip(lower=1).astype("Int64")


def _separate_days(person_ids: pd.Series, dates: pd.Series, persons: pd.Index) -> pd.Series:
    known = dates.notna().to_numpy()
    numbers = _episode_numbers(person_ids[known], dates[known])
    return numbers.groupby(person_ids[known]).max().reindex(persons).fillna(0).astype(int)


def _episode_numbers(person_ids: pd.Series, dates: pd.Series) -> pd.Series:
    """Number of the episode of each day, from 1 per person, in order of time; index and order of `dates`."""
    events = pd.DataFrame({"person_id": person_ids.to_numpy(), "day": days(dates).astype(np.int64)}, index=dates.index)
    events = events.sort_values(["person_id", "day"], kind="stable")
    is_same_person = events["person_id"].eq(events["person_id"].shift())
    is_new = ~(is_same_person & (events["day"].diff() <= GAP_DAYS))
    return is_new.astype(int).groupby(events["person_id"]).cumsum().reindex(dates.index)


def is_ama(records: pd.DataFrame, is_minor_when_missing: pd.Series, persons: pd.Index) -> pd.Series:
    """Return whether a person is an unaccompanied minor asylum seeker: yes, no or not_recorded (R12, R13, point 11).

    Yes when a register says unaccompanied, VERMIST AMA or status ama, unless the person was an adult when missing; no
    only when a register says accompanied.
    """
    alone = records["unaccompanied"].astype("boolean")
    says_yes = alone.fillna(False) | records["missing_category"].eq(MISSING["ama_category"])
    says_yes |= records["residence_status"].eq(MISSING["ama_status"])
    says_no = ~alone.fillna(True)
    yes, no = (
        said.astype(bool).groupby(records["person_id"]).any().reindex(persons).to_numpy(dtype=bool)
        for said in (says_yes, says_no)
    )
    adult = is_minor_when_missing.eq("no").to_numpy()
    answer = np.select([yes & ~adult, yes | no], ["yes", "no"], default="not_recorded")
    return pd.Series(answer, index=persons, dtype=object)
