"""Countries, nationalities and regions in the spellings that the contract and the report show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.countries import read_countries, read_country

SPELLINGS = [
    ("Marokko", "MAR"), ("Marokkaanse", "MAR"), ("MA", "MAR"), ("MAR", "MAR"), ("MAROKKAANSE", "MAR"),
    ("Nederlandse", "NLD"), ("Nederland", "NLD"), ("Roemeense", "ROU"), ("Roemenië", "ROU"), ("ROEMENIE", "ROU"),
    ("Chinese", "CHN"), ("Turkse", "TUR"), ("Sierra Leone", "SLE"), ("Sierraleoonse", "SLE"), ("Nigeriaanse", "NGA"),
    ("Angolese", "AGO"), ("Ghanese", "GHA"), ("Guinee", "GIN"), ("Wit-Rusland", "BLR"), ("Filippijnen", "PHL"),
    ("Filipijnen", "PHL"), ("Nederlandse Antillen", "ANT"), ("Antillen", "ANT"), ("AN", "ANT"), ("Sovjet-Unie", "SUN"),
    ("Joegoslavië", "YUG"), ("YU", "YUG"), ("Zaïre", "ZAR"), ("Servië en Montenegro", "SCG"), ("CS", "SCG"),
    ("Oost-Europa (onbekend welk land)", "region-eastern-europe"), ("Afrika (onbekend welk land)", "region-africa"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "code"), SPELLINGS)
def test_a_country_is_known_in_every_spelling(written, code):
    assert read_country(written) == (code, False)


def test_not_known_is_nothing_and_another_word_is_told():
    assert read_country("onbekend") == (None, False)
    assert read_country("Verweggistan") == (None, True)


def test_several_countries_in_one_cell_are_all_kept():
    assert read_countries("Nederland en Duitsland") == (["NLD", "DEU"], False)
    assert read_countries("Indonesië/Suriname") == (["IDN", "SUR"], False)
    assert read_countries("Servië en Montenegro") == (["SCG"], False)


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_countries(text):
    code, unknown = read_country(text)
    assert code is None or not unknown
