"""What somebody with bad intent would try: forged forms, frames, fixed sessions, SQL, formulas, HTML in a free text."""

from __future__ import annotations

import io
import re
from contextlib import closing

import pytest
from django.utils.html import escape
from openpyxl import load_workbook
from sqlalchemy import text

FORMULA = '=HYPERLINK("https://elsewhere.example/","klik")'
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"
INJECTED = [
    "'; DROP TABLE monitoring.person; --",
    "1 OR 1=1",
    "W-00000001' UNION SELECT family_name FROM registers.record --",
    "female') OR 1=1 --",
    "pg_sleep(5)",
    "%00",
    "\U0001d7d9",
    "-" * 5000,
]


def test_a_form_that_did_not_come_from_a_page_of_the_session_is_refused(published):
    from django.test import Client

    client = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    sent = {"username": "reader", "password": "een lang wachtwoord voor reader"}
    assert client.post("/inloggen/", sent).status_code == 403
    client.get("/inloggen/")
    sent["csrfmiddlewaretoken"] = client.cookies["csrftoken"].value
    assert client.post("/inloggen/", sent).status_code == 302
    for address in ("/doel/", "/personen/zoeken/", "/personen/weergaven/", "/uitloggen/", "/taal/"):
        assert client.post(address, {"purpose": "case"}).status_code == 403, address


def test_a_verdict_cannot_be_forged_from_another_site(signed_in):
    client = signed_in("reviewer")
    client.handler.enforce_csrf_checks = True
    for address in ("neem", "oordeel", "herroep", "terug"):
        assert client.post(f"/beoordelen/{address}/", {"verdict": "same", "reason": "x"}).status_code == 403


def test_no_page_may_stand_in_a_frame_run_foreign_scripts_or_be_kept(signed_in):
    client = signed_in("reader")
    for address in ("/inloggen/", "/personen/", "/bestaat-niet/", "/logboek/"):
        headers = client.get(address).headers
        assert headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "no-store, private"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


def test_a_session_that_was_planted_before_signing_in_is_not_that_of_the_account(published):
    from django.conf import settings
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    planted = client.session
    planted["planted"] = True
    planted.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = planted.session_key
    client.post("/inloggen/", {"username": "reader", "password": "een lang wachtwoord voor reader"})
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != planted.session_key
    thief = Client(SERVER_NAME="localhost")
    thief.cookies[settings.SESSION_COOKIE_NAME] = planted.session_key
    assert thief.get("/personen/").headers["Location"].startswith("/inloggen/")


def test_signing_out_ends_the_session_for_whoever_copied_it(signed_in):
    from django.conf import settings
    from django.test import Client

    client = signed_in("reader")
    copied = Client(SERVER_NAME="localhost")
    copied.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert copied.get("/personen/").status_code == 200
    client.post("/uitloggen/")
    assert copied.get("/personen/").headers["Location"].startswith("/inloggen/")


def test_the_cookie_of_a_session_is_not_for_scripts_nor_for_other_sites(published):
    from django.conf import settings
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    client.post("/inloggen/", {"username": "reader", "password": "een lang wachtwoord voor reader"})
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and not cookie["max-age"]


@pytest.mark.parametrize("given", INJECTED)
def test_nothing_that_is_typed_in_an_address_reaches_the_database(signed_in, published, given):
    client = signed_in("reader")
    count = "SELECT count(*) FROM monitoring.person"
    with published.engine.connect() as connection:
        before = connection.execute(text(count)).scalar_one()
    plain = client.get("/personen/").content.decode()
    for name in ("sex", "sort", "columns", "page", "nationality", "missing_since_from", "registration_count_min", "x"):
        answer = client.get("/personen/", {name: given})
        # The switch of language comes back to this very address.
        page = re.sub(r'name="next" value="[^"]*"', "", answer.content.decode())
        assert answer.status_code == 200, name
        assert f"{before} personen" in page and len(page) < len(plain) + 2000, name
        assert "DROP TABLE" not in page and "pg_sleep" not in page, name
    for address in ("/vermist/", "/figuren/", "/vanochtend/", "/nachten/", "/registers/"):
        assert client.get(address, {"band": given, "page": given, "sort": given}).status_code == 200, address
    assert client.post("/personen/zoeken/", {"person": given}, follow=True).status_code in (200, 404)
    assert client.get(f"/personen/{given[:50]}/").status_code == 404
    with published.engine.connect() as connection:
        assert connection.execute(text(count)).scalar_one() == before


