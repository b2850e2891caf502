"""Values of a column in the form in which they are compared, all different values of a column at once.

Names, places and free text without capitals, accents and signs; codes in small letters; dates as numbers of year, month
and day; lists as sets. What says nothing becomes None. A million values are brought in form in a second, because the
letters of all are changed in one long text, a value per line; what does not fit a line goes by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from anyascii import anyascii

from connectors.codes import NOT_RECORDED, is_not_recorded

NOTHING = frozenset({"", "nan", "none", "null", "na", "n/a", "<na>", "nat"})
SEPARATORS = re.compile(r"[|;,]")
SIGNS = re.compile(r"[^a-z0-9]+")
SIGNS_OF_LINES = re.compile(r"[^a-z0-9\n]+")
# The letters of everything that may be one of the spellings of nothing.
LETTERS_OF_NOTHING = frozenset(SIGNS.sub("", anyascii(text).lower()) for text in (*NOTHING, *NOT_RECORDED))
ISO = re.compile(r"(\d{4})(?:[-/.]?(\d{1,2}|00)(?:[-/.]?(\d{1,2}|00))?)?(?:[T ].*)?")
DUTCH = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")


def standardised(values: Sequence[Any], kind: str) -> list[Any]:
    """Return each value in the form in which its kind is compared; None where it says nothing."""
    one = STANDARD[kind]
    if kind in IN_LINES and set(map(type, values)) == {str}:
        together = "\n".join(values)
        letters = anyascii(together).lower()
        # Some signs are written as several lines.
        if together.count("\n") == letters.count("\n") == len(values) - 1:
            return IN_LINES[kind](values, letters)
    return [one(value) for value in values]


def hashable(value: Any) -> Any:
    """Return a list or array as a tuple, anything else as it is."""
    return tuple(value) if isinstance(value, list | np.ndarray) else value


def plain(value: Any) -> str | None:
    """Return a text in small letters without accents and signs; None where it says nothing."""
    text = _text(value)
    return (SIGNS.sub(" ", anyascii(text).lower().replace("'", "")).strip() or None) if text else None


def _plain_lines(values: Sequence[str], letters: str) -> list[str | None]:
    found = SIGNS_OF_LINES.sub(" ", letters.replace("'", "")).split("\n")
    made = [text.strip() or None for text in found]
    for at in _may_say_nothing(letters):
        made[at] = plain(values[at])
    return made


def _exact_lines(values: Sequence[str], letters: str) -> list[str | None]:
    made: list[str | None] = [" ".join(text.split()) if " " in text else text for text in map(str.lower, values)]
    for at in _may_say_nothing(letters):
        made[at] = _exact(values[at])
    return made


def _may_say_nothing(letters: str) -> list[int]:
    lines = SIGNS_OF_LINES.sub("", letters).split("\n")
    return [at for at, line in enumerate(lines) if line in LETTERS_OF_NOTHING]


def _full_name_lines(values: Sequence[str], letters: str) -> list[str | None]:
    return [" ".join(sorted(text.split())) if text else None for text in _plain_lines(values, letters)]


def _text(value: Any) -> str | None:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).strip()
    return None if text.lower() in NOTHING or is_not_recorded(text) else text


def _exact(value: Any) -> str | None:
    text = _text(value)
    return " ".join(text.lower().split()) if text else None


def _full_name(value: Any) -> str | None:
    """The words of a name in alphabetical order: "Berg, Anne van den" and "Anne van den Berg" are one."""
    text = plain(value)
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
    "given_name": plain,
    "family_name": plain,
    "date": _date,
    "exact": _exact,
    "text": plain,
    "identifiers": _identifiers,
    "place": plain,
}
IN_LINES: dict[str, Callable[[Sequence[str], str], list[str | None]]] = {
    "name": _full_name_lines,
    "given_name": _plain_lines,
    "family_name": _plain_lines,
    "exact": _exact_lines,
    "text": _plain_lines,
    "place": _plain_lines,
}
