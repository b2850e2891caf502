import json
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.deliveries import Delivery, DeliveryRefused
from connectors.reading import Reading
from connectors.register import load_register
from connectors.row_parts import whole as rows_of
from connectors.youth_care import read_youth_care

Deliver = Callable[..., Delivery]
Xml = Callable[..., str]
NAME = "jeugdzorg_20040316.xml"


def test_a_dossier_arrives_whole(deliver: Deliver, youth_care_xml: Xml) -> None:
    row = rows_of(read_youth_care(deliver("youth_care", NAME, youth_care_xml({})), load_register("youth_care"))).iloc[0]
    expected = {
        "source_key": "UT-2004-00417", "mutation": "new", "applies_on": date(2004, 3, 16), "applies_order": 1,
        "registered_on": date(2004, 3, 16), "reported_on": date(2003, 10, 14), "reporter": "BJZ",
        "reporter_kind": "youth_care", "given_names": "Anne", "name_prefix": "de", "family_name": "Wit",
        "aliases": [], "birth_year": 1987, "birth_month": 11, "birth_day": 20, "sex": "female", "nationality": ["NLD"],
        "country_of_origin": "NLD", "residence_status": "dutch", "place": "utrecht", "phones": ["+31600000001"],
        "heading": "parenting", "signals": ["weglopen van huis", "spijbelen"],
        "exploitation_forms": ["prostitution", "drugs"], "main_group": "both", "certainty": "suspicion",
        "exploiter_kind": "loverboy", "loverboy": True, "vulnerabilities": ["family"],
        "living_situation": "complete_family", "at_school": "yes", "measure": "vots", "measure_on": date(2004, 3, 20),
        "referred_to": "RvdK", "intent": None, "problems": [],
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected
    raw = json.loads(row["raw"])
    assert raw["Header/Afzender"] == "BJZ Utrecht"
    assert raw["Signalen/Signaal"] == ["weglopen van huis", "spijbelen"]


def test_every_element_may_be_absent(deliver: Deliver, youth_care_xml: Xml) -> None:
    bare = '<Bericht xmlns="urn:weerzien:jeugdzorg:1"><Dossiers><Dossier><Dossiernummer>A</Dossiernummer></Dossier></Dossiers></Bericht>'
    rows = rows_of(read_youth_care(deliver("youth_care", NAME, bare), load_register("youth_care")))
    assert rows.at[0, "problems"] == ["unknown_mutation:mutation"]
    assert rows.at[0, "applies_on"] == date(2004, 3, 16)
    empty = '<Bericht xmlns="urn:weerzien:jeugdzorg:1"/>'
    assert len(rows_of(read_youth_care(deliver("youth_care", NAME, empty), load_register("youth_care")))) == 0


BIRTHS = [
    ("1987-11-20", "", (1987, 11, 20, "day"), []),
    ("1987-11-01", "1", (1987, 11, None, "month"), []),
    ("1987-01-01", "2", (1987, None, None, "year"), []),
    ("1900-01-01", "3", (None, None, None, "unknown"), []),
    ("1900-01-01", "", (None, None, None, "unknown"), []),
    ("1987-11-20", "9", (None, None, None, "unknown"), ["unknown_code:birth_year"]),
    ("1987-02-30", "", (None, None, None, "unknown"), ["impossible_birth_date:birth_year"]),
    ("", "", (None, None, None, "unknown"), []),
]


@pytest.mark.parametrize(("text", "usage", "parts", "problems"), BIRTHS)
def test_a_birth_date_is_known_as_far_as_its_use_says(
    deliver: Deliver, youth_care_xml: Xml, text: str, usage: str, parts: tuple[object, ...], problems: list[str]
) -> None:
    born = {"Geboortedatum": f"<Datum>{text}</Datum><DatumGebruik>{usage}</DatumGebruik>"}
    row = rows_of(read_youth_care(deliver("youth_care", NAME, youth_care_xml(born)), load_register("youth_care"))).iloc[
        0
    ]
    names = ["birth_year", "birth_month", "birth_day", "birth_date_precision"]
    assert tuple(row[names].astype(object).where(row[names].notna(), None)) == parts
    assert row["problems"] == problems


def test_initials_stand_in_for_names_that_are_not_there(deliver: Deliver, youth_care_xml: Xml) -> None:
    names = {
        "Naam": "<Geslachtsnaam>Wit</Geslachtsnaam><Voornamen/><Voorletters>A</Voorletters><Roepnaam>An</Roepnaam>"
    }
    row = rows_of(
        read_youth_care(deliver("youth_care", NAME, youth_care_xml(names)), load_register("youth_care"))
    ).iloc[0]
    assert row["given_names"].rstrip(".") == "A"
    assert row["aliases"] == ["An"]


def test_what_is_outside_the_layout_is_reported(deliver: Deliver, youth_care_xml: Xml) -> None:
    odd = {"Minderjarig": "ja", "StatusAanlevering": "7", "Geslacht": "5"}
    text = youth_care_xml(odd, {"Dossiernummer": ""}).replace("</Dossiers>", "</Dossiers><Bijlage/>")
    text = text.replace("<School>ja</School>", "<School>ja</School><School>nee</School>", 1)
    rows = rows_of(read_youth_care(deliver("youth_care", NAME, text), load_register("youth_care")))
    assert sorted(rows.at[0, "problems"]) == [
        "unknown_code:sex", "unknown_element:Bijlage", "unknown_element:Minderjarig", "unknown_element:School",
        "unknown_mutation:mutation",
    ]  # fmt: skip
    assert rows.at[0, "at_school"] == "yes"
    assert rows.at[1, "problems"] == ["no_key:source_key"]


def test_untrusted_or_unreadable_xml_is_refused(deliver: Deliver, youth_care_xml: Xml) -> None:
    whole = youth_care_xml({})
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]>'
    outside = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]>'
    cases = [
        ("", "empty_file"),
        (" \n", "empty_file"),
        (whole.replace("<Bericht", f"{bomb}<Bericht"), "doctype"),
        (whole.replace("<Bericht", f"{outside}<Bericht").replace(">Utrecht<", ">&b;<"), "doctype"),
        (whole.replace(">Utrecht<", ">&b;<"), "unreadable"),
        (whole[:-100], "cut_off"),
        (whole[:-5], "cut_off"),
        (whole.replace("</School>", "</Schol>"), "unreadable"),
        (whole.replace(":jeugdzorg:1", ":jeugdzorg:2"), "wrong_layout"),
        (whole.replace("Bericht", "Envelop"), "wrong_layout"),
        (whole.replace(">Utrecht<", ">Curaçao<").encode("latin-1"), "wrong_encoding"),
        ("Dossiernummer;Naam\r\n", "unreadable"),
    ]
    for number, (content, rule) in enumerate(cases):
        with pytest.raises(DeliveryRefused) as raised:
            rows_of(read_youth_care(deliver("youth_care", NAME, content), load_register("youth_care")))
        assert (number, raised.value.rule) == (number, rule)
        assert "Anne" not in str(raised.value)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 1500), byte=st.binary(max_size=3))
