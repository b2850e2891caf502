"""Candidate pairs of a table: records that agree on a blocking key, each pair once, a chunk at a time.

The keys are those of the model file; without any, the program chooses (`keys`). A block that is too large is not
dropped in silence: its records are compared where they agree on something more, and what is left out is counted.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from linkage.among import is_among
from linkage.table.declared import KeyPart, TableModel
from linkage.table.encoded import Encoded, key_codes
from linkage.table.keys import Key, chosen_keys, together

logger = logging.getLogger(__name__)

# A block is too large above the first of these at which all blocks together give no more pairs than these many, or
# than so many per record; above the last of them whatever the number.
MOST_IN_BLOCK = (2_000, 1_000, 500, 250)
MOST_PAIRS, MOST_PAIRS_PER_RECORD = 20_000_000, 15
# A block that is too large is split by so many other columns; a pair has to agree on one of them.
SPLIT_BY, SPLIT_LENGTHS = 4, {"given_name": 4, "family_name": 4, "name": 8, "text": 8}
AT_ONCE = 500_000  # pairs in a chunk

Pairs = tuple[np.ndarray, np.ndarray]


class CandidatePairs:
    """The pairs of records of a table that agree on a key, `keys`. `sources`: then only pairs of two of them.

    `most_in_block`: above which a block was too large.
    """

    def __init__(
        self, rows: int, keys: Sequence[Key], sources: np.ndarray | None = None, most_in_block: int = MOST_IN_BLOCK[0]
    ) -> None:
        self.rows, self.sources, self.most_in_block = rows, sources, most_in_block
        self.single = [key for key in keys if key.rows is None]
        # Pairs that share one of several values of a record are held: no key tells whether they were met before.
        listed = [pairs for key in keys if key.rows is not None for pairs in self._numbers(key)]
        self._listed = self._unheld(each_once(listed)) if listed else np.empty(0, dtype=np.int64)

    @property
    def most(self) -> int:
        """How many pairs there are at most: those of all keys, some of which are met under several."""
        return sum(key.pairs() for key in self.single) + len(self._listed)

    def chunks(self, at_once: int = AT_ONCE) -> Iterator[Pairs]:
        """Yield all pairs as two arrays of places in the table, the lower first, each pair once; always the same."""
        waiting: list[Pairs] = []
        for low, high in self._each(at_once):
            waiting.append((low, high))
            if sum(len(one) for one, _ in waiting) >= at_once:
                yield _joined_pairs(waiting)
                waiting = []
        if waiting:
            yield _joined_pairs(waiting)

    def only_listed(self) -> CandidatePairs:
        """Return only the pairs that share one of several values of a record."""
        found = CandidatePairs(self.rows, (), self.sources)
        found._listed = self._listed
        return found

    def hold(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Return whether pairs of records, the lower first, are among the candidates."""
        found = self._agree(left, right, len(self.single))
        return np.asarray(found | is_among(left.astype(np.int64) * self.rows + right, self._listed))

    def _each(self, at_once: int) -> Iterator[Pairs]:
        for place, key in enumerate(self.single):
            count = 0
            for low, high in pairs_of_blocks(key.codes, None, at_once):
                kept = ~self._agree(low, high, place)
                if self.sources is not None:
                    kept &= self.sources[low] != self.sources[high]
                count += int(kept.sum())
                yield low[kept], high[kept]
            logger.info("blocking on %s: %d pairs that no key before it gives", key.name, count)
        for start in range(0, len(self._listed), at_once):
            numbers = self._listed[start : start + at_once]
            yield (numbers // self.rows).astype(np.int32), (numbers % self.rows).astype(np.int32)

    def _agree(self, left: np.ndarray, right: np.ndarray, keys: int) -> np.ndarray:
        """Whether pairs agree on one of the first so many keys."""
        found = np.zeros(len(left), dtype=bool)
        for key in self.single[:keys]:
            one = key.codes[left]
            found |= (one == key.codes[right]) & (one >= 0)
        return found

    def _numbers(self, key: Key) -> Iterator[np.ndarray]:
        for low, high in pairs_of_blocks(key.codes, key.rows, AT_ONCE):
            differ = low != high if self.sources is None else self.sources[low] != self.sources[high]
            low, high = low[differ].astype(np.int64), high[differ].astype(np.int64)
            yield np.minimum(low, high) * self.rows + np.maximum(low, high)

    def _unheld(self, numbers: np.ndarray) -> np.ndarray:
        parts = np.array_split(numbers, max(1, len(numbers) // AT_ONCE))
        kept = [part[~self._agree(part // self.rows, part % self.rows, len(self.single))] for part in parts]
        return np.concatenate(kept)


def candidate_pairs(table: pd.DataFrame, model: TableModel, columns: Iterable[Encoded]) -> CandidatePairs:
    """Return the candidate pairs of a table by the keys of its model, or by those that the program chooses."""
    encoded = {column.compared.column: column for column in columns}
    sources = pd.factorize(table[model.source])[0] if model.across else None
    keys = list(_declared(table, model, encoded)) if model.blocks else chosen_keys(table, encoded, sources)
    keys += [_listed(column) for column in encoded.values() if column.compared.kind == "identifiers"]
    most = _most_in_block(keys, len(table))
    refined = [part for key in keys for part in _refined(key, most, encoded)]
    return CandidatePairs(len(table), refined, sources, most)


def each_once(parts: list[np.ndarray]) -> np.ndarray:
    """Return the different numbers of several arrays, in order."""
    # numpy.unique of 2.4 hashes, which takes ten times as long for numbers so far apart.
    numbers = np.sort(np.concatenate(parts))
    return numbers[np.concatenate(([True], numbers[1:] != numbers[:-1]))] if len(numbers) else numbers


def _joined_pairs(parts: list[Pairs]) -> Pairs:
    return np.concatenate([low for low, _ in parts]), np.concatenate([high for _, high in parts])


def _declared(table: pd.DataFrame, model: TableModel, encoded: Mapping[str, Encoded]) -> Iterator[Key]:
    for block in model.blocks:
        parts = [key_codes(table, part.column, part.length, encoded.get(part.column)) for part in block]
        name = " and ".join(part.column + (f"[:{part.length}]" if part.length else "") for part in block)
        yield Key(name, frozenset(part.column for part in block), together(parts), parts=block)


def _listed(column: Encoded) -> Key:
    """A list of identifiers blocks on each of them."""
    known = np.flatnonzero(column.codes >= 0)
    held = [sorted(column.values[code]) for code in column.codes[known].tolist()]
    rows = np.repeat(known, [len(values) for values in held])
    codes = pd.factorize(np.array([value for values in held for value in values], dtype=object))[0]
    return Key(column.compared.column, frozenset({column.compared.column}), codes, rows)


def _most_in_block(keys: Sequence[Key], rows: int) -> int:
    """From how many records a block is too large."""
    sizes = [key.sizes.astype(float) for key in keys]
    for most in MOST_IN_BLOCK:
        pairs = sum(float((of[of <= most] * (of[of <= most] - 1)).sum()) / 2 for of in sizes)
        if pairs <= max(MOST_PAIRS, MOST_PAIRS_PER_RECORD * rows):
            return most
    return MOST_IN_BLOCK[-1]


def _refined(key: Key, most: int, encoded: Mapping[str, Encoded]) -> Iterator[Key]:
    """The key without the blocks that are too large, and those split by each of the columns that tell most apart."""
    sizes = key.sizes
    if sizes.max(initial=0) <= most:
        yield key
        return
    is_large = np.append(sizes > most, False)
    large = is_large[key.codes]
    yield replace(key, codes=np.where(large, -1, key.codes))
    others = [column for name, column in encoded.items() if name not in key.columns]
    others = sorted(others, key=lambda column: (-len(column.values), column.compared.column))[:SPLIT_BY]
    compared = 0
    for column in others:
        second = KeyPart(column.compared.column, SPLIT_LENGTHS.get(column.compared.kind))
        is_list = column.compared.kind == "identifiers"
        codes = column.codes if is_list else key_codes(pd.DataFrame(), second.column, second.length, column)
        codes = together([np.where(large, key.codes, -1), codes if key.rows is None else codes[key.rows]])
        name = f"{key.name} and {second.column}"
        part = Key(name, key.columns | {second.column}, codes, key.rows, key.parts, second)
        fits = np.append(part.sizes <= most, False)
        part = replace(part, codes=np.where(fits[codes], codes, -1))
        compared += part.pairs()
        yield part
    lost = sizes[sizes > most].astype(float)
    logger.warning(
        "blocking on %s: %d blocks above %d records hold %d pairs; of those only the %d at most are compared that "
        "agree on %s too",
        key.name,
        len(lost),
        most,
        int((lost * (lost - 1)).sum() / 2),
        compared,
        " or ".join(column.compared.column for column in others) or "nothing",
    )


def pairs_of_blocks(codes: np.ndarray, rows: np.ndarray | None, at_once: int) -> Iterator[Pairs]:
    """Yield the pairs of each block, the lower place first. `rows`: of which records the codes are, else in order."""
    known = np.flatnonzero(codes >= 0)
    order = known[np.argsort(codes[known], kind="stable")].astype(np.int32)
    ordered = codes[order]
    order = order if rows is None else rows[order].astype(np.int32)
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1]))) if len(ordered) else known
    sizes = np.diff(np.append(starts, len(ordered)))
    by_size = np.argsort(sizes, kind="stable")
    edges = np.searchsorted(sizes[by_size], np.unique(sizes))
    for group in np.split(by_size, edges[1:]):
        size = int(sizes[group[0]]) if len(group) else 0
        if size < 2:
            continue
        one, other = np.triu_indices(size, k=1)
        blocks = max(1, at_once // len(one))
        for first in range(0, len(group), blocks):
            members = order[starts[group[first : first + blocks]][:, None] + np.arange(size)]
            yield members[:, one].ravel(), members[:, other].ravel()
