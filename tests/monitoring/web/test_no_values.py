"""No identifying value in any page, download, address, log or table of the page, for whoever may not see one.

Searched for: every name, telephone, plate, number, address and birth date of the sample, as it stands in `registers`.
"""

from __future__ import annotations

import io
import logging
import re

import pytest
from sqlalchemy import text

from monitoring.dictionary import TABLES

# Shorter ones stand in ordinary words.
SHORTEST = 6
IDENTIFYING = """
    SELECT given_names || ' ' || family_name FROM registers.record
    UNION SELECT given_names FROM registers.record UNION SELECT family_name FROM registers.record
    UNION SELECT unnest(aliases) FROM registers.record
    UNION SELECT unnest(phones) FROM registers.record UNION SELECT unnest(plates) FROM registers.record
    UNION SELECT split_part(unnest(contacts), ':', 2) FROM registers.record
    UNION SELECT v_number FROM registers.record UNION SELECT description FROM registers.record
    UNION SELECT departure_reason FROM registers.record
    UNION SELECT to_char(make_date(birth_year, birth_month, birth_day), 'DD-MM-YYYY') FROM registers.record
      WHERE birth_day IS NOT NULL AND birth_month IS NOT NULL AND birth_year IS NOT NULL
"""
BORN = """
    SELECT make_date(birth_year, birth_month, birth_day)::text FROM registers.record
    WHERE birth_day IS NOT NULL AND birth_month IS NOT NULL AND birth_year IS NOT NULL
    EXCEPT SELECT day::text FROM (
      SELECT unnest(ARRAY[encountered_on, reported_on, registered_on, missing_since, arrived_on, departed_on, found_on,
        measure_on, guardian_assigned_on, reported_missing_on, retained_until, withdrawn_on]) AS day FROM registers.record)
"""
PAGES = {
    "reader": ["/vanochtend/", "/vermist/", "/vermist/?only=with_candidates", "/figuren/", "/registers/", "/nachten/"],
    "engineer": ["/registers/", "/nachten/", "/werkwijze/"],
    "auditor": ["/logboek/", "/nachten/", "/werkwijze/"],
}
ALL_COLUMNS = "/personen/download/?format={}&" + "&".join(f"columns={name}" for name in TABLES["person"].columns)


@pytest.fixture(scope="module")
def values(published) -> list[str]:
    with published.engine.connect() as connection:
        found = set(connection.execute(text(IDENTIFYING)).scalars())
        born = set(connection.execute(text(BORN)).scalars())
    listed = sorted({value for value in found if value and len(value) >= SHORTEST} | born)
    assert len(listed) > 300
    return listed


def found_in(content: str, values: list[str]) -> list[str]:
    """Values that stand in a content as words of their own: how many, not which, would be told by a failing test."""
    lowered = content.lower()
    return [
        f"value {at}"
        for at, value in enumerate(values)
        if value.lower() in lowered and re.search(rf"(?<!\w){re.escape(value.lower())}(?!\w)", lowered)
    ]


def everything(client, role: str, published) -> dict[str, str]:
    """Every page and download of a role."""
    addresses = list(PAGES[role])
    with published.engine.connect() as connection:
        nights = connection.execute(text("SELECT night FROM monitoring.night")).scalars().all()
        persons = connection.execute(text("SELECT person_id FROM monitoring.person ORDER BY 1")).scalars().all()
    addresses += [f"/nachten/{night}/" for night in nights]
    if role in ("reader", "engineer"):
        addresses += [f"/registers/{register}/" for register in ("ikps", "stv", "youth_care", "telex", "mob")]
    if role == "reader":
        addresses += [f"/personen/?page={page}" for page in range(1, 5)]
        addresses += [f"/personen/{person}/" for person in persons]
        addresses += [ALL_COLUMNS.format("csv"), ALL_COLUMNS.format("xlsx")]
    if role == "engineer":
        kinds = [f"{r}/{n}.{k}" for r in ("ikps", "stv", "mob") for n in nights for k in ("html", "csv")]
        addresses += [f"/registers/{kind}" for kind in kinds]
    if role == "auditor":
        addresses += ["/logboek/download/"]
    return {address: content_of(client.get(address)) for address in addresses}


def content_of(answer) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    answer.close()
    if content[:2] != b"PK":
        return content.decode("utf-8")
    from openpyxl import load_workbook

    sheets = load_workbook(io.BytesIO(content))
    return "\n".join(str(cell.value) for sheet in sheets for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("role", PAGES)
def test_no_page_and_no_download_holds_a_value_of_a_child(role, signed_in, published, values, caplog):
    with caplog.at_level(logging.DEBUG):
        seen = everything(signed_in(role), role, published)
    assert all(content for content in seen.values())
    leaks = {address: found_in(content, values) for address, content in seen.items() if found_in(content, values)}
    assert leaks == {}
    assert found_in("\n".join(seen), values) == []
    assert found_in(caplog.text, values) == []


def test_what_the_page_keeps_holds_no_value_of_a_child(signed_in, published, values):
    reviewer = signed_in("reviewer", purpose="review")
    reviewer.post("/beoordelen/neem/")
    assert found_in(reviewer.get("/beoordelen/paar/").content.decode(), values), "the reviewer does see them"
    for typed in values[:20]:
        # Somebody types a name where a number belongs.
        assert found_in(content_of(reviewer.post("/personen/zoeken/", {"person": typed}, follow=True)), [typed]) == []
    with published.engine.connect() as connection:
        tables = connection.execute(
            text("SELECT relname FROM pg_class WHERE relnamespace = 'portal'::regnamespace AND relkind IN ('r', 'v')")
        ).scalars()
        kept = "\n".join(
            str(row)
            for table in tables
            for row in connection.execute(text(f'SELECT t::text FROM portal."{table}" AS t'))
        )
    assert len(kept) > 1000 and found_in(kept, values) == []
    reviewer.post("/beoordelen/terug/")


def test_another_reviewer_sees_nothing_of_a_leased_pair(signed_in, account, values):
    first = signed_in("reviewer", purpose="review")
    first.post("/beoordelen/neem/")
    other = signed_in(account("second", "reviewer"), purpose="review")
    assert other.get("/beoordelen/paar/").status_code == 302
    for address in ("/beoordelen/", "/beoordelen/oordelen/"):
        assert found_in(other.get(address).content.decode(), values) == []
    first.post("/beoordelen/terug/")


def test_a_failure_tells_where_it_was_and_no_value(signed_in, monkeypatch, caplog):
    from monitoring.web import selection

    def broken(*_):
        raise ValueError("Fatima Jansen 1988-05-17")

    client = signed_in("reader")
    client.raise_request_exception = False
    monkeypatch.setattr(selection.Selection, "persons", broken)
    answer = client.get("/personen/")
    assert answer.status_code == 500 and "Fatima" not in answer.content.decode()
    # As the handlers of the page write it.
    from monitoring.web.logs import WithoutValues

    lines = []
    for record in caplog.records:
        WithoutValues().filter(record)
        lines.append(logging.Formatter("%(message)s").format(record))
    assert any("ValueError at tests" in line or "ValueError at monitoring" in line for line in lines)
    assert not any("Fatima" in line for line in lines)
