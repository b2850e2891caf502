import json
import textwrap
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.deliveries import Delivery, DeliveryRefused
from connectors.reading import read_register
from connectors.register import load_register
from connectors.row_parts import whole as rows_of
from connectors.telex import contact_reader, read_telex
from connectors.telex_messages import joined

Deliver = Callable[..., Delivery]
Text = Callable[..., str]
NAME = "telex_20040316.txt"
CASE = {
    "source_key": "2004/03/0412", "row_key": "2004/03/0412", "mutation": "new", "reported_on": date(2004, 3, 16),
    "reporter": "REGIOPOLITIE UTRECHT", "family_name": "WIT", "given_names": "ANNE", "name_prefix": "de",
    "aliases": ["ANNE"], "birth_year": 1987, "birth_month": 11, "birth_day": 20, "birth_place": "UTRECHT",
    "sex": "female", "nationality": ["NLD"], "missing_category": "runaway", "missing_since": date(2004, 3, 8),
    "place": "utrecht overvecht", "reporter_kind": "parents", "contacts": ["other:tom"], "phones": ["+31600000001"],
    "plates": ["12ABCD"], "description": "CA 170 CM SLANK LANG BLOND HAAR DRAAGT ZWARTE JAS", "reported_missing": True,
    "missing_status": "open", "episode_count": 1, "problems": [],
}  # fmt: skip
UPPER = ("family_name", "given_names", "aliases", "birth_place", "reporter", "description")


def comparable(row: object) -> dict[str, object]:
    values = {name: row[name] for name in CASE}  # type: ignore[index]
    return {name: str(value).upper() if name in UPPER else value for name, value in values.items()}


def test_a_disappearance_arrives_whole(deliver: Deliver, telex_text: Text) -> None:
    row = rows_of(read_telex(deliver("telex", NAME, telex_text({})), load_register("telex"))).iloc[0]
    assert comparable(row) == comparable(CASE)
    assert json.loads(row["raw"])["ZCZC"] == "ZCZC KLPD0412 160304 0915"


def test_line_ends_blanks_order_and_noise_make_no_difference(deliver: Deliver, telex_text: Text) -> None:
    text = telex_text({})
    opening, *lines, end = text.strip().split("\n")
    lines = [*lines[-2:], *lines[:-2]]
    turned = [
        text.replace("\n", "\r\n"),
        text.replace(" : ", ":").replace("  : ", ":"),
        text.replace(":", " :  "),
        "\n".join([opening, *lines, end]) + "\n",
        "\xff\xfe@@ 17\n".encode("latin-1") + text.encode() + b"\x1b[2J QRM NNNN\n",
    ]
    for content in turned:
        row = rows_of(read_telex(deliver("telex", NAME, content), load_register("telex"))).iloc[0]
        assert comparable(row) == comparable(CASE)


@pytest.mark.parametrize("width", [30, 41, 52, 69])
def test_a_value_cut_anywhere_is_read_as_if_it_was_not(deliver: Deliver, telex_text: Text, width: int) -> None:
    register = load_register("telex")
    whole = telex_text({"CONTACT ": "TOM TEL 06-00000001 KENT 12-AB-CD EN AGIR TEL 0600000002"})
    lines = []
    for line in whole.split("\n"):
        lines.append(line[:69])
        rest = line[69:]
        while rest:
            lines.append("  " + rest[:67])
            rest = rest[67:]
    by_words = [piece for line in whole.split("\n") for piece in textwrap.wrap(line, width, subsequent_indent="  ",
                break_on_hyphens=False, break_long_words=False) or [""]]  # fmt: skip
    for text in ("\n".join(lines), "\n".join(by_words)):
        row = rows_of(read_telex(deliver("telex", NAME, text), register)).iloc[0]
        assert row["phones"] == ["+31600000001", "+31600000002"]
        assert row["plates"] == ["12ABCD"]
        assert row["contacts"] == ["other:tom", "other:agir"]
        assert row["problems"] == []


