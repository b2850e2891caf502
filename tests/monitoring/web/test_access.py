"""Every route against every role: who may go where, and that what is not declared is open to nobody."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import text

# What each role may see, in plain words of the routes. Whoever adds a route adds it here, or the first test fails.
EVERYBODY = {"sign_in", "language"}
SIGNED_IN = {"first", "sign_out", "purpose", "password", "method"}
MONITORING = {"morning", "persons", "find", "save_view", "person", "missing", "figures"}
REVIEW = {
    "review", "review_take", "review_pair", "review_judge", "review_release", "review_told", "judgements", "review_undo",
}  # fmt: skip
REGISTERS, NIGHTS = {"registers", "register"}, {"nights", "night"}
MAY = {
    "reader": MONITORING | {"download"} | REGISTERS | NIGHTS,
    "reviewer": MONITORING | REVIEW | REGISTERS,
    "engineer": REGISTERS | {"feedback"} | NIGHTS,
    "auditor": {"audit", "audit_download"} | NIGHTS,
}
ARGUMENTS = {
    "person": {"person_id": "W-00000001"},
    "review_told": {"number": 1},
    "register": {"register": "ikps"},
    "feedback": {"register": "ikps", "night": "2005-06-30", "kind": "html"},
    "night": {"night": "2005-06-30"},
}


def routes() -> list[str]:
    from monitoring.web.routes import urlpatterns

    return [pattern.name for pattern in urlpatterns]


def address(name: str) -> str:
    from django.urls import reverse

    return reverse(name, kwargs=ARGUMENTS.get(name))


def test_every_route_is_in_the_table_of_rights(published):
    assert set(routes()) == EVERYBODY | SIGNED_IN | set().union(*MAY.values())


@pytest.mark.parametrize("role", [*MAY, "nobody"])
def test_a_role_sees_its_own_pages_and_no_other(role, signed_in, account):
    account(role)
    client = signed_in(role)
    for name in routes():
        # Signing out is a route too.
        asking, sending = (signed_in(role), signed_in(role)) if name == "sign_out" else (client, client)
        is_open = name in EVERYBODY | SIGNED_IN | MAY.get(role, set())
        for answer in (asking.get(address(name)), sending.post(address(name))):
            assert (status_of(answer) != 403) is is_open, (role, name, answer.status_code)


def status_of(answer) -> int:
    # An answer that sends a file holds it until it is closed.
    answer.close()
    return answer.status_code


def test_whoever_did_not_sign_in_is_sent_to_sign_in(published):
    from django.test import Client

    for name in set(routes()) - EVERYBODY:
        answer = Client(SERVER_NAME="localhost").get(address(name))
        assert answer.status_code == 302 and answer.headers["Location"].startswith("/inloggen/"), name


def test_a_page_without_a_declared_right_is_open_to_nobody(signed_in):
    from django.test import RequestFactory

    from monitoring.web.middleware import DenyByDefault

    client = signed_in("reader")
    request = RequestFactory().get("/vanochtend/")
    from django.contrib.auth import get_user_model
    from django.core.exceptions import PermissionDenied
    from django.urls import resolve

    request.user, request.session = get_user_model().objects.get(username="reader"), client.session
    request.resolver_match = resolve("/vanochtend/")
    with pytest.raises(PermissionDenied):
        DenyByDefault(lambda _: None).process_view(request, lambda _: None, (), {})


def test_a_purpose_is_stated_before_anything_is_seen(signed_in):
    client = signed_in("reader", purpose=None)
    answer = client.get("/personen/W-00000001/")
    assert answer.headers["Location"] == "/doel/?next=%2Fpersonen%2FW-00000001%2F"
    answer = client.post("/doel/", {"purpose": "case", "next": "/personen/W-00000001/"})
    assert answer.headers["Location"] == "/personen/W-00000001/"
    assert "Vraag over een kind of zaak" in client.get("/personen/W-00000001/").content.decode()


def test_stating_a_purpose_leads_to_no_other_site(signed_in):
    answer = signed_in("reader", purpose=None).post("/doel/", {"purpose": "case", "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/"


def test_a_role_that_is_taken_away_no_longer_opens_a_page(signed_in, account, as_owner):
    from monitoring.web import accounts

    client = signed_in(account("leaving", "reader"))
    assert client.get("/personen/").status_code == 200
    as_owner(accounts.change, "leaving", ["engineer"], None)
    assert client.get("/personen/").status_code == 403
    as_owner(accounts.change, "leaving", None, False)
    assert client.get("/registers/").headers["Location"].startswith("/inloggen/")


def test_five_mistakes_shut_an_account_out_and_a_new_password_lets_it_in(account, as_owner):
    from django.test import Client

    from monitoring.web import accounts

    account("clumsy", "reader")
    client = Client(SERVER_NAME="localhost")
    answers = [client.post("/inloggen/", {"username": "clumsy", "password": f"fout {n}"}) for n in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    right = {"username": "clumsy", "password": "een lang wachtwoord voor clumsy"}
    assert client.post("/inloggen/", right).status_code == 429
    as_owner(accounts.set_password, "clumsy", "een ander lang wachtwoord")
    assert client.post("/inloggen/", right | {"password": "een ander lang wachtwoord"}).status_code == 302


def test_a_session_ends_after_a_working_day_however_busy(signed_in, monkeypatch):
    client = signed_in("reader")
    later = time.time() + 11 * 60 * 60
    monkeypatch.setattr("monitoring.web.middleware.time.time", lambda: later)
    assert client.get("/personen/").headers["Location"].startswith("/inloggen/")


def test_a_session_ends_after_half_an_hour_without_a_request(signed_in, published):
    client = signed_in("reader")
    with published.engine.begin() as connection:
        left = connection.execute(text("SELECT max(expire_date) - now() FROM portal.django_session")).scalar_one()
        assert 29 * 60 < left.total_seconds() <= 30 * 60
        connection.execute(text("UPDATE portal.django_session SET expire_date = now() - interval '1 second'"))
    assert client.get("/personen/").headers["Location"].startswith("/inloggen/")


def test_the_page_speaks_dutch_whatever_the_browser_prefers_and_english_when_switched(signed_in):
    client = signed_in("reader")
    page = client.get("/personen/", headers={"Accept-Language": "en-GB,en"}).content.decode()
    assert '<html lang="nl">' in page and ">Personen</h1>" in page
    client.post("/taal/", {"language": "en", "next": "/personen/"})
    page = client.get("/personen/").content.decode()
    assert '<html lang="en">' in page and ">Persons</h1>" in page


def test_one_can_change_ones_own_password_and_stays_signed_in(signed_in, account):
    client = signed_in(account("changing", "reader"))
    sent = {"old_password": "een lang wachtwoord voor changing", "new_password1": "kort", "new_password2": "kort"}
    assert client.post("/wachtwoord/", sent).status_code == 200
    sent |= {"new_password1": "een nog langer wachtwoord", "new_password2": "een nog langer wachtwoord"}
    assert client.post("/wachtwoord/", sent).status_code == 302
    assert client.get("/personen/").status_code == 200
    signed_in("changing", "een nog langer wachtwoord")
