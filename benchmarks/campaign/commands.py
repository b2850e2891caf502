"""Faults through the real command and the real DAG: `weerzien night` is killed, and run again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from benchmarks.campaign.fault import Fault, Struck
from benchmarks.campaign.worlds import nights_of, write_world

if TYPE_CHECKING:
    from benchmarks.campaign.worker import Ended, Reference, Worker

SECONDS_OF_A_COMMAND = 25.0
LONGEST = 240
COMMAND = "from dags.command import main; main()"


def work_command(worker: Worker, fault: Fault, reference: Reference) -> Struck:
    """Kill `weerzien night` at a share of its usual time; look; run it again; look again."""
    from benchmarks.campaign.striking import healed_wrong, how_it_ended, look

    exports, night = write_world(fault.world, worker.place.worlds), nights_of(fault.world)[1].isoformat()
    ended = _run(worker, str(exports), night, SECONDS_OF_A_COMMAND * fault.share)
    first = look(worker, reference)
    again = _run(worker, str(exports), night)
    second = look(worker, reference)
    wrong = [f"after the fault: {what}" for what in first.wrong]
    wrong += [f"after the next run: {what}" for what in healed_wrong(worker, reference, first, second, again)]
    is_healed = not any(what.startswith("after the next run") for what in wrong)
    return Struck(
        fault.number, fault.kind, fault.where, how_it_ended(ended), first.shown, is_healed, ended.line, wrong, 0.0
    )


def _run(worker: Worker, exports: str, night: str, killed_after: float | None = None) -> Ended:
    from benchmarks.campaign.worker import Ended

    said = worker.place.folder / "said"
    with said.open("w") as file:
        command = [sys.executable, "-c", COMMAND, "night", "--exports", exports, "--night", night]
        running = subprocess.Popen(
            command, stdout=file, stderr=subprocess.PIPE, text=True, start_new_session=True, env={**os.environ}
        )
        if killed_after is not None:
            time.sleep(killed_after)
            os.killpg(running.pid, signal.SIGKILL)
        _, line = running.communicate(timeout=LONGEST)
    return Ended(running.returncode, line.strip("\n"), said.read_text(errors="replace"))
