"""How common values are tonight: names, birth dates, countries and places, as shares of the records.

A count, not training (decision 10). A value that many hold tells little where two records agree on it.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

import numpy as np
import pandas as pd

from linkage.model import Model

Value = TypeVar("Value", bound=Hashable)
# So many records with the shares of all registers together are borrowed by each register.
BORROWED_RECORDS = 100
RECORDS_OF_ONE = 5


def token_share(frame: pd.DataFrame, names: Sequence[tuple[tuple[str, ...], ...]], model: Model) -> dict[str, float]:
    """Share of persons that carry a token, with a background of persons for nights with few records."""
    carried: Counter[str] = Counter()
    for code, times in frame["name"].value_counts().items():
        if int(code) >= 0:
            for token in {token for variant in names[int(code)] for token in variant}:
                carried[token] += times
    total = len(frame) + model.names["background_persons"]
    return {token: times / total for token, times in carried.items()}


def share_by_register(codes: pd.Series, values: Sequence[tuple[str, frozenset[str]]]) -> dict[str, dict[str, float]]:
    """Share of the records of each register that hold a value; a small register borrows the shares of all together."""
    held: dict[str, Counter[str]] = defaultdict(Counter)
    records: Counter[str] = Counter()
    for code, times in codes.value_counts().items():
        if int(code) >= 0:
            register, of_record = values[int(code)]
            records[register] += int(times)
            for value in of_record:
                held[register][value] += int(times)
    overall: Counter[str] = sum(held.values(), Counter())
    total = max(records.total(), 1)
    return {
        register: {
            value: (held[register][value] + BORROWED_RECORDS * times / total) / (of_register + BORROWED_RECORDS)
            for value, times in overall.items()
        }
        for register, of_register in records.items()
    }


def share_of_dates(codes: pd.Series, births: Sequence[Value], model: Model) -> dict[Value, float]:
    """Share of records with each birth date; a small night borrows the background population without it."""
    held = codes[codes >= 0].value_counts()
    total = max(int(held.sum()), int(model.names["background_persons"]))
    # One person's own records are no sign that many were born that day.
    return {births[int(code)]: max(times - RECORDS_OF_ONE, 0) / total for code, times in held.items()}


def shares_of_codes(codes: pd.Series, number: int) -> np.ndarray:
    """Share of the records that hold each of so many codes, among those that hold any."""
    known = codes[codes >= 0].to_numpy(np.int64)
    return np.asarray(np.bincount(known, minlength=number) / max(len(known), 1))


def count_values(codes: pd.Series, values: Sequence[Iterable[str]]) -> Counter[str]:
    """Number of records that hold each value; `values`: what stands behind each code."""
    counted: Counter[str] = Counter()
    for code, times in codes.value_counts().items():
        if int(code) >= 0:
            for value in values[int(code)]:
                counted[value] += int(times)
    return counted


def token_bits(share: float, model: Model) -> float:
    """Bits that an agreeing token is worth: -log2 of the share of persons who carry it, bounded."""
    return min(max(-math.log2(max(share, 1e-9)), 1.0), model.names["most_bits"])
