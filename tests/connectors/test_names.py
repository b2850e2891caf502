"""Names in one cell and in separate fields, as a list that a domain expert can extend."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.names import initials_only, person_name, plain, split_full_name

ONE_CELL = [
    ("Popescu, Yena", "Yena", None, "Popescu"),
    ("Yena Popescu", "Yena", None, "Popescu"),
    ("van der Berg, A.", "A.", "van der", "Berg"),
    ("Berg, Anne van der", "Anne", "van der", "Berg"),
    ("Anne de Wit", "Anne", "de", "Wit"),
    ("DE WIT, ANNE", "ANNE", "de", "WIT"),
    ("CHEN Xiaoxing", "Xiaoxing", None, "CHEN"),
    ("Xing Xiao Chen", "Xing Xiao", None, "Chen"),
    ("R. Singh", "R.", None, "Singh"),
    ("Singh, R.", "R.", None, "Singh"),
    ("MOHAMED", None, None, "MOHAMED"),
    ("in 't Veld, Joke", "Joke", "in 't", "Veld"),
    ("Ali el Idrissi", "Ali", "el", "Idrissi"),
    ("", None, None, None),
    (".", None, None, None),
    ("van den Berg", None, "van den", "Berg"),
    ("VAN DER BERG", None, "van der", "BERG"),
    ("Mohamed, onbekend", None, None, "Mohamed"),
    ("ONBEKEND, ANNA", None, None, "ANNA"),
    ("Jansen, N.B.", "N.B.", None, "Jansen"),
]
FIELDS = [
    ("Anne", "de", "Wit", ("Anne", "de", "Wit")),
    ("Anne", None, "de Wit", ("Anne", "de", "Wit")),
    (".", None, "Mohamed", (None, None, "Mohamed")),
    ("Mohamed", None, ".", (None, None, "Mohamed")),
    ("Mohamed", None, None, (None, None, "Mohamed")),
    ("Anne", "De", "Wit", ("Anne", "de", "Wit")),
    (None, None, None, (None, None, None)),
    ("Anne", "van der", "van der Berg", ("Anne", "van der", "Berg")),
    ("A.", "nvt", "Wit", ("A.", None, "Wit")),
]


@pytest.mark.parametrize(("cell", "given_names", "prefix", "family"), ONE_CELL)
def test_a_name_in_one_cell_is_split(cell, given_names, prefix, family):
    name = split_full_name(cell)
    assert (name.given_names, name.name_prefix, name.family_name) == (given_names, prefix, family)


@pytest.mark.parametrize(("given_names", "prefix", "family", "parts"), FIELDS)
def test_a_single_name_or_a_prefix_in_the_wrong_field_is_put_right(given_names, prefix, family, parts):
    name = person_name(given_names, prefix, family)
    assert (name.given_names, name.name_prefix, name.family_name) == parts


def test_a_plain_name_has_no_capitals_accents_or_signs():
    assert plain("Çelik-Öztürk") == "celik ozturk"
    assert plain("N'Diaye") == "ndiaye"
    assert plain("Иван") == "ivan"


def test_initials_are_told_from_names():
    assert initials_only("A.M.")
    assert initials_only("J P")
    assert not initials_only("Jo")


@given(st.text(max_size=60))
def test_no_text_breaks_the_splitting_and_nothing_is_invented(text):
    name = split_full_name(text)
    letters = set(plain(text).replace(" ", ""))
    for part in (name.given_names, name.name_prefix, name.family_name):
        assert set(plain(part).replace(" ", "")) <= letters
