"""The log: newest first, filtered, leafed through, downloaded, and itself entered in the log."""

from __future__ import annotations

import csv
import html
import io
import re

import pytest
from sqlalchemy import text

ADD = text("""
    INSERT INTO portal.audit (at, account, roles, action, purpose, subject, detail)
    VALUES (CAST(:at AS timestamptz), :account, ARRAY['reader'], :action, 'case', :subject, CAST(:detail AS jsonb))
""")


@pytest.fixture
def add(published):
    """Adds a line to the log, as another day or another account would have."""

    def line(count=1, at="now", account="reader", action="viewed_person", subject=None, detail="{}"):
        values = {"at": at, "account": account, "action": action, "subject": subject, "detail": detail}
        with published.engine.begin() as connection:
            connection.execute(ADD, [values] * count)

    return line


@pytest.fixture
def auditor(signed_in):
    """An auditor who reads English."""
    client = signed_in("auditor", purpose="supervision")
    client.cookies["weerzien_language"] = "en"
    return client


def read(client, address="/logboek/"):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return html.unescape(answer.content.decode())


def lines(page):
    """The cells of each line of a page."""
    body = page.split("<tbody>")[1].split("</tbody>")[0]
    found = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in body.split("</tr>")[:-1]]
    return [cells for cells in found if len(cells) > 1]


def downloaded(client, asked):
    """The rows of a download."""
    answer = client.get(f"/logboek/download/?{asked}")
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == 'attachment; filename="logboek.csv"'
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    answer.close()
    return list(csv.DictReader(io.StringIO(content)))


def test_looking_into_the_log_is_the_newest_line_of_it(auditor):
    when, account, roles, action, purpose, about, _details = lines(read(auditor))[0]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", when)
    assert (account, roles, action, purpose, about) == (
        "auditor", "auditor", "page viewed", "Supervision of use", "Log",
    )  # fmt: skip


def test_only_who_supervises_may_look_into_the_log(signed_in):
    for role in ("reader", "reviewer", "engineer"):
        client = signed_in(role)
        assert client.get("/logboek/").status_code == 403
        assert client.get("/logboek/download/").status_code == 403


def test_filters_narrow_the_lines_together(auditor, add):
    add(subject="W-00700001")
    add(subject="W-00700001", account="reviewer")
    add(subject="W-00700002")
    add(subject="W-00700001", action="judged")
    about = lines(read(auditor, "/logboek/?subject=W-00700001"))
    assert len(about) == 3
    assert {cells[5] for cells in about} == {"W-00700001"}
    assert len(lines(read(auditor, "/logboek/?subject=W-00700001&account=reader"))) == 2
    assert len(lines(read(auditor, "/logboek/?subject=W-00700001&account=reader&action=judged"))) == 1
    assert lines(read(auditor, "/logboek/?subject=W-00700001&purpose=quality")) == []


def test_a_day_is_a_day_in_the_netherlands(auditor, add):
    add(at="2005-06-30 22:30:00+00", subject="W-00710001")
    add(at="2005-06-30 21:30:00+00", subject="W-00710001")
    asked = "/logboek/?subject=W-00710001&from={0}&until={0}"
    assert [cells[0] for cells in lines(read(auditor, asked.format("2005-07-01")))] == ["2005-07-01 00:30:00"]
    assert [cells[0] for cells in lines(read(auditor, asked.format("2005-06-30")))] == ["2005-06-30 23:30:00"]


def test_a_person_brings_the_lines_on_its_registrations_along(auditor, add, published):
    with published.engine.connect() as connection:
        query = text("SELECT person_id, record_id FROM monitoring.registration ORDER BY record_id LIMIT 1")
        person_id, record_id = connection.execute(query).one()
    add(action="pair_disclosed", subject=f"{record_id} zz-0123456789")
    add(action="pair_disclosed", subject=f"aa-0123456789 {record_id}")
    add(action="pair_disclosed", subject=f"aa-0123456789 {record_id}00")
    for asked in (person_id, record_id):
        found = lines(read(auditor, f"/logboek/?subject={asked}&action=pair_disclosed"))
        assert [cells[5] for cells in found] == [f"aa-0123456789 {record_id}", f"{record_id} zz-0123456789"]


