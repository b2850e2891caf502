import json
from collections.abc import Callable
from datetime import date, datetime

import pytest

from connectors.deliveries import Delivery, DeliveryRefused
from connectors.reading import Reading
from connectors.register import load_register
from connectors.row_parts import whole as rows_of
from connectors.stv import cell_text, read_stv

Deliver = Callable[..., Delivery]
Book = Callable[..., bytes]
NAME = "stv_aanmeldingen_2004.xlsx"


def test_a_report_arrives_whole(deliver: Deliver, stv_workbook: Book) -> None:
    row = rows_of(read_stv(deliver("stv", NAME, stv_workbook({})), load_register("stv"))).iloc[0]
    expected = {
        "source_key": "2004/17", "row_key": "2004/17", "reported_on": date(2004, 5, 3),
        "registered_on": date(2004, 5, 3), "reporter": "Regiopolitie Utrecht", "reporter_kind": "police",
        "region": "Utrecht", "given_names": "Yena", "family_name": "Popescu", "aliases": ["Maria", "Lola"],
        "birth_year": 1989, "birth_date_precision": "year", "stated_age": 15, "stated_age_on": date(2004, 5, 3),
        "age_at_recruitment": 14, "sex": "female", "nationality": ["ROU"], "country_of_origin": "ROU",
        "exploitation_forms": ["prostitution", "drugs"], "main_group": "both", "loverboy": True,
        "encountered_on": date(2004, 5, 1), "place": "den haag", "residence_status": "b9",
        "b9_stage": "reflection_period", "complaint_filed": False, "vulnerabilities": ["family", "papers"],
        "living_situation": "alone", "shelter": "Zeeland", "phones": ["+31600000003"], "certainty": "suspicion",
        "description": None, "problems": [],
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected
    assert row[["birth_month", "persons_in_case"]].isna().all()
    assert json.loads(row["raw"])["Datum aanmelding"] == "2004-05-03"


def test_titles_blank_lines_and_totals_are_not_reports(deliver: Deliver, stv_workbook: Book) -> None:
    number = {"Aanmeldnr": 18, "Naam": None}
    lines = [{}, [], [None, None, "mei"], number, {"Aanmeldnr": None, "Naam": "Li"}, ["Totaal", None, 3]]
    rows = rows_of(
        read_stv(deliver("stv", NAME, stv_workbook(*lines, [None, "Totaal aantal: 3"])), load_register("stv"))
    )
    assert rows["row_key"].tolist() == ["2004/17", "2004/18", "row 3"]
    assert rows["row_number"].tolist() == [1, 2, 3]
    assert rows.at[1, "family_name"] is None
    assert rows.at[2, "problems"] == ["no_key:source_key"]


def test_dates_are_cells_or_text(deliver: Deliver, stv_workbook: Book) -> None:
    for written in (date(2004, 5, 1), datetime(2004, 5, 1), "01-05-2004", "2004-05-01", "1-5-2004"):
        rows = rows_of(
            read_stv(deliver("stv", NAME, stv_workbook({"Datum aangetroffen": written})), load_register("stv"))
        )
        assert rows.at[0, "encountered_on"] == date(2004, 5, 1)


def test_an_age_without_a_number_is_reported_and_one_out_of_bounds_is_kept(
    deliver: Deliver, stv_workbook: Book
) -> None:
    ages = [{"Leeftijd": "vijftien"}, {"Aanmeldnr": 2, "Leeftijd": -3}, {"Aanmeldnr": 3, "Leeftijd": "15 jaar"}]
    rows = rows_of(read_stv(deliver("stv", NAME, stv_workbook(*ages)), load_register("stv")))
    assert rows["problems"].tolist() == [["unreadable_number:stated_age"], [], []]
    assert rows["stated_age"].tolist()[1:] == [-3, 15]
    assert rows.at[0, "stated_age_on"] is None


def test_the_same_number_in_another_year_is_another_report(deliver: Deliver, stv_workbook: Book) -> None:
    one = rows_of(read_stv(deliver("stv", NAME, stv_workbook({})), load_register("stv")))
    other = rows_of(read_stv(deliver("stv", "stv_aanmeldingen_2005.xlsx", stv_workbook({})), load_register("stv")))
    assert one.at[0, "record_id"] != other.at[0, "record_id"]


def test_a_workbook_that_is_not_the_one_agreed_is_refused(deliver: Deliver, stv_workbook: Book) -> None:
    whole = stv_workbook({})
    header = list(json.loads(rows_of(read_stv(deliver("stv", NAME, whole), load_register("stv"))).at[0, "raw"]))
    cases = [
        (b"", "empty_file"),
        (b"Aanmeldnr;Naam\r\n", "unreadable"),
        (whole[: len(whole) // 2], "cut_off"),
        (stv_workbook({}, sheet="Blad1"), "wrong_layout"),
        (stv_workbook({}, header=[*header[:-1], "Opmerking"]), "wrong_layout"),
        (stv_workbook({}, header=header[:-1]), "wrong_layout"),
        (stv_workbook({}, header=[]), "wrong_layout"),
        (stv_workbook(), "no_rows"),
        (stv_workbook(["Totaal", 0]), "no_rows"),
    ]
    for number, (content, rule) in enumerate(cases):
        with pytest.raises(DeliveryRefused) as raised:
            rows_of(read_stv(deliver("stv", NAME, content), load_register("stv")))
        assert (number, raised.value.rule) == (number, rule)
        assert "Popescu" not in raised.value.detail


def test_a_corrected_workbook_replaces_its_year_and_an_unreadable_one_does_not(
    deliver: Deliver, stv_workbook: Book, read: Callable[..., Reading]
) -> None:
    first = deliver("stv", NAME, stv_workbook({}, {"Aanmeldnr": 18}), sequence=1)
    second = deliver("stv", NAME, stv_workbook({"Aanmeldnr": 18}), sequence=2)
    broken = deliver("stv", NAME, b"x", sequence=3)
    other_year = deliver("stv", "stv_aanmeldingen_2003.xlsx", stv_workbook({}), sequence=4)
    reading = read(first, second, broken, other_year)
    assert reading.rows["source_key"].tolist() == ["2003/17", "2004/18"]
    assert reading.refused == [(NAME, "unreadable")]
    assert reading.used == [other_year, second]


def test_cells_become_text() -> None:
    cells = [(15.0, "15"), (15.5, "15.5"), (True, "ja"), (None, ""), (" x ", " x "), (date(1989, 1, 2), "1989-01-02")]
    assert [cell_text(cell) for cell, _ in cells] == [text for _, text in cells]
