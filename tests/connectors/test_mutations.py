from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.deliveries import Delivery
from connectors.mutations import Folded, fold
from connectors.reading import Reading
from connectors.records import COLUMN_NAMES
from connectors.register import load_register

Text = Callable[..., str]
Message = dict[str, str]
NUMBER = "2004/03/0412"


def adds_up(folded: Folded) -> None:
    account = folded.account
    assert account["accepted"] == account["registrations"] + account["merged"] + account["withdrawn"]
    assert account["registrations"] == len(folded.records) == folded.records["record_id"].nunique()
    assert min(account.values()) >= 0
    assert tuple(folded.records.columns) == COLUMN_NAMES


@pytest.fixture
def dossiers(
    deliver: Callable[..., Delivery], read: Callable[..., Reading], youth_care_xml: Text
) -> Callable[..., Folded]:
    """Folds mutations of dossier numbers: (day, number, status, place of residence)."""

    def make(*mutations: tuple[int, str, int, str]) -> Folded:
        days: dict[int, list[dict[str, str]]] = {}
        for day, key, status, place in mutations:
            days.setdefault(day, []).append(
                {"Dossiernummer": key, "StatusAanlevering": str(status), "Woonplaats": place}
            )
        files = [
            deliver(
                "youth_care",
                f"jeugdzorg_200403{day:02}.xml",
                youth_care_xml(*changes, day=f"2004-03-{day:02}", number=day),
            )
            for day, changes in days.items()
        ]
        folded = fold(load_register("youth_care"), read(*files).rows)
        adds_up(folded)
        return folded

    return make


def test_a_changed_dossier_replaces_the_record_whole(dossiers: Callable[..., Folded]) -> None:
    folded = dossiers((1, "A", 1, "Utrecht"), (2, "A", 2, "Zeist"), (2, "B", 1, "Ede"))
    assert sorted(folded.records["place"]) == ["ede", "zeist"]
    assert folded.account == {"accepted": 3, "registrations": 2, "merged": 1, "withdrawn": 0}
    assert len(folded.findings) == 0


def test_a_file_that_comes_late_is_applied_where_it_belongs(dossiers: Callable[..., Folded]) -> None:
    assert dossiers((3, "A", 2, "Zeist"), (1, "A", 1, "Utrecht")).records["place"].tolist() == ["zeist"]


def test_a_withdrawn_dossier_is_gone_until_it_is_new_again(dossiers: Callable[..., Folded]) -> None:
    gone = dossiers((1, "A", 1, "Utrecht"), (2, "A", 3, "Utrecht"))
    assert gone.account == {"accepted": 2, "registrations": 0, "merged": 1, "withdrawn": 1}
    back = dossiers((1, "A", 1, "Utrecht"), (2, "A", 3, "Utrecht"), (3, "A", 1, "Zeist"))
    assert back.account == {"accepted": 3, "registrations": 1, "merged": 2, "withdrawn": 0}


def test_a_mutation_of_an_unknown_dossier_is_a_warning(dossiers: Callable[..., Folded]) -> None:
    folded = dossiers((1, "A", 2, "Utrecht"), (1, "B", 3, "Ede"))
    assert folded.records["source_key"].tolist() == ["A"]
    assert folded.findings.to_dict("records") == [
        {"register": "youth_care", "file": "jeugdzorg_20040301.xml", "row_key": key, "level": "warning",
         "rule": "unknown_dossier", "column": "source_key", "detail": None}
        for key in ("A", "B")
    ]  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mutations=st.lists(st.tuples(st.integers(1, 5), st.sampled_from("ABC"), st.integers(1, 3), st.just("Ede")),
                          min_size=1, max_size=12))  # fmt: skip
def test_every_mutation_is_counted_once(dossiers: Callable[..., Folded], mutations: list[Any]) -> None:
    dossiers(*mutations)


@pytest.fixture
def case(deliver: Callable[..., Delivery], read: Callable[..., Reading], telex_text: Text) -> Callable[..., Folded]:
    """Folds messages: (day of March or, above 31, of April, differences from a plain disappearance)."""

    def make(*messages: tuple[int, Message], night: date | None = None) -> Folded:
        files = []
        for number, (day, message) in enumerate(messages, start=1):
            month, day = (3, day) if day <= 31 else (4, day - 31)
            text = telex_text(message, opening=f"ZCZC KLPD{number:04} {day:02}{month:02}04 0915")
            files.append(deliver("telex", f"telex_2004{month:02}{day:02}.txt", text, sequence=number))
        folded = fold(load_register("telex"), read(*files).rows, night)
        adds_up(folded)
        return folded

    return make


def supplement(**fields: str) -> Message:
    return {"BETR": f"AANVULLING OP NR {NUMBER}", **{name.replace("_", " "): text for name, text in fields.items()}}


FOUND = {"BETR": f"AANGETROFFEN NR {NUMBER}", "DATUM": "20-03-2004", "PLAATS": "DEN HAAG"}
WITHDRAWN = {"BETR": f"INTREKKING NR {NUMBER}"}


