"""The scenarios of the rule book (domain.md section 5) as rows of the table."""

from __future__ import annotations

import random
from datetime import date

import pandas as pd
import pytest

from connectors.records import records_frame
from monitoring.dictionary import CANDIDATE_TABLES, TABLES


def anne(registration, found_on=None):
    """S01: a runaway on the telex, known to youth care, met by the police under a false name and an adult's age."""
    return (
        registration(
            "telex", "T1", "1987-11-20", sex="female", nationality=["NLD"], missing_since="2004-03-08",
            registered_on="2004-03-08", reported_on="2004-03-08", missing_category="runaway", missing_status="open",
            reported_missing=True, episode_count=1, found_on=found_on,
        ),
        registration(
            "youth_care", "B1", "1987-11-20", sex="female", nationality=["NLD"], registered_on="2003-10-14",
            reported_on="2003-10-14", heading="parenting", at_school="yes",
        ),
        registration(
            "ikps", "I1", "1984-06-02", sex="female", nationality=["NLD"], encountered_on="2004-03-19",
            registered_on="2004-05-30", certainty="suspicion", exploitation_forms=["prostitution"], place="den haag",
            reporter_kind="police", signal_points=12, complaint_filed=False,
        ),
    )  # fmt: skip


def test_s01_anne_is_one_child_seen_again_and_a_minor_in_doubt(registration, person, resurfacing):
    telex, youth_care, ikps = anne(registration)
    row = person(telex, youth_care, ikps, resurfacings=[resurfacing("W-00000001", telex, ikps)])
    assert row["registers"] == ["ikps", "telex", "youth_care"]
    assert (row["registration_count"], row["register_count"]) == (3, 3)
    assert (row["is_double_within_register"], row["is_double_across_registers"]) == (False, True)
    assert (row["birth_year"], row["age_at_encounter"], row["age_at_registration"]) == (1987, 16, 15)
    assert (row["age_band"], row["is_minor_at_encounter"], row["is_minority_doubtful"]) == ("16-17", "yes", True)
    assert (row["resurfaced_as_victim"], row["resurfaced_in"], row["days_missing"]) == ("yes", "ikps", 11)
    assert (row["resurfaced_on"], row["missing_since"]) == (date(2004, 3, 19), date(2004, 3, 8))
    assert (row["main_group"], row["victim_status"], row["complaint_filed"]) == ("prostitution", "potential", "no")
    assert (row["is_counted"], row["not_counted_reason"]) == (False, "R32 alleen IKPS")
    assert row["conflicting_fields"] == ["birth_date", "birth_year"]
    assert row["is_minor_at_recruitment"] == "yes"


def test_s01_an_stv_report_after_the_second_check_makes_her_count(registration, person):
    stv = registration(
        "stv", "V1", "1987-11-20", certainty="actual", exploitation_forms=["prostitution"], loverboy=True,
        encountered_on="2004-03-19", registered_on="2004-04-01", sex="female",
    )  # fmt: skip
    row = person(*anne(registration), stv)
    assert (row["victim_status"], row["is_counted"], row["not_counted_reason"]) == ("actual", True, None)
    assert (row["loverboy"], row["is_minority_doubtful"]) == ("yes", True)


def test_s02_yena_is_one_victim_whose_false_passport_does_not_make_her_an_adult(registration, person, pair):
    ikps = registration(
        "ikps", "I2", "1984-12-12", sex="female", nationality=["ESP"], encountered_on="2004-04-02",
        registered_on="2004-04-03", certainty="suspicion", document_status="false", place="leeuwarden",
    )  # fmt: skip
    stv = registration(
        "stv", "2004/2", "1988-09-01", sex="female", nationality=["ROU"], country_of_origin="ROU",
        encountered_on="2004-04-02", registered_on="2004-04-05", reported_on="2004-04-05", certainty="actual",
        exploitation_forms=["prostitution"], b9_stage="reflection_period", reporter_kind="police", stated_age=15,
        stated_age_on="2004-04-05",
    )  # fmt: skip
    row = person(ikps, stv, pairs=[pair(ikps, stv, "link", "probable", 0.82)])
    assert (row["nationality"], row["country_of_origin"], row["birth_year"]) == ("ROU", "ROU", 1988)
    assert (row["age_at_encounter"], row["is_counted"], row["victim_status"]) == (15, True, "actual")
    assert row["is_minority_doubtful"]
    assert (row["link_status"], row["b9_stage"]) == ("probable", "reflection_period")
    assert row["conflicting_fields"] == ["birth_date", "birth_year", "nationality"]
    assert row["episode_count"] == 1


