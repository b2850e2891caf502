"""The story that the nights tell: for each registration the nights on which something becomes of it.

Nights are counted from 0, the first. How often what happens stands in `story.toml`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from random import Random
from typing import Any

LEAST_NIGHTS_WITH_SILENCE = 4


@dataclass(frozen=True)
class Story:
    """Shares of registrations, and [least, most] nights from one event to the next."""

    on_first_night: float
    corrected: float
    withdrawn: float
    returned: float
    silent_nights: float
    to_correction: tuple[int, int]
    to_withdrawal: tuple[int, int]
    to_return: tuple[int, int]
    after_last_arrival: int

    def last_arrival(self, nights: int) -> int:
        """Return the last night on which a registration may arrive; a short row of nights keeps half for the rest."""
        return max(nights - 1 - min(self.after_last_arrival, nights // 2), 0)

    def silent(self, chance: Random, nights: int) -> frozenset[int]:
        """Draw the nights on which a register that writes every day sends nothing; never the first or the last."""
        if nights < LEAST_NIGHTS_WITH_SILENCE:
            return frozenset()
        return frozenset(chance.sample(range(1, nights - 1), k=max(round(self.silent_nights * nights), 1)))


@dataclass(frozen=True)
class Course:
    """The nights of one registration; `purged`: the first delivery without it because its term has ended."""

    arrives: int = 0
    corrected: int | None = None
    withdrawn: int | None = None
    returned: int | None = None
    purged: int | None = None

    def is_held(self, night: int) -> bool:
        """Whether the register holds the registration on a night."""
        if night < self.arrives or (self.purged is not None and night >= self.purged):
            return False
        is_gone = self.withdrawn is not None and night >= self.withdrawn
        return not is_gone or (self.returned is not None and night >= self.returned)

    def is_faulty(self, night: int) -> bool:
        """Whether the register still holds it with its fault."""
        return self.corrected is not None and night < self.corrected

    def happens(self, night: int) -> bool:
        """Whether anything becomes of it on a night."""
        return any(on == night for _, on in self.events())

    def events(self) -> Iterator[tuple[str, int]]:
        """Yield what becomes of it and when, in order."""
        yield "arrives", self.arrives
        for event, night in (("corrected", self.corrected), ("withdrawn", self.withdrawn), ("returned", self.returned)):
            if night is not None:
                yield event, night
        is_gone = self.withdrawn is not None and self.returned is None
        if self.purged is not None and not is_gone:
            yield "purged", self.purged


def load_story() -> Story:
    """Read `story.toml`."""
    declared = tomllib.loads(resources.files(__package__).joinpath("story.toml").read_text(encoding="utf-8"))
    nights: dict[str, Any] = {
        name: tuple(span) if isinstance(span, list) else span for name, span in declared["nights"].items()
    }
    return Story(**declared["shares"], **nights)


def draw_arrival(chance: Random, story: Story, open_nights: Sequence[int], nights: int) -> int:
    """Draw the night of arrival among the nights on which the register delivers what is new."""
    later = [night for night in open_nights if 0 < night <= story.last_arrival(nights)]
    return 0 if chance.random() < story.on_first_night or not later else chance.choice(later)


def draw_course(
    chance: Random, story: Story, open_nights: Sequence[int], arrives: int, after: int = 0, can_return: bool = True
) -> Course:
    """Draw what becomes of a registration once it is there; `after`: it is withdrawn later than that night only."""
    drawn = chance.random()
    if drawn < story.corrected:
        return Course(arrives, corrected=_night(chance, open_nights, arrives, story.to_correction))
    if drawn >= story.corrected + story.withdrawn:
        return Course(arrives)
    later = [night for night in open_nights if night > after]
    if can_return and chance.random() < story.returned:
        withdrawn = _night(chance, later[:-1], arrives, story.to_withdrawal)
        returned = None if withdrawn is None else _night(chance, later, withdrawn, story.to_return)
        return Course(arrives, withdrawn=withdrawn, returned=returned)
    return Course(arrives, withdrawn=_night(chance, later, arrives, story.to_withdrawal))


def _night(chance: Random, open_nights: Sequence[int], since: int, span: tuple[int, int]) -> int | None:
    """A night within the span, else one of those left after `since`, else none."""
    left = [night for night in open_nights if night > since]
    within = [night for night in left if since + span[0] <= night <= since + span[1]]
    return chance.choice(within or left) if left else None
