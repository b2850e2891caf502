"""The pairs of a night compared on Apache Spark: the same comparisons, a part of the pairs on each worker.

For a night, or a backfill of many, that one machine is too small for. The workers get the comparable records of the
night, identifying values included: the cluster must be trusted as this machine is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from linkage.compared_pairs import Compare, ComparedPairs, compared
from linkage.model import Model
from linkage.standard import Comparable
from linkage.towns import Towns

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

PAIRS_PER_PART = 50_000


def compared_on_spark(session: Callable[[], SparkSession]) -> Compare:
    """Return what compares pairs of row numbers as `compared_pairs.compared` does, on the workers of a session.

    `session` is asked for one when there are pairs enough for it: a quiet night compares its few here.
    """

    def compare(packed: np.ndarray, records: Comparable, model: Model) -> ComparedPairs:
        if len(packed) < PAIRS_PER_PART:
            return compared(packed, records, model)
        # Which places are towns was settled when the records were made comparable.
        shipped = replace(records, towns=Towns(bool, bool))
        parts = np.array_split(packed, len(packed) // PAIRS_PER_PART)
        placed = session().sparkContext.parallelize(parts, len(parts))
        found = placed.map(lambda part: compared(part, shipped, model)).collect()
        columns = (
            np.concatenate([getattr(one, name) for one in found]) for name in ("left", "right", "pattern", "rule")
        )
        return ComparedPairs(*columns)

    return compare
