"""Capture histories: how many persons stand on exactly which lists.

A history is a set of lists, kept as a number whose bit i stands for list i. Of t lists there are 2^t - 1 histories that
can be seen; the persons of the last one, on no list at all, are what is estimated (the dark figure).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from connectors.installation import OneLineError

COUNT = "count"
# What the last column is called in tables that statistical programs write.
ALSO_COUNTS = ("counts", "n", "freq", "frequency")
MOST_LISTS = 10
NOT_KNOWN = ("", "NA", "?")


@dataclass(frozen=True)
class CaptureHistories:
    """Counts of histories. `lists`: names. `counts[h - 1]`: persons on exactly the lists of history h."""

    lists: tuple[str, ...]
    counts: np.ndarray

    @property
    def cases(self) -> int:
        """How many persons are on at least one list."""
        return int(self.counts.sum())

    def on_all(self, term: int) -> int:
        """How many persons are on all lists of a term, whatever other lists hold them (N* of the term)."""
        histories = np.arange(1, len(self.counts) + 1)
        return int(self.counts[histories & term == term].sum())

    @cached_property
    def of_lists(self) -> dict[str, int]:
        """How many persons each list holds."""
        return {name: self.on_all(1 << place) for place, name in enumerate(self.lists)}

    @cached_property
    def overlaps(self) -> dict[tuple[str, str], int]:
        """How many persons each pair of lists has in common."""
        pairs = combinations(enumerate(self.lists), 2)
        return {(one, other): self.on_all(1 << left | 1 << right) for (left, one), (right, other) in pairs}

    @cached_property
    def shares_of_the_others(self) -> dict[str, float]:
        """Which part of those on any other list each list holds too; a list that others feed holds most of them."""
        found = {}
        for place, name in enumerate(self.lists):
            alone = int(self.counts[(1 << place) - 1])
            others = self.cases - alone
            found[name] = (self.of_lists[name] - alone) / others if others else 0.0
        return found

    def named(self, term: int) -> str:
        """Return the lists of a history or model term as text, such as `b:c`."""
        return ":".join(name for place, name in enumerate(self.lists) if term >> place & 1)

    def of(self, names: Sequence[str]) -> CaptureHistories:
        """Return the histories as these lists alone see them; persons on none of them drop out."""
        places = [self.lists.index(name) for name in names]
        counts = np.zeros((1 << len(places)) - 1, dtype=self.counts.dtype)
        for history, count in enumerate(self.counts, start=1):
            seen = sum(1 << new for new, old in enumerate(places) if history >> old & 1)
            if seen:
                counts[seen - 1] += count
        return CaptureHistories(tuple(names), counts)


def of_memberships(lists: Sequence[str], memberships: Iterable[Iterable[str]]) -> CaptureHistories:
    """Count persons by the lists that hold them; who is on none of `lists` is left out."""
    place = {name: 1 << number for number, name in enumerate(lists)}
    counts = np.zeros((1 << len(lists)) - 1, dtype=np.int64)
    for held_by in memberships:
        history = 0
        for name in held_by:
            history |= place.get(name, 0)
        if history:
            counts[history - 1] += 1
    return CaptureHistories(tuple(lists), counts)


def read_counts(path: Path) -> CaptureHistories:
    """Read published capture histories: a CSV with one 0/1 column per list and `count`, one row per history.

    As statistical programs write them too: row numbers in a first column without a name are ignored, and the last
    column may be called `n`, `freq`, `frequency` or `counts`. Histories that are not there count 0, and the same
    history twice is added up. A row without any list may hold 0 or nothing (NA): nobody can have counted it. Raises
    OneLineError, naming the row, for whatever cannot be read.
    """
    header, rows = _read(path)
    rows.columns = pd.Index(header)
    count = _column_of_counts(path, header)
    lists = tuple(name for name in header if name != count)
    if not 2 <= len(lists) <= MOST_LISTS:
        raise OneLineError(f"{path}: {len(lists)} lists; from 2 to {MOST_LISTS} can be read")
    counts = np.zeros((1 << len(lists)) - 1, dtype=np.int64)
    for line, row in enumerate(rows.to_dict("records"), start=2):
        history = sum(_flag(row[name], path, line, name) << place for place, name in enumerate(lists))
        if not history and str(row[count]).strip() in NOT_KNOWN:
            continue
        persons = _count(row[count], path, line, count)
        if history:
            counts[history - 1] += persons
        elif persons:
            raise OneLineError(f"{path}, line {line}: a row on no list cannot have been counted; leave it out")
    if not counts.sum():
        raise OneLineError(f"{path}: no persons are counted")
    return CaptureHistories(lists, counts)


def _column_of_counts(path: Path, header: Sequence[str]) -> str:
    named = [name for name in header if name.lower() == COUNT]
    if not named and header and header[-1].lower() in ALSO_COUNTS:
        named = [header[-1]]
    if len(named) != 1 or len(set(header)) != len(header):
        also = ", ".join(ALSO_COUNTS)
        raise OneLineError(
            f"{path}: one column per list and one named {COUNT} (or, as the last one, {also}) are wanted, each once"
        )
    return named[0]


def _read(path: Path) -> tuple[list[str], pd.DataFrame]:
    """The header, the same name twice included, and the rows, without the numbers of rows that some programs write."""
    try:
        whole = pd.read_csv(
            path, header=None, dtype=str, keep_default_na=False, encoding="utf-8-sig", sep=None, engine="python"
        )
        header, rows = [str(name).strip() for name in whole.iloc[0]], whole.iloc[1:]
        return (header, rows) if header[0] else (header[1:], rows.iloc[:, 1:])
    except OSError as error:
        raise OneLineError(f"{path} cannot be read ({error.strerror}); give a CSV file of counts") from None
    except (ValueError, pd.errors.ParserError):
        raise OneLineError(f"{path} is not a CSV file of counts: one 0/1 column per list and `count`") from None
    except Exception as error:
        # The sniffer of the csv module has an exception of its own for a file that it cannot tell anything from.
        if type(error).__module__ != "_csv":
            raise
        raise OneLineError(f"{path} is not a CSV file of counts: one 0/1 column per list and `count`") from None


def _flag(value: str, path: Path, line: int, name: str) -> int:
    if str(value).strip() not in ("0", "1"):
        raise OneLineError(f"{path}, line {line}, column {name}: 0 or 1 is wanted")
    return int(value)


def _count(value: str, path: Path, line: int, name: str) -> int:
    text = str(value).strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise OneLineError(f"{path}, line {line}, column {name}: a whole number from 0 is wanted")
    return int(text)