JOINTS = [
    (["CONTACT : TOM TEL 06-000", "  00001"], "TOM TEL 06-00000001"),
    (["GEB : 20-11-", "  1987 TE UTRECHT"], "20-11-1987 TE UTRECHT"),
    (["GEB : 20-11-19", "  87 TE UTRECHT"], "20-11-1987 TE UTRECHT"),
    (["BETR : VERMISTE PERSOON NR 2004/03", "  /0412"], "VERMISTE PERSOON NR 2004/03/0412"),
    (["CONTACT : TEL 06-00000001", "  06-00000002"], "TEL 06-00000001 06-00000002"),
    (["SIGN : LANG BLOND HAAR DRAAGT", "  ZWARTE JAS"], "LANG BLOND HAAR DRAAGT ZWARTE JAS"),
    (["SIGN : " + "X" * 62, "  YZ"], "X" * 62 + "YZ"),
    (["SIGN : " + "X" * 62, "   YZ"], "X" * 62 + " YZ"),
]


@pytest.mark.parametrize(("lines", "value"), JOINTS)
def test_lines_are_joined_as_they_were_cut(lines: list[str], value: str) -> None:
    assert joined(lines, 69).likely == value


def test_a_code_cut_inside_a_word_is_recognised(deliver: Deliver, telex_text: Text) -> None:
    rows = rows_of(
        read_telex(deliver("telex", NAME, telex_text({"CAT   ": "WEGLOOP\n  PROBLEMATIEK"})), load_register("telex"))
    )
    assert rows.at[0, "missing_category"] == "runaway"


def test_an_age_instead_of_a_birth_date_holds_on_the_day_of_the_message(deliver: Deliver, telex_text: Text) -> None:
    text = telex_text({"GEB   ": "ONBEKEND CA 14 JR", "CAT   ": "VERMIST AMA"}, {"GEB   ": "00-00-1989"})
    rows = rows_of(read_telex(deliver("telex", NAME, text), load_register("telex")))
    assert (rows.at[0, "stated_age"], rows.at[0, "stated_age_on"]) == (14, date(2004, 3, 16))
    assert rows.at[0, "birth_date_precision"] == "unknown"
    assert rows.at[0, "unaccompanied"]
    assert (rows.at[1, "birth_year"], rows.at[1, "birth_date_precision"]) == (1989, "year")
    assert rows.at[1, "birth_place"] is None


MUTATIONS = [
    ("VERMISTE PERSOON NR 2004/03/0412", "2004/03/0412", "new"),
    ("AANVULLING OP NR 2004/03/0412", "2004/03/0412", "supplement"),
    ("INTREKKING NR 2004/03/0412", "2004/03/0412", "withdrawn"),
    ("AANGETROFFEN NR  2004/03/0412", "2004/03/0412", "found"),
    ("OPSPORING NR 2004/03/0412", "2004/03/0412", None),
    ("VERMISTE PERSOON", None, "new"),
]


@pytest.mark.parametrize(("subject", "key", "mutation"), MUTATIONS)
def test_the_subject_says_what_the_message_does(
    deliver: Deliver, telex_text: Text, subject: str, key: str | None, mutation: str | None
) -> None:
    row = rows_of(read_telex(deliver("telex", NAME, telex_text({"BETR  ": subject})), load_register("telex"))).iloc[0]
    assert (row["source_key"], row["mutation"]) == (key, mutation)
    assert ("no_key:source_key" in row["problems"]) == (key is None)
    assert ("unknown_mutation:mutation" in row["problems"]) == (mutation is None)


def test_a_find_says_when_and_where(deliver: Deliver, telex_text: Text) -> None:
    found = {"BETR": "AANGETROFFEN NR 2004/03/0412", "DATUM": "20-03-2004", "PLAATS": "DEN HAAG"}
    row = rows_of(read_telex(deliver("telex", NAME, telex_text(found)), load_register("telex"))).iloc[0]
    assert (row["found_on"], row["found_place"], row["missing_status"]) == (date(2004, 3, 20), "den haag", "found")


def test_labels_nobody_agreed_and_lines_without_label_are_reported(deliver: Deliver, telex_text: Text) -> None:
    odd = {"HAAR": "BLOND", "GESL  ": "V\nGESL : M\nZWARTE JAS"}
    row = rows_of(read_telex(deliver("telex", NAME, telex_text(odd)), load_register("telex"))).iloc[0]
    assert sorted(row["problems"]) == ["unknown_label:GESL", "unknown_label:HAAR", "unknown_label:no label"]
    assert row["sex"] == "female"


