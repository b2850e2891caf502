"""One line of the doctor: how it stands, about what, what was seen and what to do. Never a secret, never a value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from connectors.installation import OneLineError

State = Literal["ok", "warn", "wrong"]


@dataclass(frozen=True)
class Finding:
    """What one check found; `do`: what to do about it, empty when nothing needs to be done."""

    state: State
    about: str
    seen: str
    do: str = ""

    @property
    def line(self) -> str:
        """The finding in one line."""
        told = f"{self.about}: {self.seen}" + (f"; {self.do}" if self.do else "")
        return f"{self.state:<5} {' '.join(told.split())}"


def ok(about: str, seen: str) -> Finding:
    """Nothing to do."""
    return Finding("ok", about, seen)


def warn(about: str, seen: str, do: str) -> Finding:
    """It works, and somebody should look."""
    return Finding("warn", about, seen, do)


def wrong(about: str, seen: str, do: str) -> Finding:
    """A night, the page or a rule of the house fails as it stands."""
    return Finding("wrong", about, seen, do)


def looked(about: str, check: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """Give the findings of a check; one that cannot be made is a finding itself, without its message: that may quote.

    A OneLineError holds no value and is told whole.
    """
    try:
        yield from check()
    except OneLineError as error:
        yield wrong(about, str(error), "")
    except Exception as error:
        yield wrong(about, f"cannot be looked at ({type(error).__name__})", "see docs/deployment.md")
