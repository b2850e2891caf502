"""From compared pairs to scored pairs: weight, probability and rule of each, and which of them anybody will look at.

Of millions of compared pairs nearly all are of two strangers; they are weighed as numbers and never become rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from linkage.blocking import HALF, as_index
from linkage.classifier import REGISTER_PAIR, REGISTER_PAIRS, LevelClassifier
from linkage.compared_pairs import ComparedPairs, levels_of
from linkage.judgements import Judgements
from linkage.knowledge import (
    AT_LEAST_CROSS_REFERENCE,
    NUMBER,
    RULE_NAMES,
    SEPARATING,
    bits_of,
    bounded,
    decide_events,
)
from linkage.match_weight import probability
from linkage.model import Model
from linkage.rules import ONE_EVENT, TIED, TIED_BY_OWN
from linkage.standard import Comparable

MISSING_REGISTERS = ("telex", "mob")


@dataclass(frozen=True)
class Patterns:
    """What follows from each distinct pattern: levels, bits per field (and `identity`), match weight."""

    levels: pd.DataFrame
    bits: pd.DataFrame
    weight: np.ndarray

    @classmethod
    def weighed(cls, patterns: np.ndarray, classifier: LevelClassifier) -> Patterns:
        """Weigh distinct patterns. A pattern weighs the same whatever others there are."""
        levels = levels_of(patterns, [*classifier.model.fields, REGISTER_PAIR])
        bits = classifier.weights(levels)
        total = np.zeros(len(levels))
        # Summed field by field: how a library sums a row may depend on the number of rows.
        for name in bits:
            total = total + bits[name].to_numpy()
        return cls(levels, bits, total + classifier.kernel.prior_weights(levels.to_numpy()))

    def level(self, field: str, names: tuple[str, ...], model: Model) -> np.ndarray:
        """Whether the field is on one of these levels."""
        comparison = model.comparison(field)
        return np.asarray(self.levels[field].isin([comparison.number(name) for name in names]))

    def of_registers(self, holds: np.ndarray) -> np.ndarray:
        """Whether something holds for the pair of registers; `holds`: per pair of REGISTER_PAIRS."""
        return np.asarray(np.concatenate(([False], holds))[self.levels[REGISTER_PAIR]])


@dataclass(frozen=True)
class ScoredPairs:
    """Compared pairs with probability and rule (number in RULE_NAMES) of each; `at`: which of the patterns it has."""

    pairs: ComparedPairs
    patterns: Patterns
    at: np.ndarray
    chance: np.ndarray
    rule: np.ndarray

    @classmethod
    def scored(cls, pairs: ComparedPairs, records: Comparable, classifier: LevelClassifier) -> ScoredPairs:
        """Score pairs: by the weights of their fields, then by the rules of knowledge."""
        model = classifier.model
        at, distinct = pd.factorize(pairs.pattern)
        patterns = Patterns.weighed(np.asarray(distinct, dtype=np.int64), classifier)
        chance = bounded(pairs.rule, probability(patterns.weight)[at])
        across = patterns.of_registers(np.array([one != other for one, other in REGISTER_PAIRS]))
        of_event = np.flatnonzero((across & patterns.level("event", ONE_EVENT, model))[at])
        rule = pairs.rule.copy()
        if len(of_event):
            rows = pairs.take(of_event)
            events = patterns.levels.iloc[at[of_event]].set_axis(_labels(rows, records), axis=0)
            events = events.assign(match_weight=patterns.weight[at[of_event]], match_probability=chance[of_event])
            chance[of_event], rule[of_event] = decide_events(events, rows.rows, rows.rule, records, model)
        chance[rule == NUMBER["cross_reference"]] = AT_LEAST_CROSS_REFERENCE
        return cls(pairs, patterns, at, chance, rule)

    @property
    def is_separated(self) -> np.ndarray:
        """Whether a rule keeps the two apart for ever."""
        return np.isin(self.rule, [NUMBER[name] for name in SEPARATING])

    def finds_missing(self, model: Model, ties: tuple[str, ...]) -> np.ndarray:
        """Whether a number, plate or contact ties a disappearance to a registration elsewhere: worth asking, if
        unlikely.

        A false name and a false age leave the boyfriend's telephone (S01, S22).
        """
        missing = [(one in MISSING_REGISTERS) != (other in MISSING_REGISTERS) for one, other in REGISTER_PAIRS]
        by_pattern = self.patterns.of_registers(np.array(missing)) & self.patterns.level("network", ties, model)
        return np.asarray(by_pattern[self.at])

    def looked_at(self, model: Model, judged: Judgements, records: Comparable) -> np.ndarray:
        """Whether anybody will look at each pair: the table, a reviewer's verdict, or the forming of persons.

        A person lies within records that links and verdicts "same" join, whatever else is known of them.
        """
        labels = records.frame.index
        likely = (self.chance >= min(model.thresholds["keep"], model.thresholds["link"])) | self.is_separated
        likely |= self.finds_missing(model, TIED)
        link = self.chance >= model.thresholds["link"]
        same = _rows_of(judged.same, labels)
        ends = [np.concatenate((side[link], same[:, number])) for number, side in enumerate(self._sides)]
        joined = coo_array((np.ones(len(ends[0]), dtype=np.int8), tuple(ends)), shape=(len(labels), len(labels)))
        group = connected_components(joined, directed=False)[1]
        one, other = (group[side] for side in self._sides)
        likely |= one == other
        concerned = np.zeros(len(labels), dtype=bool)
        concerned[group[_rows_of(judged.different, labels).ravel()]] = True
        likely |= concerned[one] & concerned[other]
        wanted = _rows_of(judged.pairs, labels)
        return np.asarray(likely | np.isin(self.pairs.packed, wanted[:, 0] << HALF | wanted[:, 1]))

    @property
    def _sides(self) -> tuple[np.ndarray, np.ndarray]:
        return self.pairs.left, self.pairs.right

    def frame(self, records: Comparable, model: Model, which: np.ndarray | None = None) -> pd.DataFrame:
        """Rows of these pairs: record_id_l, record_id_r, level and bits per field, match_weight, match_probability,
        rule, is_link, is_separated, finds_missing, finds_missing_by_own.
        """
        rows = np.arange(len(self.pairs)) if which is None else np.flatnonzero(which)
        at, chance, rule = self.at[rows], self.chance[rows], self.rule[rows]
        own = self.patterns.weight[at]
        by_rule = chance != probability(own)
        named = np.array(RULE_NAMES, dtype=object)
        columns = {
            "match_weight": np.where(by_rule, bits_of(chance), own),
            "match_probability": chance,
            "rule": named[rule],
        }
        ends = _labels(self.pairs.take(rows), records).to_frame(index=False)
        levels = self.patterns.levels.iloc[at].reset_index(drop=True)
        bits = self.patterns.bits.iloc[at].reset_index(drop=True).add_prefix("bits_")
        return pd.concat([ends, levels.assign(**columns), bits], axis=1).assign(
            is_link=chance >= model.thresholds["link"],
            is_separated=self.is_separated[rows],
            finds_missing=self.finds_missing(model, TIED)[rows],
            finds_missing_by_own=self.finds_missing(model, TIED_BY_OWN)[rows],
        )


def judged_rows(judged: Judgements, records: Comparable) -> np.ndarray:
    """The pairs that a reviewer judged as row numbers, two in one number."""
    rows = _rows_of(judged.pairs, records.frame.index)
    return np.asarray(np.unique(rows[:, 0] << HALF | rows[:, 1]))


def _rows_of(pairs: Iterable[tuple[str, str]], labels: pd.Index) -> np.ndarray:
    """Row numbers of pairs of record ids in text order."""
    ids = list(pairs)
    if not ids:
        return np.empty((0, 2), dtype=np.int64)
    return np.column_stack([labels.get_indexer([pair[side] for pair in ids]) for side in (0, 1)]).astype(np.int64)


def _labels(pairs: ComparedPairs, records: Comparable) -> pd.MultiIndex:
    return as_index(pairs.rows, records.frame.index)
