"""Ten invented persons for the monitors' tables, small enough to count by hand; the night is 31 December 2005.

A to E are victims, G and J disappeared and were seen again, F, H and I only disappeared.
"""

from datetime import date
from typing import Any

Rows = list[dict[str, Any]]


def day(text: str | None) -> date | None:
    """Return a day written as YYYY-MM-DD."""
    return date.fromisoformat(text) if text else None


def victim(person_id: str, status: str, sex: str | None, age_band: str, forms: str, **facts: Any) -> dict[str, Any]:
    """Return a victim; forms are separated by blanks."""
    return {
        "person_id": person_id, "victim_status": status, "is_counted": status == "actual", "sex": sex,
        "age_band": age_band, "exploitation_forms": forms.split(), **facts,
    }  # fmt: skip


def missing(since: str, minor: str = "yes", resurfaced: str = "no", seen: str | None = None, **facts: Any) -> dict:
    """Return what the table of persons says of a disappearance."""
    return {
        "missing_since": day(since), "is_minor_when_missing": minor, "resurfaced_as_victim": resurfaced,
        "resurfaced_in": seen, **facts,
    }  # fmt: skip


PERSONS: Rows = [
    victim("A", "actual", "female", "16-17", "prostitution", nationality="NLD", country_of_origin="MAR"),
    victim("B", "potential", "male", "13-15", "agriculture", nationality="ROU"),
    victim("C", "potential", "female", "18+", "prostitution", nationality="POL", country_of_origin="POL"),
    victim("D", "actual", "female", "unknown", "prostitution drugs", nationality="POL|UKR", country_of_origin="POL"),
    victim("E", "potential", None, "unknown", ""),
    {"person_id": "F", "victim_status": "none", "age_band": "13-15", **missing("2004-02-01", is_mob=True, days_missing=699)},
    victim("G", "actual", "female", "16-17", "child_pornography", country_of_origin="NGA")
    | missing("2003-11-03", "yes", "yes", "ikps", days_missing=91),
    {"person_id": "H", "victim_status": "none", "age_band": "18+", **missing("2004-06-01", "no", days_missing=578)},
    {"person_id": "I", "victim_status": "none", "age_band": "9-12", **missing("2005-05-01", "not_recorded", days_missing=7)},
    {"person_id": "J", "victim_status": "none", "age_band": "16-17", **missing("2005-01-01", "yes", "possible", "stv", days_missing=364)},
]  # fmt: skip


def registered(person: str, register: str, on: str | None, reporter: str | None = None, **facts: Any) -> dict[str, Any]:
    """Return a registration as a victim."""
    return {"person_id": person, "register": register, "encountered_on": day(on), "reporter_kind": reporter, **facts}


def lost(person: str, register: str, since: str, found: str | None = None, **facts: Any) -> dict[str, Any]:
    """Return a registration of a disappearance."""
    category = {"departure_category": "address_check", "departed_on": day(since)} if register == "mob" else {}
    status = "found" if found else "open"
    return {
        "person_id": person, "register": register, "missing_since": day(since), "found_on": day(found),
        "missing_status": status, **category, **facts,
    }  # fmt: skip


REGISTRATIONS: Rows = [
    registered("A", "ikps", "2004-03-01", "police"),
    registered("A", "stv", "2004-04-01", "shelter"),
    registered("B", "stv", "2003-06-01", "assistance"),
    registered("B", "youth_care", "2005-02-01", "school", exploitation_forms=["agriculture"]),
    registered("C", "ikps", "2004-04-30", "police"),
    registered("C", "ikps", "2005-01-05", "police"),
    registered("D", "stv", "2004-05-01"),
    registered("E", "ikps", None, "police"),
    lost("F", "telex", "2004-01-25", reporter_kind="parents"),
    lost("F", "mob", "2004-02-01"),
    lost("G", "telex", "2003-11-03"),
    registered("G", "ikps", "2004-02-02", "police"),
    registered("G", "youth_care", "2002-01-01", "youth_care"),
    lost("H", "telex", "2004-06-01"),
    lost("I", "telex", "2005-05-01", "2005-05-08"),
    lost("J", "telex", "2005-01-01"),
]
