"""Measures of record linkage against a known truth: pairwise, B-cubed, calibration and review burden.

In: pairs with a probability, or the person of each record, and the child that is truly behind it. Records whose child
is not known are left out of every figure. Out: shares that keep their counts, so that samples can be pooled.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

CALIBRATED_FROM = 0.001
BINS = 10


@dataclass(frozen=True)
class Share:
    """A part of a whole; shares of several samples add up to the share of all of them."""

    part: float
    whole: float

    def __add__(self, other: Share) -> Share:
        return Share(self.part + other.part, self.whole + other.whole)

    @property
    def value(self) -> float:
        """Part divided by whole, NaN when there is no whole."""
        return self.part / self.whole if self.whole else float("nan")


@dataclass(frozen=True)
class Quality:
    """How well pairs, or the persons made of them, fit the children: pairwise and B-cubed precision and recall."""

    precision: Share
    recall: Share
    cubed_precision: Share
    cubed_recall: Share

    def __add__(self, other: Quality) -> Quality:
        return Quality(
            self.precision + other.precision,
            self.recall + other.recall,
            self.cubed_precision + other.cubed_precision,
            self.cubed_recall + other.cubed_recall,
        )

    @property
    def f1(self) -> float:
        """Pairwise F1: true pairs found, twice, among pairs found and true pairs."""
        return 2 * self.recall.part / max(self.precision.whole + self.recall.whole, 1.0)

    @property
    def cubed_f1(self) -> float:
        """Harmonic mean of B-cubed precision and recall."""
        precision, recall = self.cubed_precision.value, self.cubed_recall.value
        return 2 * precision * recall / max(precision + recall, 1e-9)


def of_clusters(person: pd.Series, child: pd.Series) -> Quality:
    """Quality of persons; both series are indexed by record_id and hold labels."""
    known = pd.DataFrame({"person": person, "child": child.reindex(person.index)}).dropna()
    sizes = [known.groupby(by).size() for by in (["person"], ["child"], ["person", "child"])]
    joined, wanted, right = (float((size * (size - 1) // 2).sum()) for size in sizes)
    together = known.groupby(["person", "child"])["person"].transform("size")
    cubed = [float((together / known.groupby(side)[side].transform("size")).sum()) for side in ("person", "child")]
    count = float(len(known))
    return Quality(Share(right, joined), Share(right, wanted), Share(cubed[0], count), Share(cubed[1], count))


def of_edges(pairs: pd.DataFrame, child: pd.Series) -> Quality:
    """Quality of pairs before any clustering; `pairs` as `labelled` gives them, each pair once.

    B-cubed of a record is taken over the record itself and the records it forms a pair with.
    """
    known = child.dropna()
    of_child = known.map(known.value_counts())
    ends = pd.concat(
        [pairs[["record_id_l", "true"]], pairs[["record_id_r", "true"]].set_axis(["record_id_l", "true"], axis=1)]
    )
    counted = ends.groupby("record_id_l")["true"].agg(["size", "sum"]).reindex(known.index, fill_value=0)
    beside, right = counted["size"] + 1.0, counted["sum"] + 1.0
    wanted = float((of_child - 1).sum()) / 2
    found = float(pairs["true"].sum())
    count = float(len(known))
    return Quality(
        Share(found, float(len(pairs))),
        Share(found, wanted),
        Share(float((right / beside).sum()), count),
        Share(float((right / of_child).sum()), count),
    )


def labelled(pairs: pd.DataFrame, child: pd.Series) -> pd.DataFrame:
    """Pairs of which both children are known, with `true`: whether they are one child."""
    left, right = pairs["record_id_l"].map(child), pairs["record_id_r"].map(child)
    known = (left.notna() & right.notna()).to_numpy()
    return pairs.assign(true=(left == right).to_numpy(dtype=bool))[known]


def calibration_error(pairs: pd.DataFrame) -> Share:
    """Mean distance of probability and share of true pairs, over ten bins of equal width, weighted by their pairs.

    `pairs`: labelled, with match_probability; those below `CALIBRATED_FROM` are left out.
    """
    scored = pairs[pairs["match_probability"] >= CALIBRATED_FROM]
    chance = scored["match_probability"].to_numpy(dtype=float)
    at = np.minimum((chance * BINS).astype(int), BINS - 1)
    expected = np.bincount(at, weights=chance, minlength=BINS)
    true = np.bincount(at, weights=scored["true"].to_numpy(dtype=float), minlength=BINS)
    return Share(float(np.abs(expected - true).sum()), float(len(scored)))


def offered_per_true_one(offered: pd.DataFrame) -> Share:
    """Pairs offered to a human for each true one among them; `offered`: labelled."""
    return Share(float(len(offered)), float(offered["true"].sum()))
