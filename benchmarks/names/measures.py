"""What is told apart, by whom: the comparison of this repository beside the usual measures, on the same pairs."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler, Levenshtein

from benchmarks.names.pairs import NamePair
from connectors.names import plain
from linkage.name_agreement import NameAgreement

FALSE_POSITIVES = 0.01


@dataclass(frozen=True)
class Measured:
    """What one measure reaches on a set of pairs."""

    recall: float
    best_f1: float
    microseconds: float
    recall_of: dict[str, float]
    false_share_of: dict[str, float]
    recall_against: dict[str, float]  # had the false pairs been of this kind alone
    missed: list[NamePair]


def ours() -> Callable[[Sequence[tuple[str, str]]], list[float]]:
    """The comparison of this repository, with common names as declared; new for each run, so nothing is remembered."""
    agreement = NameAgreement()

    def scores(names: Sequence[tuple[str, str]]) -> list[float]:
        tokens = {name: tuple(name.split()) for pair in names for name in pair}
        return [agreement.score(tokens[one], tokens[other]) for one, other in names]

    return scores


def _each(compare: Callable[[str, str], float]) -> Callable[[], Callable[[Sequence[tuple[str, str]]], list[float]]]:
    return lambda: lambda names: [compare(one, other) for one, other in names]


MEASURES: dict[str, Callable[[], Callable[[Sequence[tuple[str, str]]], list[float]]]] = {
    "this repository": ours,
    "Jaro-Winkler": _each(JaroWinkler.similarity),
    "token sort ratio": _each(fuzz.token_sort_ratio),
    "token set ratio": _each(fuzz.token_set_ratio),
    "Levenshtein": _each(Levenshtein.normalized_similarity),
}


def measure(name: str, pairs: Sequence[NamePair]) -> Measured:
    """Score the plain forms of all pairs and count what lies above the score that 1 % of the false pairs reach."""
    names = [(plain(pair.one), plain(pair.other)) for pair in pairs]
    compare = MEASURES[name]()
    # Processor time, as the machine may be shared; reading the tables, once a night, is not in it.
    begin = time.process_time()
    scores = np.array(compare(names))
    seconds = time.process_time() - begin
    truth = np.array([pair.is_one_person for pair in pairs])
    threshold = threshold_at(scores[~truth], FALSE_POSITIVES)
    found = scores > threshold
    shares: dict[tuple[bool, str], list[bool]] = defaultdict(list)
    for pair, is_found in zip(pairs, found, strict=True):
        shares[pair.is_one_person, pair.kind].append(bool(is_found))
    kinds = np.array([pair.kind for pair in pairs])
    against = {
        kind: threshold_at(scores[~truth & (kinds == kind)], FALSE_POSITIVES) for is_true, kind in shares if not is_true
    }
    return Measured(
        recall=float(found[truth].mean()),
        best_f1=best_f1(scores, truth),
        microseconds=seconds / len(pairs) * 1e6,
        recall_of={kind: float(np.mean(hits)) for (is_true, kind), hits in sorted(shares.items()) if is_true},
        false_share_of={kind: float(np.mean(hits)) for (is_true, kind), hits in sorted(shares.items()) if not is_true},
        recall_against={kind: float((scores[truth] > limit).mean()) for kind, limit in sorted(against.items())},
        missed=[pair for pair, hit in zip(pairs, found, strict=True) if pair.is_one_person and not hit],
    )


def threshold_at(false_scores: np.ndarray, share: float) -> float:
    """The score that at most this share of the false pairs lies above."""
    ordered = np.sort(false_scores)[::-1]
    return float(ordered[min(int(share * len(ordered)), len(ordered) - 1)])


def best_f1(scores: np.ndarray, truth: np.ndarray) -> float:
    """The best F1 of any threshold, with each side of the truth weighing the same."""
    order = np.argsort(-scores, kind="stable")
    ordered = truth[order]
    recall = np.cumsum(ordered) / max(int(truth.sum()), 1)
    false_share = np.cumsum(~ordered) / max(int((~truth).sum()), 1)
    # Pairs of equal score fall on one side together.
    last = np.append(np.diff(scores[order]) != 0, True)
    precision = recall / np.maximum(recall + false_share, 1e-12)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    return float(f1[last].max())
