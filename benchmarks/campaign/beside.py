"""Two nights at once in one installation, and nights by the clock when it changes."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.campaign.fault import Fault, Struck
from benchmarks.campaign.worlds import nights_of

if TYPE_CHECKING:
    from benchmarks.campaign.worker import Reference, Worker

SECONDS_OF_A_NIGHT = 7.0


def clock_of(fault: Fault) -> str | None:
    """The night that a moment belongs to, somewhere from its 04:00 to the next; None for a night that is given.

    Raises ValueError when it is another night than the day on which it began: a day of 23 or 25 hours counts as one.
    """
    if fault.kind != "clock change":
        return None
    from benchmarks.campaign.worker import night_by_the_clock
    from dags.places import AMSTERDAM, NIGHT_HOUR

    day = nights_of(fault.world)[1]
    began = datetime(day.year, day.month, day.day, NIGHT_HOUR, tzinfo=AMSTERDAM)
    night_before = began - timedelta(days=1)
    length = began.timestamp() - night_before.timestamp()
    # The day before is the one of 23 or 25 hours; its last moment is still its own.
    for moment, expected in (
        (night_before.timestamp() + length * fault.share, day - timedelta(days=1)),
        (began.timestamp() - 1, day - timedelta(days=1)),
        (began.timestamp() + 86399 * fault.share, day),
    ):
        found = night_by_the_clock(datetime.fromtimestamp(moment, AMSTERDAM))
        if found != expected.isoformat():
            raise ValueError(f"{moment} is of night {found}, not {expected}")
    return day.isoformat()


def work_beside(worker: Worker, fault: Fault, reference: Reference, exports: Path) -> Struck:
    """Start two nights so many seconds after each other; look; run night 2, and night 3 when it was asked for."""
    from benchmarks.campaign.striking import healed_wrong, how_it_ended, look

    nights = [night.isoformat() for night in nights_of(fault.world)]
    # "hand, scheduler, night 3": who is first, who is second, which night the second works.
    one, other, second_night = fault.strike.split(", ")
    asked = [nights[1], nights[2] if second_night == "night 3" else nights[1]]
    begun = []
    for by, night in zip((one, other), asked, strict=True):
        begun.append(worker.begin(exports, night, None, fault.retries, by_hand=by == "hand"))
        time.sleep(SECONDS_OF_A_NIGHT * fault.share * (len(begun) == 1))
    ended = [worker.wait(number) for number in begun]
    first = look(worker, reference)
    lines = "; ".join(e.line for e in ended if e.line)
    is_third = "night 3" in second_night and first.shown == "other" and ended[1].code == 0
    wrong = [f"after the fault: {what}" for what in first.wrong if not (is_third and "neither" in what)]
    wrong += ["after the fault: an unforeseen end"] * any(e.line.endswith("unexpected") for e in ended)
    if is_third:
        # Night 3 stands; night 2 is now a past night, which must leave it alone.
        before = first.state.persons
        again = worker.drive(exports, nights[1])
        again = worker.drive(exports, nights[2])
        second = look(worker, reference)
        wrong += [f"after the next run: {w}" for w in second.wrong if "neither" not in w]
        wrong += [f"after the next run: ended badly: {again.line}"] * bool(again.code)
        wrong += ["after the next run: a person id changed"] * (second.state.persons != before)
        shown = "night 3"
    else:
        again = worker.drive(exports, nights[1])
        second = look(worker, reference)
        wrong += [f"after the next run: {what}" for what in healed_wrong(worker, reference, first, second, again)]
        shown = first.shown
    ends = " and ".join(how_it_ended(e) for e in ended)
    is_healed = not any(what.startswith("after the next run") for what in wrong)
    return Struck(fault.number, fault.kind, fault.where, ends, shown, is_healed, lines, wrong, 0.0)
