"""The blocking keys of a held table as numbers, which say of a record that comes later the same as of those there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from linkage.among import is_among
from linkage.table.blocks import CandidatePairs
from linkage.table.declared import KeyPart
from linkage.table.encoded import Encoded, as_key, factorized
from linkage.table.held.stack import digests, mixed
from linkage.table.standardised import plain

NONE = np.empty(0, dtype=np.uint64)


@dataclass(frozen=True)
class KeyRule:
    """A blocking key: of which parts it is made, and by which it splits blocks that are too large.

    `large`: the numbers of the blocks that were too large when the table was linked whole, in order; they stay so.
    `too_large`: of a rule with `second`, the parts of those that are.
    """

    parts: tuple[KeyPart, ...]
    second: KeyPart | None = None
    large: np.ndarray = field(default_factory=lambda: NONE)
    too_large: np.ndarray = field(default_factory=lambda: NONE)

    def numbers(self, of_part: Mapping[KeyPart, np.ndarray]) -> np.ndarray:
        """Return the number of the block of each record, 0 where it is in none."""
        found = mixed([of_part[part] for part in self.parts])
        is_large = is_among(found, self.large)
        if self.second is None:
            return np.where(is_large, np.uint64(0), found)
        found = mixed([np.where(is_large, found, np.uint64(0)), of_part[self.second]])
        return np.where(is_among(found, self.too_large), np.uint64(0), found)

    def as_told(self) -> dict[str, Any]:
        """Return the parts, for keeping."""
        parts = [*self.parts, *([self.second] if self.second else [])]
        return {"parts": [[part.column, part.length] for part in parts], "splits": self.second is not None}

    @classmethod
    def from_told(cls, told: Mapping[str, Any], large: np.ndarray, too_large: np.ndarray) -> KeyRule:
        """Return what `as_told` gave, with its blocks."""
        parts = tuple(KeyPart(column, length) for column, length in told["parts"])
        return cls(parts[:-1], parts[-1], large, too_large) if told["splits"] else cls(parts, None, large, too_large)


def rules_of(candidates: CandidatePairs, of_part: Mapping[KeyPart, np.ndarray]) -> list[KeyRule]:
    """Return the rules by which the candidates of a table were found, with the blocks that were too large."""
    rules = []
    for key in candidates.single:
        whole = KeyRule(key.parts).numbers(of_part)
        rule = KeyRule(key.parts, key.second, _larger(whole, candidates.most_in_block))
        if key.second is not None:
            rule = replace(rule, too_large=_larger(rule.numbers(of_part), candidates.most_in_block))
        rules.append(rule)
    return rules


def _larger(numbers: np.ndarray, most: int) -> np.ndarray:
    values, counts = np.unique(numbers[numbers != 0], return_counts=True)
    return np.sort(values[counts > most])


def part_numbers(
    parts: Sequence[KeyPart], columns: Sequence[Encoded], table: pd.DataFrame
) -> dict[KeyPart, np.ndarray]:
    """Return per part of a key the number of its value in each record, 0 where there is none."""
    encoded = {column.compared.column: column for column in columns}
    found = {}
    for part in dict.fromkeys(parts):
        column = encoded.get(part.column)
        if column is None or column.compared.kind == "identifiers":
            places, distinct = factorized(table[part.column])
            texts = [plain(value) or "" for value in distinct]
        else:
            places, texts = column.codes, [as_key(value) for value in column.values]
        cut = [text[: part.length] for text in texts]
        numbers = np.append(digests(cut), np.uint64(0))
        numbers[:-1][np.array([not text for text in cut], dtype=bool)] = 0
        found[part] = numbers[places]
    return found
