"""What was measured, as tables: per stage the medians of both installations and how much more the long past costs."""

from __future__ import annotations

import random
from collections.abc import Sequence
from statistics import median
from typing import Any

from benchmarks.history.measured import BESIDE, STAGES, Seconds

RESAMPLES, SEED = 2000, 1

Measured = Sequence[tuple[Seconds, Seconds]]


def printed(measured: Measured, title: str) -> str:
    """Return the table of the nights measured, each a pair: fresh, long."""
    lines = [
        f"{title}: {len(measured)} nights, medians in seconds",
        f"{'':<14}{'fresh wall':>11}{'long wall':>11}{'fresh CPU':>11}{'long CPU':>11}{'growth of CPU':>15}",
    ]
    for name, stages in (*((stage, (stage,)) for stage in STAGES), ("the night", STAGES), *((b, (b,)) for b in BESIDE)):
        wall = [[_sum(night[at], stages, ("wall",)) for night in measured] for at in (0, 1)]
        work = [[_sum(night[at], stages, ("cpu", "database")) for night in measured] for at in (0, 1)]
        columns = [median(wall[0]), median(wall[1]), median(work[0]), median(work[1])]
        lines.append(f"{name:<14}" + "".join(f"{value:>11.2f}" for value in columns) + f"{_growth(*work):>+14.1%} ")
    for what, kinds in (("wall", ("wall",)), ("CPU", ("cpu", "database"))):
        of_night = [[_sum(night[at], STAGES, kinds) for night in measured] for at in (0, 1)]
        low, high = interval(*of_night)
        lines.append(
            f"growth of the night, {what}: {_growth(*of_night):+.1%} "
            f"(95 % by resampling nights: {low:+.1%} to {high:+.1%})"
        )
    return "\n".join(lines)


def _growth(fresh: Sequence[float], long: Sequence[float]) -> float:
    before = median(fresh)
    return median(long) / before - 1 if before else 0.0


def interval(fresh: Sequence[float], long: Sequence[float]) -> tuple[float, float]:
    """Return the 2.5th and 97.5th percentile of the growth when the nights are drawn again."""
    chance = random.Random(SEED)
    drawn = []
    for _ in range(RESAMPLES):
        places = [chance.randrange(len(fresh)) for _ in fresh]
        drawn.append(_growth([fresh[at] for at in places], [long[at] for at in places]))
    drawn.sort()
    return drawn[int(RESAMPLES * 0.025)], drawn[int(RESAMPLES * 0.975)]


def _sum(seconds: dict[str, dict[str, Any]], stages: Sequence[str], kinds: Sequence[str]) -> float:
    return sum(float(seconds[stage][kind]) for stage in stages for kind in kinds)
