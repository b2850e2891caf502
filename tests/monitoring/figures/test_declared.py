"""The declared tables of the report: complete, in two languages, and nothing declared twice."""

import pytest

from connectors.codes import code_list
from monitoring.dictionary import TABLES
from monitoring.figures import declared
from monitoring.figures.declared import note, report_tables, tables_not_made, words_of

REPORT = {f"T{number}" for number in range(1, 20)}
LISTS = [
    ("reporter_kinds", "reporter_kind"),
    ("exploitation_forms", "exploitation_forms"),
    ("vulnerabilities", "vulnerabilities"),
]


def test_every_table_of_the_report_is_made_or_said_not_to_be():
    made = {name.rstrip("abc").removesuffix("-B") for name in report_tables()}
    not_made = {table.name for table in tables_not_made()}
    assert made | not_made == REPORT
    assert not made & not_made
    assert not_made == {"T1", "T9", "T10", "T16", "T19"}


def test_everything_that_is_read_is_said_in_dutch_and_english():
    for table in report_tables().values():
        said = [
            table.title,
            *(row.words for row in table.rows),
            *table.deviations,
            *(note(name) for name in table.notes),
        ]
        assert all(set(words) == {"nl", "en"} and all(words.values()) for words in said), table.name
    assert all(table.reason["nl"] and table.reason["en"] for table in tables_not_made())


def test_of_a_table_that_the_report_prints_the_lines_are_named():
    for table in report_tables().values():
        assert table.lines.startswith("L") or any("R56" in words["nl"] for words in table.deviations), table.name


def test_every_table_of_both_is_one_that_the_groups_apart_have():
    of_groups = {
        (table.characteristic, table.response)
        for table in report_tables().values()
        if table.population in ("prostitution", "other")
    }
    of_both = {
        (table.characteristic, table.response) for table in report_tables().values() if table.population == "both"
    }
    assert of_both == of_groups


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, table in report_tables().items()
        if table.population in ("prostitution", "other", "both", "loverboy")
    ],
)
def test_rows_of_a_table_of_persons_are_codes_that_the_table_can_hold(name):
    table = report_tables()[name]
    assert table.characteristic in TABLES["person"].columns
    allowed = TABLES["person"].columns[table.characteristic].codes
    listed = dict(LISTS, residence_status="residence_status").get(table.characteristic)
    known = {*(code_list(listed).codes if listed else allowed), "unknown"}
    if table.characteristic != "country_of_origin":
        assert {code for row in table.rows for code in row.codes} <= known


def test_every_kind_of_reporter_has_a_row_in_the_table_of_sources():
    codes = {code for row in report_tables()["T2"].rows for code in row.codes}
    assert codes == {*code_list("reporter_kind").codes, "unknown"}


def test_every_form_but_those_that_the_report_did_not_find_has_a_row():
    codes = {code for row in report_tables()["T11"].rows for code in row.codes}
    zero = {"begging", "construction", "surrogacy", "street_vending", "organ_removal", "tourism", "transport"}
    assert set(code_list("exploitation_forms").codes) - codes == {"prostitution", *zero}


@pytest.mark.parametrize(
    ("characteristic", "code", "dutch", "english"),
    [
        ("country_of_origin", "ROU", "Roemenië", "Romania"),
        ("country_of_origin", "BLR", "Wit-Rusland", "Belarus"),
        ("nationality", "region-africa", "Afrika (onbekend welk land)", "Africa (country not known)"),
        ("country_of_origin", "zz", "zz", "zz"),
        ("residence_status", "reflection_period", "Bedenktijd", "Reflection period"),
        ("residence_status", "zz", "zz", "zz"),
        ("age_band", "18+", "18 jaar en ouder", "18 years and older"),
        ("minors_by_group", "zz", "zz", "zz"),
        ("vulnerabilities", "unknown", "Onbekend", "Unknown"),
    ],
)
def test_a_code_without_a_row_has_words_or_is_shown_as_it_is(characteristic, code, dutch, english):
    assert words_of(characteristic, code) == {"nl": dutch, "en": english}


def test_every_country_that_has_no_iso_code_has_words():
    import tomllib
    from importlib import resources

    text = resources.files("connectors").joinpath("codes", "countries.toml").read_text(encoding="utf-8")
    known = tomllib.loads(text)
    for code in (*known["historic"], *known["region"]):
        assert words_of("country_of_origin", code)["nl"] != code


def test_a_code_in_two_rows_and_a_note_that_nobody_wrote_are_refused():
    rows = [{"code": "a", "nl": "a", "en": "a"}, {"code": "b", "codes": ["a"], "nl": "b", "en": "b"}]
    facts = {
        "nl": "t",
        "en": "t",
        "lines": "L1",
        "population": "both",
        "unit": "persons",
        "characteristic": "sex",
        "notes": [],
    }
    with pytest.raises(ValueError, match="in two rows"):
        declared._check(declared._table("T0", {**facts, "rows": rows}))
    with pytest.raises(ValueError, match="no note is called nothing"):
        declared._check(declared._table("T0", {**facts, "rows": rows[:1], "notes": ["nothing"]}))
