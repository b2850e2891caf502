import re
import string

import pytest

from monitoring.figures.written.words import (
    LANGUAGES,
    declared,
    dimension_in_words,
    notices,
    said,
    scope,
    unit_in_words,
)

KEYS = [(part, key) for part, keys in declared().items() for key in keys]
# What a Dutch sentence can hardly do without and an English one never has.
DUTCH = re.compile(r"\b(de|het|een|van|niet|zijn|naar|bij|voor|jaar|nacht)\b", re.I)


@pytest.mark.parametrize(("part", "key"), KEYS)
def test_every_fixed_word_is_there_in_both_languages(part, key):
    said_in = declared()[part][key]
    assert set(said_in) == set(LANGUAGES)
    assert all(said_in.values())
    filled = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in said_in.values()]
    assert filled[0] == filled[1]
    assert not DUTCH.search(said_in["en"])


def test_the_scope_names_night_year_and_model(by_hand):
    assert scope(by_hand.report_with(by_hand.age, year=2004), "nl") == (
        "Tabel van de nacht van 30 juni 2005, jaar 2004, koppelmodel 2026.2"
    )
    assert scope(by_hand.report_with(by_hand.age), "en") == (
        "Table of the night of 30 June 2005, all years together, linkage model 2026.2"
    )


def test_real_registrations_are_not_called_synthetic_but_stay_with_the_bureau(by_hand):
    assert len(notices(by_hand.report_with(by_hand.age), "nl")) == 2
    assert notices(by_hand.report_with(by_hand.age, is_synthetic=False), "nl") == (said("for_the_bureau", "nl"),)
    assert "weerzien release" in said("for_the_bureau", "nl")


def test_a_unit_without_words_is_refused_and_a_characteristic_without_words_is_called_that():
    with pytest.raises(KeyError):
        unit_in_words("apples", "nl")
    assert dimension_in_words("something_new", "nl") == "Kenmerk"
