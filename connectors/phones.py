"""Telephone numbers in any notation to E.164; lists inside a cell to values."""

import re
from functools import lru_cache

import phonenumbers

HOME_REGION = "NL"
FEWEST_DIGITS = 6


@lru_cache(maxsize=1 << 17)
def read_phone(text: str | None) -> tuple[str | None, str | None]:
    """Read one number: E.164 when it can be one, else its digits, else nothing with `unreadable_phone`.

    >>> read_phone("06-00000001"), read_phone("0031 6 0000 0001")
    (('+31600000001', None), ('+31600000001', None))
    """
    written = re.sub(r"^(?:tel(?:efoon)?|mob(?:iel)?|gsm)\W*", "", (text or "").strip(), flags=re.I)
    digits = re.sub(r"\D", "", written)
    if not digits:
        return None, ("unreadable_phone" if written else None)
    if digits.startswith("00"):
        written = "+" + digits[2:]
    try:
        number = phonenumbers.parse(written, HOME_REGION)
    except phonenumbers.NumberParseException:
        number = None
    # Possible, not valid: registers hold numbers of series that the numbering plan has since closed.
    if number is not None and phonenumbers.is_possible_number(number):
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), None
    return (digits, None) if len(digits) >= FEWEST_DIGITS else (None, "unreadable_phone")


def split_list(text: str | None, separators: str) -> list[str]:
    """Values of a list inside a cell, without blanks around them and without empty ones."""
    parts = re.split(f"[{re.escape(separators)}]", text or "")
    return [part.strip() for part in parts if part.strip()]
