"""Two registrations side by side, field by field: what agrees, what differs, what one of them leaves blank."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from anyascii import anyascii

from monitoring.web.words import heading, in_words, meaning

# What a reviewer compares, in this order: who, born when, from where, how to be reached, the event, what was written.
FIELDS = (
    "given_names", "name_prefix", "family_name", "aliases", "birth_date", "stated_age", "stated_age_on", "sex",
    "nationality", "country_of_origin", "country_of_birth", "birth_place", "v_number", "other_identity_of", "phones",
    "plates", "contacts", "encountered_on", "missing_since", "departed_on", "arrived_on", "found_on", "reported_on",
    "registered_on", "place", "region", "place_kind", "found_place", "residence_status", "document_status",
    "exploitation_forms", "exploiter_kind", "living_situation", "at_school", "shelter", "reporter", "reporter_kind",
    "departure_category", "departure_reason", "guardian_assigned", "missing_category", "missing_status", "description",
    "source_key",
)  # fmt: skip
CODED = frozenset(
    (
        "sex", "nationality", "country_of_origin", "country_of_birth", "place_kind", "residence_status",
        "document_status", "exploitation_forms", "exploiter_kind", "living_situation", "at_school", "reporter_kind",
        "departure_category", "guardian_assigned", "missing_category", "missing_status",
    )
)  # fmt: skip
UNCOMPARED = ("source_key", "description", "departure_reason", "reporter")


def side_by_side(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return a row per field that either registration records: words, left, right, and how they stand to each other.

    `agreement`: agrees (equal, or lists with a value in common; capitals and accents aside), differs, blank (one of the
    two records it), or nothing where a comparison says nothing.
    """
    compared = []
    for field in FIELDS:
        left, right = _value(one, field), _value(other, field)
        if _is_blank(left) and _is_blank(right):
            continue
        compared.append(
            {
                "words": heading(field),
                "left": _said(field, left),
                "right": _said(field, right),
                "agreement": "" if field in UNCOMPARED else agreement(left, right),
            }
        )
    return compared


def agreement(left: Any, right: Any) -> str:
    """Return how two values stand to each other: agrees, differs or blank."""
    if _is_blank(left) or _is_blank(right):
        return "blank"
    if isinstance(left, list) and isinstance(right, list):
        return "agrees" if {_plain(v) for v in left} & {_plain(v) for v in right} else "differs"
    return "agrees" if _plain(left) == _plain(right) else "differs"


def _value(record: Mapping[str, Any], field: str) -> Any:
    if field != "birth_date":
        return record.get(field)
    parts = [record.get(f"birth_{part}") for part in ("year", "month", "day")]
    if parts[0] is None and parts[1] is None and parts[2] is None:
        return None
    year, month, day = (
        f"{part:0{width}d}" if part else "?" * width for part, width in zip(parts, (4, 2, 2), strict=True)
    )
    return f"{year}-{month}-{day}{' ±' if record.get('birth_date_precision') == 'approximate' else ''}"


def _said(field: str, value: Any) -> str:
    if _is_blank(value):
        return "–"
    if field in CODED or isinstance(value, bool):
        return in_words(field, value)
    if field == "contacts":
        return ", ".join(map(_contact, value))
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _contact(written: str) -> str:
    """A contact with its role in words, as `pimp:name` is written in the record."""
    role, _, name = written.partition(":")
    return f"{meaning(role, 'contact_role')}: {name}" if name else written


def _is_blank(value: Any) -> bool:
    return value is None or value == [] or value == ""


def _plain(value: Any) -> str:
    return " ".join(anyascii(str(value)).casefold().split())
