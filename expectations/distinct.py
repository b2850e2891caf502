"""Great Expectations on different facts only: each combination of values is judged once, however many rows have it.

An expectation looks at one column, at a pair, or at a column for the rows that fit a condition; columns that some
expectation looks at together form a group. Of every group only the different combinations go to Great Expectations,
those of all groups beside each other in one frame; its verdicts are remembered, so that the next batch of rows only
brings what is new. Great Expectations copies the whole frame for every expectation, which for a million rows and sixty
columns costs minutes (measured: benchmarks/RESULTS.md).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from great_expectations.expectations import Expectation

# Carries out expectations on a frame with the column `row`; returns per expectation the rows that fail it.
CarryOut = Callable[[Sequence["Expectation"], pd.DataFrame], list[list[int]]]
# Groups are judged in one frame until it has so many cells: a long group would make it long for all of them.
MOST_CELLS = 400_000


@dataclass
class Group:
    """Columns that expectations look at together, those expectations by number, and what is known of combinations.

    `places`: the place of each combination known. `failing`: per place the numbers of the expectations that it fails.
    """

    columns: tuple[str, ...]
    expectations: list[int]
    places: dict[Any, int] = field(default_factory=dict)
    failing: list[list[int]] = field(default_factory=list)


def columns_of(expectation: "Expectation") -> tuple[str, ...]:
    """Return the columns that an expectation and its condition name, in alphabetical order."""
    told = (getattr(expectation, name, None) for name in ("column", "column_A", "column_B"))
    columns = {name for name in told if name}
    condition = getattr(expectation, "row_condition", None)
    columns |= {part.column.name for part in getattr(condition, "conditions", [condition] if condition else [])}
    return tuple(sorted(columns))


class DistinctFacts:
    """The expectations of a suite, carried out on the different combinations of facts.

    `expectations`: each judges a row by that row alone (so no uniqueness).
    """

    def __init__(self, expectations: Sequence["Expectation"], carry_out: CarryOut) -> None:
        self.expectations = list(expectations)
        self.carry_out = carry_out
        self.groups = _groups(self.expectations)

    def failing_rows(self, facts: pd.DataFrame) -> list[list[int]]:
        """Return per expectation the positions of the rows of facts that fail it."""
        places = [_places(group, facts) for group in self.groups]
        fresh = [(group, at, new) for group, (at, new) in zip(self.groups, places, strict=True) if len(new)]
        for together in _side_by_side([(group, new) for group, _, new in fresh]):
            self._judge(together, facts)
        rows: list[list[np.ndarray]] = [[] for _ in self.expectations]
        for group, (at, _) in zip(self.groups, places, strict=True):
            for number in group.expectations:
                failing = [place for place, numbers in enumerate(group.failing) if number in numbers]
                if failing:
                    rows[number].append(np.flatnonzero(np.isin(at, failing)))
        return [np.concatenate(found).tolist() if found else [] for found in rows]

    def _judge(self, fresh: Sequence[tuple[Group, np.ndarray]], facts: pd.DataFrame) -> None:
        """Have the new combinations judged: `fresh` holds of each group the rows that first show them."""
        height = max(len(rows) for _, rows in fresh)
        frame: dict[str, Any] = {"row": pd.Series(range(height), dtype="int64")}
        for group, rows in fresh:
            # Shorter groups are filled up with their first combination, whose verdict is known twice then.
            shown = np.concatenate([rows, np.full(height - len(rows), rows[0])])
            frame |= {name: facts[name].take(shown).reset_index(drop=True) for name in group.columns}
        numbers = sorted(number for group, _ in fresh for number in group.expectations)
        told = self.carry_out([self.expectations[number] for number in numbers], pd.DataFrame(frame))
        failing = dict(zip(numbers, told, strict=True))
        for group, rows in fresh:
            verdicts: list[list[int]] = [[] for _ in rows]
            for number in group.expectations:
                for row in failing[number]:
                    if row < len(rows):
                        verdicts[row].append(number)
            group.failing += verdicts


def _side_by_side(fresh: Sequence[tuple[Group, np.ndarray]]) -> Iterator[list[tuple[Group, np.ndarray]]]:
    """Groups with new combinations, the short ones first, in as few frames as MOST_CELLS allows."""
    together: list[tuple[Group, np.ndarray]] = []
    width = 0
    for group, rows in sorted(fresh, key=lambda entry: len(entry[1])):
        width += len(group.columns)
        if together and width * len(rows) > MOST_CELLS:
            yield together
            together, width = [], len(group.columns)
        together.append((group, rows))
    if together:
        yield together


def _groups(expectations: Sequence["Expectation"]) -> list[Group]:
    """Expectations that share a column with one of several columns are judged with it."""
    groups: list[Group] = []
    for number, expectation in enumerate(expectations):
        columns, numbers = set(columns_of(expectation)), [number]
        for touching in [group for group in groups if columns & set(group.columns)]:
            columns |= set(touching.columns)
            numbers += touching.expectations
            groups.remove(touching)
        groups.append(Group(tuple(sorted(columns)), sorted(numbers)))
    return groups


def _places(group: Group, facts: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Per row of facts the place of its combination in the group, and the rows that show a new one first."""
    codes, first, keys = _combinations([facts[name] for name in group.columns])
    known = np.empty(len(keys), dtype=np.int64)
    new = []
    for at, key in enumerate(keys):
        place = group.places.get(key)
        if place is None:
            place = group.places[key] = len(group.places)
            new.append(first[at])
        known[at] = place
    return known[codes], np.array(new, dtype=np.int64)


def _combinations(columns: Iterable[pd.Series]) -> tuple[np.ndarray, np.ndarray, list[Any]]:
    """Per row the number of its combination of values; per combination its first row and its values."""
    coded = [_coded(column) for column in columns]
    codes = coded[0][0]
    for more, distinct in coded[1:]:
        # Numbered anew after each column, so that the product never outgrows its type.
        codes = pd.factorize(codes * len(distinct) + more)[0]
    codes, present = pd.factorize(codes)
    first = np.empty(len(present), dtype=np.int64)
    # From the last row to the first, so that the first row of each combination stays.
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    shown = ([distinct[place] for place in places[first].tolist()] for places, distinct in coded)
    return codes, first, list(zip(*shown, strict=True))


def _coded(column: pd.Series) -> tuple[np.ndarray, list[Any]]:
    """A column as numbers of its different values; nothing is a value, None."""
    if column.dtype == bool:
        return column.to_numpy().astype(np.int64), [False, True]
    places, distinct = pd.factorize(column)
    values = [*distinct.tolist(), None]
    places = np.where(places < 0, len(distinct), places).astype(np.int64)
    return places, values
