"""Licence plates."""

import pytest

from connectors.plates import read_plate


@pytest.mark.parametrize("written", ["12-AB-CD", "12 ab cd", "12ABCD", " 12-ab-CD "])
def test_one_plate_in_every_notation_is_one_plate(written):
    assert read_plate(written) == ("12ABCD", None)


def test_what_is_no_plate_is_told():
    assert read_plate("?!") == (None, "unreadable_plate")
    assert read_plate("") == (None, None)
    assert read_plate("onbekend") == (None, None)


@pytest.mark.parametrize("written", ["geen", "GEEN AUTO"])
def test_a_word_is_no_plate_that_would_tie_strangers(written):
    assert read_plate(written) == (None, "unreadable_plate")
