"""A leased pair whose names are encrypted in the database: shown when the page has the key, told in one line when not."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
from django.utils.html import escape
from sqlalchemy import text

from connectors.installation import Installation
from connectors.record_sealing import KEY, KEY_FILE
from monitoring.held import published_records
from monitoring.resealing import decrypt, encrypt

ONE, OTHER = (base64.b64encode(bytes([digit]) * 32).decode() for digit in (1, 2))
TOLD = "De namen van dit paar zijn versleuteld en de pagina kan ze niet openen"


@pytest.fixture
def sealed(published, monkeypatch) -> Iterator[None]:
    """The names of the published registrations are encrypted, for the time of one test."""
    from django.db import connections

    monkeypatch.delenv(KEY_FILE, raising=False)
    monkeypatch.setenv(KEY, ONE)
    connections.close_all()
    encrypt(published.engine, Installation(published.home))
    yield
    monkeypatch.setenv(KEY, ONE)
    connections.close_all()
    decrypt(published.engine)
    with published.engine.begin() as connection:
        connection.execute(text("DELETE FROM portal.lease"))


def names_of_the_leased(published) -> list[str]:
    with published.engine.connect() as connection:
        ids = connection.execute(text("SELECT record_id_l, record_id_r FROM portal.lease")).one()
    records = published_records(published.engine)
    return records.loc[records["record_id"].isin(ids), "family_name"].dropna().tolist()


def test_the_page_shows_a_leased_pair_with_the_key_and_says_in_one_line_when_it_cannot(
    published, sealed, signed_in, monkeypatch, caplog
):
    client = signed_in("reviewer", purpose="review")
    assert client.post("/beoordelen/neem/").headers["Location"] == "/beoordelen/paar/"
    names = names_of_the_leased(published)
    page = client.get("/beoordelen/paar/").content.decode()
    assert names and all(escape(name) in page for name in names)
    assert "wz1." not in page
    for word in ("", OTHER):
        monkeypatch.setenv(KEY, word)
        page = client.get("/beoordelen/paar/", follow=True).content.decode()
        assert page.count(TOLD) == 1
        assert not any(escape(name) in page for name in names)
    assert {record.message.partition("; ")[2] for record in caplog.records if "encrypted by key" in record.message} == {
        f"set {KEY} or {KEY_FILE}"
    }
