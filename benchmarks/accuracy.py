"""How well the registrations of one child are found in synthetic registers, beside other linkers on the same records.

`python -m benchmarks.accuracy` prints two Markdown tables for each size: one row per linker (pairs before and persons
after clustering, calibration, review burden, seconds), and the figures of this product beside the bars they are held
to. The registers are invented: the figures say how the parts work together, not how well real children would be found.
"""

from __future__ import annotations

import argparse
import logging
import platform
import sys
import time
from collections.abc import Sequence
from functools import reduce
from importlib.metadata import version
from operator import add
from pathlib import Path

from benchmarks import peers
from benchmarks.persons.bars import load_bars
from benchmarks.persons.in_common import DEFINITION
from benchmarks.persons.known_world import WORLDS, KnownWorld, accepted_records, known_world
from benchmarks.persons.linkers import OFFERED_FROM, Measured, measured
from benchmarks.persons.measures import CALIBRATED_FROM, Share
from benchmarks.persons.ours import measure_ours
from benchmarks.persons.printed import bars_table, linkers_table
from linkage.model import Model, load_model

__all__ = ["accepted_records", "main", "measure_world"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the worlds asked for and print the tables; progress goes to stderr."""
    given = _parser().parse_args(arguments)
    logging.disable(logging.INFO)
    model = load_model()
    _say_settings(given, model)
    for children in given.children:
        measure_world(given, children, model)


def measure_world(given: argparse.Namespace, children: int, model: Model) -> None:
    """Print the tables of one size, over all seeds."""
    rows: dict[int, list[Measured]] = {}
    figures: dict[int, dict[str, Share]] = {}
    for seed in given.seed:
        _progress(f"{given.world}, {children} children, seed {seed}: records")
        world = known_world(given.world, children, seed, given.keep)
        _progress(f"{len(world.records)} records; this repository")
        ours, figures[seed] = measure_ours(world, model)
        others, notes = ([], []) if given.only_ours else measure_peers(given, world)
        rows[seed] = [ours, *others]
        figures[seed] |= _beside_splink(ours, others)
        print(f"\n## {_title(world)}\n\n{linkers_table(rows[seed])}")
        print("".join(f"\n{note}" for note in notes), flush=True)
    if len(given.seed) > 1:
        pooled = [reduce(add, of_linker) for of_linker in zip(*rows.values(), strict=True)]
        print(f"\n## {given.world}, {children:,} children, all seeds pooled\n\n{linkers_table(pooled)}")
    print(f"\n### This repository beside its bars: {given.world}, {children:,} children")
    print(f"\n{bars_table(figures, load_bars())}", flush=True)


def measure_peers(given: argparse.Namespace, world: KnownWorld) -> tuple[list[Measured], list[str]]:
    """Measure the other linkers on the same records; also what is to be said of each under the table."""
    table, child = peers.flat_records(world.records), world.child
    rows, notes = [], []
    if given.splink is None:
        notes.append("Splink is left out: no Python with splink was given (`--splink PYTHON`).")
    else:
        for kind, best in (("recommended", peers.splink_recommended), ("tuned", peers.splink_tuned)):
            _progress(f"Splink, {kind}")
            outcome = peers.run_splink(kind, table, given.splink, given.keep)
            rows.append(measured(best(outcome, child), child))
            notes.append(f"Splink, {kind}: {outcome.note}.")
    _progress("recordlinkage")
    rows.append(measured(peers.recordlinkages(table), child))
    return rows, notes


def _beside_splink(ours: Measured, others: Sequence[Measured]) -> dict[str, Share]:
    """Error of our persons (1 - pairwise F1) for each error of Splink's."""
    errors = {other.linker: 1 - other.clusters.f1 for other in others}
    names = {
        peers.RECOMMENDED: "error beside Splink, recommended",
        peers.TUNED: "error beside Splink, tuned + average linkage",
    }
    return {names[linker]: Share(1 - ours.clusters.f1, error) for linker, error in errors.items() if linker in names}


def _title(world: KnownWorld) -> str:
    known = world.child.dropna()
    return (
        f"{world.name}, {world.children:,} children, seed {world.seed}: {len(world.records):,} records, "
        f"{len(known):,} with a known child, {known.nunique():,} children among them"
    )


def _say_settings(given: argparse.Namespace, model: Model) -> None:
    packages = ", ".join(f"{name} {version(name)}" for name in ("pandas", "numpy", "recordlinkage", "scikit-learn"))
    thresholds = ", ".join(f"{name} {figure:g}" for name, figure in model.thresholds.items())
    print("# Accuracy on synthetic registers\n")
    print("Everything here is invented: figures say how the parts work together, not how well real children are found.")
    print(f"World {given.world}; children {given.children}; seeds {given.seed}.")
    print(f"Model {model.version}, thresholds as declared (chosen on what RESULTS.md says): {thresholds}.")
    if not given.only_ours:
        print(
            "Other linkers: `benchmarks/peers.py`, Splink's comparisons, blocking rules and training in "
            f"`benchmarks/splink_records.py`; pairs from {CALIBRATED_FROM:g}; their pairs from {OFFERED_FROM:g} to the "
            "threshold count as offered; Splink's thresholds are chosen with the truth."
        )
    print(
        "Edges: pairs at the linker's threshold before clustering; clusters: persons. P, R, F1: pairwise; B³: B-cubed, "
        "of edges over a record and the records it forms a pair with. Calibration error: ten bins of equal width."
    )
    print(f"Python {platform.python_version()}, {platform.machine()}; {packages}.")
    print(DEFINITION, flush=True)


def _parser() -> argparse.ArgumentParser:
    shown = argparse.ArgumentDefaultsHelpFormatter
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__, formatter_class=shown)
    parser.add_argument(
        "--world", choices=sorted(WORLDS), default="sample", help="generator of the synthetic registers"
    )
    parser.add_argument("--children", type=int, nargs="+", default=[2_000], metavar="N", help="sizes of the world")
    parser.add_argument("--seed", type=int, nargs="+", default=[1, 2, 3], metavar="S", help="worlds of each size")
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="keep accepted records here, so that they are read once"
    )
    parser.add_argument("--splink", type=Path, metavar="PYTHON", help="a Python with the packages splink and pyarrow")
    parser.add_argument("--only-ours", action="store_true", help="this repository alone")
    return parser


def _progress(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
