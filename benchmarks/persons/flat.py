"""Records as other linkers take them: one flat table with plain names, dates as text, and lists where there are more.

Made from the common record alone, with nothing of this repository's linkage: what a careful user would prepare.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from itertools import combinations
from typing import Any

import pandas as pd

from connectors.names import plain

RARE_BELOW = 0.002
SHORTEST_TOKEN = 2
LISTS = ("tokens", "network")
SOUNDS = (("ph", "f"), ("[ckq]", "k"), ("[szx]", "s"), ("[fvw]", "f"), ("[dt]", "t"), ("[bp]", "p"), ("[gjyi]", "j"))


def flat(records: pd.DataFrame) -> pd.DataFrame:
    """One row per record: unique_id, and columns of text, whole numbers or lists; None where nothing is recorded."""
    rows = [_row(row) for row in records.to_dict("records")]
    most = max(2.0, RARE_BELOW * len(rows))
    for column in LISTS:
        carried = Counter(value for row in rows for value in row[column] or ())
        for row in rows:
            row[f"rare_{column}"] = _listed(value for value in row[column] or () if carried[value] <= most)
    whole = ("birth_year", "birth_from", "birth_to", "event_day")
    return pd.DataFrame(rows).astype(dict.fromkeys(whole, "Int64"))


def _row(row: dict[str, Any]) -> dict[str, Any]:
    given, family = _plain(row["given_names"]), _plain(row["family_name"])
    aliases = [name for name in map(_plain, row["aliases"]) if name]
    full = " ".join(part for part in (given, family) if part)
    names = [full, *aliases, *(f"{alias} {family}" for alias in aliases if family and " " not in alias)]
    tokens = sorted({token for name in names for token in name.split() if len(token) >= SHORTEST_TOKEN})
    sounds = sorted({sound for sound in map(sound_of, tokens) if len(sound) >= SHORTEST_TOKEN})
    contacts = sorted({name for contact in row["contacts"] if (name := plain(contact.partition(":")[2]))})
    return {
        "unique_id": row["record_id"],
        "first_name": given or None,
        "surname": family or None,
        "full_name": full or None,
        "names": _listed(name for name in names if name),
        "tokens": tokens or None,
        "sounds": sounds or None,
        "sound_pairs": _listed(" ".join(pair) for pair in combinations(sounds, 2)),
        "initials": _listed(token[0] for name in names for token in name.split()),
        **_birth(row),
        "sex": _text(row["sex"]),
        "nationality": row["nationality"][0] if len(row["nationality"]) else None,
        "origins": _listed(
            filter(None, [*row["nationality"], _text(row["country_of_origin"]), _text(row["country_of_birth"])])
        ),
        "phones": _listed(row["phones"]),
        "plates": _listed(row["plates"]),
        "contacts": contacts or None,
        "network": _listed([*row["phones"], *row["plates"], *contacts]),
        "place": _plain(row["place"]) or None,
        "region": _text(row["region"]),
        "event_day": _event_day(row),
        "v_number": _text(row["v_number"]),
        "cross_keys": _listed(
            filter(None, [row["source_key"] if row["register"] == "ikps" else None, _text(row["other_identity_of"])])
        ),
    }


def sound_of(token: str) -> str:
    """Consonants of a plain token by how they sound, the first letter kept whatever it is.

    >>> sound_of("fatima"), sound_of("phatma")
    ('ftm', 'ftm')
    """
    sounding = token
    for letters, sound in SOUNDS:
        sounding = re.sub(letters, sound, sounding)
    sounding = sounding[:1] + re.sub("[aeouhj]", "", sounding[1:])
    return re.sub(r"(.)\1+", r"\1", sounding)


def _birth(row: dict[str, Any]) -> dict[str, Any]:
    """Birth date as text where it is whole, its parts, and the years it allows; a stated age allows three."""
    year, month, day = (_number(row[f"birth_{part}"]) for part in ("year", "month", "day"))
    first, last = year, year
    if year and row["birth_date_precision"] == "approximate":
        first, last = year - 2, year + 2
    age, on = _number(row["stated_age"]), row["stated_age_on"]
    if not year and age and isinstance(on, date):
        first, last = on.year - age - 2, on.year - age + 1
    whole = year and month and day
    return {
        "dob": f"{year:04d}-{month:02d}-{day:02d}" if whole else None,
        "dob_swapped": f"{year:04d}-{day:02d}-{month:02d}" if whole and day <= 12 and day != month else None,
        "day_month": f"{month:02d}-{day:02d}" if month and day else None,
        "year_month": f"{year:04d}-{month:02d}" if year and month else None,
        "birth_year": year,
        "birth_from": first,
        "birth_to": last,
    }


def _event_day(row: dict[str, Any]) -> int | None:
    for column in ("encountered_on", "missing_since", "departed_on"):
        if isinstance(row[column], date) and not pd.isna(row[column]):
            return row[column].toordinal()
    return None


def _listed(values: Any) -> list[str] | None:
    return sorted(set(values)) or None


def _plain(value: Any) -> str:
    return plain(value) if isinstance(value, str) else ""


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _number(value: Any) -> int | None:
    return None if value is None or pd.isna(value) else int(value)
