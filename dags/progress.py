"""What a person sees of a night while it runs: a bar for each stage on a terminal, plain lines elsewhere.

It listens to the lines that the stages log, so the log file and the screen cannot tell different stories.
"""

import logging
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn

from connectors.register import REGISTERS
from dags.borders import NIGHT_LOG

STEPS = {
    "pull": len(REGISTERS),
    "read": len(REGISTERS),
    "check": len(REGISTERS),
    "link": 1,
    "consolidate": 1,
    "publish": 1,
    "verdict": 1,
}


class Screen(Console):
    """A console whose reader may leave (`weerzien night | head`) without ending the night."""

    def on_broken_pipe(self) -> None:
        """Say nothing more; the console's own answer would be to end the process."""
        self.quiet = True


class NightProgress(logging.Handler):
    """Shows each stage of the night as it is done and remembers the last failure in one line."""

    def __init__(self, console: Console) -> None:
        """Show on `console`; nothing appears before the first stage."""
        super().__init__(level=logging.INFO)
        self.console = console
        self.failure: str | None = None
        self.bars: dict[str, TaskID] = {}
        self.progress = Progress(
            SpinnerColumn(finished_text="✓"),
            TextColumn("{task.description:<12}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[detail]}"),
            console=console,
            disable=not console.is_terminal,
        )

    def __enter__(self) -> Self:
        """Begin to listen and to draw."""
        logging.getLogger(NIGHT_LOG).addHandler(self)
        self.progress.start()
        for stage, steps in STEPS.items():
            self.bars[stage] = self.progress.add_task(stage, total=steps, detail="")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop drawing and listening; the last state stays on the screen."""
        logging.getLogger(NIGHT_LOG).removeHandler(self)
        self.progress.stop()

    def emit(self, record: logging.LogRecord) -> None:
        """Take in one line of a stage."""
        stage = getattr(record, "night_stage", None)
        if stage is None:
            return
        register = record.__dict__["night_register"]
        failed = record.__dict__["night_status"] == "failed"
        if failed and not register:
            self.failure = record.getMessage().removeprefix(f"{stage} failed ")
        if stage in self.bars:
            detail = record.getMessage().removeprefix(stage).strip()
            self.progress.update(self.bars[stage], advance=0 if failed and not register else 1, detail=detail)
        if not self.console.is_terminal:
            self.console.print(record.getMessage(), markup=False, highlight=False, soft_wrap=True)


class LinkProgress:
    """What a person sees of a table being linked: each step with its time, how far it is, and how long still.

    On a terminal one moving line; elsewhere a line per step, and one each EVERY seconds of a long step.
    """

    EVERY = 10.0

    def __init__(self) -> None:
        self.console = Screen()
        self._began = self._step_began = self._last_said = time.monotonic()
        self._step = ""
        self._status = self.console.status("")

    def __enter__(self) -> Self:
        """Begin to show."""
        if self.console.is_terminal:
            self._status.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Show no more."""
        self._status.stop()

    def told(self, what: str, part: float = 0.0) -> None:
        """Take in what is being done, and which part of it (0 to 1) is done."""
        now = time.monotonic()
        step = what.partition(":")[0]
        is_new = step != self._step
        if is_new:
            self._step, self._step_began = step, now
        line = f"{now - self._began:7.1f} s  {what}{self._still(part, now)}"
        self._status.update(line)
        if is_new or (not self.console.is_terminal and now - self._last_said >= self.EVERY):
            self._last_said = now
            self._say(line)

    def end(self, line: str) -> None:
        """Say what came out."""
        self._say(f"{time.monotonic() - self._began:7.1f} s  {line}")

    def _still(self, part: float, now: float) -> str:
        spent = now - self._step_began
        return f", {spent * (1 - part) / part:.0f} s still" if 0 < part < 1 and spent > 1 else ""

    def _say(self, line: str) -> None:
        self.console.print(line, markup=False, highlight=False, soft_wrap=True)
