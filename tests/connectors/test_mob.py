from collections.abc import Callable
from datetime import date

import pytest

from connectors.deliveries import Delivery, DeliveryRefused
from connectors.mob import read_mob
from connectors.reading import Reading
from connectors.register import load_register
from connectors.row_parts import whole as rows_of

Deliver = Callable[..., Delivery]
Text = Callable[..., str]
Read = Callable[..., Reading]
NAME = "mob_200403_DEN-HELDER.csv"


def test_a_departure_arrives_whole(deliver: Deliver, mob_text: Text) -> None:
    row = rows_of(read_mob(deliver("mob", NAME, mob_text({})), load_register("mob"))).iloc[0]
    expected = {
        "source_key": f"{NAME}#1", "row_key": f"{NAME}#1", "v_number": "2401234567", "given_names": "Xiaoxing",
        "sex": "male", "nationality": ["CHN"], "unaccompanied": True, "region": "Den Helder",
        "arrived_on": date(2004, 3, 1), "departed_on": date(2004, 3, 8), "missing_since": date(2004, 3, 8),
        "departure_category": "address_check", "guardian_assigned": True, "guardian_assigned_on": date(2004, 3, 5),
        "reported_missing": False, "document_status": "none", "phones": ["+31600000004"],
        "departure_reason": "gezinshereniging", "encountered_on": None, "applies_on": date(2004, 3, 1),
        "problems": ["placeholder_birth_date:birth_year"],
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected
    assert row["family_name"].casefold() == "chen"


def test_only_a_departure_to_an_unknown_destination_is_a_disappearance(deliver: Deliver, mob_text: Text) -> None:
    rows = rows_of(read_mob(deliver("mob", NAME, mob_text({"vertrekcategorie": "Uitzetting"})), load_register("mob")))
    assert rows.at[0, "missing_since"] is None


def test_the_own_key_holds_when_rows_move_and_does_not_carry_the_name(deliver: Deliver, mob_text: Text) -> None:
    first, second = {"naam": "SINGH, R."}, {"naam": "MOHAMED"}
    one = rows_of(read_mob(deliver("mob", NAME, mob_text(first, second)), load_register("mob")))
    other = rows_of(read_mob(deliver("mob", NAME, mob_text(second, first, {"geslacht": ""})), load_register("mob")))
    assert one["record_id"].tolist() == other["record_id"].tolist()[1::-1]
    assert other["source_key"].tolist() == [f"{NAME}#1", f"{NAME}#2", f"{NAME}#3"]


def test_one_number_on_two_stays_is_two_rows_and_one_stay_twice_is_a_double(deliver: Deliver, mob_text: Text) -> None:
    stays = mob_text({}, {"datum_vertrek": "20-03-2004"}, {"geslacht": ""})
    rows = rows_of(read_mob(deliver("mob", NAME, stays), load_register("mob")))
    assert ["duplicate_key:source_key" in problems for problems in rows["problems"]] == [False, False, True]


def test_children_without_number_and_name_are_not_taken_for_doubles(deliver: Deliver, mob_text: Text) -> None:
    nobody = {"v_nummer": "", "naam": ""}
    rows = rows_of(read_mob(deliver("mob", NAME, mob_text(nobody, nobody)), load_register("mob")))
    assert rows["record_id"].nunique() == 2
    assert not any("duplicate_key:source_key" in problems for problems in rows["problems"])


def test_a_guardian_is_there_or_not_or_not_recorded(deliver: Deliver, mob_text: Text) -> None:
    guardians = [{"voogd": value, "naam": f"A{n}"} for n, value in enumerate(["NIDOS", "geen", "", "oom"])]
    rows = rows_of(read_mob(deliver("mob", NAME, mob_text(*guardians)), load_register("mob")))
    assert [None if value is None else bool(value) for value in rows["guardian_assigned"].astype(object).where(
        rows["guardian_assigned"].notna(), None)] == [True, False, None, None]  # fmt: skip
    assert "unknown_code:guardian_assigned" in rows.at[3, "problems"]


def test_a_missing_byte_order_mark_and_a_list_without_rows_are_warnings(
    deliver: Deliver, mob_text: Text, read: Read
) -> None:
    reading = read(deliver("mob", NAME, mob_text().removeprefix("\ufeff")))
    assert reading.delivered == 0
    assert reading.findings[["level", "rule"]].values.tolist() == [
        ["warning", "no_rows"], ["warning", "no_byte_order_mark"],
    ]  # fmt: skip
    assert reading.refused == []


def test_another_encoding_or_layout_is_refused(deliver: Deliver, mob_text: Text) -> None:
    text = mob_text({"naam": "José"})
    cases = [
        (text.removeprefix("\ufeff").encode("cp1252"), "wrong_encoding"),
        (text.encode("utf-8")[:-30], "cut_off"),
        (text.replace(",", ";").encode(), "wrong_layout"),
        (b"\xef\xbb\xbf", "empty_file"),
    ]
    for content, rule in cases:
        with pytest.raises(DeliveryRefused) as raised:
            rows_of(read_mob(deliver("mob", NAME, content), load_register("mob")))
        assert raised.value.rule == rule


def test_a_later_list_of_the_same_name_in_any_capitals_replaces_the_earlier(
    deliver: Deliver, mob_text: Text, read: Read
) -> None:
    first = deliver("mob", NAME, mob_text({}, {"naam": "MOHAMED"}), sequence=1)
    second = deliver("mob", "mob_200403_Den-Helder.csv", mob_text({}), sequence=2)
    other = deliver("mob", "mob_200402_VUGHT.csv", mob_text({"opvanglocatie": "Vught"}), sequence=3)
    rows = read(first, second, other).rows
    assert rows["source_key"].tolist() == ["mob_200402_VUGHT.csv#1", "mob_200403_Den-Helder.csv#1"]
