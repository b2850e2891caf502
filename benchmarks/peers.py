"""Persons found by this repository, by Splink 5 and by plain recordlinkage in the very same records, with the truth.

`python -m benchmarks.peers --splink PYTHON [--children N] [--seed S ...]`, where PYTHON is an interpreter with the
package splink (it is no part of this program: `python -m venv peers && peers/bin/pip install splink`). Splink runs with
its recommended comparisons and its own clustering; of its thresholds the one that is best by the truth is shown, which
nobody has in practice. Ours are fixed beforehand. Pairwise and B-cubed, after clustering.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.accuracy import accepted_records
from connectors.names import plain
from connectors.sample import write_sample
from linkage.model import load_model
from linkage.night import link_records

SCRIPT = Path(__file__).with_name("splink_records.py")
HEAD = "| | pairwise precision | recall | F1 | B-cubed F1 | seconds |\n|---|---|---|---|---|---|"


def flat(records: pd.DataFrame) -> pd.DataFrame:
    """Return the records as the other linkers take them: unique_id, one name, birth date, sex, nationality, phones."""
    parts = zip(records["birth_year"], records["birth_month"], records["birth_day"], strict=True)
    return pd.DataFrame(
        {
            "unique_id": records["record_id"],
            "first_name": [plain(name) or None if isinstance(name, str) else None for name in records["given_names"]],
            "surname": [plain(name) or None if isinstance(name, str) else None for name in records["family_name"]],
            "dob": [
                None if any(pd.isna(part) for part in date) else "{:04d}-{:02d}-{:02d}".format(*map(int, date))
                for date in parts
            ],
            "sex": records["sex"],
            "nationality": [codes[0] if len(codes) else None for codes in records["nationality"]],
            "phones": [list(phones) if len(phones) else None for phones in records["phones"]],
        }
    )


def figures(person: pd.Series, child: pd.Series) -> list[float]:
    """Return pairwise precision, recall and F1, and B-cubed F1, of records whose child is known."""
    known = pd.DataFrame({"person": person, "child": child.reindex(person.index)}).dropna()
    sizes = [known.groupby(list(by)).size() for by in (["person"], ["child"], ["person", "child"])]
    joined, wanted, right = (float((size * (size - 1) // 2).sum()) for size in sizes)
    precision, recall = right / max(joined, 1.0), right / max(wanted, 1.0)
    both = known.groupby(["person", "child"])["person"].transform("size")
    cubed = [float((both / known.groupby(side)[side].transform("size")).mean()) for side in ("person", "child")]
    return [precision, recall, _f1(precision, recall), _f1(*cubed)]


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / max(precision + recall, 1e-9)


def ours(records: pd.DataFrame) -> pd.Series:
    """Return the person of each record by the night's model."""
    nobody = pd.DataFrame({"record_id": [], "person_id": []}, dtype=object)
    return link_records(records, nobody, 0, load_model()).members.set_index("record_id")["person_id"]


def splinks(records: pd.DataFrame, child: pd.Series, python: Path) -> tuple[str, pd.Series]:
    """Return Splink's best threshold by the truth, and the person of each record there."""
    with tempfile.TemporaryDirectory() as folder:
        given, out = Path(folder) / "records.parquet", Path(folder) / "pairs.parquet"
        flat(records).to_parquet(given, index=False)
        subprocess.run([python, SCRIPT, given, out], check=True, capture_output=True, env={"PATH": "/usr/bin:/bin"})
        clusters = pd.read_parquet(f"{out}.clusters").set_index("unique_id")
    best = max(clusters.columns, key=lambda threshold: figures(clusters[threshold], child)[2])
    return str(best), clusters[best]


def recordlinkages(records: pd.DataFrame) -> pd.Series:
    """Return the person of each record by plain recordlinkage: blocks, strings, ECM, connected components."""
    import recordlinkage as rl
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    table = flat(records).set_index("unique_id")
    index = rl.Index([rl.index.Block("dob"), rl.index.Block(["first_name", "surname"]), rl.index.Block("surname")])
    compare = rl.Compare()
    for column in ("first_name", "surname"):
        compare.string(column, column, method="jarowinkler", threshold=0.9)
    for column in ("dob", "sex", "nationality"):
        compare.exact(column, column)
    levels = compare.compute(index.index(table), table)
    matches = rl.ECMClassifier().fit_predict(levels)
    sides = [table.index.get_indexer(matches.get_level_values(side)) for side in (0, 1)]
    joined = coo_matrix((np.ones(len(matches)), sides), shape=(len(table), len(table)))
    return pd.Series(connected_components(joined, directed=False)[1], index=table.index)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("--splink", type=Path, required=True, help="a Python with the package splink")
    parser.add_argument("--children", type=int, default=2000)
    parser.add_argument("--seed", type=int, nargs="+", default=[1, 2, 3])
    given = parser.parse_args()
    for seed in given.seed:
        with tempfile.TemporaryDirectory() as folder:
            exports = Path(folder) / "sample"
            write_sample(exports, given.children, seed)
            records = accepted_records(exports)
            truth = pd.read_csv(exports / "truth" / "records.csv", dtype=str)
        known = records.merge(truth, on=["register", "source_key"], how="left")
        child = known.set_index("record_id")["child_id"]
        print(f"\n{given.children:,} children, seed {seed}, {len(records):,} records\n\n{HEAD}", flush=True)
        began = time.monotonic()
        _told("this repository", figures(ours(records), child), began)
        began = time.monotonic()
        threshold, person = splinks(records, child, given.splink)
        _told(f"Splink 5, recommended, best threshold ({threshold})", figures(person, child), began)
        began = time.monotonic()
        _told("recordlinkage, ECM", figures(recordlinkages(records), child), began)


def _told(name: str, found: list[float], began: float) -> None:
    print(
        f"| {name} | {' | '.join(f'{figure:.3f}' for figure in found)} | {time.monotonic() - began:.1f} |", flush=True
    )


if __name__ == "__main__":
    main()
