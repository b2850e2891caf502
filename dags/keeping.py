"""Housekeeping as a stage: which night it is for, and that no night is at work on the files meanwhile."""

from __future__ import annotations

import time
from datetime import date
from typing import TYPE_CHECKING

from connectors.installation import Installation, OneLineError
from dags.artefacts import wipe
from dags.borders import Outcome, guarded, tell

if TYPE_CHECKING:
    from monitoring.retention import Counts

# A night ends within these hours (dags/nightly.py); work files that are older were left by one that was killed.
HOURS_OF_A_NIGHT = 6
SECONDS_BETWEEN_LOOKS = 15


def housekeep(night: str | None, patience_seconds: float) -> Outcome:
    """Remove what the terms ask for, on the published night when none is given. Returns the night and counts.

    A night that is at work is waited for so long; raises StageFailed when it is still at work then.
    """

    def work() -> Outcome:
        on, counts = keep(night, patience_seconds)
        for register, of_register in counts.items():
            told = ", ".join(f"{count} {what.replace('_', ' ')}" for what, count in of_register.items() if count)
            tell("housekeeping", "ok", told or "nothing to remove", register)
        totals = {what: sum(of[what] for of in counts.values()) for what in next(iter(counts.values()))}
        return {"night": on.isoformat(), **totals}

    return guarded("housekeeping", work)


def keep(night: str | None, patience_seconds: float = 0, dry_run: bool = False) -> tuple[date, Counts]:
    """Remove what the terms ask for; return the night that it was for and the counts per register.

    `dry_run`: only count. Raises OneLineError before the first night, for a night to come and while a night is at work.
    """
    from monitoring.database import connect, upgrade
    from monitoring.retention import housekeep as remove
    from monitoring.retention import published_night

    installation = Installation.from_environment()
    engine = connect(installation)
    published, origin = published_night(engine)
    on = _asked(night) or published
    if not dry_run:
        _wait_for_a_night(installation, patience_seconds)
        upgrade(engine)
    return on, remove(engine, installation, on, origin, dry_run)


def _asked(night: str | None) -> date | None:
    try:
        return date.fromisoformat(night) if night else None
    except ValueError:
        raise OneLineError(f"the night {night!r} is not a date; write it as YYYY-MM-DD") from None


def _wait_for_a_night(installation: Installation, patience_seconds: float) -> None:
    """Files that a night is about to read must not be taken from under it; its work files tell that it is there.

    What a killed night left holds identifying values too, so it goes.
    """
    began = time.monotonic()
    while _is_at_work(installation):
        if time.monotonic() - began >= patience_seconds:
            raise OneLineError("a night is at work, or was broken off just now; run housekeeping when it is done")
        time.sleep(SECONDS_BETWEEN_LOOKS)
    wipe(installation)


def _is_at_work(installation: Installation) -> bool:
    newest = 0.0
    for path in installation.work_folder.rglob("*"):
        try:
            newest = max(newest, path.stat().st_mtime)
        except FileNotFoundError:
            continue
    return time.time() - newest < HOURS_OF_A_NIGHT * 3600
