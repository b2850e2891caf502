"""The small synthetic worlds whose nights are struck, and their nights."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from connectors.sample import write_sample

CHILDREN = 60
NIGHTS = 12
SEED = 1
# The last night that is struck: an ordinary one, and both nights on which the clock changes in the year of the issue.
STRUCK = {"summer": date(2005, 6, 29), "march": date(2026, 3, 29), "october": date(2026, 10, 25)}
# Night 1 lies a week before, so that night 2 brings registrations, corrections and withdrawals.
DAYS_BETWEEN = 8


def nights_of(world: str) -> tuple[date, date, date]:
    """Return night 1 (published before the fault), night 2 (struck) and night 3 of a world."""
    struck = STRUCK[world]
    return struck - timedelta(days=DAYS_BETWEEN), struck, struck + timedelta(days=1)


def write_world(world: str, folder: Path) -> Path:
    """Write a world's exports, once, and return their folder."""
    exports = folder / world
    if not exports.is_dir():
        unfinished = folder / f"{world}.part"
        write_sample(unfinished, CHILDREN, SEED, NIGHTS, night_last=nights_of(world)[2])
        _set_snapshots_apart(unfinished / "ikps", nights_of(world))
        unfinished.rename(exports)
    return exports


def _set_snapshots_apart(folder: Path, nights: tuple[date, date, date]) -> None:
    """Let the three nights' snapshots of a small world differ: two rows are new on night 2, one is away on it."""
    whole = (folder / f"ikps_{nights[2]:%Y%m%d}.csv").read_bytes().splitlines(keepends=True)
    for path in folder.glob("ikps_*.csv"):
        path.unlink()
    for night, lines in zip(nights, (whole[:-2], whole[:1] + whole[2:], whole), strict=True):
        (folder / f"ikps_{night:%Y%m%d}.csv").write_bytes(b"".join(lines))
