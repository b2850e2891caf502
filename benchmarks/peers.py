"""Other linkers on the records of a known world: Splink 5 as recommended, Splink 5 tuned, and plain recordlinkage.

Splink runs in a Python of its own (`python -m venv peers && peers/bin/pip install splink pyarrow`); it is no part of
this program. Of its thresholds the one that is best by the truth is taken, which nobody has in practice.
"""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.persons.average_linkage import average_linkage, components, similarities
from benchmarks.persons.flat import flat
from benchmarks.persons.linkers import Linked
from benchmarks.persons.measures import of_clusters

SCRIPT = Path(__file__).with_name("splink_records.py")
RECOMMENDED = "Splink 5, recommended"
TUNED = "Splink 5, tuned, average linkage"
MOST_BITS = 12.0
LEAST_BITS = -10.0
UNSCORED_BITS = (-10.0, -3.0, 0.0)
CHANCE_CUTS = tuple(np.round(np.arange(0.02, 1.0, 0.02), 2))
BITS_CUTS = tuple(np.arange(-6.0, 11.5, 0.5))


class SplinkFailed(RuntimeError):
    """The Python with Splink did not bring its work to an end."""


@dataclass(frozen=True)
class SplinkOutcome:
    """What `splink_records.py` wrote: pairs, clusters by threshold (or none), versions, seconds and memory."""

    pairs: pd.DataFrame
    clusters: pd.DataFrame | None
    told: dict[str, Any]

    @property
    def note(self) -> str:
        """Versions and the size of the work, as printed under a table."""
        return f"{self.told['versions']}, {self.told['pairs']:,} pairs from 0.001, {self.told['gigabytes']:.1f} GB"


def run_splink(kind: str, table: pd.DataFrame, python: Path, keep: Path | None) -> SplinkOutcome:
    """Run Splink, recommended or tuned, on a flat table; with `keep` what it made of the same table is taken again.

    Raises SplinkFailed with the end of what it said.
    """
    with tempfile.TemporaryDirectory() as scratch:
        written = io.BytesIO()
        table.to_parquet(written, index=False)
        made_of = hashlib.sha256(written.getvalue() + SCRIPT.read_bytes()).hexdigest()[:12]
        folder = keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        out = folder / f"splink-{kind}-{made_of}.pairs"
        if not Path(f"{out}.json").is_file():
            given = Path(scratch) / "records.parquet"
            given.write_bytes(written.getvalue())
            command = [python, SCRIPT, kind, given, out]
            ended = subprocess.run(command, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"}, check=False)
            if ended.returncode:
                raise SplinkFailed(f"Splink, {kind}: {ended.stderr.strip()[-800:]}")
        clusters = Path(f"{out}.clusters")
        return SplinkOutcome(
            pd.read_parquet(out).rename(columns={"unique_id_l": "record_id_l", "unique_id_r": "record_id_r"}),
            pd.read_parquet(clusters).set_index("unique_id") if clusters.is_file() else None,
            json.loads(Path(f"{out}.json").read_text(encoding="utf-8")),
        )


def splink_recommended(outcome: SplinkOutcome, child: pd.Series) -> Linked:
    """Splink's own clusters (connected components) at the threshold that is best by the truth."""
    assert outcome.clusters is not None
    candidates = ((float(name), outcome.clusters[name]) for name in outcome.clusters.columns)
    threshold, person = _best(candidates, child)
    label = f"p ≥ {threshold:g}, best of {outcome.clusters.shape[1]} by the truth"
    return Linked(RECOMMENDED, label, threshold, outcome.pairs, person, outcome.told["seconds"])


def splink_tuned(outcome: SplinkOutcome, child: pd.Series) -> Linked:
    """Average linkage over Splink's tuned pairs, with the similarity and the cut that are best by the truth.

    Tried are the mean probability, and the mean match weight with three values for pairs that were not scored.
    """
    ids, pairs = pd.Index(sorted(child.index)), outcome.pairs
    bits = np.clip(pairs["match_weight"].to_numpy(dtype=float), LEAST_BITS, MOST_BITS)
    chance = pairs["match_probability"].to_numpy(dtype=float)
    tried: list[tuple[str, np.ndarray, float, Sequence[float]]] = [("mean p", chance, 0.0, CHANCE_CUTS)]
    tried += [(f"mean match weight, unscored {least:g}", bits, least, BITS_CUTS) for least in UNSCORED_BITS]
    best: tuple[float, Linked] | None = None
    for name, value, unscored, cuts in tried:
        began = time.monotonic()
        candidates = list(average_linkage(similarities(ids, pairs, value, unscored), cuts))
        seconds = outcome.told["seconds"] + time.monotonic() - began
        cut, person = _best(candidates, child)
        reached = of_clusters(person, child).f1
        if best is None or reached > best[0]:
            link_from = float(cut) if value is chance else float(1 / (1 + 2.0**-cut))
            label = f"{name} ≥ {cut:g}, best by the truth"
            best = (reached, Linked(TUNED, label, link_from, pairs, person, seconds))
    assert best is not None
    return best[1]


def recordlinkages(table: pd.DataFrame) -> Linked:
    """Plain recordlinkage on a flat table: blocks, strings, ECM at its own threshold, connected components."""
    import recordlinkage as rl

    began = time.monotonic()
    table = table.set_index("unique_id")
    index = rl.Index([rl.index.Block("dob"), rl.index.Block(["first_name", "surname"]), rl.index.Block("surname")])
    compare = rl.Compare()
    for column in ("first_name", "surname"):
        compare.string(column, column, method="jarowinkler", threshold=0.9)
    for column in ("dob", "sex", "nationality"):
        compare.exact(column, column)
    levels = compare.compute(index.index(table), table)
    classifier = rl.ECMClassifier()
    matches = classifier.fit_predict(levels)
    pairs = pd.DataFrame({"match_probability": np.asarray(classifier.prob(levels), dtype=float)}, index=levels.index)
    pairs["is_match"] = pairs.index.isin(matches)
    pairs = pairs.rename_axis(["record_id_l", "record_id_r"]).reset_index()
    person = components(similarities(table.index, pairs, pairs["is_match"].to_numpy(dtype=float), 0.0), 1.0)
    return Linked("recordlinkage, ECM", "p ≥ 0.5 (its own)", 0.5, pairs, person, time.monotonic() - began)


def flat_records(records: pd.DataFrame) -> pd.DataFrame:
    """The flat table of a world's records, in a fixed order."""
    return flat(records.sort_values("record_id"))


def _best(candidates: Iterable[tuple[float, pd.Series]], child: pd.Series) -> tuple[float, pd.Series]:
    """The threshold, with its clusters, whose pairwise F1 is highest; of equals the first."""
    return max(candidates, key=lambda candidate: of_clusters(candidate[1], child).f1)
