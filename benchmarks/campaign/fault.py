"""One fault: what strikes, in which stage, at which moment of it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Fault:
    """What strikes a night and where.

    `kind`: row of the table. `strike`: what happens (`benchmarks.campaign.strikes`, `.source`, `.beside`). `stage`,
    `register`: the task that is struck; register is empty for a stage of the whole night. `moment`: before (the work of
    the task), after (it, before its outcome is handed over), time, call, statement or write; of the last four `share`
    says how far into the task, 0 to 1. `retries`: how often a task is tried again, as Airflow does. `lasting`: the
    fault stays until the night is over. `world`: which world's nights.
    """

    number: int
    kind: str
    strike: str
    stage: str = ""
    register: str = ""
    moment: str = "before"
    share: float = 0.0
    retries: int = 0
    lasting: bool = False
    world: str = "summer"

    @property
    def task(self) -> str:
        """Name of the task that is struck."""
        return f"{self.stage} {self.register}".strip()

    @property
    def where(self) -> str:
        """Where it strikes, for people."""
        at = self.moment if self.moment in ("before", "after") else f"{self.moment} at {self.share:.3f}"
        more = [f"retries {self.retries}"] * bool(self.retries) + ["lasting"] * self.lasting
        return " ".join([self.strike, self.task, at, *more, self.world]).replace("  ", " ")

    def as_line(self) -> str:
        """As one line of JSON; `from_line` reads it."""
        return json.dumps(asdict(self))

    @classmethod
    def from_line(cls, line: str) -> Fault:
        """Read what `as_line` wrote."""
        return cls(**json.loads(line))


@dataclass(frozen=True)
class Struck:
    """What came of one fault.

    `first`: how the struck night ended: killed, one line, or whole. `healed`: the next run made exactly the night's
    table. `message`: the line. `violations`: what did not hold, empty when all did.
    """

    number: int
    kind: str
    where: str
    first: str
    shown: str
    healed: bool
    message: str
    violations: list[str]
    seconds: float

    def as_line(self) -> str:
        """As one line of JSON; `from_line` reads it."""
        return json.dumps(asdict(self))

    @classmethod
    def from_line(cls, line: str) -> Struck:
        """Read what `as_line` wrote."""
        return cls(**json.loads(line))
