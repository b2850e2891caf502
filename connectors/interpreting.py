"""What a delivered value means: one reader per kind of column, from delivered text to values of the common record.

Every reader takes one recorded text and returns the values for the columns that it fills, in their order, and
problems as "rule:column". Strict: a value that is no known spelling is reported and becomes not recorded; nothing is
guessed. A reader sees each different text once, so a million rows cost what their different values cost.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from anyascii import anyascii

from connectors.codes import NOT_APPLICABLE, NOT_RECORDED, is_not_applicable, is_not_recorded, read_code, read_flag
from connectors.countries import read_countries, read_country
from connectors.dates import read_birth_date, read_date
from connectors.names import plain, split_full_name
from connectors.phones import read_phone
from connectors.plates import read_plate
from connectors.records import KINDS as TYPES
from connectors.records import LISTS
from connectors.register import DeliveredColumn

Reading = tuple[tuple[Any, ...], tuple[str, ...]]
ValueReader = Callable[[str], Reading]
# One value per row: a list, or an array of objects.
Values = Any

# Between the values of a repeated element; no text file or XML can hold it.
BETWEEN = "\x1e"
NOTHING: tuple[str, ...] = ()
# A complete Dutch number, once blanks, hyphens and dots are taken out.
DUTCH_NUMBER = re.compile(r"(?:0|\+31|0031)([1-9]\d{8})", re.ASCII)
WITHOUT_SIGNS = str.maketrans("", "", " -.")
SAYS_NOTHING = frozenset(spelling[0] for spelling in NOT_RECORDED | NOT_APPLICABLE if spelling)
# "15", "15.0" (a number cell), "15 jaar", "ca. 15"; a minus sign is kept, so that the bounds see it.
NUMBER = re.compile(r"(?:±|ca\.?|ongeveer)?\s*([+-]?\d{1,6})(?:[.,]0+)?\s*(?:jaar|jr\.?|j\.?)?", re.IGNORECASE)


def recorded(text: str | None) -> str | None:
    """Return a value without surrounding or repeated blanks; None when it says not known or not applicable."""
    if not text:
        return None
    text = " ".join(text.split())
    # Nearly all values can be told apart from every such spelling by their first letter.
    if text and text[0].isascii() and text[0].lower() not in SAYS_NOTHING:
        return text
    return None if not text or is_not_recorded(text) or is_not_applicable(text) else text


def distinct_texts(delivered: Sequence[str | None], length: int) -> tuple[Any, Any]:
    """Return the different texts of a column, and per row the place of its own; -1, so the last, when there is none."""
    texts = np.empty(length, dtype=object)
    texts[:] = delivered
    return pd.factorize(texts)


def recorded_texts(delivered: Sequence[str | None], length: int) -> Any:
    """Return a column of texts as `recorded` returns each."""
    places, distinct = distinct_texts(delivered, length)
    return np.array([*(recorded(text) for text in distinct), None], dtype=object)[places]


def place_name(text: str) -> str:
    """Return a place in lower case without accents, house numbers kept."""
    return " ".join(anyascii(text).lower().split())


def parts(column: DeliveredColumn, text: str) -> list[str]:
    """Return the recorded values of a list in one cell, in their order."""
    for separator in column.separators:
        text = text.replace(separator, BETWEEN)
    return [part for piece in text.split(BETWEEN) if (part := recorded(piece))]


def own_code(column: DeliveredColumn, text: str) -> str | None:
    """Return what the register's own code means ("" is not recorded), or None when it is not one of its codes."""
    return column.values.get(text.strip().casefold())


def one_code(column: DeliveredColumn, text: str) -> tuple[str | None, bool]:
    """Return the code of one value and whether it is unknown: the register's own codes first, then the code list."""
    own = own_code(column, text)
    if own is not None:
        return own or None, False
    if column.codes:
        return read_code(column.codes, text)
    return None, recorded(text) is not None


def text_reader(column: DeliveredColumn) -> ValueReader:
    """Free text, as it is."""
    return lambda text: ((recorded(text.replace(BETWEEN, "; ")),) * len(column.into), NOTHING)


def place_reader(column: DeliveredColumn) -> ValueReader:
    """A place, made comparable."""
    return lambda text: ((place_name(kept) if (kept := recorded(text)) else None,), NOTHING)


