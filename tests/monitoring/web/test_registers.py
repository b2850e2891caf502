"""The registers: state, counts, findings in words, completeness, and the feedback report as a download."""

from __future__ import annotations

import html
import json

import pytest
from sqlalchemy import text

REGISTERS = ("ikps", "stv", "youth_care", "telex", "mob")


@pytest.fixture
def english(signed_in):
    """Signs an account in that reads the page in English."""

    def sign_in(name):
        client = signed_in(name)
        client.cookies["weerzien_language"] = "en"
        return client

    return sign_in


@pytest.fixture
def night(published):
    """The published night, as its row."""
    with published.engine.connect() as connection:
        return connection.execute(text("SELECT * FROM monitoring.night WHERE is_published")).mappings().one()


def read(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return html.unescape(answer.content.decode())


def last_line(published):
    with published.engine.connect() as connection:
        query = text("SELECT * FROM portal.audit ORDER BY entry_id DESC LIMIT 1")
        return connection.execute(query).mappings().one()


def test_every_register_is_shown_with_its_state_and_its_own_counts(english, night):
    page = read(english("reader"), "/registers/")
    for name, state in night["manifest"]["registers"].items():
        row = page.split(f"/registers/{name}/")[1].split("</tr>")[0]
        assert {"ok": "in order", "refused": "refused"}[state["status"]] in row
        assert [state[count] for count in ("delivered", "set_aside", "accepted", "registrations")] == [
            int(cell.split("<")[0]) for cell in (row.split('<td class="n">')[place] for place in (2, 3, 4, 7))
        ]


def test_a_count_stands_beside_that_of_the_night_before(english, published, night):
    with published.engine.connect() as connection:
        query = text("SELECT manifest->'registers' FROM monitoring.night WHERE NOT is_published")
        before = connection.execute(query).scalar_one()
    now = night["manifest"]["registers"]
    moved = [name for name in REGISTERS if now[name]["delivered"] != before[name]["delivered"]]
    assert moved
    for name in moved:
        row = read(english("reader"), f"/registers/{name}/").split("Delivered rows</th>")[1].split("</tr>")[0]
        more = now[name]["delivered"] - before[name]["delivered"]
        assert f'<td class="n">{before[name]["delivered"]}</td><td class="n">{more:+d}</td>'.replace("-", "−") in row


def test_what_was_found_is_told_in_the_sentences_of_the_rules(english, published):
    from expectations.rules import load_rules

    with published.engine.connect() as connection:
        query = text("SELECT register, rule, count(*) AS findings FROM registers.finding GROUP BY 1, 2")
        found = connection.execute(query).all()
    assert found
    client = english("engineer")
    pages = {name: read(client, f"/registers/{name}/") for name in REGISTERS}
    for register, rule, findings in found:
        row = pages[register].split(f"<code>{rule}</code>")[0].rpartition("<tr>")[2]
        assert load_rules()[rule].en in row
        assert f'<td class="n">{findings}</td>' in row


def test_a_field_is_set_against_the_research(english, published):
    with published.engine.connect() as connection:
        query = text("SELECT * FROM monitoring.completeness WHERE register = 'stv' AND field = 'living_situation'")
        share = connection.execute(query).mappings().one()
    row = read(english("reader"), "/registers/stv/").split(">Living situation</th>")[1].split("</tr>")[0]
    assert f"{share['recorded_share'] * 100:.1f}%" in row
    assert f"{share['baseline_share'] * 100:.1f}%" in row


def test_the_files_of_a_register_are_named_with_the_start_of_their_checksum(english, night):
    page = read(english("reader"), "/registers/stv/")
    used = [entry for entry in night["manifest"]["inputs"] if entry["register"] == "stv"]
    assert used
    for entry in used:
        assert entry["file"] in page
        assert f"<code>{entry['sha256'][:12]}</code>" in page


def test_an_unknown_register_is_not_found(english):
    assert english("reader").get("/registers/politie/").status_code == 404


@pytest.mark.parametrize("kind", ["html", "csv"])
def test_an_engineer_downloads_the_report_and_the_log_says_so(english, published, night, kind):
    day = night["night"].isoformat()
    client = english("engineer")
    address = f"/registers/telex/{day}.{kind}"
    assert address in read(client, "/registers/telex/")
    answer = client.get(address)
    assert (
        b"".join(answer.streaming_content) == (published.home / "feedback" / day / f"telex_{day}.{kind}").read_bytes()
    )
    answer.close()
    assert answer["Content-Disposition"] == f'attachment; filename="telex_{day}.{kind}"'
    line = last_line(published)
    assert (line["account"], line["action"], line["subject"]) == ("engineer", "viewed_report", f"telex {day}")
    assert line["detail"] == {"kind": kind}


def test_who_may_not_download_reports_sees_no_link_to_one(english, night):
    day = night["night"].isoformat()
    for role in ("reader", "reviewer"):
        client = english(role)
        assert f"{day}.csv" not in read(client, "/registers/telex/")
        assert client.get(f"/registers/telex/{day}.csv").status_code == 403


def test_no_address_leads_to_another_file(english, published, night):
    day = night["night"].isoformat()
    folder = published.home / "feedback" / day
    others = {f"notes_{day}.csv": folder, f"telex_{day}.txt": folder, "telex_2005-02-31.csv": folder.parent}
    for name, place in others.items():
        (place / name).write_text("closed")
    client = english("engineer")
    tried = [
        f"/registers/notes/{day}.csv",
        f"/registers/telex/{day}.txt",
        "/registers/telex/2005-02-31.csv",
        "/registers/telex/1999-01-01.csv",
        f"/registers/../{day}.csv",
        f"/registers/%2e%2e/{day}.csv",
        f"/registers/..%2ftelex/{day}.csv",
        f"/registers/telex/..%2f{day}.csv",
        f"/registers/telex/{day}.csv%00",
        f"/registers/telex/{day}.csv/../../secret_key",
    ]
    try:
        assert {address: client.get(address).status_code for address in tried} == dict.fromkeys(tried, 404)
    finally:
        for name, place in others.items():
            (place / name).unlink()


def test_where_no_report_lies_the_page_says_where_they_are(english, tmp_path, monkeypatch):
    client = english("engineer")
    monkeypatch.setenv("WEERZIEN_HOME", str(tmp_path))
    page = read(client, "/registers/telex/")
    assert "No report lies on this machine" in page
    assert list(tmp_path.iterdir()) == []


def test_no_page_of_a_register_holds_a_key_of_it(english, published):
    with published.engine.connect() as connection:
        keys = connection.execute(text("SELECT register, source_key FROM registers.record")).all()
    pages = {name: read(english("engineer"), f"/registers/{name}/") for name in REGISTERS}
    long_enough = [(register, key) for register, key in keys if len(key) > 6]
    assert long_enough
    assert [key for register, key in long_enough if f">{key}<" in pages[register]] == []


def test_looking_at_a_register_is_entered_in_the_log(english, published):
    read(english("reviewer"), "/registers/mob/")
    line = last_line(published)
    assert (line["account"], line["action"], line["subject"]) == ("reviewer", "viewed_page", "register")
    assert json.dumps(line["detail"]) == '{"register": "mob"}'
