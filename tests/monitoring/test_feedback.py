"""The feedback report: what a register gets back, and what it never holds."""

from __future__ import annotations

import csv
import time
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from connectors.reading import findings_frame
from connectors.register import REGISTERS, load_register
from expectations.rules import load_rules
from expectations.whole import COMPLETENESS_COLUMNS
from monitoring.feedback import shown_key, write_feedback

NIGHT = date(2005, 6, 30)
STATE = {
    "status": "ok", "newest_delivery": "2005-06-30", "age_days": 0,
    "delivered": 12345, "accepted": 12340, "set_aside": 5, "registrations": 12340, "merged": 0, "withdrawn": 0,
}  # fmt: skip
FINDINGS = [
    ("ikps", "ikps_20050630.csv", "IK-04-000012", "set_aside", "encounter_after_registration", "encountered_on"),
    ("ikps", "ikps_20050630.csv", "IK-04-000011", "warning", "missing_place", "place"),
    ("ikps", "ikps_20050630.csv", "row 17", "set_aside", "no_key", "source_key"),
    ("ikps", "ikps_20050629.csv", None, "refused", "older_than_last", None),
    ("ikps", "anne de wit.csv", None, "ignored", "ignored_file", None),
    ("ikps", None, None, "warning", "region_near_empty", "region", "zeeland 2004: 0; mediaan 12"),
]


class Tags(HTMLParser):
    """The tags of a page, and whether they are closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.seen.add(tag)
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def report(folder: Path, found: list[tuple], register: str = "ikps", **given) -> tuple[str, str]:
    state = {**STATE, **given.pop("state", {})}
    files = write_feedback(folder, load_register(register), NIGHT, findings_frame(found), state, **given)
    assert [path.name for path in files] == [f"{register}_2005-06-30.html", f"{register}_2005-06-30.csv"]
    return files[0].read_text(encoding="utf-8"), files[1].read_bytes().decode("utf-8-sig")


def test_a_report_says_what_was_refused_and_set_aside_by_rule_with_source_keys_in_dutch(tmp_path):
    page, table = report(tmp_path, FINDINGS)
    for said in (
        "Geweigerde bestanden: 1",
        "ikps_20050629.csv",
        "Apart gezette regels: 2",
        load_rules()["encounter_after_registration"].nl,
        "datum_aantreffen",
        "IK-04-000012",
        "regel 17",
        "zeeland 2004: 0; mediaan 12",
        "12.345",
    ):
        assert said in page, said
    rows = list(csv.DictReader(table.splitlines(), delimiter=";"))
    assert len(rows) == len(FINDINGS)
    assert {"register", "bestand", "sleutel", "niveau", "regel", "omschrijving"} <= set(rows[0])
    assert [row["niveau"] for row in rows] == [
        "geweigerd",
        "apart gezet",
        "apart gezet",
        "opmerking",
        "opmerking",
        "genegeerd",
    ]


def test_a_report_opens_offline_and_is_a_whole_page(tmp_path):
    page, _ = report(tmp_path, FINDINGS)
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert not {"script", "link", "img", "iframe", "form"} & tags.seen
    assert "http" not in page
    assert "url(" not in page


def test_the_same_findings_in_any_order_give_the_same_bytes(tmp_path):
    one = report(tmp_path / "one", FINDINGS)
    other = report(tmp_path / "other", FINDINGS[::-1])
    assert one == other


@pytest.mark.parametrize("key", ["de Wit", "Anne", "<b>x</b>", "=1+1", "Xiaoxing Chen 1988", "a" * 80 + "1"])
def test_a_key_that_may_be_a_value_is_not_shown(tmp_path, key):
    page, table = report(tmp_path, [("ikps", "ikps_20050630.csv", key, "warning", "missing_place", "place")])
    assert key not in page + table
    assert "(niet getoond)" in page and "(niet getoond)" in table


@pytest.mark.parametrize("key", ["IK-04-000123", "2004/03/0412", "UT-2004-00417", "mob_200403_DEN-HELDER.csv#4", "17"])
def test_a_registers_own_key_is_shown(key):
    assert shown_key(key) == key


def test_the_name_of_an_ignored_file_is_only_shown_when_it_is_an_ordinary_one(tmp_path):
    page, table = report(tmp_path, FINDINGS)
    assert "wit" not in page.lower() and "anne" not in table.lower()
    page, _ = report(tmp_path, [("ikps", "README.txt", None, "ignored", "ignored_file", None)])
    assert "README.txt" in page


def test_what_a_spreadsheet_would_run_is_text(tmp_path):
    _, table = report(tmp_path, [("stv", None, None, "warning", "sum_of_categories", None, "=1+1")], "stv")
    cells = next(csv.reader(table.splitlines()[1:], delimiter=";"))
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)


def test_a_refused_register_is_told_why_and_that_nothing_was_worked(tmp_path):
    counts = dict.fromkeys(("delivered", "accepted", "set_aside", "registrations", "merged", "withdrawn"))
    state = {**counts, "status": "refused", "reason": "wrong_encoding, no such rule", "age_days": 3}
    page, _ = report(tmp_path, [], state=state)
    assert "geweigerd" in page
    assert load_rules()["wrong_encoding"].nl in page
    assert "niets van dit register verwerkt" in page
    assert "3 nachten geleden" in page


def test_a_failure_of_the_program_is_not_told_to_a_register_as_its_fault(tmp_path):
    page, _ = report(tmp_path, [], state={"status": "failed", "reason": "KeyError at connectors/x.py:3"})
    assert "KeyError" not in page
    assert "niets aan te merken" in page


def test_a_rule_with_very_many_keys_shows_some_and_the_csv_all_of_them(tmp_path):
    found = [
        ("ikps", "ikps_20050630.csv", f"IK-04-{n:06d}", "warning", "missing_place", "place") for n in range(100_000)
    ]
    began = time.monotonic()
    page, table = report(tmp_path, found)
    assert time.monotonic() - began < 60
    assert len(page) < 20_000
    assert "en nog 99.800" in page
    assert table.count("IK-04-") == 100_000


@pytest.mark.parametrize("register", REGISTERS)
def test_every_rule_of_every_register_can_be_reported(tmp_path, register):
    found = [
        (register, "x", "k1", rule.level_at(register), rule.name, None)
        for rule in load_rules().values()
        if register in rule.registers
    ]
    page, table = report(tmp_path, found, register)
    assert table.count("\r\n") == len(found) + 1
    assert all(rule.nl.replace("'", "&#39;") in page for rule in load_rules().values() if register in rule.registers)


def test_synthetic_registrations_are_marked_and_real_ones_are_not(tmp_path):
    assert "Verzonnen" in report(tmp_path, [], is_synthetic=True)[0]
    assert "Verzonnen" not in report(tmp_path, [])[0]


def test_completeness_stands_beside_what_may_be_expected(tmp_path):
    shares = pd.DataFrame(
        [("ikps", "place", 200, 150, 0.75, None, 0.8), ("stv", "sex", 10, 1, 0.1, None, None)],
        columns=list(COMPLETENESS_COLUMNS),
    )
    page, _ = report(tmp_path, [], completeness=shares)
    assert "locatie" in page and "75,0 %" in page and "80,0 %" in page
    assert "10,0 %" not in page


def test_reports_are_readable_by_their_owner_only(tmp_path):
    for path in write_feedback(tmp_path / "new", load_register("mob"), NIGHT, findings_frame([]), STATE):
        assert path.stat().st_mode & 0o077 == 0
        assert path.parent.stat().st_mode & 0o077 == 0
