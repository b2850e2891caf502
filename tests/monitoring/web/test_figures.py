"""Figures: each picture against what the database holds, its table beside it."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text

CELL = re.compile(r"<td[^>]*>([^<]*)</td>")


@pytest.fixture
def page(signed_in) -> str:
    return signed_in("reader").get("/figuren/").content.decode()


def section(page: str, name: str) -> str:
    return next(part for part in page.split('<section class="figure">') if f'<h2 id="{name}">' in part)


def counts_of(row: str) -> list[int]:
    return [int(cell.replace(".", "")) for cell in CELL.findall(row)]


def rows_of(page: str, name: str) -> list[list[int]]:
    body = re.search(r"<tbody>(.*?)</tbody>", section(page, name), re.S)
    assert body
    return [counts_of(row) for row in body.group(1).split("</tr>") if "<td" in row]


def total_of(page: str, name: str) -> list[int]:
    found = re.search(r"<tfoot>(.*?)</tfoot>", section(page, name), re.S)
    assert found
    return counts_of(found.group(1))


def one_of(published, query: str) -> int:
    with published.engine.connect() as connection:
        return connection.execute(text(query)).scalar_one()


def test_the_registers_are_counted_in_registrations_and_in_persons_and_not_added_up(page, published):
    with published.engine.connect() as connection:
        expected = connection.execute(
            text("SELECT count(*), count(DISTINCT person_id) FROM monitoring.registration GROUP BY register")
        ).all()
    assert sorted(tuple(row[:2]) for row in rows_of(page, "registers")) == sorted(tuple(row) for row in expected)
    assert "<tfoot>" not in section(page, "registers")


@pytest.mark.parametrize("name", ["overlap", "days", "age", "countries"])
def test_the_rows_of_a_table_add_up_to_its_base(page, name):
    total = total_of(page, name)
    assert [sum(column) for column in zip(*rows_of(page, name), strict=True)] == total
    base = re.search(r'<span class="base">[^<]*?([0-9.]+) ', section(page, name))
    assert base
    assert sum(total) == int(base.group(1).replace(".", "")) > 0


def test_every_person_stands_in_one_combination_of_registers(page, published):
    assert total_of(page, "overlap") == [one_of(published, "SELECT count(*) FROM monitoring.person")]


def test_who_went_missing_and_who_resurfaced_are_those_of_the_night(page, published):
    for outcome, column in (("missing_minors", slice(None)), ("resurfaced_yes", slice(1))):
        counts = f"SELECT CAST(counts->>'{outcome}' AS int) FROM monitoring.night WHERE is_published"
        assert sum(total_of(page, "days")[column]) == one_of(published, counts)


def test_a_person_counts_once_in_the_month_of_each_disappearance(page, published):
    expected = one_of(
        published,
        """SELECT count(*) FROM (
             SELECT DISTINCT person_id, date_trunc('month', registration.missing_since)
             FROM monitoring.registration JOIN monitoring.person USING (person_id)
             WHERE register IN ('telex', 'mob') AND registration.missing_since IS NOT NULL
               AND (register = 'telex' OR departure_category = 'address_check')
               AND missing_status IS DISTINCT FROM 'withdrawn' AND is_minor_when_missing <> 'no') AS gone""",
    )
    rows = rows_of(page, "time")
    assert len(rows) <= 36
    assert sum(row[0] for row in rows) == expected


def test_victims_by_age_and_by_country_are_the_same_persons(page, published):
    victims = one_of(published, "SELECT count(*) FROM monitoring.person WHERE victim_status <> 'none'")
    assert sum(total_of(page, "age")) == sum(total_of(page, "countries")) == victims
    unknown = "SELECT count(*) FROM monitoring.person WHERE victim_status <> 'none' AND country_of_origin IS NULL"
    assert rows_of(page, "countries")[-1] == [one_of(published, unknown)]


def test_each_picture_has_a_name_and_a_table_and_shows_the_counts_of_the_table(page):
    names = re.findall(r'<h2 id="(\w+)">', page)
    assert names == ["registers", "overlap", "time", "days", "age", "countries"]
    for name in names:
        part = section(page, name)
        assert f'role="img" aria-labelledby="{name}-title {name}-desc"' in part
        assert part.count("<table>") == part.count("<svg ") == 1
        if name != "time":
            drawn = [int(value.replace(".", "")) for value in re.findall(r"/><text[^>]*>([0-9.]+)</text>", part)]
            assert sorted(drawn) == sorted(count for row in rows_of(page, name) for count in row)
    identifiers = re.findall(r' id="([^"]+)"', page)
    assert len(identifiers) == len(set(identifiers))


def test_the_page_is_written_in_the_language_of_the_reader_also_when_another_read_it_first(signed_in):
    client = signed_in("reader")
    headings = []
    for language in ("nl", "en", "nl"):
        client.post("/taal/", {"language": language, "next": "/figuren/"})
        headings.append(re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', client.get("/figuren/").content.decode()))
    assert headings[0] == headings[2] != headings[1]


def test_figures_are_entered_in_the_log_and_closed_to_who_may_not_see_the_table(signed_in, published):
    seen = "SELECT count(*) FROM portal.audit WHERE action = 'viewed_page' AND subject = 'figures'"
    before = one_of(published, seen)
    assert signed_in("reader").get("/figuren/").status_code == 200
    assert signed_in("engineer").get("/figuren/").status_code == 403
    assert one_of(published, seen) == before + 1
