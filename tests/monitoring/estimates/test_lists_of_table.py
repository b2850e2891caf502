from datetime import date

import pandas as pd
import pytest

from monitoring.estimates.lists_of_table import values_of, victim_registrations_of
from monitoring.estimates.outcome import Asked, of_table
from monitoring.published_tables import PublishedTables

# record, person, register, day, forms
REGISTRATIONS = [
    ("i1", "W-1", "ikps", date(2004, 3, 1), []),
    ("s1", "W-1", "stv", date(2004, 4, 1), ["prostitution"]),
    ("y1", "W-2", "youth_care", date(2004, 5, 1), ["drugs"]),
    ("y2", "W-3", "youth_care", date(2004, 5, 1), []),  # no form: no victim
    ("t1", "W-2", "telex", date(2004, 1, 1), []),  # missing: never a list of victims
    ("s2", "W-4", "stv", date(2003, 4, 1), ["prostitution"]),
    ("i2", "W-5", "ikps", date(2004, 6, 1), []),  # an adult
]
PERSONS = [
    ("W-1", "16-17", "female", "potential"), ("W-2", "13-15", "male", "potential"), ("W-3", "9-12", "female", "none"),
    ("W-4", "unknown", None, "actual"), ("W-5", "18+", "female", "potential"),
]  # fmt: skip
# two registrations, probability, and what the night made of the pair
LINKS = [("i1", "s1", 0.8, "link"), ("s2", "y1", 0.6, "no_link")]


@pytest.fixture
def tables():
    registration = pd.DataFrame(
        REGISTRATIONS, columns=["record_id", "person_id", "register", "encountered_on", "exploitation_forms"]
    ).assign(reported_on=None, registered_on=None, is_purged=False)
    person = pd.DataFrame(PERSONS, columns=["person_id", "age_band", "sex", "victim_status"])
    link = pd.DataFrame(LINKS, columns=["record_id_l", "record_id_r", "match_probability", "status"])
    person_of = dict(zip(registration["record_id"], registration["person_id"], strict=True))
    for side in ("l", "r"):
        link[f"person_id_{side}"] = link[f"record_id_{side}"].map(person_of)
    link = link.assign(match_weight=[2.0, 0.6], decided_by="model 1", certainty="none")
    judgement = pd.DataFrame(columns=["judgement_id", "record_id_l", "record_id_r", "verdict", "state"])
    return PublishedTables(date(2005, 1, 1), "", False, "1", "1", person, registration, link, judgement)


def test_lists_are_registers_of_victims_and_persons_are_minors_or_in_doubt(tables):
    histories = victim_registrations_of(tables).histories()
    assert histories.lists == ("ikps", "stv", "youth_care")
    assert histories.of_lists == {"ikps": 1, "stv": 2, "youth_care": 1}
    assert histories.overlaps["ikps", "stv"] == 1


def test_adults_come_along_when_asked(tables):
    assert victim_registrations_of(tables, adults_too=True).histories().of_lists["ikps"] == 2


def test_a_year_counts_its_own_registrations(tables):
    assert victim_registrations_of(tables, year=2003).histories().of_lists == {"ikps": 0, "stv": 1, "youth_care": 0}


def test_a_stratum_takes_its_own_persons_and_unknown_is_one(tables):
    assert victim_registrations_of(tables, stratum=("sex", "male")).histories().cases == 1
    assert victim_registrations_of(tables, stratum=("sex", "unknown")).histories().of_lists["stv"] == 1
    assert values_of(tables, "sex") == ["female", "male", "unknown"]


def test_another_threshold_groups_the_registrations_again(tables):
    registrations = victim_registrations_of(tables)
    assert registrations.at(0.75).cases == 3
    assert registrations.at(0.5).cases == 2
    assert registrations.at(0.9).cases == 4


def test_link_sets_are_drawn_with_the_probabilities_of_the_pairs(tables):
    registrations = victim_registrations_of(tables)
    linked = [registrations.sampled(seed).overlaps["ikps", "stv"] for seed in range(300)]
    assert sum(linked) / 300 == pytest.approx(0.8, abs=0.07)
    assert registrations.sampled(7) is not registrations.sampled(7)
    assert registrations.sampled(7).counts.tolist() == registrations.sampled(7).counts.tolist()


def test_too_few_persons_are_refused_and_not_hidden(tables):
    asked = Asked(times=0, link_sets=2)
    outcome = of_table(victim_registrations_of(tables), {"nl": "", "en": ""}, True, asked, lambda what, part: None)
    assert any("lists of victims with enough persons" in why["en"] for why in outcome.estimate.refusals)
