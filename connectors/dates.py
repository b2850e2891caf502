"""Dates as registers write them: whole dates of events, and birth dates of which parts may be unknown.

Notations of the input contract: dd-mm-jjjj, jjjj-mm-dd, d-m-jjjj, cells of a workbook, `00` for an unknown part, a
bare year, an approximate year. Problems come back as rule names, never as an exception, and never with the value.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from connectors.codes import is_not_applicable, is_not_recorded

FIRST_YEAR, LAST_YEAR = 1850, 2100
PLACEHOLDERS = frozenset({(1, 1), (7, 1)})
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
_YEAR = re.compile(r"(\d{4})(?:\.0)?")
_APPROXIMATE = re.compile(r"(?:±|\+/-|ca\.?|circa|ong\.?|ongeveer|rond|plm\.?)\s*(\d{4})", re.I)
# Of "17-18 JR" the first: doubt about minority is read as minority (R2, L5744-5746).
_AGE = re.compile(r"(?<!\d)(\d{1,3})(?:\s*(?:-|/|of|tot|t/m)\s*\d{1,3})?\s*(?:jr|jaar|jaren|j)\b", re.I)
_CLOCK = re.compile(r"[ T](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?$")
# How empty cells of a frame print.
_EMPTY_CELLS = frozenset({"nan", "NaT", "<NA>"})


@dataclass(frozen=True)
class PartialDate:
    """A birth date of which parts may be unknown; precision: day, month, year, approximate or unknown."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    precision: str = "unknown"


UNKNOWN = PartialDate()


def read_date(value: object) -> tuple[date | None, str | None]:
    """Read the date of an event: a whole calendar date, or nothing with the rule that it breaks.

    `incomplete_date` when a part is unknown in a notation that the contract allows, else `impossible_date`.
    """
    return _read_date(_written(value))


@lru_cache(maxsize=1 << 17)
def _read_date(text: str) -> tuple[date | None, str | None]:
    text = _CLOCK.sub("", text.strip())
    if is_not_recorded(text) or is_not_applicable(text):
        return None, None
    parts = _parts(text)
    whole = _calendar(*parts) if parts else None
    if whole:
        return whole, None
    born, problem = _read_birth_date(text)
    is_in_part = problem is None and (born != UNKNOWN or parts == (0, 0, 0))
    return None, "incomplete_date" if is_in_part else "impossible_date"


def read_birth_date(value: object, on: date | None = None) -> tuple[PartialDate, str | None]:
    """Read a birth date with what is known of it, and the rule it breaks, if any.

    `on`: a day by which the person was born; a later birth is `future_birth_date`. 1 January and 1 July are whole dates
    and come with `placeholder_birth_date`.
    """
    born, problem = _read_birth_date(_written(value))
    if (
        on is not None
        and born.year is not None
        and (born.year, born.month or 1, born.day or 1) > (on.year, on.month, on.day)
    ):
        return UNKNOWN, "future_birth_date"
    return born, problem


@lru_cache(maxsize=1 << 17)
def _read_birth_date(text: str) -> tuple[PartialDate, str | None]:
    text = _CLOCK.sub("", text.strip())
    if is_not_recorded(text) or is_not_applicable(text):
        return UNKNOWN, None
    if match := _APPROXIMATE.fullmatch(text):
        return _of_year(int(match[1]), "approximate")
    if match := _YEAR.fullmatch(text):
        return _of_year(int(match[1]), "year")
    parts = _parts(text)
    if parts is None:
        return UNKNOWN, "impossible_birth_date"
    year, month, day = parts
    if not year:
        return (UNKNOWN, None) if not month and not day else (UNKNOWN, "impossible_birth_date")
    if month and day:
        if _calendar(year, month, day) is None:
            return UNKNOWN, "impossible_birth_date"
        problem = "placeholder_birth_date" if (month, day) in PLACEHOLDERS else None
        return PartialDate(year, month, day, "day"), problem
    if month > 12 or day > 31:
        return UNKNOWN, "impossible_birth_date"
    if month:
        born, problem = _of_year(year, "month")
        return (born, problem) if problem else (PartialDate(year, month, None, "month"), None)
    return _of_year(year, "year")


def _written(value: object) -> str:
    """A cell as text: an empty one is nothing, a date is its ISO notation."""
    if isinstance(value, str):
        return value
    text = str(value)
    if value is None or text in _EMPTY_CELLS:
        return ""
    return value.isoformat()[:10] if isinstance(value, date) else text


def read_stated_age(text: str | None) -> int | None:
    """Age in whole years from words such as "ONBEKEND CA 14 JR" or "14 jaar"; None when there is none."""
    match = _AGE.search(text or "")
    return int(match[1]) if match else None


def _parts(text: str) -> tuple[int, int, int] | None:
    """Year, month and day as written, 0 for an unknown part; None for another notation."""
    if match := _DAY_FIRST.fullmatch(text):
        return int(match[3]), int(match[2]), int(match[1])
    if match := _YEAR_FIRST.fullmatch(text):
        return int(match[1]), int(match[2]), int(match[3])
    return None


def _calendar(year: int, month: int, day: int) -> date | None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _of_year(year: int, precision: str) -> tuple[PartialDate, str | None]:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return UNKNOWN, "impossible_birth_date"
    return PartialDate(year, precision=precision), None
