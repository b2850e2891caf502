"""What `weerzien estimate-weights` would propose in each synthetic world, laid beside the truth that it does not see.

`python -m benchmarks.estimated_weights [--children N] [--seed S]` prints, per world, the number of matches that
expectation maximisation finds beside the true one, and precision, recall, F1 and calibration error of the persons with
the declared and with the proposed model.
"""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

from benchmarks.persons.known_world import WORLDS, KnownWorld, known_world
from benchmarks.persons.measures import calibration_error, labelled, of_clusters
from linkage.model import Model, load_model
from linkage.night import link_records
from linkage.proposal import propose

HEAD = "| world | model | matches estimated | true | precision | recall | F1 | calibration error |\n|" + "---|" * 8


def row(world: KnownWorld, model: Model, matches: str) -> str:
    """One line of the table: the world linked with a model."""
    night = link_records(world.records, model)
    found = of_clusters(night.members.set_index("record_id")["person_id"], world.child)
    error = calibration_error(labelled(night.pairs, world.child)).value
    shown = " | ".join(f"{value:.3f}" for value in (found.precision.value, found.recall.value, found.f1, error))
    return f"| {world.name} | {model.version} | {matches} | {found.recall.whole:,.0f} | {shown} |"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.estimated_weights", description=__doc__)
    parser.add_argument("--children", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="keep accepted records here, so that they are read once")
    given = parser.parse_args()
    logging.disable(logging.INFO)
    declared = load_model()
    print(HEAD, flush=True)
    for name in WORLDS:
        world = known_world(name, given.children, given.seed, given.keep)
        proposed = propose(world.records, declared, "proposed").model
        matches = proposed.expected_matches_per_record * len(world.records) / 2
        print(row(world, declared, "-"), row(world, proposed, f"{matches:,.0f}"), sep="\n", flush=True)


if __name__ == "__main__":
    main()
