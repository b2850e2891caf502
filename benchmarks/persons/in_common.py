"""What two registrations have in common, read from the records themselves and from no linker.

A pair of registrations of one child that has nothing in common cannot be found by anybody: it is counted apart.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pandas as pd

from connectors.names import plain

DEFINITION = (
    "Two registrations share something when they have in common: a name token of two letters or more (given names, "
    "family name, aliases; prefixes left out), the birth year, birth day and month together, a phone, a plate, a named "
    "contact, a v-number, or the same day at the same place (encountered, missing since, departed; found)."
)
SHORTEST_TOKEN = 2
AT_PLACE = ("encountered_on", "missing_since", "departed_on")


def tied_by(records: pd.DataFrame) -> dict[str, frozenset[str]]:
    """Phones, plates and named contacts of each record, by record_id."""
    return {row["record_id"]: frozenset(_network(row)) for row in records.to_dict("records")}


def told_by(records: pd.DataFrame) -> dict[str, frozenset[str]]:
    """Everything of each record that another one may share by `DEFINITION`, by record_id."""
    return {
        row["record_id"]: frozenset([*_name(row), *_birth(row), *_network(row), *_event(row), *_v_number(row)])
        for row in records.to_dict("records")
    }


def true_pairs(records: pd.DataFrame, child: pd.Series) -> pd.DataFrame:
    """Every pair of registrations of one child: record_id_l < record_id_r, shares_anything."""
    told = told_by(records)
    pairs = [
        (one, other, bool(told[one] & told[other]))
        for _, ids in child.dropna().groupby(child.dropna()).groups.items()
        for one, other in combinations(sorted(ids), 2)
    ]
    return pd.DataFrame(pairs, columns=["record_id_l", "record_id_r", "shares_anything"])


def _name(row: dict[str, Any]) -> list[str]:
    names = [row["given_names"], row["family_name"], *row["aliases"]]
    tokens = {token for name in names if isinstance(name, str) for token in plain(name).split()}
    return [f"name {token}" for token in sorted(tokens) if len(token) >= SHORTEST_TOKEN]


def _birth(row: dict[str, Any]) -> list[str]:
    year, month, day = (None if pd.isna(row[part]) else int(row[part]) for part in _BIRTH_PARTS)
    of_year = [f"year {year}"] if year else []
    return of_year + ([f"day {day} {month}"] if day and month else [])


_BIRTH_PARTS = ("birth_year", "birth_month", "birth_day")


def _network(row: dict[str, Any]) -> list[str]:
    contacts = [plain(contact.partition(":")[2]) for contact in row["contacts"]]
    return [
        *(f"phone {phone}" for phone in row["phones"]),
        *(f"plate {plate}" for plate in row["plates"]),
        *(f"contact {name}" for name in contacts if name),
    ]


def _event(row: dict[str, Any]) -> list[str]:
    days = [(row["place"], row[day]) for day in AT_PLACE] + [(row["found_place"], row["found_on"])]
    return [f"event {plain(place)} {day}" for place, day in days if isinstance(place, str) and not pd.isna(day)]


def _v_number(row: dict[str, Any]) -> list[str]:
    return [f"v {row['v_number']}"] if isinstance(row["v_number"], str) else []
