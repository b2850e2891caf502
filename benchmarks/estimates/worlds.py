"""Worlds of persons and lists: where a log-linear model of pairs holds, and four kinds where none of ours does.

Everything here is invented; sizes and chances are drawn wide so that nothing is tuned to one case.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from monitoring.estimates.histories import CaptureHistories
from monitoring.estimates.models import all_pairs

SIZES = (500, 1000, 2000, 4000)


@dataclass(frozen=True)
class World:
    """Capture histories, and how many persons there really are."""

    persons: int
    histories: CaptureHistories


def where_a_model_holds(seed: int) -> World:
    """Three to five lists, each with a chance of 8 to 40 %, none to two pairs of which depend on each other."""
    drawn = np.random.default_rng(seed)
    lists, persons = int(drawn.choice([3, 4, 5])), int(drawn.choice(SIZES))
    chances = drawn.uniform(0.08, 0.4, lists)
    pairs = all_pairs(lists)
    effects = {
        pairs[place]: float(drawn.choice([-1, 1, 1]) * drawn.uniform(0.7, 1.8))
        for place in drawn.choice(len(pairs), int(drawn.integers(0, 3)), replace=False)
    }
    return _of_terms(drawn, persons, chances, effects)


def two_classes(seed: int) -> World:
    """Three in ten persons are easy to see for every list, the others hard."""
    drawn = np.random.default_rng(seed)
    persons = int(drawn.choice(SIZES[1:]))
    return _of_persons(drawn, persons, np.where(drawn.random(persons) < 0.3, 1.2, -1.2))


def every_person_another(seed: int) -> World:
    """How easy a person is to see is drawn for each (Rasch, standard deviation 1.3)."""
    drawn = np.random.default_rng(seed)
    persons = int(drawn.choice(SIZES[1:]))
    return _of_persons(drawn, persons, drawn.normal(0, 1.3, persons))


def three_together(seed: int) -> World:
    """Three of four or five lists depend on each other as three, beyond their pairs."""
    drawn = np.random.default_rng(seed)
    lists, persons = int(drawn.choice([4, 5])), int(drawn.choice(SIZES[1:]))
    return _of_terms(drawn, persons, drawn.uniform(0.15, 0.4, lists), {0b111: 1.5, 0b011: 0.6})


def fed_list(seed: int) -> World:
    """Two lists report most of their persons to a third, which sees few by itself."""
    drawn = np.random.default_rng(seed)
    persons = int(drawn.choice(SIZES[1:]))
    one, other, own = (drawn.random(persons) < chance for chance in (0.25, 0.2, 0.02))
    fed = own | (one & (drawn.random(persons) < 0.8)) | (other & (drawn.random(persons) < 0.7))
    return World(persons, _counted(np.array([one, other, fed]).T))


NOT_HELD = {
    "two classes of persons": two_classes,
    "every person another": every_person_another,
    "three lists together": three_together,
    "a list fed by two others": fed_list,
}


def _of_terms(drawn: np.random.Generator, persons: int, chances: np.ndarray, effects: dict[int, float]) -> World:
    histories = np.arange(1 << len(chances))
    logs = sum((histories >> place & 1) * np.log(chance / (1 - chance)) for place, chance in enumerate(chances))
    for term, effect in effects.items():
        logs = logs + effect * (histories & term == term)
    weights = np.exp(logs)
    counts = drawn.multinomial(persons, weights / weights.sum())[1:]
    return World(persons, CaptureHistories(tuple("ABCDE"[: len(chances)]), counts))


def _of_persons(drawn: np.random.Generator, persons: int, ease: np.ndarray) -> World:
    lists = int(drawn.choice([3, 4, 5]))
    chances = drawn.uniform(0.08, 0.35, lists)
    logs = ease[:, None] + np.log(chances / (1 - chances))
    return World(persons, _counted(drawn.random((persons, lists)) < 1 / (1 + np.exp(-logs))))


def _counted(held: np.ndarray) -> CaptureHistories:
    lists = held.shape[1]
    histories = (held * (1 << np.arange(lists))).sum(axis=1)
    return CaptureHistories(tuple("ABCDE"[:lists]), np.bincount(histories, minlength=1 << lists)[1:])
