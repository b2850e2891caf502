"""What speaks for and against two registrations being one person, in words and without a number.

A probability before the verdict anchors it, so who may judge sees the words first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from linkage.explanation import word
from monitoring.web.words import language


@dataclass(frozen=True)
class Evidence:
    """What speaks for one person and what against, each the strongest first; and what could not be compared."""

    speaks_for: tuple[str, ...]
    speaks_against: tuple[str, ...]


def evidence_of(levels: Mapping[str, str], weights: Mapping[str, float]) -> Evidence:
    """Return the evidence of a pair from its levels and weights (bits), as `monitoring.link` holds them."""
    strongest = sorted(levels, key=lambda field: (-abs(weights.get(field, 0.0)), field))
    said = {field: word(language(), "levels", field, levels[field]) for field in strongest}
    return Evidence(
        tuple(said[field] for field in strongest if weights.get(field, 0.0) >= 0),
        tuple(said[field] for field in strongest if weights.get(field, 0.0) < 0),
    )
