"""How fast: this linker, the same on Spark, Splink 5 and plain recordlinkage, on the same records and blocking rules.

`python -m benchmarks.speed --splink PYTHON` with a Python that has splink, pandas and matplotlib. One run, side by
side: wall time, processor time, peak memory, pairs per second, F1. Then additions to a table that is held, and one name
and birth date of 5 % of the records (`--skewed`). `speed.tsv` keeps what was measured; `--draw FILE` draws its growth
curves.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from benchmarks.speeds.measured import Measured, f1_of, measured
from benchmarks.speeds.records import write_records

HERE = Path(__file__).parent
KEPT = HERE / "speed.tsv"
KINDS = {
    "given_name": "given_name", "surname": "family_name", "date_of_birth": "date", "town": "place",
    "postcode": "exact", "phone": "exact",
}  # fmt: skip
RULES = (
    "date_of_birth+given_name[:1]", "surname+given_name[:1]", "surname[:4]+date_of_birth[:7]", "postcode+surname[:2]",
    "phone",
)  # fmt: skip
SPLINK_THRESHOLD = 0.95
MOST = dict.fromkeys(("recordlinkage", "splink", "splink, EM on counts", "spark"), 1_000_000)
ADDED = 10_000
ON_CLUSTER = ("comparing pairs on the cluster", "keeping likely pairs")


def main() -> None:
    """Measure, print and keep."""
    asked = _asked()
    found = pd.DataFrame(columns=["linker", "case", "records", "pairs", "wall", "cpu", "peak_mb", "f1", "cluster"])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = _model_file(folder)
        for count in asked.records:
            records = write_records(folder / f"{count}.parquet", count)
            for linker in asked.linkers:
                if count <= MOST.get(linker, count):
                    found = _with(found, linker, "whole", count, *_linked(linker, records, model, folder, asked.splink))
            if "local" in asked.linkers and not asked.no_additions:
                found = _additions(found, records, count, model, folder)
            records.unlink()
        if asked.skewed:
            records = write_records(folder / "skewed.parquet", asked.skewed, skewed=True)
            found = _with(found, "local", "skewed", asked.skewed, *_linked("local", records, model, folder, None))
    _keep(found)
    if asked.draw:
        subprocess.run([asked.splink, HERE / "speeds" / "curves.py", KEPT, asked.draw], check=True)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--splink", metavar="PYTHON", help="a Python with splink, pandas and matplotlib")
    parser.add_argument("--records", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--linkers", nargs="+", default=["local", "splink"],
                        choices=["local", "spark", "splink", "splink, EM on counts", "recordlinkage"])  # fmt: skip
    parser.add_argument("--skewed", type=int, default=0, metavar="RECORDS", help="5 %% of one name and 1 January")
    parser.add_argument("--no-additions", action="store_true", help="do not add to a table that is held")
    parser.add_argument("--draw", metavar="FILE.png", help="draw the growth curves of all that was ever kept")
    return parser.parse_args()


def _model_file(folder: Path) -> Path:
    blocks = "\n".join(f"[[block]]\non = {json.dumps(rule.split('+'))}" for rule in RULES)
    compared = "\n".join(f'[[compare]]\ncolumn = "{column}"\nkind = "{kind}"' for column, kind in KINDS.items())
    path = folder / "model.toml"
    path.write_text(f'[records]\nid = "record_id"\n{compared}\n{blocks}\n', encoding="utf-8")
    return path


def _linked(linker: str, records: Path, model: Path, folder: Path, splink: str | None) -> tuple[Measured, float]:
    out = folder / "persons.parquet"
    weerzien = Path(sys.executable).with_name("weerzien")
    commands = {
        "local": [weerzien, "link", records, folder, "--model", model],
        "spark": [
            weerzien,
            "link",
            records,
            folder,
            "--model",
            model,
            "--engine",
            "spark",
            "--spark-master",
            "local[2]",
        ],
        "splink": [splink, HERE / "speeds" / "splink_run.py", records, out, SPLINK_THRESHOLD, "pairs", *RULES],
        "splink, EM on counts": [
            splink,
            HERE / "speeds" / "splink_run.py",
            records,
            out,
            SPLINK_THRESHOLD,
            "counts",
            *RULES,
        ],
        "recordlinkage": [sys.executable, "-m", "benchmarks.speeds.recordlinkage_run", records, out, *RULES],
    }
    found = measured(commands[linker])
    if linker in ("local", "spark"):
        found.told["pairs"] = json.loads((folder / "model.json").read_text(encoding="utf-8"))["pairs_compared"]
    return found, f1_of(out, records)


def _additions(found: pd.DataFrame, records: Path, count: int, model: Path, folder: Path) -> pd.DataFrame:
    """A table linked and held; then ADDED records added, some new and some that say something else."""
    if count < 10 * ADDED:
        return found
    from linkage.table.declared import load_table_model
    from linkage.table.files import read_table, write_tables
    from linkage.table.held.adding import add

    held, new = folder / f"held{count}", folder / "new.parquet"
    weerzien = Path(sys.executable).with_name("weerzien")
    whole = measured([weerzien, "link", records, folder, "--model", model, "--held", held])
    pairs = {"pairs": json.loads((folder / "model.json").read_text(encoding="utf-8"))["pairs_compared"]}
    whole.told |= pairs
    found = _with(found, "local", "whole, held", count, whole, f1_of(folder / "persons.parquet", records))
    further = write_records(folder / "further.parquet", ADDED, seed=2)
    table = pq.read_table(further).to_pandas()
    # Half are new persons; of the others each repeats somebody who is there, under an id of its own.
    there = pd.read_parquet(records).sample(ADDED // 2, random_state=1)
    table = pd.concat([table.head(ADDED - len(there)), there], ignore_index=True)
    table["record_id"] = range(count, count + len(table))
    table.to_parquet(new)
    command = measured([weerzien, "link", new, folder / "added", "--model", model, "--held", held])
    found = _with(found, "local", "added, command", count, command, float("nan"))
    table["record_id"] += len(table)
    table.to_parquet(new)
    began, cpu = time.monotonic(), time.process_time()
    added = add(read_table(new), load_table_model(model), held)
    write_tables({"pairs": added.pairs, "persons": added.persons}, folder / "added")
    here = Measured(time.monotonic() - began, time.process_time() - cpu, float("nan"))
    return _with(found, "local", "added, in process", count, here, float("nan"))


def _with(found: pd.DataFrame, linker: str, case: str, count: int, took: Measured, f1: float) -> pd.DataFrame:
    row = {
        "linker": linker, "case": case, "records": count, "pairs": took.told.pop("pairs", float("nan")),
        "wall": round(took.wall, 2), "cpu": round(took.cpu, 2), "peak_mb": round(took.peak, 0), "f1": round(f1, 4),
    }  # fmt: skip
    row["cluster"] = round(sum(took.steps.get(step, 0.0) for step in ON_CLUSTER), 2) or float("nan")
    per_second = row["pairs"] / row["wall"]
    print(f"{row} {per_second:,.0f} pairs/s {took.told or took.steps}", flush=True)
    return pd.concat([found, pd.DataFrame([row])], ignore_index=True) if len(found) else pd.DataFrame([row])


def _keep(found: pd.DataFrame) -> None:
    """Keep the last figures of each linker, case and number of records."""
    before = pd.read_csv(KEPT, sep="\t") if KEPT.exists() else found.head(0)
    whole = pd.concat([before, found]) if len(before) else found
    whole = whole.drop_duplicates(["linker", "case", "records"], keep="last")
    whole.sort_values(["case", "linker", "records"]).to_csv(KEPT, sep="\t", index=False)


if __name__ == "__main__":
    main()
