"""Numbers as the report prints them (R62): one decimal with a comma, "-" for what is not known, "Nvt" for no base.

Percentages are rounded half up from the counts themselves. A floating-point percentage has lost that half: 249 of 2000
is 12,45 and is printed as 12,5, where its nearest float would give 12,4.
"""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import format_decimal

from monitoring.figures.written.words import Language, said


def count_text(count: int | None, language: Language) -> str:
    """Return a count with the thousands apart, "-" when it is not known."""
    return said("unknown", language) if count is None else format_decimal(count, format="#,##0", locale=language)


def rounded_share(count: int | None, base: int | None) -> Decimal | None:
    """Return a count as a percentage of its base, rounded half up to one decimal from the exact fraction.

    None where either is not known or the base is 0.
    """
    if count is None or not base:
        return None
    # In tenths of a percent; a half goes away from zero.
    tenths = (2000 * abs(count) + base) // (2 * base)
    return Decimal(tenths if count >= 0 else -tenths).scaleb(-1)


def share_text(count: int | None, base: int | None, language: Language) -> str:
    """Return a percentage with one decimal, without its sign; "-" when count or base is not known, "Nvt" on base 0."""
    share = rounded_share(count, base)
    if share is not None:
        return format_decimal(share, format="#,##0.0", locale=language)
    return said("not_applicable" if base == 0 and count is not None else "unknown", language)
