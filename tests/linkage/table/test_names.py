"""Names that changed places, stand in the whole name, or are known by a short form."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from linkage.table.agreement import Agreements
from linkage.table.declared import Compared
from linkage.table.encoded import encode
from linkage.table.levels import LEVELS

KINDS = {"given": "given_name", "family": "family_name", "full": "name"}


def levels(one: dict[str, str], other: dict[str, str]) -> tuple[str | None, ...]:
    table = pd.DataFrame([one, other], columns=list(one))
    columns = [encode(table, Compared(name, KINDS[name])) for name in one]
    agreements = Agreements(columns)
    there, back = (agreements.of(np.array([a]), np.array([b])).levels[0].tolist() for a, b in ((0, 1), (1, 0)))
    assert there == back
    return tuple(LEVELS[KINDS[name]][level - 1] if level else None for name, level in zip(one, there, strict=True))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (("thomas", "james"), ("james", "thomas"), ("elsewhere", None)),
        (("ralph", "roberts"), ("roberts", "ralphh"), ("elsewhere", None)),
        (("bill", "hughes"), ("hughes", "william"), ("elsewhere", None)),
        (("thomas", "james"), ("james", "brown"), ("different", "different")),
        (("thomas", "james"), ("thomas", "james"), ("same", "same")),
    ],
)
def test_names_that_changed_places_say_so_once(one, other, expected):
    assert levels(*(dict(zip(("given", "family"), names, strict=True)) for names in (one, other))) == expected


def test_a_name_that_stands_in_the_whole_name_of_the_other_record_agrees():
    one = {"given": "thomas", "family": "clifford", "full": "x"}
    other = {"given": "thomas", "family": "chudleigh", "full": "clifford baron"}
    assert levels(one, other)[1] == "elsewhere"
    assert levels(one, {**other, "family": ""})[1] == "elsewhere"
    assert levels(one, {**other, "full": "baron"})[1] == "different"