def test_s05_xiaoxing_left_the_centre_and_was_found_by_the_police(registration, person, pair, resurfacing):
    mob = registration(
        "mob", "M5", "1990-02-10", sex="male", nationality=["CHN"], departed_on="2004-03-12",
        missing_since="2004-03-12", departure_category="address_check", registered_on="2004-03-20",
        unaccompanied=True, guardian_assigned=True, reported_missing=True, reported_missing_on="2004-03-29",
    )  # fmt: skip
    telex = registration(
        "telex", "T5", "1990-02-10", sex="male", nationality=["CHN"], missing_since="2004-03-12",
        registered_on="2004-03-29", missing_category="missing_ama", missing_status="open", unaccompanied=True,
        reported_missing=True,
    )  # fmt: skip
    ikps = registration(
        "ikps", "I5", "1989-02-10", sex="male", nationality=["CHN"], encountered_on="2004-09-15",
        registered_on="2005-01-20", certainty="suspicion", residence_status="none", complaint_filed=True,
        document_status="none", place="amsterdam",
    )  # fmt: skip
    pairs = [pair(mob, telex, "link", "certain", 0.999), pair(telex, ikps, "link", "certain", 0.99)]
    back = [resurfacing("W-00000001", mob, ikps), resurfacing("W-00000001", telex, ikps)]
    row = person(mob, telex, ikps, pairs=pairs, resurfacings=back)
    assert (row["is_ama"], row["is_mob"], row["missing_registers"]) == ("yes", True, ["mob", "telex"])
    assert (row["guardian_assigned"], row["reported_missing"], row["complaint_filed"]) == ("yes", "yes", "yes")
    assert (row["resurfaced_as_victim"], row["days_missing"]) == ("yes", 187)
    assert (row["residence_status"], row["link_status"], row["is_minority_doubtful"]) == ("none", "certain", False)
    assert row["link_probability"] == 0.97


def test_s22_one_victim_with_two_identities_is_a_double_within_the_register(registration, person):
    event = {"encountered_on": "2004-02-02", "registered_on": "2004-02-09", "place": "rotterdam", "sex": "female"}
    true = registration("ikps", "I22", "1987-05-05", nationality=["SLE"], certainty="suspicion", **event)
    false = registration("ikps", "I23", "1983-01-01", nationality=["NGA"], document_status="false", **event)
    row = person(true, false)
    assert (row["is_double_within_register"], row["is_double_across_registers"]) == (True, False)
    assert (row["birth_year"], row["nationality"], row["age_at_encounter"]) == (1987, "SLE", 16)
    assert row["conflicting_fields"] == ["birth_year", "nationality"]
    assert row["is_minority_doubtful"]


def test_s53_a_departure_without_guardian_is_missing_and_not_a_victim(registration, consolidated):
    singh = registration(
        "mob", "M53", "1989", sex="male", nationality=["IND"], departed_on="2005-01-11", missing_since="2005-01-11",
        departure_category="address_check", registered_on="2005-01-12", unaccompanied=True, guardian_assigned=False,
        reported_missing=False,
    )  # fmt: skip
    tables = consolidated([singh])
    (row,) = tables["person"].to_dict("records")
    assert (row["victim_status"], row["not_counted_reason"]) == ("none", "geen slachtoffer")
    assert (row["resurfaced_as_victim"], row["days_missing"], row["guardian_assigned"]) == ("no", 21, "no")
    assert (row["age_at_encounter"], row["age_at_registration"], row["age_band"]) == (None, 15, "13-15")
    assert tables["alert"]["kind"].tolist() == ["mob_without_guardian", "mob_without_missing_report"]


