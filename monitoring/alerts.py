"""Alerts of a night: what somebody has to see. One row per alert; the words stand in `rules.toml`.

An alert holds numbers of persons and registrations, dates and counts, never a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from connectors.codes import label
from monitoring.ages import MINOR_BELOW, age_on, birth_intervals, days
from monitoring.dictionary import TABLES
from monitoring.missing import shown_resurfacings
from monitoring.rules import RULES

TEXTS = RULES["alerts"]
COLUMNS = TABLES["alert"].column_names
CERTAINTY = {"yes": ("zeker", "certainly"), "possible": ("mogelijk", "possibly")}
REGISTER_ALERTS = {
    "late": "register_late",
    "missing": "register_late",
    "refused": "register_refused",
    "failed": "register_refused",
}

Alert = dict[str, Any]


def raise_alerts(
    records: pd.DataFrame,
    resurfacings: pd.DataFrame,
    register_states: Iterable[Mapping[str, Any]],
    night: date,
    findings: pd.DataFrame | None = None,
    judgements: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the alerts of the night, sorted by alert_id.

    `records`: the common record with person_id. `resurfacings`: with victim_register. `register_states`: register,
    status, age_days. `findings`: those about deliveries, connectors.reading.FINDING_COLUMNS. `judgements`: the table
    `judgement`. Columns out: those of the table `alert`.
    """
    alerts = [
        *_resurfaced(resurfacings),
        *_mob_alerts(records),
        *_identities_reused(records),
        *_two_places(records),
        *_registers(register_states),
        *_delivery_gaps(findings),
        *_judgements(judgements),
    ]
    table = pd.DataFrame(alerts, columns=list(COLUMNS), dtype=object).assign(night=night)
    return table.sort_values("alert_id", ignore_index=True)


def _alert(kind: str, subject: str, words: tuple[Mapping[str, object], Mapping[str, object]], **columns: Any) -> Alert:
    said = {
        f"message_{language}": TEXTS[kind][language].format(**_as_read(told, language))
        for language, told in zip(("nl", "en"), words, strict=True)
    }
    return {"alert_id": f"{kind}:{subject}", "kind": kind, **said, **columns}


def _as_read(told: Mapping[str, object], language: str) -> dict[str, object]:
    """What an alert tells, with the register by the name that people know."""
    named = {"register": label("register", str(told["register"]), language)} if "register" in told else {}
    return {**told, **named}


def _resurfaced(resurfacings: pd.DataFrame) -> Iterable[Alert]:
    """The first certain return of a person; without one, the likeliest possible return."""
    for row in shown_resurfacings(resurfacings).to_dict("records"):
        facts = {"register": row["victim_register"], "days": row["days_missing"]}
        nl, en = CERTAINTY[row["status"]]
        yield _alert(
            "resurfaced",
            f"{row['missing_record_id']}:{row['victim_record_id']}",
            ({**facts, "certainty": nl}, {**facts, "certainty": en}),
            status=row["status"],
            person_id=row["person_id"],
            register=row["victim_register"],
            record_id=row["victim_record_id"],
            since=row["resurfaced_on"],
        )


def _mob_alerts(records: pd.DataFrame) -> Iterable[Alert]:
    """Departures of minors with unknown destination, not found again: without a guardian, without a known missing
    report.

    A guardian that is not recorded is not an absent one; a report is known when the list says so or the telex has one
    (S53).
    """
    gone = records[
        records["register"].eq("mob")
        & records["departure_category"].eq(RULES["missing"]["mob_category"])
        & records["found_on"].isna()
    ]
    if gone.empty:
        return
    since = gone["missing_since"].where(gone["missing_since"].notna(), gone["departed_on"])
    youngest = age_on(birth_intervals(gone)["widest_latest"].to_numpy(), days(since))
    # In doubt a minor (R2).
    gone = gone.assign(since=since)[~(youngest >= MINOR_BELOW)]
    on_telex = set(records.loc[records["register"].eq("telex"), "person_id"])
    reported = gone["reported_missing"].astype("boolean").fillna(False) | gone["person_id"].isin(on_telex)
    unguarded = ~gone["guardian_assigned"].astype("boolean").fillna(True)
    for kind, holds in (("mob_without_guardian", unguarded), ("mob_without_missing_report", ~reported)):
        for row in gone.loc[holds.astype(bool), ["record_id", "person_id", "since"]].to_dict("records"):
            yield _alert(kind, row["record_id"], ({}, {}), register="mob", **row)


