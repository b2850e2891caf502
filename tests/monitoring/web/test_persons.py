"""The consolidated table on the page: filters, order, pages, columns, views and downloads."""

from __future__ import annotations

import csv
import io
import re
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import text

NUMBER = re.compile(r"([\d.]+) personen <span")
# What a filter asks, and the same in SQL.
ASKED = [
    ("sex=female", "sex = 'female'"),
    ("sex=female&sex=not_recorded", "sex = 'female' OR sex IS NULL"),
    ("sex=not_recorded", "sex IS NULL"),
    ("registers=stv&registers=ikps", "registers && ARRAY['stv', 'ikps']"),
    ("vulnerabilities=not_recorded", "vulnerabilities = '{}'"),
    ("loverboy=not_recorded", "loverboy = 'not_recorded'"),
    ("is_counted=yes", "is_counted"),
    ("is_counted=yes&is_counted=no", "true"),
    ("victim_status=actual&age_band=16-17", "victim_status = 'actual' AND age_band = '16-17'"),
    ("nationality=NLD&nationality=MAR", "string_to_array(nationality, '|') && ARRAY['NLD', 'MAR']"),
    ("nationality=not_recorded", "nationality IS NULL"),
    ("country_of_origin=NLD", "country_of_origin = 'NLD'"),
    ("missing_since_from=2004-06-01&missing_since_until=2004-12-31", "missing_since BETWEEN '2004-06-01' AND '2004-12-31'"),
    ("age_at_encounter_min=14&age_at_encounter_max=16", "age_at_encounter BETWEEN 14 AND 16"),
    ("link_probability_min=0,9", "link_probability >= 0.9"),
    ("conflicting_fields=sex&conflicting_fields=nationality", "conflicting_fields && ARRAY['sex', 'nationality']"),
    ("not_counted_reason=R32+alleen+IKPS", "not_counted_reason = 'R32 alleen IKPS'"),
    ("resurfaced_as_victim=yes&resurfaced_as_victim=possible", "resurfaced_as_victim IN ('yes', 'possible')"),
]  # fmt: skip


def sql(published, query, **values):
    with published.engine.connect() as connection:
        return connection.execute(text(query), values).all()


@pytest.mark.parametrize(("query", "where"), ASKED)
def test_a_filter_shows_whom_it_asks_for(signed_in, published, query, where):
    page = signed_in("reader").get(f"/personen/?{query}").content.decode()
    (expected,) = sql(published, f"SELECT count(*) FROM monitoring.person WHERE {where}")[0]
    assert int(NUMBER.search(page)[1].replace(".", "")) == expected
    assert "Genegeerd" not in page


def test_every_coded_column_can_be_filtered_on_with_codes_that_occur(published):
    from monitoring.dictionary import TABLES
    from monitoring.web.selection import COUNTRIES, choices_of, kind_of

    for column in TABLES["person"].columns.values():
        if column.name in ("person_id", "night", *COUNTRIES) or kind_of(column.name) != "choices":
            continue
        shown = f"unnest({column.name})" if column.type.endswith("[]") else column.name
        found = {row[0] for row in sql(published, f"SELECT DISTINCT {shown} FROM monitoring.person")} - {None}
        if column.type == "boolean":
            continue
        codes = set(choices_of(column.name))
        if column.name == "conflicting_fields":
            from monitoring.web.selection import CONFLICTS

            codes |= set(CONFLICTS)
        assert found <= codes, column.name


def test_what_is_recorded_of_nobody_is_still_said_in_words(signed_in):
    page = signed_in("reader").get("/personen/?columns=exploiter_kind&columns=vulnerabilities").content.decode()
    body = page.split("<tbody>")[1]
    assert "–" in body and "None" not in body and "[]" not in body


@pytest.mark.parametrize("order", ["registration_count", "-registration_count", "missing_since", "-missing_since"])
def test_the_table_is_put_in_order_and_what_is_not_recorded_comes_last(signed_in, published, order):
    page = signed_in("reader").get(f"/personen/?sort={order}").content.decode()
    shown = re.findall(r'<th scope="row" class="id"><a href="/personen/(W-\d+)/', page)
    name, direction = order.lstrip("-"), "DESC" if order.startswith("-") else "ASC"
    query = f"SELECT person_id FROM monitoring.person ORDER BY {name} {direction} NULLS LAST, person_id LIMIT 50"
    assert shown == [row[0] for row in sql(published, query)]
    assert f'aria-sort="{"descending" if direction == "DESC" else "ascending"}"' in page


def test_pages_hold_everybody_once(signed_in, published):
    client, seen = signed_in("reader"), []
    for page in range(1, 10):
        content = client.get(f"/personen/?page={page}&sort=sex").content.decode()
        seen += re.findall(r'<th scope="row" class="id"><a href="/personen/(W-\d+)/', content)
        if 'rel="next"' not in content:
            break
    everybody = [row[0] for row in sql(published, "SELECT person_id FROM monitoring.person")]
    assert len(everybody) > 100 and sorted(seen) == sorted(everybody)


