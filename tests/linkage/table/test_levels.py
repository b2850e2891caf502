"""Agreement levels of values: a list that anybody can read."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from linkage.table.declared import Compared
from linkage.table.encoded import encode
from linkage.table.levels import LEVELS, levels_of

CASES = [
    ("given_name", "Anne", "ANNE", "same"),
    ("given_name", "Anne", "Anna", "near"),
    ("given_name", "José", "Jose", "same"),
    ("given_name", "Johanna", "J", "initial"),
    ("given_name", "Anne Marie", "Els Marie", "part"),
    ("given_name", "Anne", "Willem", "different"),
    ("family_name", "de Wit", "De  Wit", "same"),
    ("family_name", "Xiao-xing", "Xiaoxing", "near"),
    ("family_name", "Li", "Lin", "initial"),
    ("family_name", "Popescu", "Pospecu", "near"),
    ("name", "Wit, Anne de", "Anne de Wit", "same"),
    ("name", "Anne de Wit", "Anne Jansen", "part"),
    ("name", "Anne Maria de Wit", "Wit, Anne de", "within"),
    ("name", "Anne de Witt", "Ane de Wit", "near"),
    ("name", "William Hughes", "Hughes, Bill", "near"),
    ("name", "A. de Wit", "Anne de Wit", "near"),
    ("name", "Anne de Wit", "Karel Bos", "different"),
    ("given_name", "William", "Bill", "known_as"),
    ("date", "1989-05-17", "17-05-1989", "same"),
    ("date", "1989-05-07", "1989-07-05", "swapped"),
    ("date", "1989-05-17", "1988-05-17", "one_digit"),
    ("date", "1989-05-17", "1989-05-71", "one_digit"),
    ("date", "1989-05-17", "1962-05-17", "two_parts"),
    ("date", "1989-05-17", "1989", "partial"),
    ("date", "1989-05-17", "1989-11-30", "same_year"),
    ("date", "1989-05-17", "1991-11-30", "years_near"),
    ("date", "1989-05-17", "1989-01-01", "new_year"),
    ("date", "1989-01-01", "1988-01-01", "years_near"),
    ("date", "1989-01-01", "1952-01-01", "different"),
    ("date", "1989-05-17", "1962-11-30", "different"),
    ("exact", "1234 AB", "1234 ab", "same"),
    ("exact", "1234", "1243", "near"),
    ("exact", "1234", "9876", "different"),
    ("exact", "ng7 4hu", "ng7 1ab", "start"),
    ("place", "'s-Gravenhage", "s Gravenhage", "same"),
    ("identifiers", "06-1; 06-2", "06-2;06-1", "same"),
    ("identifiers", "06-1;06-2", "06-2", "shared"),
    ("identifiers", "06-1", "06-2", "different"),
    ("given_name", "Anne", "onbekend", None),
    ("date", "1989-05-17", "", None),
]


@pytest.mark.parametrize(("kind", "one", "other", "level"), CASES)
def test_two_values_agree_as_the_list_says_whichever_comes_first(kind, one, other, level):
    encoded = encode(pd.DataFrame({"x": [one, other]}), Compared("x", kind))
    levels, shares = levels_of(encoded, np.array([0, 1]), np.array([1, 0]))
    there, back = levels.tolist()
    assert there == back
    assert shares[0] == shares[1]
    assert (LEVELS[kind][there - 1] if there else None) == level


def test_of_what_agrees_is_told_how_common_it_is():
    table = pd.DataFrame({"x": ["anne jansen", "karel jansen", "anne bos", "piet bos", "jan wit", "els jansen"]})
    encoded = encode(table, Compared("x", "name"))
    levels, shares = levels_of(encoded, np.array([0, 0, 0, 4]), np.array([1, 2, 3, 4]))
    assert [LEVELS["name"][level - 1] for level in levels] == ["part", "part", "different", "same"]
    np.testing.assert_allclose(shares, [3 / 6, 2 / 6, 0, 1 / 6], rtol=1e-6)
