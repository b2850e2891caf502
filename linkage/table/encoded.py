"""A table's columns as numbers: each different value once, and per record the place of its own.

Values are brought in the form in which they are compared (`standardised`). What says nothing is not recorded, place -1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from linkage.names_of_words import NamesBeside
from linkage.table.dates import Dates
from linkage.table.declared import Compared
from linkage.table.letters import Letters
from linkage.table.standardised import hashable, plain, standardised


@dataclass
class Encoded:
    """One column: its different values in comparable form, and per record the place of its own (-1: not recorded)."""

    compared: Compared
    values: list[Any]
    codes: np.ndarray
    whole: Encoded | None = None  # the column as it stands in the table, where less of it is compared
    # How common values and words are, where other records than these tell (one part of a larger table).
    told_shares: np.ndarray | None = None
    told_word_shares: dict[str, float] | None = field(default=None, repr=False)
    known_as: np.ndarray | None = field(default=None, repr=False)  # names.known_as_bits
    names_beside: NamesBeside | None = field(default=None, repr=False)

    @cached_property
    def texts(self) -> np.ndarray:
        """The values that are texts, "" for others."""
        found = np.empty(len(self.values), dtype=object)
        found[:] = [value if isinstance(value, str) else "" for value in self.values]
        return found

    @cached_property
    def letters(self) -> Letters:
        """Which letters each text holds."""
        return Letters.of(self.texts.tolist())

    @cached_property
    def dates(self) -> Dates:
        """The values that are dates, as numbers."""
        return Dates(self.values)

    @cached_property
    def words(self) -> list[tuple[str, ...]]:
        """The words of each value."""
        return [tuple(text.split()) for text in self.texts.tolist()]

    @cached_property
    def word_shares(self) -> dict[str, float]:
        """Share of the records with a value that hold each word."""
        if self.told_word_shares is not None:
            return self.told_word_shares
        held: dict[str, int] = {}
        for words, count in zip(self.words, self.counts.tolist(), strict=True):
            for word in words if len(words) < 2 else set(words):
                held[word] = held.get(word, 0) + count
        total = max(int(self.counts.sum()), 1)
        return {word: count / total for word, count in held.items()}

    @cached_property
    def counts(self) -> np.ndarray:
        """How many records hold each value."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.values))

    @cached_property
    def shares(self) -> np.ndarray:
        """Share of the records with a value that hold each value."""
        if self.told_shares is not None:
            return self.told_shares
        return np.asarray(self.counts / max(self.counts.sum(), 1))


def encode(table: pd.DataFrame, compared: Compared) -> Encoded:
    """Return a column in comparable form, as its kind says."""
    places, distinct = factorized(table[compared.column])
    made = standardised(distinct, compared.kind)
    number_of: dict[Any, int] = dict.fromkeys(made, 0)
    number_of.pop(None, None)
    number_of.update(zip(number_of, range(len(number_of)), strict=True))
    number_of[None] = -1
    known = np.fromiter(map(number_of.__getitem__, [*made, None]), dtype=np.int32, count=len(made) + 1)
    del number_of[None]
    return Encoded(compared, list(number_of), known[places])


def factorized(column: pd.Series) -> tuple[np.ndarray, list[Any]]:
    """Return per record the place of its value among the different ones, -1 where it is missing; and those."""
    if isinstance(column.dtype, pd.ArrowDtype):
        if pa.types.is_nested(column.dtype.pyarrow_dtype):
            column = pd.Series([hashable(value) for value in column.tolist()], dtype=object)
        else:
            made = pa.array(column)
            chunks = made if isinstance(made, pa.ChunkedArray) else pa.chunked_array([made])
            coded = chunks.dictionary_encode().unify_dictionaries().combine_chunks()
            values = coded.dictionary
            # Several times as fast as to_pylist.
            is_text = pa.types.is_string(values.type) or pa.types.is_large_string(values.type)
            distinct = values.to_numpy(zero_copy_only=False).tolist() if is_text else values.to_pylist()
            return coded.indices.fill_null(-1).to_numpy(zero_copy_only=False), distinct
    try:
        places, distinct = pd.factorize(column, use_na_sentinel=True)
    except TypeError:
        places, distinct = pd.factorize(column.map(hashable), use_na_sentinel=True)
    return places, distinct.tolist() if hasattr(distinct, "tolist") else list(distinct)


def of_values(compared: Compared, values: Sequence[Any]) -> Encoded:
    """Return a column of values that are in comparable form already; None is not recorded."""
    number_of: dict[Any, int] = {}
    codes = [-1 if value is None else number_of.setdefault(value, len(number_of)) for value in values]
    return Encoded(compared, list(number_of), np.array(codes, dtype=np.int32))


def key_codes(table: pd.DataFrame, column: str, length: int | None, encoded: Encoded | None) -> np.ndarray:
    """Per record the number of its blocking value: the compared form where the column is compared as text, else as it
    stands; -1 where there is none.
    """
    if encoded is None or encoded.compared.kind == "identifiers":
        places, distinct = factorized(table[column])
        texts = [plain(value) or "" for value in distinct]
    else:
        places, texts = encoded.codes, [as_key(value) for value in encoded.values]
    if length is None and encoded is not None and len(set(texts)) == len(texts):
        return places.astype(np.int32)
    number_of: dict[str, int] = {}
    cut = [number_of.setdefault(text[:length], len(number_of)) if text else -1 for text in texts]
    return np.array([*cut, -1], dtype=np.int32)[places]


def as_key(value: Any) -> str:
    """Return a value in comparable form as the text of which blocking keys are cut."""
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return "-".join(f"{part:0{width}d}" for part, width in zip(value, (4, 2, 2), strict=True))
    return str(value)
