"""What a person sees of a night while it runs: a bar for each stage on a terminal, plain lines elsewhere.

It listens to the lines that the stages log, so the log file and the screen cannot tell different stories.
"""

import logging
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