@pytest.mark.parametrize("given", INJECTED)
def test_nothing_that_a_reviewer_sends_is_more_than_a_text(signed_in, given):
    client = signed_in("reviewer")
    answer = client.post("/beoordelen/neem/", {"pair": given}, follow=True)
    assert answer.status_code == 200
    client.post("/beoordelen/neem/", {"pair": f"{given[:60]} {given[:60]}"}, follow=True)
    for address in ("oordeel", "herroep"):
        sent = {"verdict": given, "reason": given, "number": given}
        assert client.post(f"/beoordelen/{address}/", sent, follow=True).status_code in (200, 400)


@pytest.fixture
def formula_in_the_table(published):
    """A code of the table that a spreadsheet would run, as if a register's code list had let it in."""
    change = text("UPDATE monitoring.person SET intent = :value WHERE person_id = :person")
    with published.engine.begin() as connection:
        query = "SELECT person_id, intent FROM monitoring.person WHERE intent IS NOT NULL ORDER BY 1 LIMIT 1"
        person, before = connection.execute(text(query)).one()
        connection.execute(change, {"value": FORMULA, "person": person})
    yield person
    with published.engine.begin() as connection:
        connection.execute(change, {"value": before, "person": person})


def test_a_download_holds_no_formula(signed_in, formula_in_the_table):
    client = signed_in("reader")
    query = {"columns": ["intent", "sex"], "format": "csv"}
    with closing(client.get("/personen/download/", query)) as answer:
        lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert "HYPERLINK" in "".join(lines)
    assert not any(cell.strip('"').startswith("=") for line in lines for cell in line.split(","))
    with closing(client.get("/personen/download/", query | {"format": "xlsx"})) as answer:
        workbook = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row]
    assert FORMULA in {cell.value for cell in cells}
    assert {cell.data_type for cell in cells if cell.value == FORMULA} == {"s"}


def test_html_in_a_free_text_of_a_register_is_shown_as_text(signed_in, published):
    client = signed_in("reviewer")
    client.post("/beoordelen/neem/")
    change = text("UPDATE registers.record SET description = :said, family_name = :name WHERE record_id = :record")
    with published.engine.begin() as connection:
        record = connection.execute(
            text("SELECT record_id_l FROM portal.lease WHERE account = 'reviewer'")
        ).scalar_one()
        query = text("SELECT description, family_name FROM registers.record WHERE record_id = :record")
        said, name = connection.execute(query, {"record": record}).one()
        connection.execute(change, {"said": SCRIPT, "name": FORMULA, "record": record})
    try:
        page = client.get("/beoordelen/paar/").content.decode()
    finally:
        with published.engine.begin() as connection:
            connection.execute(change, {"said": said, "name": name, "record": record})
            connection.execute(text("DELETE FROM portal.lease"))
    assert SCRIPT not in page and escape(SCRIPT) in page and escape(FORMULA) in page


def test_html_in_the_name_of_a_view_is_shown_as_text(signed_in):
    client = signed_in("reader")
    page = client.post("/personen/weergaven/", {"name": SCRIPT, "query": "sex=female"}, follow=True).content.decode()
    assert SCRIPT not in page and escape(" ".join(SCRIPT.split())[:60]) in page
    client.post("/personen/weergaven/", {"name": SCRIPT, "query": "", "forget": "1"})


def test_a_view_keeps_codes_only_and_leads_to_no_other_site(signed_in, published):
    client = signed_in("reader")
    sent = {"name": "mijn", "query": "sex=female&next=//elsewhere.example&sort=night); DROP"}
    answer = client.post("/personen/weergaven/", sent)
    assert answer.headers["Location"] == "/personen/?sex=female"
    with published.engine.connect() as connection:
        assert (
            connection.execute(text("SELECT query FROM portal.saved_view WHERE name = 'mijn'")).scalar_one()
            == "sex=female"
        )
    client.post("/personen/weergaven/", {"name": "mijn", "query": "", "forget": "1"})


def test_another_host_in_the_request_is_refused(signed_in):
    assert signed_in("reader").get("/personen/", headers={"host": "elsewhere.example"}).status_code == 400