def test_a_csv_holds_what_the_filters_show_and_the_log_says_who_took_it(signed_in, published):
    client = signed_in("reader")
    with closing(client.get("/personen/download/?sex=female&columns=sex&columns=registers&format=csv")) as answer:
        content = b"".join(answer.streaming_content).decode("utf-8-sig")
        assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(content)))
    query = "SELECT person_id, array_to_string(registers, '|') FROM monitoring.person WHERE sex = 'female' ORDER BY 1"
    assert [(row["person_id"], row["registers"]) for row in rows] == [tuple(row) for row in sql(published, query)]
    assert {row["sex"] for row in rows} == {"female"}
    line = sql(published, "SELECT * FROM portal.audit WHERE action = 'exported' ORDER BY entry_id DESC LIMIT 1")[0]
    assert line.account == "reader" and line.subject == "persons" and line.purpose == "monitoring"
    assert (line.detail["format"], line.detail["rows"]) == ("csv", len(rows))
    assert line.detail["filters"].startswith("sex=female")


def test_a_workbook_says_what_it_holds(signed_in, published):
    client = signed_in("reader")
    with closing(client.get("/personen/download/?is_counted=yes&format=xlsx")) as answer:
        workbook = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    about, persons = workbook.worksheets
    said = [cell.value for row in about.iter_rows() for cell in row if cell.value is not None]
    (counted,) = sql(published, "SELECT count(*) FROM monitoring.person WHERE is_counted")[0]
    assert persons.max_row == counted + 1
    assert (
        counted in said
        and "personen" in said
        and "Verzonnen gegevens" in said
        and "Telt mee" in "".join(map(str, said))
    )


def test_a_view_is_kept_under_a_name_and_is_ones_own(signed_in, account):
    client = signed_in("reader")
    client.post("/personen/weergaven/", {"name": "  meisjes   in STV ", "query": "sex=female&registers=stv"})
    page = client.get("/personen/").content.decode()
    assert '<a href="/personen/?registers=stv&amp;sex=female">meisjes in STV</a>' in page
    assert "meisjes in STV" not in signed_in(account("second", "reviewer")).get("/personen/").content.decode()
    client.post("/personen/weergaven/", {"name": "meisjes in STV", "query": "", "forget": "1"})
    assert "meisjes in STV" not in client.get("/personen/").content.decode()


@pytest.mark.parametrize("typed", ["W-00000001", "w-00000001", " 1 ", "00000001", "W00000001"])
def test_a_person_is_found_by_number(signed_in, typed):
    answer = signed_in("reader").post("/personen/zoeken/", {"person": typed})
    assert answer.headers["Location"] == "/personen/W-00000001/"


def test_a_name_finds_nobody_and_is_not_repeated(signed_in, published):
    page = signed_in("reader").post("/personen/zoeken/", {"person": "Fatima"}, follow=True).content.decode()
    assert "Namen zijn hier niet bekend" in page and "Fatima" not in page
    lines = sql(published, "SELECT audit::text FROM portal.audit")
    assert not any("Fatima" in line[0] for line in lines)


def columns_and_codes():
    from monitoring.web.selection import COLUMNS, choices_of, kind_of

    return {name: choices_of(name) for name in COLUMNS if kind_of(name) == "choices" and choices_of(name)}


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_selection_and_its_address_say_the_same(published, data):
    from django.http import QueryDict

    from monitoring.web.selection import COLUMNS, may_be_sorted, selection_of

    codes = columns_and_codes()
    asked = data.draw(st.dictionaries(st.sampled_from(sorted(codes)), st.integers(0, 10), max_size=5))
    pairs = [(name, codes[name][at % len(codes[name])]) for name, at in asked.items()]
    order = data.draw(st.sampled_from(sorted(name for name in COLUMNS if may_be_sorted(name))))
    pairs.append(("sort", data.draw(st.sampled_from(["", "-"])) + order))
    pairs += [("columns", name) for name in data.draw(st.lists(st.sampled_from(sorted(COLUMNS)), max_size=4))]
    from urllib.parse import urlencode

    selection, ignored = selection_of(QueryDict(urlencode(data.draw(st.permutations(pairs)))))
    again, _ = selection_of(QueryDict(selection.query()))
    assert again == selection and ignored == []
    assert {name for name, _ in selection.choices} == set(asked)


@settings(max_examples=60, deadline=None)
@given(query=st.dictionaries(st.text(max_size=20), st.text(max_size=20), max_size=5))
def test_an_address_of_garbage_selects_everybody(published, query):
    from django.http import QueryDict
    from django.utils.http import urlencode

    from monitoring.web.selection import COLUMNS, Selection, selection_of

    if not set(query) & {"sort", "columns", *COLUMNS}:
        selection, _ignored = selection_of(QueryDict(urlencode(query)))
        assert selection.choices == Selection().choices and selection.bounds == ()
