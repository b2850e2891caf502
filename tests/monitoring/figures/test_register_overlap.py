"""How much of doubles and overlap hangs on the linking: the same pairs at other thresholds."""

from __future__ import annotations

from dataclasses import replace

import invented_night as invented
import pytest

from linkage.model import load_model
from monitoring.figures.monitor_tables import monitor_figures
from monitoring.figures.register_overlap import thresholds

# Person, register, record: A is two registrations of the police and one of STV, B and C may be one.
RECORDS = [("A", "ikps", "r1"), ("A", "ikps", "r2"), ("A", "stv", "r3"), ("B", "ikps", "r4"), ("C", "youth_care", "r5")]
LINKS = [("r1", "r2", 0.9995), ("r1", "r3", 0.8), ("r2", "r3", 0.95), ("r4", "r5", 0.6)]


def night(said=()):
    person = {record: one for one, _, record in RECORDS}
    tables = invented.night(
        [{"person_id": one, "victim_status": "potential", "is_counted": False} for one in "ABC"],
        [{"person_id": one, "register": register, "record_id": record} for one, register, record in RECORDS],
    )
    pairs = [
        {
            "record_id_l": left, "record_id_r": right, "person_id_l": person[left], "person_id_r": person[right],
            "match_probability": chance, "match_weight": 5.0, "decided_by": "model",
        }
        for left, right, chance in LINKS
    ]  # fmt: skip
    verdicts = [
        {"judgement_id": number, "record_id_l": left, "record_id_r": right, "verdict": verdict, "state": "in_force"}
        for number, (left, right, verdict) in enumerate(said, start=1)
    ]
    return replace(tables, link=invented.table("link", pairs), judgement=invented.table("judgement", verdicts))


def rows(tables, name="M4", year=None):
    figure = {figure.name: figure for figure in monitor_figures(tables, year)}[name]
    return {row.code: cells for row, cells in zip(figure.rows, figure.cells, strict=True)}


def test_thresholds_go_up_and_hold_those_of_the_model():
    codes, chances = zip(*thresholds(), strict=True)
    assert codes == ("at_0.5", "link", "at_0.9", "at_0.99", "certain")
    assert chances == (0.5, load_model().thresholds["link"], 0.9, 0.99, load_model().thresholds["certain"])


def test_persons_and_overlap_at_each_threshold_with_the_lowest_and_the_highest():
    found = rows(night())
    assert found["persons"] == (2, 3, 3, 4, 4, 2, 4)
    assert found["several"] == (2, 1, 1, 0, 0, 0, 2)
    assert found["ikps"] == (2, 2, 2, 2, 2, 2, 2)
    assert found["ikps+stv"] == (1, 1, 1, 0, 0, 0, 1)
    assert found["ikps+youth_care"] == (1, 0, 0, 0, 0, 0, 1)
    assert found["telex"] == (None,) * 7 and found["ikps+telex"] == (None,) * 7


def test_double_registrations_at_each_threshold():
    found = rows(night(), "M4R")
    assert found["ikps"] == (1, 1, 1, 1, 1, 1, 1)
    assert found["stv"] == (0, 0, 0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("verdict", "persons"), [("different", (3, 3, 3, 4, 4, 3, 4)), ("same", (2, 2, 2, 3, 3, 2, 3))]
)
def test_a_verdict_holds_at_every_threshold(verdict, persons):
    assert rows(night([("r4", "r5", verdict)]))["persons"] == persons


def test_the_models_own_threshold_gives_the_published_persons():
    figures = {figure.name: figure for figure in monitor_figures(night())}
    assert figures["M4"].cell("persons", "link") == figures["M2"].cell("total") == 3
    for register in ("ikps", "stv", "youth_care"):
        assert figures["M4"].cell(register, "link") == figures["M3"].cell(register, register)
    assert figures["M4"].cell("ikps+stv", "link") == figures["M3"].cell("ikps", "stv")


def test_registrations_without_a_day_are_in_no_year():
    assert rows(night(), year=2004)["persons"] == (None,) * 7


def test_thresholds_are_printed_as_dutch_and_english_numbers():
    figure = {figure.name: figure for figure in monitor_figures(night())}["M4"]
    assert figure.columns[0].words == {"nl": "Kans vanaf 0,5", "en": "Probability from 0.5"}
    assert figure.columns[1].words["nl"] == "Kans vanaf 0,75 (zoals gepubliceerd)"
