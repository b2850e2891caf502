"""The nights: which there were, what each was made of, and how its counts differ from the night before."""

from __future__ import annotations

import html

import pytest
from sqlalchemy import text


@pytest.fixture
def page_of(signed_in):
    """Reads a page in English."""

    def read(address, role="auditor"):
        client = signed_in(role)
        client.cookies["weerzien_language"] = "en"
        answer = client.get(address)
        assert answer.status_code == 200, address
        return html.unescape(answer.content.decode())

    return read


@pytest.fixture
def nights(published):
    """The rows of both nights, the newest first."""
    with published.engine.connect() as connection:
        return connection.execute(text("SELECT * FROM monitoring.night ORDER BY night DESC")).mappings().all()


def test_the_nights_stand_in_a_list_newest_first_and_one_of_them_is_shown(page_of, nights):
    rows = page_of("/nachten/").split("<tbody>")[1].split("</tbody>")[0].split("</tr>")[:-1]
    assert len(rows) == len(nights) == 2
    for row, night in zip(rows, nights, strict=True):
        assert f"/nachten/{night['night']}/" in row
        assert ("yes, this one" in row) == night["is_published"]
        for count in ("registrations", "persons", "counted", "pairs_in_review", "alerts"):
            assert f'<td class="n">{night["counts"][count]}</td>' in row


def test_the_list_leaves_the_manifests_where_they_are(signed_in):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in("reader")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get("/nachten/")
    assert asked.captured_queries
    assert [query["sql"] for query in asked.captured_queries if "manifest" in query["sql"]] == []


def test_a_night_is_set_against_the_night_before(page_of, nights):
    now, then = nights
    page = page_of(f"/nachten/{now['night']}/")
    row = page.split("Persons behind the registrations</th>")[1].split("</tr>")[0]
    assert [cell.split("</td>")[0] for cell in row.split('<td class="n">')[1:3]] == [
        str(now["counts"]["persons"]),
        str(then["counts"]["persons"]),
    ]
    new = page.split("Registrations that came, changed or went")[-1]
    for register in ("youth care", "missing-persons telex"):
        name = {"youth care": "youth_care", "missing-persons telex": "telex"}[register]
        came = now["counts"].get(f"records_new_{name}", 0)
        assert f'{register}</th><td class="n">{came}</td>' in new


def test_the_first_night_has_nothing_to_compare_with(page_of, nights):
    page = page_of(f"/nachten/{nights[-1]['night']}/")
    assert "There is no night before it to compare with." in page
    assert f'<td class="n">{nights[-1]["counts"]["persons"]}</td><td class="n">–</td><td class="n">–</td>' in page


def test_a_night_tells_what_it_was_made_of(page_of, nights):
    now = nights[0]
    page = page_of(f"/nachten/{now['night']}/?register=stv")
    for library, version in now["manifest"]["libraries"].items():
        assert f"<dt>{library}</dt><dd>{version}</dd>" in page
    of_stv = [entry for entry in now["manifest"]["inputs"] if entry["register"] == "stv"]
    assert of_stv
    for entry in of_stv:
        assert entry["file"] in page
        assert entry["sha256"] in page
    assert "jeugdzorg_" not in page


def test_all_files_of_a_night_can_be_leafed_through(page_of, nights):
    files = {entry["file"] for entry in nights[0]["manifest"]["inputs"]}
    address, seen, page_number = f"/nachten/{nights[0]['night']}/", set(), 1
    while True:
        page = page_of(f"{address}?page={page_number}")
        seen |= {file for file in files if f">{file}<" in page}
        page_number += 1
        if f"?page={page_number}" not in page:
            break
    assert page_number > 2
    assert seen == files


@pytest.mark.parametrize("day", ["1999-01-01", "2005-02-31", "0000-00-00"])
def test_a_night_without_a_table_is_not_found(signed_in, day):
    assert signed_in("engineer").get(f"/nachten/{day}/").status_code == 404


def test_a_night_of_another_origin_is_not_shown(signed_in, published):
    add = text("""
        INSERT INTO monitoring.night
          (night, origin, is_synthetic, is_published, model_version, code_version, manifest, counts)
        SELECT '1998-12-31', 'another world', true, false, model_version, code_version, manifest, counts
        FROM monitoring.night WHERE is_published
    """)
    with published.engine.begin() as connection:
        connection.execute(add)
    try:
        client = signed_in("engineer")
        assert client.get("/nachten/1998-12-31/").status_code == 404
        assert "1998-12-31" not in client.get("/nachten/").content.decode()
    finally:
        with published.engine.begin() as connection:
            connection.execute(text("DELETE FROM monitoring.night WHERE origin = 'another world'"))


@pytest.mark.parametrize("asked", ["page=0", "page=-1", "page=twee", "page=99999999999999999999", "register=politie"])
def test_what_cannot_be_understood_is_taken_as_not_asked(signed_in, nights, asked):
    client = signed_in("reader")
    for address in ("/nachten/", f"/nachten/{nights[0]['night']}/"):
        assert client.get(f"{address}?{asked}").status_code == 200