def test_s56_missing_at_17_and_met_at_18_was_recruited_as_a_minor(registration, person, resurfacing):
    mob = registration(
        "mob", "M56", "1986-03-01", departed_on="2004-02-20", missing_since="2004-02-20", registered_on="2004-02-21",
        departure_category="address_check", unaccompanied=True,
    )  # fmt: skip
    stv = registration(
        "stv", "V56", "1986-03-01", encountered_on="2004-03-05", registered_on="2004-03-08", certainty="actual",
        exploitation_forms=["prostitution"],
    )  # fmt: skip
    row = person(mob, stv, resurfacings=[resurfacing("W-00000001", mob, stv)])
    assert (row["resurfaced_as_victim"], row["is_minor_when_missing"]) == ("yes", "yes")
    assert (row["age_at_encounter"], row["is_minor_at_encounter"], row["age_band"]) == (18, "no", "18+")
    assert row["is_minor_at_recruitment"] == "yes"
    assert row["age_at_recruitment"] is None
    assert row["is_counted"] is False
    assert row["not_counted_reason"] == "R9 meerderjarig bij aantreffen, minderjarig bij ronseling"


VICTIMS = [
    ("STV, actual, 15", "stv", "1989-03-03", {"certainty": "actual"}, None),
    ("STV, suspicion", "stv", "1989-03-03", {"certainty": "suspicion"}, "R31 vermoeden"),
    ("STV, certainty not recorded", "stv", "1989-03-03", {}, "R31 vermoeden"),
    ("STV, 20", "stv", "1984-03-03", {"certainty": "actual"}, "R3 meerderjarig"),
    ("STV, age unknown", "stv", "", {"certainty": "actual"}, "R3 leeftijd onbekend"),
    ("STV, 17 or 18", "stv", "1986", {"certainty": "actual"}, "R3 minderjarigheid niet bevestigd"),
    ("IKPS only", "ikps", "1989-03-03", {"certainty": "suspicion"}, "R32 alleen IKPS"),
    ("IKPS is never actual", "ikps", "1989-03-03", {"certainty": "actual"}, "R32 alleen IKPS"),
    (
        "youth care that names a form", "youth_care", "1989-03-03",
        {"certainty": "actual", "exploitation_forms": ["domestic_work"]}, None,
    ),
    ("youth care without a form", "youth_care", "1989-03-03", {"certainty": "actual"}, "geen slachtoffer"),
    ("telex", "telex", "1989-03-03", {"missing_since": "2004-05-01"}, "geen slachtoffer"),
    (
        "the number of victims unknown counts one", "stv", "1989-03-03",
        {"certainty": "actual", "persons_in_case": None},
        None,
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("register", "born", "columns", "reason"), [c[1:] for c in VICTIMS], ids=[c[0] for c in VICTIMS]
)
def test_who_counts_and_why_not(registration, person, register, born, columns, reason):
    row = person(registration(register, "1", born, encountered_on="2004-05-20", registered_on="2004-05-21", **columns))
    assert row["not_counted_reason"] == reason
    assert row["is_counted"] is (reason is None)


GROUPS = [
    ([["prostitution"]], "prostitution", ["prostitution"]),
    ([["drugs", "hospitality"]], "other", ["drugs", "hospitality"]),
    ([["prostitution"], ["drugs"]], "both", ["drugs", "prostitution"]),
    ([[]], None, []),
]


@pytest.mark.parametrize(("forms", "group", "united"), GROUPS)
def test_main_groups_are_disjoint_and_forms_are_united(registration, person, forms, group, united):
    row = person(*(registration("stv", str(at), exploitation_forms=named) for at, named in enumerate(forms)))
    assert (row["main_group"], row["exploitation_forms"]) == (group, united)


def test_what_no_register_recorded_stays_unknown(registration, person):
    row = person(registration("ikps", "1", encountered_on="2004-05-20", registered_on="2004-05-21"))
    for column in ("sex", "nationality", "country_of_origin", "residence_status", "intent", "main_group", "b9_stage"):
        assert row[column] is None, column
    for column in ("loverboy", "complaint_filed", "guardian_assigned", "reported_missing", "is_ama"):
        assert row[column] == "not_recorded", column
    assert (row["age_band"], row["is_minor_at_encounter"], row["is_minority_doubtful"]) == (
        "unknown",
        "not_recorded",
        True,
    )
    assert (row["birth_year"], row["missing_since"], row["days_missing"]) == (None, None, None)
    assert (row["link_status"], row["open_review_count"], row["episode_count"]) == ("single", 0, 1)


def test_a_narrower_birth_date_that_agrees_makes_the_trusted_one_precise(registration, person):
    row = person(
        registration("youth_care", "1", "1987", registered_on="2004-06-15"),
        registration("telex", "2", "1987-02-03", registered_on="2004-06-16"),
    )
    assert (row["age_at_registration"], row["conflicting_fields"]) == (17, [])


def test_without_a_day_of_entry_the_age_band_is_that_of_the_report_or_of_the_departure(registration, person):
    telex = person(registration("telex", "1", "1990-02-10", reported_on="2004-03-29", missing_since="2004-03-12"))
    assert (telex["first_registered_on"], telex["age_at_registration"], telex["age_band"]) == (
        date(2004, 3, 29),
        14,
        "13-15",
    )
    mob = person(registration("mob", "1", "1990-02-10", departed_on="2003-01-31", departure_category="expulsion"))
    assert (mob["first_registered_on"], mob["age_at_registration"], mob["age_band"]) == (None, None, "9-12")


def test_a_found_child_is_missing_until_the_day_found(registration, person):
    row = person(registration("telex", "1", missing_since="2004-03-01", found_on="2004-03-11", missing_status="found"))
    assert (row["days_missing"], row["resurfaced_as_victim"]) == (10, "no")


def test_the_open_disappearance_is_shown_before_one_that_ended(registration, person):
    found = registration("telex", "1", missing_since="2003-03-01", found_on="2003-03-11", missing_status="found")
    row = person(found, registration("telex", "2", missing_since="2004-12-02", missing_status="open"))
    assert (row["missing_since"], row["days_missing"], row["episode_count"]) == (date(2004, 12, 2), 61, 2)


def test_a_withdrawn_telex_is_no_disappearance(registration, person):
    row = person(registration("telex", "1", missing_since="2004-03-01", missing_status="withdrawn"))
    assert (row["missing_since"], row["missing_registers"]) == (None, [])


EPISODES = [
    ("a telex case opened twice", [("telex", {"missing_since": "2004-03-01", "episode_count": 2})], 2),
    (
        "expelled and back after three months",
        [("ikps", {"encountered_on": "2004-01-01"}), ("ikps", {"encountered_on": "2004-04-01"})],
        2,
    ),
    (
        "the guardian reported weeks later",
        [
            ("mob", {"missing_since": "2004-03-01", "departure_category": "address_check"}),
            ("telex", {"missing_since": "2004-03-25"}),
        ],
        1,
    ),
    (
        "missing and met are one story",
        [("telex", {"missing_since": "2004-03-01"}), ("ikps", {"encountered_on": "2004-09-01"})],
        1,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "episodes"), [c[1:] for c in EPISODES], ids=[c[0] for c in EPISODES])
def test_episodes(registration, person, rows, episodes):
    made = [registration(register, str(at), **columns) for at, (register, columns) in enumerate(rows)]
    assert person(*made)["episode_count"] == episodes


def test_a_pair_in_review_shows_at_both_persons(registration, consolidated, pair, resurfacing):
    telex, _, ikps = anne(registration)
    tables = consolidated(
        [telex], [ikps], pairs=[pair(telex, ikps, "review", "possible", 0.4)],
        resurfacings=[resurfacing("W-00000001", telex, ikps, "possible", 0.4)],
    )  # fmt: skip
    persons = tables["person"].set_index("person_id")
    assert persons["link_status"].tolist() == ["in_review", "in_review"]
    assert persons["open_review_count"].tolist() == [1, 1]
    assert persons["resurfaced_as_victim"].tolist() == ["possible", "no"]
    assert persons.loc["W-00000001", "days_missing"] == (date(2005, 2, 1) - date(2004, 3, 8)).days
    assert tables["resurfacing"]["victim_person_id"].tolist() == ["W-00000002"]


def test_who_went_missing_twice_is_missing_since_the_last_time(registration, person, resurfacing):
    """An encounter belongs to the latest disappearance before it, and of that one to the register that knew first."""
    first = registration("telex", "T1", "1988-02-02", missing_since="2003-05-01", missing_status="open")
    centre = registration(
        "mob", "M1", "1988-02-02", missing_since="2004-03-12", departed_on="2004-03-12",
        departure_category="address_check",
    )  # fmt: skip
    second = registration("telex", "T2", "1988-02-02", missing_since="2004-03-29", missing_status="open")
    met = registration("ikps", "I1", "1986-02-02", encountered_on="2004-04-12", registered_on="2004-05-01")
    back = [resurfacing("W-00000001", gone, met) for gone in (first, centre, second)]
    row = person(first, centre, second, met, resurfacings=back)
    assert (row["missing_since"], row["days_missing"]) == (date(2004, 3, 12), 31)
    assert (row["resurfaced_as_victim"], row["resurfaced_on"]) == ("yes", date(2004, 4, 12))


def test_candidates_are_rows_of_their_own_and_say_nothing_of_the_person(registration, consolidated, candidate):
    telex, _, ikps = anne(registration)
    stv = registration("stv", "V1", encountered_on="2004-05-01", certainty="actual")
    persons = ("W-00000001", "W-00000002"), ("W-00000001", "W-00000003")
    tables = consolidated(
        [telex], [ikps], [stv],
        candidates=[candidate(persons[1], telex, stv, rank=2), candidate(persons[0], telex, ikps)],
    )  # fmt: skip
    found = tables["candidate"]
    assert found["rank"].tolist() == [1, 2]
    assert found["victim_register"].tolist() == ["ikps", "stv"]
    assert found["shared_contact"].tolist() == [True, True]
    assert tables["person"]["resurfaced_as_victim"].tolist() == ["no", "no", "no"]
    assert tables["person"]["open_review_count"].tolist() == [0, 0, 0]


def test_an_adult_on_a_mob_list_is_no_ama(registration, person):
    row = person(
        registration(
            "mob", "1", "1980-05-05", missing_since="2004-03-01", departure_category="address_check", unaccompanied=True
        )
    )
    assert (row["is_ama"], row["is_minor_when_missing"]) == ("no", "no")


def test_tables_have_the_columns_of_the_dictionary_and_no_order_of_rows_matters(registration, consolidated, pair):
    telex, youth_care, ikps = anne(registration)
    others = [registration("stv", f"V{at}", "1989-05-05", encountered_on="2004-05-05") for at in range(20)]
    persons = [[telex, youth_care, ikps], *([other] for other in others)]
    tables = consolidated(*persons, pairs=[pair(telex, ikps, "link", "certain", 0.99)])
    assert tuple(tables) == CANDIDATE_TABLES
    assert {name: tuple(frame.columns) for name, frame in tables.items()} == {
        name: TABLES[name].column_names for name in CANDIDATE_TABLES
    }
    persons[0] = [ikps, telex, youth_care]
    again = consolidated(*persons, pairs=[pair(telex, ikps, "link", "certain", 0.99)])
    for name, frame in tables.items():
        pd.testing.assert_frame_equal(frame, again[name])


def test_shuffled_registrations_give_the_same_tables(registration, consolidated):
    years = [1980 + at % 10 for at in range(28)]
    rows = [
        registration("stv", f"{at}", f"{year}-05-05", encountered_on="2004-05-05", sex="female", persons_in_case=at)
        for at, year in enumerate(years)
    ]
    persons = [rows[start : start + 4] for start in range(0, 28, 4)]
    first = consolidated(*persons)
    for at, person in enumerate(persons):
        random.Random(at).shuffle(person)
    second = consolidated(*persons)
    for name, frame in first.items():
        pd.testing.assert_frame_equal(frame, second[name])


def test_a_registration_in_no_person_is_an_error(registration):
    from monitoring.consolidate import consolidate

    records = records_frame([registration("stv", "1")])
    members = pd.DataFrame(columns=["record_id", "person_id", "cluster_probability"])
    with pytest.raises(ValueError, match="do not cover each other"):
        consolidate(records, pd.DataFrame(), members, pd.DataFrame(), [], date(2005, 2, 1))