def identifier_reader(column: DeliveredColumn) -> ValueReader:
    """A number given out by an authority: capitals and digits only, without the letter V of an aliens number."""

    def read(text: str) -> Reading:
        kept = re.sub(r"[^0-9A-Z]", "", (recorded(text) or "").upper())
        return (re.sub(r"^V(?=\d)", "", kept) or None,), NOTHING

    return read


def texts_reader(column: DeliveredColumn) -> ValueReader:
    """A list of texts, each once."""
    return lambda text: ((list(dict.fromkeys(parts(column, text))),), NOTHING)


def full_name_reader(column: DeliveredColumn) -> ValueReader:
    """A name in one cell."""

    def read(text: str) -> Reading:
        kept = recorded(text)
        if kept is None:
            return (None, None, None), NOTHING
        name = split_full_name(kept)
        return (name.given_names or None, name.name_prefix or None, name.family_name or None), NOTHING

    return read


def birth_date_reader(column: DeliveredColumn) -> ValueReader:
    """A birth date in any notation of the contract, whole or in part; whether it lies ahead is decided per row."""

    def read(text: str) -> Reading:
        born, problem = read_birth_date(text, None)
        found = (f"{problem}:{column.into[0]}",) if problem else NOTHING
        return (born.year, born.month, born.day, born.precision), found

    return read


def date_reader(column: DeliveredColumn) -> ValueReader:
    """The day of an event: a whole calendar date or none."""

    def read(text: str) -> Reading:
        day, problem = read_date(text)
        return (day,) * len(column.into), (f"{problem}:{column.into[0]}",) if problem else NOTHING

    return read


def number_reader(column: DeliveredColumn) -> ValueReader:
    """A whole number; of an age the day on which it was stated is filled in per row."""
    rest = (None,) * (len(column.into) - 1)

    def read(text: str) -> Reading:
        kept = recorded(text)
        match = NUMBER.fullmatch(kept) if kept else None
        unreadable = (f"unreadable_number:{column.into[0]}",) if kept and not match else NOTHING
        return (int(match[1]) if match else None, *rest), unreadable

    return read


def flag_reader(column: DeliveredColumn) -> ValueReader:
    """Yes, no or not recorded."""

    def read(text: str) -> Reading:
        own = own_code(column, text)
        if own is not None:
            return ({"yes": True, "no": False}.get(own),), NOTHING
        answer, unknown = read_flag(text)
        return (answer,), (f"unknown_code:{column.into[0]}",) if unknown else NOTHING

    return read


def code_reader(column: DeliveredColumn) -> ValueReader:
    """One code."""

    def read(text: str) -> Reading:
        code, unknown = one_code(column, text)
        return (code,), (f"unknown_code:{column.into[0]}",) if unknown else NOTHING

    return read


def codes_reader(column: DeliveredColumn) -> ValueReader:
    """Several codes, each once; a spelling that holds a separator itself is tried whole first."""

    def read(text: str) -> Reading:
        whole, unknown = one_code(column, text)
        read_parts = [one_code(column, part) for part in parts(column, text)] if unknown else [(whole, False)]
        codes = dict.fromkeys(code for code, _ in read_parts if code)
        found = any(is_unknown for _, is_unknown in read_parts)
        return (list(codes),), (f"unknown_code:{column.into[0]}",) if found else NOTHING

    return read


def country_reader(column: DeliveredColumn) -> ValueReader:
    """A country or region."""

    def read(text: str) -> Reading:
        country, unknown = read_country(text)
        return (country,), (f"unknown_country:{column.into[0]}",) if unknown else NOTHING

    return read


def countries_reader(column: DeliveredColumn) -> ValueReader:
    """One or more nationalities."""

    def read(text: str) -> Reading:
        countries, unknown = read_countries(text.replace(BETWEEN, " / "))
        return (list(countries),), (f"unknown_country:{column.into[0]}",) if unknown else NOTHING

    return read


def listed(column: DeliveredColumn, read_one: Callable[[str], tuple[str | None, str | None]], rule: str) -> ValueReader:
    """Return a reader of a list whose values are each read or unreadable."""

    def read(text: str) -> Reading:
        values = [read_one(part)[0] for part in parts(column, text)]
        return (list(dict.fromkeys(v for v in values if v)),), (rule,) if not all(values) else NOTHING

    return read


