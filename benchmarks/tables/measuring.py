"""Precision, recall and F1 of pairs and of persons, and whether probabilities are shares of true pairs."""

from __future__ import annotations

import numpy as np
import pandas as pd

BINS = 10


def measured(persons: pd.DataFrame, pairs: pd.DataFrame, true: pd.Series) -> dict[str, float]:
    """Return figures of one outcome. `true`: the person of each record id.

    P, R, F1: pairs of records in one person, after clustering. edge F1: pairs from probability 0.5. B3: the mean over
    records of how much of its person is right and found (Bagga and Baldwin 1998). calibration error: mean distance in
    ten bins between probability and share of true pairs, over the pairs that were kept.
    """
    both = pd.DataFrame({"found": persons["person_id"], "true": true.reindex(persons["record_id"]).to_numpy()})
    joined, wanted, right = (_pairs(both, by) for by in (["found"], ["true"], ["found", "true"]))
    sides = (true.reindex(pairs[f"record_id_{side}"]).to_numpy() for side in "lr")
    is_match = np.equal(*sides)
    chance = pairs["match_probability"].to_numpy()
    taken, right_edges = (chance >= 0.5).sum(), is_match[chance >= 0.5].sum()
    return {
        "P": right / max(joined, 1),
        "R": right / max(wanted, 1),
        "F1": 2 * right / max(joined + wanted, 1),
        "edge F1": 2 * right_edges / max(taken + wanted, 1),
        "B3": b_cubed(both),
        "calibration error": calibration_error(chance, is_match),
    }


def b_cubed(both: pd.DataFrame) -> float:
    """B-cubed F1 of records with the person `found` and the `true` one."""
    if both.empty:
        return 1.0
    right = both.groupby(["found", "true"])["true"].transform("size")
    precision = float((right / both.groupby("found")["found"].transform("size")).mean())
    recall = float((right / both.groupby("true")["true"].transform("size")).mean())
    return 2 * precision * recall / (precision + recall)


def calibration_error(chance: np.ndarray, is_match: np.ndarray) -> float:
    """Mean distance, weighted by pairs, between probabilities and shares of true pairs in ten bins."""
    bins = np.minimum((chance * BINS).astype(int), BINS - 1)
    gap = sum(abs(chance[bins == at].sum() - is_match[bins == at].sum()) for at in range(BINS))
    return float(gap / max(len(chance), 1))


def _pairs(both: pd.DataFrame, by: list[str]) -> int:
    sizes = both.groupby(by).size().to_numpy()
    return int((sizes * (sizes - 1) // 2).sum())
