"""A terminal, and what it shows of a table being linked."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console


class Screen(Console):
    """A console whose reader may leave (`weerzien night | head`) without ending the night."""

    def on_broken_pipe(self) -> None:
        """Say nothing more; the console's own answer would be to end the process."""
        self.quiet = True


class LinkProgress:
    """What a person sees of a table being linked, counted or estimated from: each step with its time, how far it is,
    and how long still.

    On a terminal one moving line; elsewhere a line per step, and one each EVERY seconds of a long step. `stderr`: where
    standard output is for the result.
    """

    EVERY = 10.0

    def __init__(self, stderr: bool = False) -> None:
        self.console = Screen(stderr=stderr)
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
