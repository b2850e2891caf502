"""Countries, nationalities and regions in the spellings that the contract and the report show."""

import tomllib
from collections import defaultdict
from importlib import resources

import pycountry
import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from connectors.countries import read_countries, read_country
from connectors.names import plain

SPELLINGS = [
    ("Marokko", "MAR"), ("Marokkaanse", "MAR"), ("MA", "MAR"), ("MAR", "MAR"), ("MAROKKAANSE", "MAR"),
    ("Nederlandse", "NLD"), ("Nederland", "NLD"), ("Roemeense", "ROU"), ("Roemenië", "ROU"), ("ROEMENIE", "ROU"),
    ("Chinese", "CHN"), ("Turkse", "TUR"), ("Sierra Leone", "SLE"), ("Sierraleoonse", "SLE"), ("Nigeriaanse", "NGA"),
    ("Angolese", "AGO"), ("Ghanese", "GHA"), ("Guinee", "GIN"), ("Wit-Rusland", "BLR"), ("Filippijnen", "PHL"),
    ("Filipijnen", "PHL"), ("Nederlandse Antillen", "ANT"), ("Antillen", "ANT"), ("AN", "ANT"), ("Sovjet-Unie", "SUN"),
    ("Joegoslavië", "YUG"), ("YU", "YUG"), ("Zaïre", "ZAR"), ("Servië en Montenegro", "SCG"), ("CS", "SCG"),
    ("Korea (Noord)", "PRK"), ("Korea (Zuid)", "KOR"), ("Guinee (Bissau)", "GNB"), ("Sovjet-Unie (voormalige)", "SUN"),
    ("Congo (Brazzaville)", "COG"), ("DR Congo", "COD"), ("Bosnië-Herzegovina", "BIH"), ("VK", "GBR"), ("Omaanse", "OMN"),
    ("Oost-Europa (onbekend welk land)", "region-eastern-europe"), ("Afrika (onbekend welk land)", "region-africa"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "code"), SPELLINGS)
def test_a_country_is_known_in_every_spelling(written, code):
    assert read_country(written) == (code, False)


def test_not_known_is_nothing_and_another_word_is_told():
    assert read_country("onbekend") == (None, False)
    assert read_country("Verweggistan") == (None, True)


def test_what_stands_in_brackets_is_not_thrown_away():
    assert read_country("China (Tibet)") == (None, True)
    assert read_countries("Marokko (en Nederland)") == (["MAR", "NLD"], False)


def test_no_declared_spelling_stands_for_two_countries():
    text = resources.files("connectors").joinpath("codes", "countries.toml").read_text(encoding="utf-8")
    codes = defaultdict(set)
    for section in tomllib.loads(text).values():
        for code, spellings in section.items():
            for spelling in (code, *spellings):
                codes[plain(spelling)].add(code)
    assert not [spelling for spelling, found in codes.items() if len(found) > 1]


def test_the_iso_codes_and_the_dutch_name_of_every_country_are_known():
    dutch = Locale("nl").territories
    for country in pycountry.countries:
        for written in (country.alpha_2, country.alpha_3, dutch[country.alpha_2]):
            assert read_country(written) == (country.alpha_3, False)


def test_changing_what_was_read_does_not_change_the_next_reading():
    read_countries("Nederland en Duitsland")[0].append("XXX")
    assert read_countries("Nederland en Duitsland") == (["NLD", "DEU"], False)


def test_several_countries_in_one_cell_are_all_kept():
    assert read_countries("Nederland en Duitsland") == (["NLD", "DEU"], False)
    assert read_countries("Indonesië/Suriname") == (["IDN", "SUR"], False)
    assert read_countries("Servië en Montenegro") == (["SCG"], False)


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_countries(text):
    code, unknown = read_country(text)
    assert code is None or not unknown
