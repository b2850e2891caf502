"""A reviewer judges a pair: what is seen, what is kept back, and that it counts as a verdict given by command does."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text

REASON = "zelfde litteken, bevestigd door de voogd"


@pytest.fixture(autouse=True)
def clean_log(published):
    yield
    with published.engine.begin() as connection:
        connection.execute(text("DELETE FROM registers.judgement"))
        connection.execute(text("DELETE FROM portal.lease"))


@pytest.fixture
def taken(signed_in):
    """A reviewer who has the first pair of the queue before them: the client and the page."""
    client = signed_in("reviewer", purpose="review")
    answer = client.post("/beoordelen/neem/")
    assert answer.headers["Location"] == "/beoordelen/paar/"
    return client, client.get("/beoordelen/paar/").content.decode()


def leased_pair(published):
    with published.engine.connect() as connection:
        query = """
            SELECT lease.record_id_l, lease.record_id_r, link.match_probability, link.explanation_nl
            FROM portal.lease JOIN monitoring.link USING (record_id_l, record_id_r) WHERE account = 'reviewer'
        """
        return connection.execute(text(query)).one()


def test_the_reviewer_sees_names_and_birth_dates_of_the_leased_pair(taken, published):
    _client, page = taken
    pair = leased_pair(published)
    with published.engine.connect() as connection:
        query = "SELECT family_name FROM registers.record WHERE record_id IN (:one, :other)"
        names = connection.execute(text(query), {"one": pair.record_id_l, "other": pair.record_id_r}).scalars().all()
    from django.utils.html import escape

    assert len(names) == 2 and all(escape(name or "–") in page for name in names)


def test_neither_the_probability_nor_a_weight_is_on_the_page_before_the_verdict(taken, published):
    client, page = taken
    pair = leased_pair(published)
    assert pair.explanation_nl not in page
    assert not re.search(r"\([+-]\d+,\d\)|[≥<]? ?0,\d\d\b", page.split("<main")[1])
    told = client.post("/beoordelen/oordeel/", {"verdict": "different", "reason": REASON}, follow=True).content.decode()
    assert pair.explanation_nl in told


def test_a_verdict_stands_in_the_log_as_one_given_by_the_command(taken, published):
    client, _page = taken
    pair = leased_pair(published)
    answer = client.post("/beoordelen/oordeel/", {"verdict": "same", "reason": f"  {REASON}\n"})
    columns = (
        "record_id_l, record_id_r, key_l, key_r, verdict, undoes, reason, judged_by, night, seen_l, seen_r, origin"
    )
    with published.engine.connect() as connection:
        given = connection.execute(text(f"SELECT {columns} FROM registers.judgement")).one()
        number = connection.execute(text("SELECT judgement_id FROM registers.judgement")).scalar_one()
    assert answer.headers["Location"] == f"/beoordelen/gedaan/{number}/"
    with published.engine.begin() as connection:
        connection.execute(text("DELETE FROM registers.judgement"))
    from datetime import UTC, datetime

    from monitoring.judgement_log import judge

    judge(published.engine, given.key_r, given.key_l, "same", REASON, "reviewer", datetime.now(UTC))
    with published.engine.connect() as connection:
        by_command = connection.execute(text(f"SELECT {columns} FROM registers.judgement")).one()
    assert given == by_command
    assert (given.record_id_l, given.record_id_r) == (pair.record_id_l, pair.record_id_r)


def test_the_page_says_that_a_verdict_counts_from_the_next_night_and_the_pair_leaves_the_queue(taken, published):
    client, _page = taken
    pair = leased_pair(published)
    told = client.post("/beoordelen/oordeel/", {"verdict": "unsure", "reason": REASON}, follow=True).content.decode()
    assert "telt mee vanaf de volgende nacht" in told
    given = client.get("/beoordelen/oordelen/").content.decode()
    assert "niet te zeggen" in given and "telt mee vanaf de volgende nacht" in given and REASON not in given
    assert f"{pair.record_id_l} {pair.record_id_r}" not in client.get("/beoordelen/").content.decode()


def test_an_undone_verdict_brings_the_pair_back_to_the_queue(taken, published):
    client, _page = taken
    pair = leased_pair(published)
    told = client.post("/beoordelen/oordeel/", {"verdict": "same", "reason": REASON})
    number = told.headers["Location"].split("/")[-2]
    page = client.post("/beoordelen/herroep/", {"number": number, "reason": "vergissing"}, follow=True).content.decode()
    assert f"Oordeel {number} is herroepen" in page
    assert f"{pair.record_id_l} {pair.record_id_r}" in client.get("/beoordelen/").content.decode()
    again = client.post("/beoordelen/herroep/", {"number": number, "reason": "nog eens"}, follow=True).content.decode()
    assert "al herroepen" in again


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"verdict": "same"}, "Geef een reden"),
        ({"verdict": "same", "reason": " \t"}, "Geef een reden"),
        ({"verdict": "same", "reason": "nul\0teken"}, "Geef een reden"),
        ({"reason": REASON}, "Kies een oordeel"),
        ({"verdict": "undo", "reason": REASON}, "Kies een oordeel"),
    ],
)
def test_a_verdict_without_a_reason_or_a_choice_is_asked_for_again(taken, sent, said):
    client, _page = taken
    answer = client.post("/beoordelen/oordeel/", sent)
    assert answer.status_code == 400 and said in answer.content.decode()


def test_another_reviewer_is_given_another_pair_and_cannot_take_a_leased_one(taken, signed_in, account, published):
    pair = leased_pair(published)
    other = signed_in(account("second", "reviewer"), purpose="review")
    said = other.post("/beoordelen/neem/", {"pair": f"{pair.record_id_l} {pair.record_id_r}"}, follow=True)
    assert "Een andere beoordelaar heeft dit paar" in said.content.decode()
    assert other.post("/beoordelen/neem/").headers["Location"] == "/beoordelen/paar/"
    with published.engine.connect() as connection:
        leases = connection.execute(text("SELECT record_id_l, record_id_r FROM portal.lease")).all()
    assert len(set(leases)) == 2


def test_a_verdict_on_a_pair_that_is_not_leased_is_refused(signed_in, published):
    client = signed_in("reviewer", purpose="review")
    page = client.post("/beoordelen/oordeel/", {"verdict": "same", "reason": REASON}, follow=True).content.decode()
    assert "Neem het opnieuw" in page
    with published.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM registers.judgement")).scalar_one() == 0


def test_a_verdict_on_registrations_that_changed_meanwhile_is_refused(taken, published):
    client, _page = taken
    pair = leased_pair(published)
    change = "UPDATE registers.membership SET content = :content WHERE record_id = :one"
    with published.engine.begin() as connection:
        read = text("SELECT content FROM registers.membership WHERE record_id = :one")
        before = connection.execute(read, {"one": pair.record_id_l}).scalar_one()
        connection.execute(text(change), {"content": "x", "one": pair.record_id_l})
    try:
        page = client.post("/beoordelen/oordeel/", {"verdict": "same", "reason": REASON}, follow=True).content.decode()
    finally:
        with published.engine.begin() as connection:
            connection.execute(text(change), {"content": before, "one": pair.record_id_l})
    assert "Bekijk het paar opnieuw" in page


def test_pairs_of_which_a_verdict_changes_most_come_first(signed_in, published):
    from monitoring.web.review_queue import awaiting

    signed_in("reviewer")
    order = ["missing", "count"]
    effects = [order.index(pair["effect"]) if pair["effect"] in order else 2 for pair in awaiting()]
    assert effects == sorted(effects) and len(effects) > 2


def test_only_the_one_who_gave_a_verdict_sees_it_told(taken, signed_in, account):
    client, _page = taken
    told = client.post("/beoordelen/oordeel/", {"verdict": "same", "reason": REASON}).headers["Location"]
    assert client.get(told).status_code == 200
    assert signed_in(account("second", "reviewer")).get(told).status_code == 404
