"""Alerts: what somebody has to see, and when nothing is said."""

from __future__ import annotations

from datetime import date

from connectors.reading import findings_frame

DEPARTURE = {
    "missing_since": "2004-03-12", "departed_on": "2004-03-12", "departure_category": "address_check",
    "registered_on": "2004-03-20",
}  # fmt: skip


def kinds(tables) -> list[str]:
    return tables["alert"]["kind"].tolist()


def test_a_known_guardian_and_a_known_report_raise_nothing(registration, consolidated):
    mob = registration("mob", "1", "1990-02-10", guardian_assigned=True, reported_missing=True, **DEPARTURE)
    assert kinds(consolidated([mob])) == []


def test_a_guardian_that_is_not_recorded_is_not_an_absent_one(registration, consolidated):
    mob = registration("mob", "1", "1990-02-10", reported_missing=True, **DEPARTURE)
    assert kinds(consolidated([mob])) == []


def test_a_telex_of_the_same_child_is_a_known_report(registration, consolidated):
    mob = registration("mob", "1", "1990-02-10", guardian_assigned=True, reported_missing=False, **DEPARTURE)
    telex = registration("telex", "2", "1990-02-10", missing_since="2004-03-12")
    assert kinds(consolidated([mob, telex])) == []
    assert kinds(consolidated([mob], [telex])) == ["mob_without_missing_report"]


def test_adults_found_children_and_other_departures_raise_nothing(registration, consolidated):
    adult = registration("mob", "1", "1980-02-10", guardian_assigned=False, **DEPARTURE)
    found = registration("mob", "2", "1990-02-10", guardian_assigned=False, found_on="2004-04-01", **DEPARTURE)
    expelled = registration(
        "mob", "3", "1990-02-10", guardian_assigned=False, **{**DEPARTURE, "departure_category": "expulsion"}
    )
    assert kinds(consolidated([adult], [found], [expelled])) == []


def test_s31_one_passport_in_two_cities_is_an_identity_reused(registration, consolidated):
    passport = {"given_names": "Grace", "family_name": "Johnson", "encountered_on": "2004-02-02"}
    one = registration("ikps", "I23", "1983-01-01", place="rotterdam", **passport)
    other = registration("ikps", "I31", "1983-01-01", place="groningen", **{**passport, "given_names": "GRACE"})
    sister = registration("ikps", "I40", "1985-01-01", place="utrecht", **passport)
    alerts = consolidated([one], [other], [sister])["alert"]
    assert alerts["alert_id"].tolist() == ["identity_reused:ikps-I23", "identity_reused:ikps-I31"]
    assert alerts["message_en"].str.contains("2 persons").all()
    said = " ".join(alerts.astype(str).agg(" ".join, axis=1)).lower()
    assert "grace" not in said
    assert "1983" not in said


def test_one_person_in_two_places_on_one_day(registration, consolidated):
    day = {"encountered_on": "2004-02-02"}
    one = registration("ikps", "1", "1987-01-05", place="den haag", **day)
    same = registration("stv", "2", "1987-01-05", place="den haag tippelzone", **day)
    far = registration("ikps", "3", "1987-01-05", place="groningen", **day)
    assert kinds(consolidated([one, same])) == []
    assert kinds(consolidated([one, same, far])) == ["same_person_two_places"]


def test_resurfaced_is_said_once_per_person_and_certain_before_possible(registration, consolidated, resurfacing):
    mob = registration("mob", "1", "1990-02-10", guardian_assigned=True, reported_missing=True, **DEPARTURE)
    first = registration("ikps", "2", "1990-02-10", encountered_on="2004-06-01")
    later = registration("stv", "3", "1990-02-10", encountered_on="2004-08-01")
    perhaps = registration("stv", "4", encountered_on="2004-05-01")
    rows = [
        resurfacing("W-00000001", mob, later),
        resurfacing("W-00000001", mob, first),
        resurfacing("W-00000001", mob, perhaps, "possible", 0.3),
    ]
    (alert,) = consolidated([mob, first, later], [perhaps], resurfacings=rows)["alert"].to_dict("records")
    assert (alert["kind"], alert["status"], alert["record_id"]) == ("resurfaced", "yes", "ikps-2")
    assert (alert["since"], alert["person_id"]) == (date(2004, 6, 1), "W-00000001")


def test_registers_that_are_late_missing_or_refused(registration, consolidated):
    states = [
        {"register": "ikps", "status": "ok", "age_days": 0, "newest_delivery": "2005-01-31"},
        {"register": "stv", "status": "late", "age_days": 40, "newest_delivery": "2004-01-01"},
        {"register": "mob", "status": "missing", "age_days": None, "newest_delivery": None},
        {"register": "telex", "status": "refused", "age_days": 3, "newest_delivery": "2005-01-28"},
    ]
    alerts = consolidated([registration("stv", "1")], states=states)["alert"]
    assert alerts["alert_id"].tolist() == ["register_late:mob", "register_late:stv", "register_refused:telex"]
    assert alerts["message_nl"].str.contains("40 nachten oud").sum() == 1
    assert alerts["status"].tolist() == ["missing", "late", "refused"]


def test_a_gap_in_the_numbers_of_messages_is_one_alert_of_the_register(registration, consolidated):
    gap = ("youth_care", "jeugdzorg_20050202.xml", None, "warning", "number_gap", None, "1")
    other = ("youth_care", "jeugdzorg_20050204.xml", None, "warning", "number_gap", None, "2")
    late = ("youth_care", None, None, "warning", "completeness_changed", "sex", "1,0 %; 90,0 %")
    tables = consolidated([registration("stv", "1", "1989-03-03")], findings=findings_frame([gap, other, late]))
    (alert,) = tables["alert"].to_dict("records")
    assert (alert["alert_id"], alert["register"]) == ("delivery_gap:youth_care", "youth_care")
    assert "2 keer" in alert["message_nl"]
    assert "2 times" in alert["message_en"]
