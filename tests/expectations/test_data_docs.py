"""Data Docs: what an engineer sees of a night's checks, and that no value can be in it."""

from __future__ import annotations

from datetime import date

from connectors.register import REGISTERS, load_register
from expectations.data_docs import data_docs
from expectations.register_check import check_register
from expectations.rules import rules_of

NIGHT = date(2005, 6, 30)


def page_of(register, rows, rows_of, **given) -> str:
    checked = check_register(load_register(register), [rows_of(rows)], NIGHT, lambda _: None)
    return data_docs(load_register(register), NIGHT, checked, **given)


def test_each_expectation_is_shown_with_how_many_rows_failed_it(row_of, rows_of):
    rows = [row_of("ikps", n, place=None if n < 3 else "utrecht") for n in range(12)]
    page = page_of("ikps", rows, rows_of)
    row = next(line for line in page.splitlines() if ">missing_place<" in line)
    assert '<td class="count">3</td><td class="count">25.00 %</td>' in row
    assert "has_place values must belong to this set: True" in row
    assert "Delivered rows: 12 checked" in page


def test_every_rule_about_rows_and_records_stands_in_the_page(row_of, rows_of):
    for register in REGISTERS:
        page = page_of(register, [row_of(register, 1)], rows_of)
        rules = rules_of(load_register(register), "row", "record")
        assert [rule.name for rule in rules if f">{rule.name}<" not in page] == []


def test_the_page_holds_no_value_and_asks_nothing_of_a_network(row_of, rows_of):
    secret = {"given_names": "Geheimpje", "family_name": "Verborgen", "place": "nergenshuizen", "birth_year": 1893}
    page = page_of("stv", [row_of("stv", 1, **secret, problems=["unknown_code:sex"])], rows_of)
    for value in (*secret.values(), "http", "<script", "<link", "src="):
        assert str(value) not in page, value


def test_synthetic_registrations_are_marked(row_of, rows_of):
    assert "Synthetic" in page_of("mob", [row_of("mob", 1)], rows_of, is_synthetic=True)
    assert "Synthetic" not in page_of("mob", [row_of("mob", 1)], rows_of)


def test_what_was_said_of_an_expectation_before_is_said_again_in_the_same_words(row_of, rows_of, monkeypatch):
    register = load_register("stv")
    checked = check_register(register, [rows_of([row_of("stv")])], NIGHT, lambda _: None)
    known: dict[str, str] = {}
    first = data_docs(register, date(2005, 6, 30), checked, known_prose=known)
    monkeypatch.setattr("expectations.data_docs._prose", lambda _: "said anew")
    assert data_docs(register, date(2005, 6, 30), checked, known_prose=known) == first
    assert "said anew" in data_docs(register, date(2005, 6, 30), checked)
