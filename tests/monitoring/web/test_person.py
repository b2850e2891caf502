"""One person on the page: registrations side by side, evidence, candidates, history of the number."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from monitoring.dictionary import TABLES


def one(published, query):
    with published.engine.connect() as connection:
        return connection.execute(text(query)).first()


def test_each_registration_of_a_person_stands_beside_the_others(signed_in, published):
    person, count = one(
        published,
        "SELECT person_id, registration_count FROM monitoring.person ORDER BY registration_count DESC LIMIT 1",
    )
    page = signed_in("reader").get(f"/personen/{person}/").content.decode()
    assert f"{count} registraties naast elkaar" in page
    with published.engine.connect() as connection:
        query = text("SELECT record_id FROM monitoring.registration WHERE person_id = :person")
        records = connection.execute(query, {"person": person}).scalars().all()
    assert count > 2 and all(record in page for record in records)


@pytest.fixture
def described():
    return dict.fromkeys(TABLES["registration"].columns)


def test_a_field_on_which_registers_disagree_is_marked_and_an_empty_one_left_out(published, described):
    from monitoring.web.pages.person import side_by_side

    compared = side_by_side(
        [described | {"sex": "female", "main_group": "other"}, described | {"sex": "male"}], ["sex"]
    )
    assert [(row["name"], row["cells"], row["is_conflict"]) for row in compared] == [
        ("sex", ["vrouw", "man"], True),
        ("main_group", ["alleen andere sectoren", "–"], False),
    ]


def test_conflicts_are_told_in_words(signed_in, published):
    person, fields = one(
        published, "SELECT person_id, conflicting_fields FROM monitoring.person WHERE 'sex' = ANY (conflicting_fields)"
    ) or (None, None)
    if person is None:
        person, fields = one(
            published, "SELECT person_id, conflicting_fields FROM monitoring.person WHERE conflicting_fields <> '{}'"
        )
    page = signed_in("reader").get(f"/personen/{person}/").content.decode()
    from monitoring.web.words import HEADINGS

    assert "De registers zijn het oneens over" in page
    assert all(HEADINGS[field]["nl"] in page for field in fields)


IN_REVIEW = "SELECT person_id_l, match_probability, explanation_nl FROM monitoring.link WHERE status = 'review' LIMIT 1"


def test_who_may_judge_does_not_see_the_probability_of_a_pair_that_awaits_a_verdict(signed_in, published):
    person, _probability, explanation = one(published, IN_REVIEW)
    assert explanation in signed_in("reader").get(f"/personen/{person}/").content.decode()
    page = signed_in("reviewer").get(f"/personen/{person}/").content.decode()
    assert explanation not in page and "na uw oordeel" in page


def test_candidates_of_a_missing_child_show_no_weights_to_who_may_judge(signed_in, published):
    person, reason = one(
        published, "SELECT person_id, reason_nl FROM monitoring.candidate ORDER BY rank, person_id LIMIT 1"
    )
    assert reason in signed_in("reader").get(f"/personen/{person}/").content.decode()
    assert reason not in signed_in("reviewer").get(f"/personen/{person}/").content.decode()


def test_a_number_that_was_never_given_is_not_found(signed_in):
    assert signed_in("reader").get("/personen/W-99999999/").status_code == 404


@pytest.fixture
def merged(published):
    with published.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO monitoring.successor (person_id, current_person_id, status, since, night) "
                "SELECT 'W-00900001', person_id, 'merged', night, night FROM monitoring.person ORDER BY 1 LIMIT 1"
            )
        )
    yield "W-00900001"
    with published.engine.begin() as connection:
        connection.execute(text("DELETE FROM monitoring.successor WHERE person_id = 'W-00900001'"))


def test_a_number_that_went_into_another_leads_there(signed_in, merged):
    page = signed_in("reader").get(f"/personen/{merged}/").content.decode()
    assert "opgegaan in W-0000000" in page and 'href="/personen/W-0000000' in page


def test_looking_at_a_person_is_logged_with_the_purpose(signed_in, published):
    signed_in("reader", purpose="case").get("/personen/W-00000001/")
    line = one(published, "SELECT account, action, subject, purpose FROM portal.audit ORDER BY entry_id DESC LIMIT 1")
    assert tuple(line) == ("reader", "viewed_person", "W-00000001", "case")


def test_every_person_of_the_sample_can_be_shown_in_both_languages(signed_in, published):
    with published.engine.connect() as connection:
        persons = connection.execute(text("SELECT person_id FROM monitoring.person")).scalars().all()
    client = signed_in("reviewer")
    assert {client.get(f"/personen/{person}/").status_code for person in persons} == {200}
    client.post("/taal/", {"language": "en", "next": "/"})
    assert {client.get(f"/personen/{person}/").status_code for person in persons[:40]} == {200}
