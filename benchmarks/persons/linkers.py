"""What one linker made of the records of one world, measured in the same way whoever made it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from benchmarks.persons.measures import (
    Quality,
    Share,
    calibration_error,
    labelled,
    of_clusters,
    of_edges,
    offered_per_true_one,
)

OFFERED_FROM = 0.10


@dataclass(frozen=True)
class Measured:
    """One linker measured: pairs at its threshold, persons after clustering, calibration, burden, seconds.

    `threshold`: as it is printed. Samples of one linker add up; seconds do too.
    """

    linker: str
    threshold: str
    edges: Quality
    clusters: Quality
    calibration: Share
    burden: Share
    seconds: float

    def __add__(self, other: Measured) -> Measured:
        threshold = self.threshold if self.threshold == other.threshold else "by seed"
        return Measured(
            self.linker,
            threshold,
            self.edges + other.edges,
            self.clusters + other.clusters,
            self.calibration + other.calibration,
            self.burden + other.burden,
            self.seconds + other.seconds,
        )


@dataclass(frozen=True)
class Linked:
    """The work of a peer: scored pairs (record_id_l, record_id_r, match_probability), person by record_id, threshold.

    `link_from`: probability from which a pair counts as linked.
    """

    linker: str
    threshold: str
    link_from: float
    pairs: pd.DataFrame
    person: pd.Series
    seconds: float


def measured(linked: Linked, child: pd.Series) -> Measured:
    """Lay the work of a peer beside the truth; offered are its pairs from `OFFERED_FROM` to its threshold."""
    pairs = labelled(linked.pairs, child)
    chance = pairs["match_probability"]
    return Measured(
        linked.linker,
        linked.threshold,
        of_edges(pairs[chance >= linked.link_from], child),
        of_clusters(linked.person, child),
        calibration_error(pairs),
        offered_per_true_one(pairs[(chance >= OFFERED_FROM) & (chance < linked.link_from)]),
        linked.seconds,
    )