@pytest.mark.parametrize(
    "asked",
    [
        "from=2005-02-31",
        "until=9999-12-31",
        "from=30-06-2005",
        "from=20050630",
        "account=nobody-here",
        "account=%00",
        "account=' OR true --",
        "action=everything",
        "purpose=%00x",
        "subject=' OR true --",
        "subject=W-1",
        "subject=%00",
    ],
)
def test_a_filter_that_cannot_be_used_is_left_out_with_a_word_on_it(auditor, published, asked):
    page = read(auditor, f"/logboek/?{asked}")
    assert "it is left out" in page
    assert len(lines(page)) > 1
    typed = asked.partition("=")[2]
    with published.engine.connect() as connection:
        last = connection.execute(text("SELECT detail FROM portal.audit ORDER BY entry_id DESC LIMIT 1")).scalar_one()
    assert typed not in str(last)
    assert len(downloaded(auditor, asked)) > 1


@pytest.mark.parametrize("asked", ["before=x", "before=-1", "before=99999999999999999999", "after=%00", "after="])
def test_a_place_in_the_log_that_is_none_is_the_newest(auditor, asked):
    assert lines(read(auditor, f"/logboek/?{asked}"))[0][5] == "Log"


def test_the_whole_log_can_be_leafed_through_while_it_grows(auditor, add):
    for number in range(230):
        add(subject="W-00720001", action="exported", detail=f'{{"rows": {number}}}')
    seen, address, pages = [], "/logboek/?subject=W-00720001", []
    while address:
        page = read(auditor, address)
        pages.append([cells[6] for cells in lines(page)])
        seen += pages[-1]
        # Somebody else is at work meanwhile.
        add(subject="W-00720001", action="viewed_person") if address.endswith("0001") else None
        older = re.search(r'href="(\?[^"]*before=[^"]*)">Older', page)
        address = f"/logboek/{older[1]}" if older else None
    assert seen == [f"rows: {number}" for number in reversed(range(230))]
    assert [len(page) for page in pages] == [100, 100, 30]
    newer = re.search(r'href="(\?[^"]*after=[^"]*)">Newer', page)
    assert [cells[6] for cells in lines(read(auditor, f"/logboek/{newer[1]}"))] == pages[1]


def test_what_was_filtered_on_is_told_in_words(auditor, add):
    filters = "sex=female&sex=male&is_ama=yes"
    add(subject="W-00730001", action="exported", detail=f'{{"rows": 12, "filters": "{filters}"}}')
    (line,) = lines(read(auditor, "/logboek/?subject=W-00730001"))
    assert line[6].startswith("rows: 12; filters: (")
    assert "Unaccompanied minor (ama): yes" in line[6]


def test_the_download_holds_every_line_that_the_filters_show_and_is_entered(auditor, add, published):
    add(count=150, subject="W-00740001")
    rows = downloaded(auditor, "subject=W-00740001&action=viewed_person")
    assert len(rows) == 150
    assert {row["subject"] for row in rows} == {"W-00740001"}
    with published.engine.connect() as connection:
        query = text("SELECT * FROM portal.audit ORDER BY entry_id DESC LIMIT 1")
        line = connection.execute(query).mappings().one()
    assert (line["account"], line["action"], line["subject"]) == ("auditor", "exported", "audit")
    assert line["detail"] == {"rows": 150, "filters": {"subject": "W-00740001", "action": "viewed_person"}}


def test_the_download_crosses_from_one_reading_of_the_database_to_the_next(auditor, add, monkeypatch):
    from monitoring.web.pages import audit_log

    monkeypatch.setattr(audit_log, "LINES_AT_ONCE", 4)
    add(count=10, subject="W-00750001")
    numbers = [int(row["entry_id"]) for row in downloaded(auditor, "subject=W-00750001")]
    assert len(set(numbers)) == 10
    assert numbers == sorted(numbers, reverse=True)


def test_a_spreadsheet_runs_nothing_of_the_download(auditor, add):
    add(account="=cmd|' /C calc'!A0", subject="W-00760001")
    (row,) = downloaded(auditor, "subject=W-00760001")
    assert row["account"].startswith("'=")
