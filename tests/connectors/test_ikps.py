import json
import time
from collections.abc import Callable
from datetime import date

import pytest

from connectors.deliveries import Delivery, DeliveryRefused
from connectors.ikps import read_ikps
from connectors.reading import Reading
from connectors.register import load_register
from connectors.row_parts import whole as rows_of

Deliver = Callable[..., Delivery]
Text = Callable[..., str]
Read = Callable[..., Reading]
NAME = "ikps_20040410.csv"


def refused(delivery: Delivery) -> tuple[str, str]:
    with pytest.raises(DeliveryRefused) as raised:
        rows_of(read_ikps(delivery, load_register("ikps")))
    return raised.value.rule, raised.value.detail


def test_a_registration_arrives_whole(deliver: Deliver, ikps_text: Text) -> None:
    rows = rows_of(read_ikps(deliver("ikps", NAME, ikps_text({})), load_register("ikps")))
    row = rows.iloc[0]
    expected = {
        "register": "ikps", "source_key": "IK-04-000123", "row_key": "IK-04-000123", "region": "Utrecht",
        "registered_on": date(2004, 4, 5), "encountered_on": date(2004, 3, 22), "retained_until": date(2006, 4, 5),
        "given_names": "Anne", "name_prefix": "de", "family_name": "Wit", "aliases": ["Angel", "Chérie"],
        "birth_year": 1985, "birth_month": 11, "birth_day": 20, "birth_date_precision": "day", "sex": "female",
        "nationality": ["NLD"], "country_of_birth": "NLD", "residence_status": "dutch",
        "place": "den haag, waldorpstraat 3", "place_kind": "street_zone", "contacts": ["pimp:tom"],
        "signals": ["geen_eigen_geld", "tatoeage"], "signal_points": 12, "plates": ["12ABCD"],
        "phones": ["+31600000001", "+31600000002"], "complaint_filed": False, "document_status": None,
        "exploitation_forms": ["prostitution"], "main_group": "prostitution", "certainty": "suspicion",
        "reporter_kind": "police", "mutation": "snapshot", "applies_on": date(2004, 4, 10), "row_number": 1,
        "file": NAME, "problems": [], "other_identity_of": None,
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected
    assert json.loads(row["raw"])["werknaam"] == "Angel|Chérie"
    assert len(json.loads(row["raw"])) == 24


def test_the_id_of_a_registration_is_stable_and_tells_nothing(deliver: Deliver, ikps_text: Text) -> None:
    one = rows_of(read_ikps(deliver("ikps", NAME, ikps_text({})), load_register("ikps")))
    later = rows_of(read_ikps(deliver("ikps", "ikps_20040411.csv", ikps_text({}, {"registratienummer": "IK-04-1"})),
                      load_register("ikps")))  # fmt: skip
    assert one.at[0, "record_id"] == later.at[0, "record_id"] != later.at[1, "record_id"]
    assert len(one.at[0, "record_id"]) == len("ikps-") + 12
    assert "000123" not in one.at[0, "record_id"]


PROBLEMS = [
    ({"registratienummer": ""}, "no_key:source_key"),
    ({"datum_aantreffen": "31-02-2004"}, "impossible_date:encountered_on"),
    ({"datum_registratie": "00-00-2004"}, "incomplete_date:registered_on"),
    ({"datum_registratie": "31-04-2004"}, "impossible_date:registered_on"),
    ({"geboortedatum": "31-02-1988"}, "impossible_birth_date:birth_year"),
    ({"geboortedatum": "01-05-2004"}, "future_birth_date:birth_year"),
    ({"geboortedatum": "01-01-1988"}, "placeholder_birth_date:birth_year"),
    ({"geslacht": "X"}, "unknown_code:sex"),
    ({"verblijfsstatus": "toerist op doorreis"}, "unknown_code:residence_status"),
    ({"zwaarte": "twaalf"}, "unreadable_number:signal_points"),
    ({"zwaarte": "14"}, "signal_sum_differs:signal_points"),
    ({"signalen": "tatoeage=veel"}, "unreadable_number:signals"),
    ({"telefoonnummers": "geen idee"}, "unreadable_phone:phones"),
    ({"kentekens": "!!"}, "unreadable_plate:plates"),
    ({"nationaliteit": "Atlantische"}, "unknown_country:nationality"),
    ({"contacten": "buurman:Tom"}, "unknown_code:contacts"),
    ({"aangifte": "misschien"}, "unknown_code:complaint_filed"),
]


@pytest.mark.parametrize(("difference", "problem"), PROBLEMS)
def test_a_value_that_cannot_be_read_is_reported(
    deliver: Deliver, ikps_text: Text, difference: dict[str, str], problem: str
) -> None:
    rows = rows_of(read_ikps(deliver("ikps", NAME, ikps_text(difference)), load_register("ikps")))
    assert problem in rows.at[0, "problems"]


def test_not_known_is_no_problem_and_no_value(deliver: Deliver, ikps_text: Text) -> None:
    layout = ikps_text().splitlines()[0].split(";")
    for spelling in ("", "onbekend", "niet bekend", "n.b.", "-", "?"):
        unknown = {name: spelling for name in layout if name != "registratienummer"}
        row = rows_of(read_ikps(deliver("ikps", NAME, ikps_text(unknown)), load_register("ikps"))).iloc[0]
        assert row["problems"] == []
        assert row["family_name"] is None
        assert row["birth_date_precision"] == "unknown"
        assert row["phones"] == row["signals"] == row["contacts"] == row["exploitation_forms"] == []


def test_a_birth_after_the_entry_is_not_recorded(deliver: Deliver, ikps_text: Text) -> None:
    born = {"geboortedatum": "06-04-2004", "datum_registratie": "05-04-2004"}
    row = rows_of(read_ikps(deliver("ikps", NAME, ikps_text(born)), load_register("ikps"))).iloc[0]
    assert row["birth_date_precision"] == "unknown"
    assert row[["birth_year", "birth_month", "birth_day"]].isna().all()


def test_the_second_row_of_a_key_is_the_double(deliver: Deliver, ikps_text: Text) -> None:
    rows = rows_of(read_ikps(deliver("ikps", NAME, ikps_text({}, {}, {"registratienummer": "IK-2"})),
                     load_register("ikps")))  # fmt: skip
    assert ["duplicate_key:source_key" in problems for problems in rows["problems"]] == [False, True, False]


def test_a_quoted_separator_and_a_changed_order_of_columns_are_read(deliver: Deliver, ikps_text: Text) -> None:
    lines = [line.split(";") for line in ikps_text({"achternaam": "Zee"}).splitlines()]
    turned = "".join(";".join(reversed(line)) + "\r\n" for line in lines)
    assert rows_of(read_ikps(deliver("ikps", NAME, turned), load_register("ikps"))).at[0, "family_name"] == "Zee"
    quoted = ikps_text({"locatie": 'hotel "De Zon"; kamer 3'})
    row = rows_of(read_ikps(deliver("ikps", NAME, quoted), load_register("ikps"))).iloc[0]
    assert row["place"] == 'hotel "de zon"; kamer 3'


def test_a_file_that_is_not_the_one_agreed_is_refused(deliver: Deliver, ikps_text: Text) -> None:
    text = ikps_text({"achternaam": "Wit"}, {"registratienummer": "IK-2", "achternaam": "Zé"})
    header, *lines = text.split("\r\n")
    flagged = "\r\n".join([f"{header};minderjarig", *(f"{line};J" for line in lines if line), ""])
    extra = "\r\n".join([f"{header};leeftijd", *(f"{line};19" for line in lines if line), ""])
    renamed = text.replace("geboortedatum", "geb_datum", 1)
    cases = [
        (b"", "empty_file"),
        (b" \r\n", "empty_file"),
        (text.encode("utf-8"), "wrong_encoding"),
        (text.encode("utf-16"), "wrong_encoding"),
        (text.replace("Zé", "Z\x81").encode("latin-1"), "wrong_encoding"),
        (text.encode("cp1252")[:-60], "cut_off"),
        (text.replace("Zé", '"Ze').encode("cp1252"), "cut_off"),
        (text.replace("\r\n", ";;;\r\n", 2).replace(";;;", "", 1).encode("cp1252"), "unreadable"),
        (f"{header}\r\n".encode(), "no_rows"),
        (flagged.encode("cp1252"), "minor_flag_column"),
        (extra.encode("cp1252"), "wrong_layout"),
        (renamed.encode("cp1252"), "wrong_layout"),
        (text.replace(";", ",").encode("cp1252"), "wrong_layout"),
        ("\r\n".join(lines).encode("cp1252"), "wrong_layout"),
    ]
    for number, (content, rule) in enumerate(cases):
        found, detail = refused(deliver("ikps", NAME, content))
        assert (number, found) == (number, rule)
        assert "Wit" not in detail
    assert refused(deliver("ikps", NAME, extra.encode("cp1252")))[1] == "extra: leeftijd"
    assert refused(deliver("ikps", NAME, renamed.encode("cp1252")))[1] == "extra: geb_datum; missing: geboortedatum"


def test_the_newest_snapshot_that_can_be_read_counts_alone(deliver: Deliver, ikps_text: Text, read: Read) -> None:
    old = deliver("ikps", "ikps_20040409.csv", ikps_text({}, {"registratienummer": "IK-2"}))
    new = deliver("ikps", NAME, ikps_text({}))
    broken = deliver("ikps", "ikps_20040411.csv", b"")
    reading = read(old, broken, new)
    assert (reading.delivered, reading.used, reading.refused) == (1, [new], [("ikps_20040411.csv", "empty_file")])
    assert reading.findings.to_dict("records") == [
        {"register": "ikps", "file": "ikps_20040411.csv", "row_key": None, "level": "refused", "rule": "empty_file",
         "column": None, "detail": None}
    ]  # fmt: skip


def test_an_older_snapshot_that_lands_later_is_refused(deliver: Deliver, ikps_text: Text, read: Read) -> None:
    new = deliver("ikps", NAME, ikps_text({}), landed_night=date(2004, 4, 10))
    late = deliver("ikps", "ikps_20040409.csv", ikps_text({}, {}), landed_night=date(2004, 4, 11))
    early = deliver("ikps", "ikps_20040408.csv", ikps_text({}, {}, {}), landed_night=date(2004, 4, 10))
    assert read(early, new, late).refused == [("ikps_20040409.csv", "older_than_last")]


def test_nothing_readable_gives_no_rows_and_the_reasons(deliver: Deliver, read: Read) -> None:
    reading = read(deliver("ikps", NAME, b""))
    assert (reading.delivered, len(reading.rows), reading.used) == (0, 0, [])
    assert "record_id" in reading.rows.columns


def test_twenty_thousand_rows_take_a_few_seconds(deliver: Deliver, ikps_text: Text) -> None:
    header, line = ikps_text({}).splitlines()
    line = line.replace("IK-04-000123", "IK-{0}").replace("06-00000001", "06-1{0:07}").replace(";Wit;", ";Wit{0};")
    text = "\r\n".join([header, *(line.format(number) for number in range(20_000))]) + "\r\n"
    began = time.process_time()
    rows = rows_of(read_ikps(deliver("ikps", NAME, text), load_register("ikps")))
    assert rows["phones"].str.len().eq(2).all()
    assert time.process_time() - began < 6
