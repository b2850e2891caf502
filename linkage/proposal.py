"""A new version of the model, proposed from records whose truth nobody knows; a person accepts it, no night does.

m and the shares of matches come from expectation maximisation on the agreement patterns of all candidate pairs
(`linkage.classifier`); u, thresholds and rules stay as they are declared. Where a level hardly occurs its declared
numbers weigh most (smoothing), so a small night proposes small changes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from importlib import resources

import pandas as pd

from linkage.blocking import candidate_pairs
from linkage.classifier import LevelClassifier
from linkage.comparing import compare_pairs
from linkage.model import CURRENT, Model
from linkage.night import link_records
from linkage.standard import comparable

CHANGE_COLUMNS = ("field", "level", "pairs", "bits", "proposed_bits")
NUMBER = r"[0-9.]+(?:e-?\d+)?"


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
    compared = comparable(records, model)
    levels = compare_pairs(candidate_pairs(compared, model), compared, model)
    classifier = LevelClassifier(model, len(records), seed)
    classifier.kernel.fit(levels.to_numpy())
    proposed = replace(classifier.model, version=version)
    rows = [
        (comparison.field, level.name, int((levels[comparison.field] == number).sum()), level.weight, new.weight)
        for comparison, other in zip(model.comparisons, proposed.comparisons, strict=True)
        for number, (level, new) in enumerate(zip(comparison.levels, other.levels, strict=True), start=1)
    ]
    changes = pd.DataFrame(rows, columns=list(CHANGE_COLUMNS)).round({"bits": 2, "proposed_bits": 2})
    now, then = (_outcome(records, one) for one in (model, proposed))
    return Proposal(proposed, changes, {what: (now[what], then[what]) for what in now})


def _outcome(records: pd.DataFrame, model: Model) -> dict[str, int]:
    nobody = pd.DataFrame({"record_id": [], "person_id": []}, dtype=object)
    linked = link_records(records, nobody, 0, model)
    counts = linked.pairs["status"].value_counts()
    return {
        "linked pairs": int(counts.get("link", 0)),
        "pairs for review": int(counts.get("review", 0)),
        "persons": int(linked.members["person_id"].nunique()),
        "resurfaced": int(linked.resurfacings["status"].eq("yes").sum()),
    }


def as_model_file(model: Model, name: str = CURRENT) -> str:
    """Return the text of a model file with the numbers of a model; all else as in the file `name`."""
    text = resources.files("linkage").joinpath("models", f"{name}.toml").read_text(encoding="utf-8")
    text = _with(text, "version", f'"{model.version}"', r'"[^"]*"')
    text = _with(text, "expected_matches_per_record", f"{model.expected_matches_per_record:.4f}", NUMBER)
    text = _with(text, "another_identity_share", f"{model.another_identity_share:.4f}", NUMBER)
    parts = text.split("[[comparison]]")
    by_field = {comparison.field: comparison for comparison in model.comparisons}
    for at, part in enumerate(parts[1:], start=1):
        found = re.search(r'field = "(\w+)"', part)
        comparison = by_field[found[1]] if found else None
        for level in comparison.levels if comparison else ():
            line = re.search(rf'\{{ name = "{level.name}",.*\}}', part)
            if line:
                written = _with(line[0], "m", _share(level.m), NUMBER)
                written = _with(written, "m_other", _share(level.m_other), NUMBER)
                part = part.replace(line[0], written)
        parts[at] = part
    return "[[comparison]]".join(parts)


def _share(value: float) -> str:
    return f"{value:.6f}"


def _with(text: str, name: str, value: str, old: str) -> str:
    return re.sub(rf"(?<![\w.])({name}\s*=\s*){old}", lambda found: f"{found[1]}{value}", text, count=1)
