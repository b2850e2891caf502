"""`python -m benchmarks.nights.deliveries EXPORTS OUT --nights 60 --seed 1`: many nights of deliveries from one world.

In: exports of one night (`weerzien sample DIR`, or a world of `benchmarks.worlds`) with their truth. Out: a folder per
night with the files that the registers would newly send that day, and `truth/` with what became of each registration.
The story that the nights tell is declared in `story.toml`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random

from benchmarks.nights import ikps, mob, stv, telex, youth_care
from benchmarks.nights.story import Story, load_story
from benchmarks.nights.truth import Truth
from benchmarks.nights.world import MARKER, World, read_world
from connectors.installation import OneLineError
from connectors.sample.exports import INVENTED

File = tuple[int, str, bytes]
REGISTERS: dict[str, Callable[[World, Sequence[date], Story, Random, Truth], Iterator[File]]] = {
    "ikps": ikps.deliver,
    "stv": stv.deliver,
    "youth_care": youth_care.deliver,
    "telex": telex.deliver,
    "mob": mob.deliver,
}


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.nights.deliveries",
        description="Write many nights of deliveries from the exports of one synthetic world, and their truth.",
    )
    parser.add_argument("exports", type=Path, help="exports of one night, as `weerzien sample` writes them")
    parser.add_argument("out", type=Path, help="folder to write to: one folder per night, and truth/")
    parser.add_argument("--nights", type=int, default=60, help="so many consecutive nights (default 60)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same bytes (default 1)")
    given = parser.parse_args()
    try:
        truth = write_nights(given.exports, given.out, given.nights, given.seed)
    except OneLineError as error:
        sys.exit(str(error))
    for (register, event), count in truth.events().items():
        print(f"{register:<12}{event:<12}{count:>8}")


def write_nights(exports: Path, out: Path, nights: int, seed: int, *, story: Story | None = None) -> Truth:
    """Write the deliveries of consecutive nights, the first the world's own; the same arguments write the same bytes.

    `out`: per night a folder named by its date, with the five registers and SYNTHETIC.toml; and `truth`: keys.csv
    (register, source_key, child_id), mob.csv (file, night, row_number, child_id), story.csv (register, source_key,
    event, night); a source key of MOB is `<file>#<row at arrival>`. Of rows that the world has made wrong on purpose
    the story only says that they arrive, on the first night, and are purged. `story`: another than `story.toml`.
    Raises OneLineError when `exports` is no synthetic world of one night or `out` is not empty.
    """
    if nights < 1:
        raise OneLineError("there is at least one night")
    if out.exists() and any(out.iterdir()):
        raise OneLineError(f"{out} is not empty; the nights were not written")
    world, story = read_world(exports), story or load_story()
    days = [world.night + timedelta(days=after) for after in range(nights)]
    truth = Truth(world, days)
    for day in days:
        for register in REGISTERS:
            (out / day.isoformat() / register).mkdir(parents=True)
        (out / day.isoformat() / MARKER).write_text(_mark(world, days, day, seed), encoding="utf-8")
    for register, deliver in REGISTERS.items():
        for night, name, content in deliver(world, days, story, Random(f"{register} {seed}"), truth):
            (out / days[night].isoformat() / register / name).write_bytes(content)
    truth.write(out / "truth")
    return truth


def _mark(world: World, days: Sequence[date], day: date, seed: int) -> str:
    lines = [f"# {sentence}" for sentence in INVENTED]
    lines += [
        f'world = "{world.name}, {len(days)} nights of deliveries, seed {seed}"',
        f"seed = {seed}",
        f"nights = {len(days)}",
        f"night_first = {days[0]}",
        f"night_last = {day}",
        f'notice = "{INVENTED[0]} {INVENTED[1]}"',
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
