"""What was compared before gives the same levels as comparing anew, night after night with other records."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from connectors.records import records_frame
from linkage.known_levels import HALF, KnownLevels
from linkage.model import load_model
from linkage.night import score_pairs
from linkage.reference import count_reference

_SPEC = importlib.util.spec_from_file_location("invented_children", Path(__file__).with_name("invented_children.py"))
assert _SPEC and _SPEC.loader
_CHILDREN = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_CHILDREN)

POOL = _CHILDREN.invented_registrations()
MODEL = load_model()


@pytest.mark.parametrize("seed", range(3))
def test_every_night_has_the_levels_that_it_has_without_memory(seed):
    random = np.random.default_rng(seed)
    reference, known = count_reference(records_frame(POOL), MODEL, "salt"), KnownLevels()
    known.forget_unless("this model")
    for _ in range(5):
        rows = sorted(random.choice(len(POOL), size=9, replace=False).tolist())
        records = records_frame([POOL[row] for row in rows])
        remembered = score_pairs(records, MODEL, reference, known_names=known)
        pd.testing.assert_frame_equal(remembered, score_pairs(records, MODEL, reference))


def lengths_apart(asked: list[np.ndarray], values: list[str], pairs: list[tuple[int, int]], known: KnownLevels):
    """Levels of pairs of values (here: how much their lengths differ), noting which are compared."""
    packed = np.array([one << HALF | other for one, other in pairs], dtype=np.int64)

    def compared(fresh: np.ndarray) -> np.ndarray:
        asked.append(fresh)
        one, other = fresh >> HALF, fresh & ((1 << HALF) - 1)
        size = np.array([len(value) for value in values])
        return np.abs(size[one] - size[other]).astype(np.int8)

    return known.complete(packed, values, compared).tolist()


def test_only_pairs_that_are_new_are_compared_whatever_their_codes_tonight():
    known, asked = KnownLevels(), []
    assert lengths_apart(asked, ["a", "bb", "cccc"], [(0, 1), (1, 2)], known) == [1, 2]
    assert lengths_apart(asked, ["cccc", "a", "bb"], [(0, 1), (1, 2), (0, 2)], known) == [3, 1, 2]
    assert [len(fresh) for fresh in asked] == [2, 1]


def test_under_another_model_everything_is_compared_anew():
    known, asked = KnownLevels(), []
    for model in ("one", "one", "other"):
        known.forget_unless(model)
        lengths_apart(asked, ["a", "bb"], [(0, 1)], known)
    assert len(asked) == 2
