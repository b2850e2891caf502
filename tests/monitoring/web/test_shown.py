"""What is reckoned once a night: once, for the night that is shown, and before anybody asks."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import date

import pytest

from monitoring.web.shown import Shown, once_a_night

SHOWN = Shown(date(2005, 6, 30), "", False, "2026.3", "700", None)


def test_something_is_reckoned_once_for_a_night_and_anew_for_another():
    asked = []

    @once_a_night
    def reckon(shown: Shown, what: str) -> str:
        asked.append((shown, what))
        return f"{shown.made_by} {what}"

    again = replace(SHOWN, made_by="701")
    for _ in range(3):
        assert reckon(SHOWN, "a") == "700 a"
        assert reckon(SHOWN, "b") == "700 b"
    assert reckon(again, "a") == "701 a"
    # A page that began before the switch does not throw away what is new.
    assert reckon(SHOWN, "a") == "700 a" and reckon(again, "a") == "701 a"
    assert asked == [(SHOWN, "a"), (SHOWN, "b"), (again, "a")]


def test_readers_who_ask_at_one_moment_wait_for_one_reckoning():
    reckonings = []

    @once_a_night
    def reckon(shown: Shown) -> int:
        reckonings.append(shown)
        time.sleep(0.2)
        return len(reckonings)

    seen: list[int] = []
    threads = [threading.Thread(target=lambda: seen.append(reckon(SHOWN))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [1] * 8 and len(reckonings) == 1


def test_a_reckoning_that_failed_is_tried_again():
    tries = []

    @once_a_night
    def reckon(shown: Shown) -> int:
        tries.append(shown)
        if len(tries) == 1:
            raise ValueError
        return 7

    with pytest.raises(ValueError):
        reckon(SHOWN)
    assert reckon(SHOWN) == 7 == reckon(SHOWN) and len(tries) == 2


def test_results_of_many_askings_and_many_nights_are_not_all_kept():
    calls = []

    @once_a_night
    def reckon(shown: Shown, what: int) -> int:
        calls.append(what)
        return what

    for night in range(5):
        for what in range(400):
            reckon(replace(SHOWN, made_by=str(night)), what)
    before = len(calls)
    reckon(replace(SHOWN, made_by="4"), 399)
    reckon(replace(SHOWN, made_by="4"), 0)
    reckon(replace(SHOWN, made_by="0"), 399)
    assert len(calls) == before + 2


def test_a_night_is_reckoned_ahead_once_it_is_shown_and_readers_ask_for_nothing_heavy(
    signed_in, published, monkeypatch
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    import monitoring.web.routes
    from monitoring.web import shown as module
    from monitoring.web.ahead import look

    assert monitoring.web.routes.urlpatterns
    names = {reckoned.__name__ for reckoned, _ in module.AHEAD}
    assert {"_of_night", "_open", "_figures", "_in_review", "_number", "_fields", "_states"} <= names
    known = look(None)
    assert known is not None and look(known) == known
    client = signed_in("reviewer")
    for page in ("/figuren/", "/vanochtend/", "/vermist/", "/beoordelen/", "/registers/"):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page).status_code == 200
        # Session, account, rights, the log, the night, the candidates on the page; nothing that counts the tables.
        assert len(asked) <= 18 and not any("GROUP BY" in query["sql"] for query in asked), page
    for language in ("nl", "en"):
        client.post("/taal/", {"language": language, "next": "/"})
        with CaptureQueriesContext(connection) as asked:
            page = client.get("/figuren/").content.decode()
        assert not any("GROUP BY" in query["sql"] for query in asked)
        assert ("Landen van herkomst" in page) is (language == "nl")
