"""The method: the page says what the declared rules say, and follows them when they change."""

from __future__ import annotations

import dataclasses
import html
import re
from pathlib import Path

import pandas as pd
import pytest

from connectors.register import Retention, load_register
from linkage.model import load_model
from monitoring.counting import not_counted_reason
from monitoring.dictionary import TABLES
from monitoring.rules import RULES, TRUST


@pytest.fixture
def read(signed_in):
    """Reads the page, in English unless said otherwise."""
    client = signed_in("reviewer")

    def page(language="en"):
        client.cookies["weerzien_language"] = language
        answer = client.get("/werkwijze/")
        assert answer.status_code == 200
        return " ".join(html.unescape(answer.content.decode()).split())

    return page


def section(page, anchor):
    return page.split(f'<h2 id="{anchor}">')[1].split("<h2 ")[0]


def test_every_role_may_read_how_a_child_is_counted(signed_in):
    for role in ("reader", "reviewer", "engineer", "auditor"):
        assert signed_in(role).get("/werkwijze/").status_code == 200


def test_ages_follow_the_rules_of_the_table(read, monkeypatch):
    assert "younger than 18 " in section(read(), "age")
    monkeypatch.setitem(RULES["ages"], "minor_below", 21)
    monkeypatch.setitem(RULES["ages"], "approximate_years", 5)
    monkeypatch.setitem(RULES["ages"], "stated_age_years", 1)
    monkeypatch.setitem(RULES["ages"], "placeholder_days", [[3, 2]])
    monkeypatch.setitem(RULES["ages"], "distrusted_documents", ["false"])
    age, counted = section(read(), "age"), section(read(), "counted")
    assert "younger than 21 " in age
    assert "younger than 21 " in counted
    assert 'written down as "about" may be 5 years off' in age
    assert "told or estimated may be 1 year off" in age
    assert "2 March" in age
    assert "1 January" not in age
    assert "forged" not in age


def test_who_is_a_victim_follows_the_rules_of_the_table(read, monkeypatch):
    assert "A registration in IKPS (police) or STV is one of a victim" in read()
    monkeypatch.setitem(RULES["victims"], "always", ["stv", "mob"])
    monkeypatch.setitem(RULES["victims"], "potential_only", ["mob"])
    page = section(read(), "victims")
    assert "A registration in STV or MOB lists is one of a victim" in page
    assert "Who is a victim in MOB lists only" in page


def test_the_span_of_an_episode_follows_the_rules_of_the_table(read, monkeypatch):
    monkeypatch.setitem(RULES["missing"], "episode_gap_days", 61)
    assert "that lie 61 days apart" in section(read(), "missing")


def test_thresholds_and_version_are_those_of_the_model(read, monkeypatch):
    from monitoring.web.pages import method

    model = load_model()
    assert f"{model.thresholds['certain'] * 100:.1f}%" in section(read(), "linking")
    other = dataclasses.replace(model, version="2031.7", thresholds={**model.thresholds, "review": 0.123})
    monkeypatch.setattr(method, "load_model", lambda: other)
    linking = section(read(), "linking")
    assert "model 2031.7" in linking
    assert "12.3%" in linking


def test_terms_are_those_that_the_registers_declare(read, monkeypatch):
    from monitoring.web.pages import method

    def declared(name):
        kept = Retention(7, ("encountered_on", "registered_on"), "coded_facts", withdrawn_days=77)
        return dataclasses.replace(load_register(name), retention=kept) if name == "stv" else load_register(name)

    row = section(read(), "retention").split("STV</th>")[1].split("</tr>")[0]
    assert "none declared" in row
    monkeypatch.setattr(method, "load_register", declared)
    row = section(read(), "retention").split("STV</th>")[1].split("</tr>")[0]
    assert "7 years from: encountered on, else registered on" in row
    assert "coded facts" in row
    assert '<td class="n">77</td>' in row


def test_the_reasons_stand_in_the_order_in_which_they_hold(read):
    """One person per reason, for whom that reason holds and as many later ones as can."""
    everything = {
        "victim_status": "none",
        "is_police_only": True,
        "is_minor_confirmed": False,
        "is_age_known": False,
        "is_minor_at_recruitment": "yes",
        "age_band": "18+",
    }
    steps = [
        {},
        {"victim_status": "potential"},
        {"is_police_only": False},
        {"victim_status": "actual"},
        {"is_minor_at_recruitment": "no"},
        {"age_band": "unknown"},
        {"is_age_known": True},
    ]
    persons, now = [], everything
    for step in steps:
        now = {**now, **step}
        persons.append(now)
    held = not_counted_reason(pd.DataFrame(persons)).tolist()
    assert held == list(RULES["reasons"].values())
    said = re.findall(r"<li>(.*?)</li>", section(read(), "counted").split("<ol>")[1])
    assert len(said) == len(held)
    assert [re.findall(r"R\d+", reason) for reason in said] == [re.findall(r"R\d+", reason) for reason in held]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_column_of_the_table_is_explained_with_its_rule(read, language):
    page = section(read(language), "dictionary")
    for column in TABLES["person"].columns.values():
        row = page.split(f'id="column-{column.name}"')[1].split("</tr>")[0]
        assert getattr(column, language) in row
        assert f"<td>{column.rule or '–'}</td>" in row


def test_registers_stand_in_the_order_of_trust(read, monkeypatch):
    monkeypatch.setitem(TRUST["sex"], "registers", ["mob", "stv", "ikps"])
    row = section(read(), "trust").split("Sex</th>")[1].split("</tr>")[0]
    assert "MOB lists, STV, IKPS (police)" in row


def test_an_alert_is_told_without_its_places_to_fill_in(read):
    alerts = section(read(), "alerts")
    assert all(f"<dt>{kind}" not in alerts for kind in RULES["alerts"])
    assert "{" not in alerts
    assert "The same name and birth date with … persons" in alerts


def test_no_number_of_a_rule_is_typed_in_the_page():
    import monitoring.web

    source = (Path(monitoring.web.__file__).parent / "templates" / "method.html").read_text()
    said = re.findall(r'translate "((?:[^"\\]|\\.)*)"', source)
    said += re.findall(r"{% blocktranslate[^%]*%}(.*?){% endblocktranslate %}", source)
    assert len(said) > 60
    of_rule_book = r"\b[RS]\d+|\bpoint \d+"
    assert [text for text in said if re.search(r"\d", re.sub(of_rule_book, "", text))] == []


def test_every_entry_of_the_contents_leads_somewhere(read):
    page = read()
    anchors = re.findall(r'<li><a href="#([a-z]+)"', page)
    assert len(anchors) > 8
    assert [anchor for anchor in anchors if f'id="{anchor}"' not in page] == []
