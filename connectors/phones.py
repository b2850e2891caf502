"""Telephone numbers in any notation to E.164; lists inside a cell to values."""

import re
from functools import lru_cache

import phonenumbers

from connectors.codes import is_not_applicable, is_not_recorded

HOME_REGION = "NL"
# E.164 has no more than 15: more are two numbers written as one, which nobody can call.
FEWEST_DIGITS, MOST_DIGITS = 6, 15
_NUMBER = re.compile(r"\+?\s*\(?\d(?:.*\d)?", re.ASCII | re.DOTALL)


@lru_cache(maxsize=1 << 17)
def read_phone(text: str | None) -> tuple[str | None, str | None]:
    """Read one number, words around it left out: E.164 when it can be one, else its digits, else `unreadable_phone`.

    >>> read_phone("06-00000001"), read_phone("0031 6 0000 0001")
    (('+31600000001', None), ('+31600000001', None))
    """
    if is_not_recorded(text) or is_not_applicable(text):
        return None, None
    match = _NUMBER.search(text or "")
    written = match[0] if match else ""
    digits = re.sub(r"\D", "", written, flags=re.ASCII)
    # A row of zeros fills a field; as a number it would tie strangers together.
    if not digits.strip("0"):
        return None, "unreadable_phone"
    if digits.startswith("00"):
        written = "+" + digits[2:]
    try:
        number = phonenumbers.parse(written, HOME_REGION)
    except phonenumbers.NumberParseException:
        number = None
    # Possible, not valid: registers hold numbers of series that the numbering plan has since closed.
    if number is not None and phonenumbers.is_possible_number(number):
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), None
    if FEWEST_DIGITS <= len(digits) <= MOST_DIGITS and not re.search(r"[^\W\d_]", written):
        return digits, None
    return None, "unreadable_phone"


def split_list(text: str | None, separators: str) -> list[str]:
    """Values of a list inside a cell, without blanks around them and without empty ones."""
    parts = re.split(f"[{re.escape(separators)}]", text or "")
    return [part.strip() for part in parts if part.strip()]