def test_an_impossible_day_of_the_message_is_reported(deliver: Deliver, telex_text: Text) -> None:
    text = telex_text({}, opening="ZCZC KLPD0412 310204 0915")
    row = rows_of(read_telex(deliver("telex", NAME, text), load_register("telex"))).iloc[0]
    assert "impossible_date:reported_on" in row["problems"]


def test_a_message_that_does_not_end_or_is_not_ascii_refuses_the_file(deliver: Deliver, telex_text: Text) -> None:
    text = telex_text({}, {})
    cases = [
        (text[:-40], "cut_off"),
        (text.replace("OVERVECHT", "OVERVÉCHT"), "wrong_encoding"),
        ("", "empty_file"),
    ]
    for content, rule in cases:
        with pytest.raises(DeliveryRefused) as raised:
            rows_of(read_telex(deliver("telex", NAME, content), load_register("telex")))
        assert raised.value.rule == rule


CONTACTS = [
    ("TOM TEL 06-00000001 KENT 12-AB-CD", ["other:tom"], ["+31600000001"], ["12ABCD"]),
    ("TEL 06 00 00 00 01", [], ["+31600000001"], []),
    ("KENT 12-AB-CD", [], [], ["12ABCD"]),
    ("TOM; AGIR KENT 12-AB-CD TEL 0600000001", ["other:tom", "other:agir"], ["+31600000001"], ["12ABCD"]),
    ("TOM 06-00000001", ["other:tom"], ["+31600000001"], []),
    ("ONBEKEND", [], [], []),
    ("TELLEGEN TEL 06-00000001", ["other:tellegen"], ["+31600000001"], []),
]


@pytest.mark.parametrize(("text", "names", "phones", "plates"), CONTACTS)
def test_a_contact_line_gives_names_phones_and_plates(
    text: str, names: list[str], phones: list[str], plates: list[str]
) -> None:
    register = load_register("telex")
    read = contact_reader(register.column_into("contacts"), register.layout)
    assert read(text) == ((names, phones, plates), ())


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(noise=st.text(st.characters(min_codepoint=32, max_codepoint=126) | st.sampled_from("\n:"), max_size=80))
def test_garbage_in_a_message_never_crashes(deliver: Deliver, telex_text: Text, noise: str) -> None:
    text = telex_text({"SIGN  ": noise, "CONTACT ": noise, "GEB   ": noise, "BETR  ": noise})
    try:
        rows = rows_of(read_telex(deliver("telex", NAME, text), load_register("telex")))
    except DeliveryRefused as refusal:
        assert refusal.rule == "cut_off"
    else:
        assert len(rows) >= 1


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"GEEN BERICHTEN\r\n", None),
        (b"\x00\xff\xfe" * 40, "unreadable"),
        (b"GEACHTE COLLEGA\r\nHIERBIJ DE TELEX VAN VANDAAG.\r\n", "unreadable"),
        (b"<html><body>502 bad gateway</body></html>\n", "unreadable"),
        (b"RRRRR QQ\nNAAM  : DE WIT, ANNE\nNNNN\n", "cut_off"),
        (b"NNNN\nNNNN\n", None),
    ],
    ids=["a quiet day", "random bytes", "a letter", "another page", "a message without its first line", "ends alone"],
)
def test_a_file_without_messages_is_a_quiet_day_or_refused(deliver: Deliver, content: bytes, rule: str | None) -> None:
    reading = read_register(load_register("telex"), [deliver("telex", "telex_20040316.txt", content)])
    assert [refused for _, refused in reading.refused] == ([rule] if rule else [])
    assert reading.delivered == 0


def test_a_message_that_begins_before_the_last_one_ended_refuses_the_file(deliver: Deliver, telex_text: Text) -> None:
    twice = telex_text({"NAAM  ": "EEN, A"}).replace("NNNN", "") + telex_text({"NAAM  ": "TWEE, B"})
    reading = read_register(load_register("telex"), [deliver("telex", "telex_20040316.txt", twice)])
    assert reading.refused == [("telex_20040316.txt", "cut_off")]
