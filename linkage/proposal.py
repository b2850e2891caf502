"""A new version of the model, proposed from records whose truth nobody knows; a person accepts it, no night does.

u of each two registers is counted in random pairs; m and the shares of matches come from expectation maximisation on
the agreement patterns of the candidate pairs (`linkage.classifier`), less the pairs that a rule of knowledge decides.
Another identity, thresholds and rules stay as they are declared. Where a level hardly occurs its declared numbers weigh
most (smoothing), so a small night proposes small changes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from linkage.chance import with_chances
from linkage.classifier import REGISTER_PAIR, LevelClassifier
from linkage.knowledge import AT_MOST, SEPARATING
from linkage.model import Comparison, Model
from linkage.night import link_records, score_pairs
from linkage.standard import comparable

CHANGE_COLUMNS = ("field", "level", "pairs", "bits", "proposed_bits")
# Of these rules the pairs are matches as often as not; of the others they are not.
LEFT_TO_THE_WEIGHTS = frozenset({"lent_document"})


@dataclass(frozen=True)
class Proposal:
    """A proposed model, what it changes per level (CHANGE_COLUMNS), and what it would do to links and persons.

    `effect`: per word of links and persons the number now and as proposed.
    """

    model: Model
    changes: pd.DataFrame
    effect: dict[str, tuple[int, int]]


def propose(records: pd.DataFrame, model: Model, version: str, seed: int = 0) -> Proposal:
    """Propose the numbers of a new version from the accepted records of all registers (the common record)."""
    scored = score_pairs(records, model)
    decided = (SEPARATING | AT_MOST.keys()) - LEFT_TO_THE_WEIGHTS
    levels = scored.loc[~scored["rule"].isin(decided), [*model.fields, REGISTER_PAIR]]
    started = with_chances(model, comparable(records, model), seed)
    classifier = LevelClassifier(started, records["register"].value_counts().to_dict(), seed)
    classifier.kernel.fit(levels.to_numpy())
    proposed = replace(classifier.model, version=version)
    rows = [
        (comparison.field, level.name, int((levels[comparison.field] == number).sum()), bits[0], bits[1])
        for comparison, other in zip(model.comparisons, proposed.comparisons, strict=True)
        for number, (level, bits) in enumerate(
            zip(comparison.levels, _bits(model, comparison, other, len(records)), strict=True), start=1
        )
    ]
    changes = pd.DataFrame(rows, columns=list(CHANGE_COLUMNS)).round({"bits": 2, "proposed_bits": 2})
    now, then = (_outcome(records, one) for one in (model, proposed))
    return Proposal(proposed, changes, {what: (now[what], then[what]) for what in now})


def _bits(model: Model, before: Comparison, after: Comparison, record_count: int) -> np.ndarray:
    """Match weight of each level (rows) now and as proposed, of all registers together."""
    counted = model.records_counted(record_count)
    return np.column_stack([np.log2(one.ratios(one.shares("m"), one.chances(counted))) for one in (before, after)])


def _outcome(records: pd.DataFrame, model: Model) -> dict[str, int]:
    linked = link_records(records, model)
    counts = linked.pairs["status"].value_counts()
    return {
        "linked pairs": int(counts.get("link", 0)),
        "pairs for review": int(counts.get("review", 0)),
        "persons": int(linked.members["person_id"].nunique()),
        "resurfaced": int(linked.resurfacings["status"].eq("yes").sum()),
    }
