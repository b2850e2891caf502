"""The columns of a table as they are compared: a date in three columns is one, and a name written twice counts once."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from linkage.table.declared import Compared, TableModel
from linkage.table.encoded import Encoded, encode, of_values
from linkage.table.names import NAME_KINDS, read_names_beside
from linkage.table.standardised import SIGNS

logger = logging.getLogger(__name__)

# A column repeats others when in so many records it holds all their words; it is a copy when so many are the same.
# Seen in so many records, evenly spread over the table.
REPEATS_FROM, COPIED_FROM, SEEN_IN = 0.8, 0.98, 50_000
WORDED = ("name", "text", "place")
# Three columns of numbers are a date when nearly all are such parts, and nearly all together stand in a calendar.
PARTS_FROM, CALENDAR_FROM, LEAST_DATES = 0.95, 0.995, 50
PARTS = {"year": (1500, 2100), "month": (1, 12), "day": (1, 31)}
LATE_DAYS_FROM = 0.3  # beyond the twelfth
DAYS_OF_MONTH = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


def columns_of(table: pd.DataFrame, model: TableModel) -> list[Encoded]:
    """Return the columns that the model compares, each thing once."""
    encoded = []
    for compared in sorted(model.compared, key=lambda one: one.kind != "given_name"):
        encoded.append(encode(table, compared))
        read_names_beside(encoded[-1])
    order = {compared: at for at, compared in enumerate(model.compared)}
    encoded.sort(key=lambda column: order[column.compared])
    return _told_once(_copied_once(_with_dates(encoded)))


def _copied_once(columns: list[Encoded]) -> list[Encoded]:
    """A column that is a copy of another says nothing of its own."""
    made: list[Encoded] = []
    for column in columns:
        whole = next((other for other in made if other.whole is None and _is_copy(column, other)), None)
        if whole is not None:
            logger.info("%s is a copy of %s and says nothing more", column.compared.column, whole.compared.column)
            column = replace(of_values(column.compared, [None] * len(column.codes)), whole=column)
        made.append(column)
    return made


def _is_copy(column: Encoded, other: Encoded) -> bool:
    seen = _spread(len(column.codes))
    one, two = column.codes[seen], other.codes[seen]
    both = (one >= 0) & (two >= 0)
    if both.sum() < max(COPIED_FROM * (one >= 0).sum(), 1):
        return False
    most_differ = (1.0 - COPIED_FROM) * both.sum()
    for a, b in zip(one[both].tolist(), two[both].tolist(), strict=True):
        most_differ -= _as_written(column.values[a]) != _as_written(other.values[b])
        if most_differ < 0:
            return False
    return True


def _spread(rows: int) -> slice:
    return slice(None, None, max(rows // SEEN_IN, 1))


def _as_written(value: object) -> object:
    return " ".join(sorted(SIGNS.sub(" ", value).split())) if isinstance(value, str) else value


def _with_dates(columns: list[Encoded]) -> list[Encoded]:
    """Year, month and day in columns of their own are one date: a day alone says little, and errs with the others."""
    numbers = {at: _numbers(column) for at, column in enumerate(columns) if column.compared.kind == "exact"}
    parts = [[at for at, of in numbers.items() if _reads_as(of, part)] for part in ("year", "month", "day")]
    if any(len(found) != 1 for found in parts):
        return columns
    at = [found[0] for found in parts]
    year, month, day = (numbers[one] for one in at)
    whole = _within(year, "year") & _within(month, "month") & _within(day, "day")
    if whole.sum() < LEAST_DATES or (day[whole] <= DAYS_OF_MONTH[month[whole]]).mean() < CALENDAR_FROM:
        return columns
    name = ", ".join(columns[one].compared.column for one in at)
    logger.info("%s are compared as one date", name)
    values = [
        part if any(of > 0 for of in part) else None
        for part in zip(year.tolist(), month.tolist(), day.tolist(), strict=True)
    ]
    date = of_values(Compared(name, "date"), values)
    return [date if one == min(at) else column for one, column in enumerate(columns) if one == min(at) or one not in at]


def _numbers(column: Encoded) -> np.ndarray:
    """Per record the number that a column holds; 0 where it holds none, or none that fits four digits."""
    of_value = [
        int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else -1 for text in column.texts.tolist()
    ]
    return np.array([*of_value, 0], dtype=np.int64)[column.codes]


def _within(numbers: np.ndarray, part: str) -> np.ndarray:
    least, most = PARTS[part]
    return np.asarray((numbers >= least) & (numbers <= most))


def _reads_as(numbers: np.ndarray, part: str) -> bool:
    """Whether numbers are years, months or days, but for typing errors."""
    given = numbers[numbers != 0]
    if not len(given) or _within(given, part).mean() < PARTS_FROM:
        return False
    if part == "month":
        return bool(np.isin(np.arange(1, 13), given).all())
    return part == "year" or bool((given > 12).mean() >= LATE_DAYS_FROM)


def _told_once(columns: list[Encoded]) -> list[Encoded]:
    """Columns that repeat the words of others are compared on what they say more: the whole name on other given names
    and titles, an address on what stands in it beside the town.
    """
    worded = {at: column for at, column in enumerate(columns) if column.compared.kind in (*NAME_KINDS, *WORDED)}
    seen = _spread(len(columns[0].codes)) if columns else slice(None)
    words = {at: _words(column, seen) for at, column in worded.items()}
    lengths = {at: _mean_length(of) for at, of in words.items()}
    shortest = sorted(words, key=lambda at: (columns[at].compared.kind in WORDED, lengths[at], at))
    made = list(columns)
    for place, at in enumerate(shortest):
        column = columns[at]
        others = [one for one in shortest[:place] if lengths[one] and _repeats(words[at], words[one])]
        if column.compared.kind in WORDED and others:
            made[at] = _beyond(column, [_words(columns[one], slice(None)) for one in others])
            told = ", ".join(columns[one].compared.column for one in others)
            logger.info("%s is compared on what it says beyond %s", column.compared.column, told)
    return made


def _words(column: Encoded, seen: slice) -> list[frozenset[str]]:
    of_value: dict[int, frozenset[str]] = {-1: frozenset()}
    codes = column.codes[seen].tolist()
    for code in set(codes) - {-1}:
        of_value[code] = frozenset(column.words[code])
    return [of_value[code] for code in codes]


def _mean_length(words: Sequence[frozenset[str]]) -> float:
    known = [len(of_record) for of_record in words if of_record]
    return sum(known) / max(len(known), 1)


def _repeats(whole: Sequence[frozenset[str]], part: Sequence[frozenset[str]]) -> bool:
    held = [one <= other for other, one in zip(whole, part, strict=True) if one and other]
    return len(held) > 0 and sum(held) >= REPEATS_FROM * len(held)


def _beyond(column: Encoded, others: list[list[frozenset[str]]]) -> Encoded:
    texts = column.texts.tolist()
    values: list[str | None] = []
    for at, code in enumerate(column.codes.tolist()):
        told = frozenset().union(*(other[at] for other in others))
        rest = [word for word in texts[code].split() if word not in told] if code >= 0 else []
        values.append(" ".join(rest) or None)
    return replace(of_values(column.compared, values), whole=column)
