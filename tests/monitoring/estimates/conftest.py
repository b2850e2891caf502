"""The published capture histories of published.toml."""

import tomllib
from pathlib import Path

import numpy as np
import pytest

from monitoring.estimates.histories import CaptureHistories

DECLARED = tomllib.loads(Path(__file__).with_name("published.toml").read_text(encoding="utf-8"))


def of_letters(lists, histories):
    counts = np.zeros((1 << len(lists)) - 1, dtype=np.int64)
    for held_by, count in histories.items():
        counts[sum(1 << lists.index(letter) for letter in held_by) - 1] = count
    return CaptureHistories(tuple(lists), counts)


@pytest.fixture
def published():
    """The published capture histories of a data set, by its name."""
    return lambda name: of_letters(DECLARED[name]["lists"], DECLARED[name]["histories"])


@pytest.fixture
def counted():
    """Capture histories from counts by the letters of the lists: counted("ABC", A=4, AB=2)."""
    return lambda lists, **histories: of_letters(list(lists), histories)