def phones_reader(column: DeliveredColumn) -> ValueReader:
    """A list of telephone numbers."""
    return listed(column, phone_number, f"unreadable_phone:{column.into[0]}")


def phone_number(text: str) -> tuple[str | None, str | None]:
    """Read one telephone number: as `read_phone`, by a short cut for Dutch numbers, because numbers seldom repeat."""
    match = DUTCH_NUMBER.fullmatch(text.translate(WITHOUT_SIGNS))
    return (f"+31{match[1]}", None) if match else read_phone(text)


def plates_reader(column: DeliveredColumn) -> ValueReader:
    """A list of licence plates."""
    return listed(column, read_plate, f"unreadable_plate:{column.into[0]}")


def contacts_reader(column: DeliveredColumn) -> ValueReader:
    """A list of `role:name`; the first colon separates. A role that is not known is reported, the contact kept as
    other.
    """

    def read(text: str) -> Reading:
        contacts, unknown = [], False
        for part in parts(column, text):
            role, colon, name = part.partition(":")
            code, is_unknown = one_code(column, role) if colon else (None, False)
            unknown = unknown or is_unknown
            if kept := recorded(name if colon else role):
                contacts.append(f"{code or 'other'}:{plain(kept)}")
        return (list(dict.fromkeys(contacts)),), (f"unknown_code:{column.into[0]}",) if unknown else NOTHING

    return read


def signals_reader(column: DeliveredColumn) -> ValueReader:
    """A list of `code=points`; the codes are kept as the register has them."""

    def read(text: str) -> Reading:
        codes = [part.partition("=")[0].strip() for part in parts(column, text)]
        return (list(dict.fromkeys(code for code in codes if code)),), (
            (f"unreadable_number:{column.into[0]}",) if signal_sum(column, text) is None else NOTHING
        )

    return read


def signal_sum(column: DeliveredColumn, text: str) -> int | None:
    """Return the sum of the points in a list of `code=points`; None when one of them is not a number."""
    points = [part.partition("=")[2].strip() for part in parts(column, text)]
    return sum(map(int, points)) if all(re.fullmatch(r"\d{1,4}", point) for point in points) else None


READERS: Mapping[str, Callable[[DeliveredColumn], ValueReader]] = {
    "text": text_reader,
    "place": place_reader,
    "identifier": identifier_reader,
    "full_name": full_name_reader,
    "aliases": texts_reader,
    "texts": texts_reader,
    "birth_date": birth_date_reader,
    "date": date_reader,
    "integer": number_reader,
    "age": number_reader,
    "flag": flag_reader,
    "code": code_reader,
    "codes": codes_reader,
    "country": country_reader,
    "countries": countries_reader,
    "phones": phones_reader,
    "plates": plates_reader,
    "contacts": contacts_reader,
    "signals": signals_reader,
}


def fill(
    values: dict[str, Values],
    problems: Sequence[list[str]],
    column: DeliveredColumn,
    delivered: Sequence[str | None],
    read: ValueReader,
) -> None:
    """Read one delivered column into `values` and `problems`, row by row.

    A column filled before keeps what it has; a list is added to.
    """
    places, distinct = distinct_texts(delivered, len(problems))
    nothing: Reading = ((None,) * len(column.into), NOTHING)
    readings = [nothing if not text or text.isspace() else read(text) for text in distinct]
    for at, name in enumerate(column.into):
        of_distinct = np.full(len(readings) + 1, None, dtype=object)
        for place, reading in enumerate(readings):
            of_distinct[place] = reading[0][at]
        found = of_distinct[places]
        values[name] = _added(values[name], found, TYPES[name] in LISTS) if name in values else found
    reported = [place for place, reading in enumerate(readings) if reading[1]]
    for row in np.flatnonzero(np.isin(places, reported)).tolist() if reported else ():
        problems[row].extend(readings[places[row]][1])


def _added(held: Sequence[Any], found: Sequence[Any], is_list: bool) -> Values:
    """What a column held, else what was found; of a list both."""
    both = np.full(len(found), None, dtype=object)
    for row, (before, value) in enumerate(zip(held, found, strict=True)):
        if before is None:
            both[row] = value
        else:
            both[row] = list(dict.fromkeys([*before, *value])) if is_list and value else before
    return both