def test_damage_is_refused_and_never_crashes(deliver: Deliver, youth_care_xml: Xml, cut: int, byte: bytes) -> None:
    whole = youth_care_xml({}).encode()
    try:
        rows = rows_of(
            read_youth_care(
                deliver("youth_care", NAME, whole[:cut] + byte + whole[cut + 1 :]), load_register("youth_care")
            )
        )
    except DeliveryRefused as refusal:
        assert refusal.rule in ("cut_off", "unreadable", "wrong_layout", "wrong_encoding", "doctype", "empty_file")
    else:
        assert len(rows) <= 1


def test_mutations_apply_by_date_number_and_place_whatever_the_order_of_files(
    deliver: Deliver, youth_care_xml: Xml, read: Callable[..., Reading]
) -> None:
    def dossiers(*keys: str) -> list[dict[str, str]]:
        return [{"Dossiernummer": key} for key in keys]

    second = deliver("youth_care", NAME, youth_care_xml(*dossiers("C"), number=413), sequence=1)
    first = deliver("youth_care", NAME, youth_care_xml(*dossiers("A", "B"), number=412), sequence=2)
    late = deliver("youth_care", "jeugdzorg_20040315.xml", youth_care_xml(*dossiers("D"), day="2004-03-15", number=900))
    rows = read(second, first, late).rows
    assert rows["source_key"].tolist() == ["D", "A", "B", "C"]
    assert rows["applies_order"].tolist() == [1, 2, 3, 4]