def _identities_reused(records: pd.DataFrame) -> Iterable[Alert]:
    """One full name and whole birth date with several persons: a rented or lent document (S31, S32)."""
    from connectors.names import plain

    whole = records[records["birth_day"].notna() & records["given_names"].notna() & records["family_name"].notna()]
    names = whole["given_names"] + " " + whole["name_prefix"].fillna("") + " " + whole["family_name"]
    spelled = {name: " ".join(sorted(plain(name).split())) for name in names.unique()}
    keys = ["name", "birth_year", "birth_month", "birth_day"]
    identities = whole[["record_id", "person_id", *keys[1:]]].assign(name=names.map(spelled))
    counted = identities.groupby(keys)["person_id"].nunique().rename("persons").reset_index()
    reused = identities.merge(counted[counted["persons"] > 1], on=keys)
    register = records.set_index("record_id")["register"]
    for row in reused.sort_values("record_id").drop_duplicates("person_id").to_dict("records"):
        words = {"persons": row["persons"]}
        yield _alert(
            "identity_reused",
            row["record_id"],
            (words, words),
            person_id=row["person_id"],
            register=register[row["record_id"]],
            record_id=row["record_id"],
        )


def _two_places(records: pd.DataFrame) -> Iterable[Alert]:
    """One person encountered on one day in places of which neither name holds the other."""
    met = records[records["encountered_on"].notna() & records["place"].notna()]
    keys = ["person_id", "encountered_on"]
    several = met[met.groupby(keys)["place"].transform("nunique") > 1].sort_values("record_id")
    for (person_id, day), rows in several.groupby(keys):
        places = sorted(set(rows["place"]), key=lambda place: (len(place), place))
        apart = [place for at, place in enumerate(places) if not any(short in place for short in places[:at])]
        if len(apart) > 1:
            words = {"places": len(apart)}
            yield _alert(
                "same_person_two_places",
                f"{rows['record_id'].iloc[0]}:{day}",
                (words, words),
                person_id=person_id,
                record_id=rows["record_id"].iloc[0],
                register=rows["register"].iloc[0],
                since=day,
            )


def _registers(register_states: Iterable[Mapping[str, Any]]) -> Iterable[Alert]:
    for state in register_states:
        kind, age = REGISTER_ALERTS.get(str(state["status"])), state.get("age_days")
        if kind is None:
            continue
        has_delivered = age is not None and not np.isnan(age)
        dutch = f"{age} nachten oud" if has_delivered else "nooit geleverd"
        english = f"{age} nights old" if has_delivered else "never delivered"
        words = {"register": state["register"]}
        newest = state.get("newest_delivery")
        yield _alert(
            kind,
            str(state["register"]),
            ({**words, "age": dutch}, {**words, "age": english}),
            status=str(state["status"]),
            register=str(state["register"]),
            since=date.fromisoformat(str(newest)) if newest else None,
        )


def _delivery_gaps(findings: pd.DataFrame | None) -> Iterable[Alert]:
    """Numbers of messages that never came: of each register one alert, which says how many places have a gap."""
    if findings is None:
        return
    gaps = findings[findings["rule"].eq("number_gap")]
    for register, found in gaps.groupby("register"):
        words = {"register": register, "gaps": len(found)}
        yield _alert("delivery_gap", str(register), (words, words), register=str(register))


def _judgements(judgements: pd.DataFrame | None) -> Iterable[Alert]:
    """Verdicts that contradict each other, of each the one that is not followed; and verdicts that became stale."""
    if judgements is None:
        return
    for row in judgements[judgements["state"].eq("contradicted")].to_dict("records"):
        opposed = sorted({int(row["judgement_id"]), *map(int, row["contradicts"])})
        words = {"numbers": ", ".join(map(str, opposed))}
        subject = ":".join(map(str, opposed))
        yield _alert("judgements_contradict", subject, (words, words), **_about(row))
    for row in judgements[judgements["state"].eq("stale")].to_dict("records"):
        told = {"number": int(row["judgement_id"])}
        yield _alert("judgement_stale", str(row["judgement_id"]), (told, told), **_about(row))


def _about(judgement: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "person_id": judgement["person_id_l"],
        "record_id": judgement["record_id_l"],
        "status": judgement["verdict"],
        "since": judgement["judged_night"],
    }
