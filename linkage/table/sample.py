"""Pairs that were drawn from a table, as few different agreements."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from linkage.table.agreement import Agreement, Agreements
from linkage.table.patterns import Patterns, chunk_patterns


@dataclass(frozen=True)
class Sample:
    """Pairs that were drawn: their different agreements, and how many pairs have each."""

    agreement: Agreement
    pairs: np.ndarray

    @classmethod
    def of(cls, agreements: Agreements, left: np.ndarray, right: np.ndarray) -> Sample:
        """Compare pairs that were drawn."""
        found = chunk_patterns(agreements.of(left, right), agreements.counts)
        counted = np.bincount(found.place, minlength=len(found.numbers))
        patterns = Patterns.of(found.numbers, counted, agreements.counts)
        return cls(patterns.agreement, patterns.pairs.astype(float))