def only(folded: Folded) -> pd.Series:
    assert len(folded.records) == 1
    return folded.records.iloc[0]


def test_a_supplement_replaces_the_fields_that_it_holds_and_no_others(case: Callable[..., Folded]) -> None:
    more = supplement(GEB="00-00-1988", CONTACT="AGIR", VAN="POLITIE DEN HAAG")
    folded = case((16, {}), (17, more))
    record = only(folded)
    assert (record["birth_year"], record["birth_date_precision"]) == (1988, "year")
    assert record[["birth_month", "birth_place"]].isna().all()
    assert (record["contacts"], record["phones"]) == (["other:agir"], [])
    assert (record["reported_on"], record["reporter"]) == (date(2004, 3, 16), "REGIOPOLITIE UTRECHT")
    assert (record["missing_since"], record["missing_status"]) == (date(2004, 3, 8), "open")
    assert folded.account == {"accepted": 2, "registrations": 1, "merged": 1, "withdrawn": 0}


def test_a_supplement_that_cannot_be_read_erases_nothing(case: Callable[..., Folded]) -> None:
    assert only(case((16, {}), (17, supplement(VERMIST_SINDS="32-03-2004"))))["missing_since"] == date(2004, 3, 8)


def test_a_found_child_is_found_and_stays_one_registration(case: Callable[..., Folded]) -> None:
    record = only(case((16, {}), (21, FOUND), (22, supplement(SIGN="GEZOND"))))
    assert (record["missing_status"], record["found_on"], record["found_place"]) == (
        "found", date(2004, 3, 20), "den haag",
    )  # fmt: skip
    assert record["episode_count"] == 1


def test_a_new_day_of_disappearance_after_the_find_opens_a_new_episode(case: Callable[..., Folded]) -> None:
    record = only(case((16, {}), (21, FOUND), (30, supplement(VERMIST_SINDS="28-03-2004"))))
    assert (record["missing_status"], record["missing_since"], record["episode_count"]) == (
        "open",
        date(2004, 3, 28),
        2,
    )
    assert record["found_on"] is None


def test_a_withdrawn_case_is_gone_and_a_supplement_to_it_a_warning(case: Callable[..., Folded]) -> None:
    folded = case((16, {}), (17, WITHDRAWN), (18, supplement(SIGN="LANG")))
    assert folded.account == {"accepted": 3, "registrations": 0, "merged": 2, "withdrawn": 1}
    assert folded.findings["rule"].tolist() == ["unknown_dossier"]


def test_a_supplement_before_its_message_waits_for_it(case: Callable[..., Folded]) -> None:
    folded = case((10, supplement(SIGN="LANG")), (16, {}))
    assert only(folded)["description"] == "LANG"
    assert only(folded)["family_name"] is not None
    assert len(folded.findings) == 0


def test_a_supplement_waits_thirty_days_and_then_stands_on_its_own(case: Callable[..., Folded]) -> None:
    alone = (1, supplement(NAAM="DE WIT, ANNE", VERMIST_SINDS="28-02-2004"))
    waiting = case(alone, night=date(2004, 3, 31))
    assert waiting.account == {"accepted": 1, "registrations": 0, "merged": 1, "withdrawn": 0}
    standing = case(alone, night=date(2004, 4, 1))
    assert only(standing)["missing_status"] == "open"
    assert standing.findings["rule"].tolist() == ["unknown_dossier"]
    too_late = case(alone, (32, {}))
    assert only(too_late)["missing_since"] == date(2004, 3, 8)


def test_a_find_of_an_unknown_case_changes_nothing_and_is_a_warning(case: Callable[..., Folded]) -> None:
    folded = case((21, FOUND))
    assert len(folded.records) == 0
    assert folded.findings["row_key"].tolist() == [NUMBER]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(messages=st.lists(st.tuples(st.integers(1, 60), st.sampled_from(
    [{}, FOUND, WITHDRAWN, supplement(SIGN="LANG"), supplement(VERMIST_SINDS="28-03-2004")])), min_size=1, max_size=8))  # fmt: skip
def test_every_message_is_counted_once(case: Callable[..., Folded], messages: list[Any]) -> None:
    case(*messages)


def test_a_stay_on_two_lists_is_one_registration(
    deliver: Callable[..., Delivery], read: Callable[..., Reading], mob_text: Text
) -> None:
    lists = [deliver("mob", f"mob_20040{month}_VUGHT.csv", mob_text({}, {"naam": f"A{month}"})) for month in (3, 4)]
    folded = fold(load_register("mob"), read(*lists).rows)
    adds_up(folded)
    assert folded.account == {"accepted": 4, "registrations": 3, "merged": 1, "withdrawn": 0}
    assert "mob_200404_VUGHT.csv#1" in folded.records["source_key"].tolist()


def test_no_rows_fold_to_no_records() -> None:
    from connectors.records import rows_frame

    for name in ("ikps", "youth_care", "telex"):
        adds_up(fold(load_register(name), rows_frame({}, 0)))
