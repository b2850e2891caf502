"""Fourteen invented registrations of five children over the five registers: near-equal names, shared numbers, twins."""

from __future__ import annotations

from datetime import date
from typing import Any

from connectors.records import COLUMN_NAMES

_SAID: list[tuple[str, str, str, str, str, dict[str, Any]]] = [
    ("telex", "2004/11/0101", "Isoken", "Uwaemeka", "1989-07-04",
     {"missing_since": "2004-11-01", "missing_status": "open", "phones": ["+31600000001"], "nationality": ["NGA"]}),
    ("ikps", "IK-05-000001", "Isokhen", "Uwameka", "1989-07-04",
     {"encountered_on": "2005-01-10", "place": "Amsterdam", "phones": ["+31600000001"], "nationality": ["NGA"]}),
    ("stv", "2005/1", "Polina", "Stefanova", "1985-06-22",
     {"encountered_on": "2005-01-17", "phones": ["+31600000001"], "nationality": ["GRC"]}),
    ("youth_care", "UT-2004-00001", "I", "Uwaemeka", "1989-07-00",
     {"reported_on": "2004-09-01", "exploitation_forms": ["prostitution"]}),
    ("mob", "mob_200412_OC#1", "Ana", "Stoica", "1990-03-03",
     {"missing_since": "2004-12-01", "departure_category": "address_check", "place": "Ter Apel"}),
    ("mob", "mob_200412_OC#2", "Ina", "Stoica", "1990-03-03",
     {"missing_since": "2004-12-01", "departure_category": "address_check", "place": "Ter Apel"}),
    ("telex", "2004/12/0202", "Ana", "Stoica", "1990-03-03",
     {"missing_since": "2004-12-02", "missing_status": "open", "phones": ["+31600000002"], "nationality": ["ROU"]}),
    ("stv", "2005/2", "Ina Maria", "Stoica", "1990-03-03",
     {"encountered_on": "2005-01-20", "phones": ["+31600000002"], "nationality": ["ROU"]}),
    ("ikps", "IK-05-000002", "Mirela", "Dobre", "1988-05-09",
     {"encountered_on": "2005-01-20", "place": "Leeuwarden", "phones": ["+31600000003"], "nationality": ["ROU"]}),
    ("ikps", "IK-05-000003", "Ina", "Stoica", "1990-03-03",
     {"encountered_on": "2005-01-20", "place": "Leeuwarden", "nationality": ["ROU"]}),
    ("stv", "2005/3", "Mirella", "Dobre", "1988-05-09",
     {"encountered_on": "2005-01-20", "place": "Leeuwarden", "nationality": ["ROU"]}),
    ("mob", "mob_200501_OC#1", "Xing Xiao", "Chen", "1989-02-10",
     {"missing_since": "2005-01-03", "departure_category": "address_check", "nationality": ["CHN"]}),
    ("ikps", "IK-05-000004", "Xingxiao", "Chen", "1990-02-10",
     {"encountered_on": "2005-01-25", "place": "Den Haag", "phones": ["+31600000003"], "nationality": ["CHN"]}),
    ("telex", "2005/01/0303", "Chen", "Xiao Xing", "1989-02-10",
     {"missing_since": "2005-01-03", "missing_status": "open", "nationality": ["CHN"]}),
]  # fmt: skip


def invented_registrations() -> list[dict[str, Any]]:
    """The fourteen registrations, each a mapping of the columns of the common record."""
    return [_registration(*said) for said in _SAID]


def _registration(register: str, key: str, given: str, family: str, born: str, said: dict[str, Any]) -> dict[str, Any]:
    year, month, day = (int(part) or None for part in born.split("-"))
    columns = {
        name: date.fromisoformat(value) if name.endswith(("_on", "_since")) else value for name, value in said.items()
    }
    return {
        **dict.fromkeys(COLUMN_NAMES),
        "record_id": f"{register}-{key}",
        "register": register,
        "source_key": key,
        "given_names": given,
        "family_name": family,
        "birth_year": year,
        "birth_month": month,
        "birth_day": day,
        "birth_date_precision": "day" if day else "month",
        "sex": "female",
        **columns,
    }
