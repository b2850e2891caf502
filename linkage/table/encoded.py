"""A table's columns as numbers: each different value once, and per record the place of its own.

Values are brought in the form in which they are compared: names and places without capitals, accents and signs, dates
as numbers of year, month and day, lists as sets. What says nothing is not recorded, place -1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from anyascii import anyascii

from connectors.codes import is_not_recorded
from linkage.table.declared import Compared

NOTHING = frozenset({"", "nan", "none", "null", "na", "n/a", "<na>", "nat"})
SEPARATORS = re.compile(r"[|;,]")
SIGNS = re.compile(r"[^a-z0-9]+")
ISO = re.compile(r"(\d{4})(?:[-/.]?(\d{1,2}|00)(?:[-/.]?(\d{1,2}|00))?)?(?:[T ].*)?")
DUTCH = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")


@dataclass
class Encoded:
    """One column: its different values in comparable form, and per record the place of its own (-1: not recorded)."""

    compared: Compared
    values: list[Any]
    codes: np.ndarray
    texts: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=object))
    whole: Encoded | None = None  # the column as it stands in the table, where less of it is compared

    @cached_property
    def words(self) -> list[tuple[str, ...]]:
        """The words of each value."""
        return [tuple(text.split()) for text in self.texts.tolist()]

    @cached_property
    def word_shares(self) -> dict[str, float]:
        """Share of the records with a value that hold each word."""
        held: dict[str, int] = {}
        for words, count in zip(self.words, self.counts.tolist(), strict=True):
            for word in set(words):
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
        return np.asarray(self.counts / max(self.counts.sum(), 1))


def encode(table: pd.DataFrame, compared: Compared) -> Encoded:
    """Return a column in comparable form, as its kind says."""
    column = table[compared.column]
    places, distinct = pd.factorize(column if column.dtype != object else column.map(_hashable), use_na_sentinel=True)
    standard = STANDARD[compared.kind]
    number_of: dict[Any, int] = {}
    known = np.full(len(distinct) + 1, -1, dtype=np.int64)
    for at, value in enumerate(distinct.tolist() if hasattr(distinct, "tolist") else list(distinct)):
        made = standard(value)
        if made is not None:
            known[at] = number_of.setdefault(made, len(number_of))
    return _encoded(compared, list(number_of), known[places])


def of_values(compared: Compared, values: Sequence[Any]) -> Encoded:
    """Return a column of values that are in comparable form already; None is not recorded."""
    number_of: dict[Any, int] = {}
    codes = [-1 if value is None else number_of.setdefault(value, len(number_of)) for value in values]
    return _encoded(compared, list(number_of), np.array(codes, dtype=np.int64))


def _encoded(compared: Compared, values: list[Any], codes: np.ndarray) -> Encoded:
    texts = np.array([value if isinstance(value, str) else "" for value in values], dtype=object)
    return Encoded(compared, values, codes, texts)


def key_codes(table: pd.DataFrame, column: str, length: int | None, encoded: Encoded | None) -> np.ndarray:
    """Per record the number of its blocking value: the compared form where the column is compared as text, else as it
    stands; -1 where there is none.
    """
    if encoded is not None and encoded.compared.kind not in ("identifiers",):
        texts = np.array([_as_key(value) for value in encoded.values] or [""], dtype=object)
        cut = np.array([text[:length] if length else text for text in texts], dtype=object)
        codes = pd.factorize(cut)[0]
        return np.asarray(np.where(encoded.codes < 0, -1, codes[encoded.codes]))
    texts = np.array([_plain(value) or "" for value in table[column].map(_hashable)], dtype=object)
    cut = np.array([text[:length] if length else text for text in texts], dtype=object)
    codes = pd.factorize(cut)[0]
    return np.asarray(np.where(texts == "", -1, codes))


def _as_key(value: Any) -> str:
    if isinstance(value, tuple):
        return "-".join(f"{part:0{width}d}" for part, width in zip(value, (4, 2, 2), strict=True))
    return str(value)


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list | np.ndarray) else value


def _text(value: Any) -> str | None:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).strip()
    return None if text.lower() in NOTHING or is_not_recorded(text) else text


def _plain(value: Any) -> str | None:
    text = _text(value)
    return (SIGNS.sub(" ", anyascii(text).lower().replace("'", "")).strip() or None) if text else None


def _exact(value: Any) -> str | None:
    text = _text(value)
    return " ".join(text.lower().split()) if text else None


def _full_name(value: Any) -> str | None:
    """The words of a name in alphabetical order: "Berg, Anne van den" and "Anne van den Berg" are one."""
    text = _plain(value)
    return " ".join(sorted(text.split())) if text else None


def _date(value: Any) -> tuple[int, int, int] | None:
    """Year, month and day; 0 for what is not known."""
    if hasattr(value, "year"):
        return None if pd.isna(value) else (value.year, value.month, value.day)
    text = _text(value)
    if text is None:
        return None
    if found := DUTCH.fullmatch(text):
        day, month, year = (int(part) for part in found.groups())
    elif found := ISO.fullmatch(text):
        year, month, day = (int(part or 0) for part in found.groups())
    else:
        return None
    return (year, month, day) if year or month or day else None


def _identifiers(value: Any) -> frozenset[str] | None:
    given = value if isinstance(value, tuple) else SEPARATORS.split(text) if (text := _text(value)) else ()
    found = frozenset(made for one in given if (made := _exact(one)))
    return found or None


STANDARD: dict[str, Callable[[Any], Any]] = {
    "name": _full_name,
    "given_name": _plain,
    "family_name": _plain,
    "date": _date,
    "exact": _exact,
    "text": _plain,
    "identifiers": _identifiers,
    "place": _plain,
}
