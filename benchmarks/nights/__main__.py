"""`python -m benchmarks.nights`: many nights of one synthetic world, and what must hold from night to night.

Every night is worked by the real stages (pull, read, check, link, consolidate, publish, housekeeping) in an
installation of its own. Printed, as Markdown: how often an untouched person changed its id, whether every id ever
published leads somewhere, whether verdicts were followed; then the last nights again from the ledger and the deliveries
alone, byte for byte, and the last night as one big night, whose groups must be the same.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from sqlalchemy import Engine

from benchmarks.nights.big_night import compare_with_big_night
from benchmarks.nights.deliveries import write_nights
from benchmarks.nights.reviewer import Reviewer
from benchmarks.nights.running import digests, open_installation, rows_of, work
from benchmarks.nights.watching import Watched, watch
from connectors.installation import Installation
from connectors.register import REGISTERS
from connectors.sample import write_sample
from dags.places import SYNTHETIC_MARKER


def main() -> None:
    given = _given()
    keep = given.keep or Path(tempfile.mkdtemp(prefix="weerzien-nights-"))
    exports = keep / "deliveries"
    if not exports.is_dir():
        world = keep / "world"
        write_sample(world, given.children, given.seed)
        write_nights(world, exports, given.nights, given.seed)
    nights = sorted(date.fromisoformat(path.name) for path in exports.iterdir() if path.name[:1].isdigit())
    home = keep / "home"
    shutil.rmtree(home, ignore_errors=True)
    engine = open_installation(home)
    watched, reviewer, expected = Watched(), Reviewer(exports / "truth", given.seed, given.reviewed), {}
    before = None
    for night in nights:
        began = time.monotonic()
        counts = work(exports / night.isoformat(), night).counts
        before = watch(engine, night, before, watched)
        if night in nights[-given.replayed :]:
            expected[night] = digests(engine)
        if night != nights[-1]:
            reviewer.review(engine, night)
            if nights.index(night) % given.housekeeping == given.housekeeping - 1:
                _housekeep(engine, home, night)
        told = ", ".join(f"{counts[name]} {name}" for name in TOLD if name in counts)
        print(f"{night} {time.monotonic() - began:5.1f} s  {told}", file=sys.stderr, flush=True)
    print(_heading(given, nights))
    _print_watched(watched, reviewer)
    compare_with_big_night(engine, home)
    _replay(engine, keep, exports, nights[-given.replayed :], expected)
    if given.keep is None:
        shutil.rmtree(keep, ignore_errors=True)


TOLD = ("persons", "registrations", "changes", "revocations", "records_new", "records_changed", "records_withdrawn",
        "records_purged")  # fmt: skip


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.nights", description=__doc__.split("\n\n")[0])
    parser.add_argument("--children", type=int, default=20_000, help="children of the world (default 20,000)")
    parser.add_argument("--nights", type=int, default=60, help="consecutive nights (default 60)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed tells the same story (default 1)")
    parser.add_argument("--reviewed", type=int, default=12, help="pairs a reviewer looks at per night (default 12)")
    parser.add_argument("--housekeeping", type=int, default=7, help="nights between housekeeping (default 7)")
    parser.add_argument("--replayed", type=int, default=2, help="last nights that are worked again (default 2)")
    parser.add_argument("--keep", type=Path, help="keep world, deliveries and installations in this folder")
    return parser.parse_args()


def _heading(given: argparse.Namespace, nights: list[date]) -> str:
    return (
        f"## {len(nights)} nights of {given.children:,} children, seed {given.seed} ({nights[0]} to {nights[-1]})\n\n"
        "Everything is invented (`connectors.sample`, `benchmarks/nights/story.toml`).\n"
    )


def _print_watched(watched: Watched, reviewer: Reviewer) -> None:
    print("| what | count |\n|---|---|")
    print(f"| person-nights | {watched.person_nights:,} |")
    print(
        f"| of persons none of whose registrations came, changed, left or was judged | {watched.untouched_nights:,} |"
    )
    print(f"| ids ever published | {len(watched.ids):,} |")
    for verdict, count in reviewer.given.items():
        print(f"| verdicts: {verdict} | {count:,} |")
    faults = ("an untouched person changed its id", "an untouched person changed", "an id leads nowhere",
              "a verdict different is not respected", "a verdict same is not followed",
              "a judged pair is offered again")  # fmt: skip
    for fault in faults:
        print(f"| **fault**: {fault} | {watched.faults[fault]:,} |")
    for cause, count in sorted(watched.touched_from_beside.items()):
        print(f"| joined by others, id kept: {cause} | {count:,} |")
    for cause, count in sorted(watched.moved.items()):
        print(f"| id changed by what happened beside: {cause} | {count:,} |")
    print()


def _housekeep(engine: Engine, home: Path, night: date) -> None:
    from monitoring.retention import housekeep

    (origin,) = rows_of(engine, "SELECT origin FROM monitoring.night WHERE is_published")
    housekeep(engine, Installation(home), night, origin)


def _replay(
    engine: Engine, keep: Path, exports: Path, nights: list[date], expected: dict[date, dict[str, str]]
) -> None:
    """Begin anew from the ledger and the landing folder, with nothing in the registers' places; compare all bytes.

    The night before is worked too, so that it is known what each registration said.
    """
    from monitoring.ledger_lines import ledger_lines, restore_lines

    (origin,) = rows_of(engine, "SELECT origin FROM monitoring.night WHERE is_published")
    worked = rows_of(engine, "SELECT night FROM monitoring.night ORDER BY night")
    first = max(night for night in worked if night < nights[0])
    lines = list(ledger_lines(engine, origin, first))
    old_home, new_home = Path(keep / "home"), keep / "home again"
    shutil.rmtree(new_home, ignore_errors=True)
    shutil.copytree(old_home / "landing", new_home / "landing")
    again = open_installation(new_home)
    restore_lines(again, lines)
    empty = _empty_places(keep / "nothing", exports / nights[0].isoformat())
    work(empty, first)
    print("| night | table | again from the ledger and the deliveries |\n|---|---|---|")
    for night in nights:
        work(empty, night)
        found = digests(again)
        for table, digest in expected[night].items():
            same = "the same bytes" if digest == found[table] else "**other bytes**"
            print(f"| {night} | {table} | {same} |")
    print()


def _empty_places(folder: Path, like: Path) -> Path:
    """Places of the registers in which nothing lies, of the same synthetic world."""
    shutil.rmtree(folder, ignore_errors=True)
    for register in REGISTERS:
        (folder / register).mkdir(parents=True)
    shutil.copy(like / SYNTHETIC_MARKER, folder)
    return folder


if __name__ == "__main__":
    main()
