"""Blocking keys that the program chooses: parts of columns, alone or together, and words of names in any order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import pandas as pd

from linkage.table.declared import KeyPart
from linkage.table.encoded import Encoded, key_codes
from linkage.table.names import NAME_KINDS

# Pairs per record that the chosen keys may give together, doubles counted, and each of them alone; and at most in all.
PAIRS_PER_RECORD, PAIRS_PER_RECORD_OF_KEY, MOST_PAIRS = 240, 40, 60_000_000
# The parts of a column that the program blocks on: whole, or so many first characters.
CHOSEN_LENGTHS: Mapping[str, tuple[int | None, ...]] = {
    "name": (None,), "given_name": (None, 3), "family_name": (None, 4), "date": (None, 7, 4), "exact": (None,),
    "text": (None,), "place": (None,), "identifiers": (),
}  # fmt: skip
CODE_LENGTH = 6  # of longer codes the first half is a part too
WORD_STARTS = 4
MOST_WORDS = 6
# Columns that say most are combined in threes; more would be too many combinations to weigh.
MOST_IN_THREES = 12


@dataclass(frozen=True)
class Key:
    """One blocking key: what it is made of, and per record the number of its value (-1: none).

    `rows`: the records, where one may have several values; else every record in its order. `parts`: of which the model
    file makes it. `second`: the part that splits blocks that are too large, where it holds only those.
    """

    name: str
    columns: frozenset[str]
    codes: np.ndarray
    rows: np.ndarray | None = None
    parts: tuple[KeyPart, ...] = ()
    second: KeyPart | None = None

    @property
    def sizes(self) -> np.ndarray:
        """How many records each value has."""
        return np.bincount(self.codes[self.codes >= 0])

    def pairs(self, sources: np.ndarray | None = None) -> int:
        """How many pairs share a value; with sources, pairs across them."""
        known = self.codes >= 0
        counts = self.sizes.astype(np.int64)
        found = int((counts * (counts - 1) // 2).sum())
        if sources is not None:
            held = (sources if self.rows is None else sources[self.rows])[known]
            within = np.bincount(pd.factorize(self.codes[known] * (int(held.max(initial=0)) + 1) + held)[0])
            found -= int((within * (within - 1) // 2).sum())
        return found


def chosen_keys(table: pd.DataFrame, encoded: Mapping[str, Encoded], sources: np.ndarray | None) -> list[Key]:
    """Return keys of one, two and three parts, cheapest first; a key that another contains adds nothing."""
    single = [*_parts(table, encoded), *_words(encoded)]
    most = min(PAIRS_PER_RECORD * len(table), MOST_PAIRS)
    of_key = min(PAIRS_PER_RECORD_OF_KEY * len(table), MOST_PAIRS // 4)
    chosen: list[Key] = []
    spent = 0
    for size in (1, 2, 3):
        of_size = single if size < 3 else _finest(single)
        made = [_joined(parts) for parts in combinations(of_size, size) if _fit(parts) and not _covered(parts, chosen)]
        for cost, key in sorted(((key.pairs(sources), key) for key in made), key=lambda one: (one[0], one[1].name)):
            if 0 < cost <= of_key and spent + cost <= most and not _contains_any(key, chosen):
                chosen.append(key)
                spent += cost
    return chosen


def _parts(table: pd.DataFrame, encoded: Mapping[str, Encoded]) -> list[Key]:
    keys = []
    for name, column in encoded.items():
        kind = column.compared.kind
        lengths = list(CHOSEN_LENGTHS[kind])
        if kind == "exact" and (usual := _usual_length(column)) >= CODE_LENGTH:
            lengths.append(usual // 2)
        for length in lengths:
            label = f"{name}[:{length}]" if length else name
            keys.append(Key(label, frozenset({name}), key_codes(table, name, length, column)))
        if kind == "date":
            days = np.array([month * 100 + day if month and day else -1 for _, month, day in column.values] or [-1])
            keys.append(Key(f"{name}[5:]", frozenset({name}), np.where(column.codes < 0, -1, days[column.codes])))
    return keys


def _usual_length(column: Encoded) -> int:
    lengths = sorted(map(len, column.texts.tolist()))
    return lengths[len(lengths) // 2] if lengths else 0


def _words(encoded: Mapping[str, Encoded]) -> list[Key]:
    """Each word of the names of a record, whichever column it stands in, and each two of them by their starts."""
    named = [column.whole or column for column in encoded.values() if column.compared.kind in NAME_KINDS]
    if not named:
        return []
    number: dict[str, int] = {}
    of_records: list[set[int]] = [set() for _ in range(len(named[0].codes))]
    for column in named:
        coded = [[number.setdefault(word, len(number)) for word in words] for words in column.words]
        for held, code in zip(of_records, column.codes.tolist(), strict=True):
            if code >= 0:
                held.update(coded[code])
    starts = pd.factorize(np.array([word[:WORD_STARTS] for word in number] or [""], dtype=object))[0].tolist()
    single = [(row, word) for row, held in enumerate(of_records) for word in sorted(held)[:MOST_WORDS]]
    twos = [
        (row, low * (len(number) + 1) + high)
        for row, held in enumerate(of_records)
        for low, high in sorted(
            {tuple(sorted(two)) for two in combinations([starts[word] for word in sorted(held)[:MOST_WORDS]], 2)}
        )
    ]
    columns = frozenset(column.compared.column for column in named)
    return [_of_pairs(label, columns, pairs) for label, pairs in (("a name", single), ("two names", twos))]


def _of_pairs(label: str, columns: frozenset[str], pairs: list[tuple[int, int]]) -> Key:
    rows, codes = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return Key(label, columns, pd.factorize(codes)[0], rows)


def _fit(parts: tuple[Key, ...]) -> bool:
    """Whether parts are of different columns, and at most one of them has several values."""
    columns = [column for part in parts for column in part.columns]
    return len(set(columns)) == len(columns) and sum(part.rows is not None for part in parts) <= 1


def _finest(single: list[Key]) -> list[Key]:
    """The parts that tell most apart."""
    return sorted(sorted(single, key=lambda part: (part.pairs(), part.name))[:MOST_IN_THREES], key=lambda p: p.name)


def _joined(parts: tuple[Key, ...]) -> Key:
    name = " and ".join(sorted(part.name for part in parts))
    columns = frozenset(column for part in parts for column in part.columns)
    rows = next((part.rows for part in parts if part.rows is not None), None)
    codes = [part.codes if rows is None or part.rows is not None else part.codes[rows] for part in parts]
    return Key(name, columns, together(codes), rows) if len(parts) > 1 else replace(parts[0], name=name)


def _covered(parts: Iterable[Key], chosen: list[Key]) -> bool:
    names = {part.name for part in parts}
    return any(set(other.name.split(" and ")) <= names for other in chosen)


def _contains_any(key: Key, chosen: list[Key]) -> bool:
    """Whether records that agree on a key agree on a chosen one too: it is made of the same parts and more."""
    names = set(key.name.split(" and "))
    return any(set(other.name.split(" and ")) <= names for other in chosen)


def together(parts: list[np.ndarray]) -> np.ndarray:
    """Return one number per different combination of keys; -1 where any of them is missing."""
    missing = parts[0] < 0
    codes = parts[0].astype(np.int64)
    for part in parts[1:]:
        missing |= part < 0
        codes = pd.factorize(np.where(missing, -1, codes * (int(part.max(initial=0)) + 1) + part))[0]
    return np.asarray(np.where(missing, -1, codes), dtype=np.int32)
