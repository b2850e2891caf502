"""A night as the scheduler works it: every stage a process of its own, in the order of the DAG, without Airflow.

Outcomes go between the tasks as JSON, as Airflow's XCom would carry them. A task that ends badly is tried again as
often as the fault says; then the night stops, its work files are removed, and it ends in one line and exit code 1.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from connectors.register import REGISTERS

Arm = Callable[[str, int], Callable[[], None]]
Outcome = dict[str, Any]
# Airflow's setting of the same name, as `make airflow` has it (dags/airflow_home.py).
PARALLEL = 4
MAPPED = ("pull", "read", "check")
STAGES = ("open", *MAPPED, "link", "consolidate", "publish", "verdict", "close")
TASKS = tuple(
    f"{stage} {register}".strip() for stage in STAGES for register in (REGISTERS if stage in MAPPED else [""])
)


class NightFailed(Exception):
    """A task ended badly for the last time; its message is the line that a person sees."""


class Night:
    """One run of a night. `arm(task, attempt)` is called in each task's process and returns what is called after it."""

    def __init__(self, exports: Path, night: str, arm: Arm, retries: int) -> None:
        self.exports, self.night, self.arm, self.retries = str(exports), night, arm, retries

    def work(self) -> None:
        """Work the night; raises NightFailed."""
        from dags import checking, stages

        opened: Outcome = {}
        try:
            opened = self._one("open", stages.open_night, self.exports, self.night, datetime.now(UTC))
            pulled = self._each("pull", lambda register, _: stages.pull(opened, register), [{}] * len(REGISTERS))
            was_read = self._each("read", lambda _, outcome: stages.read(opened, outcome), pulled)
            checked = self._each("check", lambda _, outcome: checking.check(opened, outcome), was_read)
            linked = self._one("link", stages.link, opened, checked)
            self._one("consolidate", stages.consolidate, opened, checked, linked)
            self._one("publish", stages.publish, opened, checked, linked)
            self._one("verdict", stages.verdict, checked, retries=0)
        finally:
            if opened:
                self._one("close", stages.close_night, opened)

    def _one(self, stage: str, work: Callable[..., Any], *given: Any, retries: int | None = None) -> Outcome:
        return self._tried(stage, {"": lambda: work(*given)}, self.retries if retries is None else retries)[""]

    def _each(
        self, stage: str, work: Callable[[str, Mapping[str, Any]], Outcome], before: Sequence[Mapping[str, Any]]
    ) -> list[Outcome]:
        works = {r: lambda r=r, outcome=outcome: work(r, outcome) for r, outcome in zip(REGISTERS, before, strict=True)}
        done = self._tried(stage, works, self.retries)
        return [done[register] for register in REGISTERS]

    def _tried(self, stage: str, works: Mapping[str, Callable[[], Any]], retries: int) -> dict[str, Outcome]:
        """Work the tasks of a stage beside each other, again those that ended badly."""
        done: dict[str, Outcome] = {}
        failed: dict[str, str] = {}
        for attempt in range(retries + 1):
            left = [name for name in works if name not in done]
            failed = {}
            for at in range(0, len(left), PARALLEL):
                begun = {
                    name: self._begin(f"{stage} {name}".strip(), works[name], attempt)
                    for name in left[at : at + PARALLEL]
                }
                for name, (number, answer) in begun.items():
                    outcome = _ended(number, answer)
                    if isinstance(outcome, str):
                        failed[name] = outcome
                    else:
                        done[name] = outcome
        if failed:
            name, why = next(iter(failed.items()))
            raise NightFailed(why or f"the task {f'{stage} {name}'.strip()} was lost")
        return done

    def _begin(self, task: str, work: Callable[[], Any], attempt: int) -> tuple[int, int]:
        answer, told = os.pipe()
        number = os.fork()
        if number:
            os.close(told)
            return number, answer
        os.close(answer)
        _be_the_task(told, lambda: self.arm(task, attempt), work)


def _be_the_task(told: int, arm: Callable[[], Callable[[], None]], work: Callable[[], Any]) -> NoReturn:
    """The life of a task's process: its work, its outcome, its end; what it raised is told and nothing else."""
    from connectors.installation import Installation, OneLineError
    from dags.states import StageFailed
    from monitoring import server

    try:
        done = arm()
        outcome = work()
        done()
        answer = json.dumps({"outcome": outcome})
    except (StageFailed, OneLineError) as error:
        answer = json.dumps({"failed": str(error)})
    except BaseException:
        traceback.print_exc()
        answer = json.dumps({"failed": "unexpected"})
    with os.fdopen(told, "w") as pipe:
        pipe.write(answer)
    server.stop(Installation.from_environment())
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _ended(number: int, answer: int) -> Outcome | str:
    """Wait for a task's process; its outcome, or in a line why there is none (empty: it was killed)."""
    with os.fdopen(answer) as pipe:
        told = pipe.read()
    _, status = os.waitpid(number, 0)
    if status or not told:
        return ""
    said = json.loads(told)
    return str(said["failed"]) if "failed" in said else said["outcome"] or {}
