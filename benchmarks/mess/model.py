"""What a planted fault is, and how it is noted down."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from random import Random
from typing import Generic, TypeVar

CLEAN, WARNING, SET_ASIDE, REFUSED = "clean", "warning", "set_aside", "refused"

Row = TypeVar("Row")


@dataclass(frozen=True)
class Planted:
    """One delivered row: where it stands and the level at which it should come out."""

    register: str
    file: str
    row_key: str
    place: int
    level: str
    case: str


@dataclass(frozen=True)
class Delivery:
    """One spoilt file and the level at which the whole delivery should come out."""

    register: str
    case: str
    file: str
    level: str


@dataclass(frozen=True)
class Case(Generic[Row]):
    """A named change to a plain clean row, with the level that the contract gives the changed row.

    `spoil` gets the row, the source of chance and the earlier clean rows of the same file.
    """

    name: str
    level: str
    spoil: Callable[[Row, Random, list[Row]], None]
    key_is_the_fault: bool = False


class Turns(Generic[Row]):
    """Hands out cases in turn, so that every case occurs about as often."""

    def __init__(self, cases: Iterable[Case[Row]], chance: Random) -> None:
        self._cases = list(cases)
        chance.shuffle(self._cases)
        self._next = 0

    def take(self) -> Case[Row]:
        """The case whose turn it is."""
        case = self._cases[self._next % len(self._cases)]
        self._next += 1
        return case


def write_list(path: Path, kind: type[Planted] | type[Delivery], lines: Iterable[Planted | Delivery]) -> None:
    """Write planted rows or deliveries as a table with a header."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([field.name for field in fields(kind)])
        writer.writerows(astuple(line) for line in lines)
