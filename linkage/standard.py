"""Records made comparable: names as token sets, birth dates as parts, events as days and places.

In: accepted records (columns of `connectors/records.toml`). Out: `Comparable`, in which every repeated value is
stored once and a record points to it by code, so that each distinct pair of values is compared once.
Rule it protects: a status is never a linkage key (R63, S71, S72), so no status is taken along.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

import numpy as np
import pandas as pd

from connectors.names import plain
from linkage.model import Model
from linkage.shares import count_values, share_by_register, share_of_dates, shares_of_codes, token_share
from linkage.towns import Towns, place_of, spot, text

Variant = tuple[str, ...]
CODED = (
    "register", "source_key", "name", "given", "birth", "birth_year", "sex", "origin", "birth_country", "on_paper",
    "network", "place", "seen_day", "seen_place", "seen_count", "gone_day", "works", "v_number", "other_identity_of",
    "document_status",
)  # fmt: skip
SEXUAL = frozenset({"prostitution", "child_pornography"})
MOST_INITIALS = 4
# Written or left out at will; everything longer is a prefix of its own column.
SMALL_WORDS = frozenset({"van", "von", "der", "den", "de", "het", "ter", "ten", "el", "al", "bin", "ben", "ibn", "t"})


@dataclass(frozen=True)
class BirthDate:
    """What a record says of a birth date: parts (0 = unknown), and the years it allows."""

    year: int = 0
    month: int = 0
    day: int = 0
    first_year: int = 0
    last_year: int = 0
    is_exact: bool = False

    @property
    def is_placeholder(self) -> bool:
        """1 January and 1 July stand for an unknown day with many asylum seekers (registers.md, general rules)."""
        return self.day == 1 and self.month in (1, 7)

    @property
    def is_known(self) -> bool:
        """Whether the record says anything about the age."""
        return self.first_year > 0


@dataclass(frozen=True)
class Shares:
    """How common values are: name tokens, countries per register, birth dates, and the places of `Comparable`.

    `token_floor`: the share of a token that one record holds.
    """

    token: dict[str, float]
    origin: dict[str, dict[str, float]]
    birth: dict[BirthDate, float]
    place: np.ndarray
    token_floor: float = 0.0


class Yardstick(Protocol):
    """Where shares come from when they are not those of the records themselves (`linkage.reference`)."""

    @property
    def towns(self) -> Towns:
        """From a place as written to its town."""

    def shares(
        self,
        tokens: Iterable[str],
        births: Iterable[BirthDate],
        origins: Iterable[tuple[str, frozenset[str]]],
        places: Sequence[str],
    ) -> Shares:
        """Shares of these values."""


@dataclass
class Comparable:
    """A night's records in comparable form; `frame` has one row per record, indexed by record_id, of codes."""

    frame: pd.DataFrame
    names: list[tuple[Variant, ...]]
    givens: list[frozenset[str]]
    births: list[BirthDate]
    origins: list[tuple[str, frozenset[str]]]
    networks: list[frozenset[str]]
    places: list[str]
    towns: Towns
    shares: Shares
    network_count: Counter[str] = field(default_factory=Counter)


class _Codes:
    """Gives every distinct value a number in order of first appearance; -1 is not recorded."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._number: dict[Any, int] = {}

    def of(self, value: Any) -> int:
        if not value:
            return -1
        number = self._number.get(value)
        if number is None:
            number = self._number[value] = len(self.values)
            self.values.append(value)
        return number


def comparable(records: pd.DataFrame, model: Model, yardstick: Yardstick | None = None) -> Comparable:
    """Bring records in comparable form, sorted by record_id so that the order of rows never matters.

    `yardstick`: how common values are; without it as these records have them.
    """
    rows = records.sort_values("record_id").to_dict("records")
    town = yardstick.towns if yardstick else Towns.of_records(rows)
    names, givens, births, origins, networks, places = (_Codes() for _ in range(6))
    out = []
    for row in rows:
        birth, place = _birth(row), places.of(town(place_of(row)))
        seen_day, seen_place = _seen(row)
        out.append(
            {
                "record_id": row["record_id"],
                "register": row["register"],
                "source_key": row["source_key"],
                "name": names.of(name_variants(row)),
                "given": givens.of(frozenset(_tokens(_given(row)))),
                "birth": births.of(birth),
                "birth_year": birth.year if birth else 0,
                "sex": {"female": 1, "male": 2}.get(text(row["sex"]), 0),
                "origin": origins.of(_of_register(row["register"], _origins(row))),
                "birth_country": text(row["country_of_birth"]),
                "on_paper": row["register"] == "ikps",
                "network": networks.of(_network(row)),
                "place": place,
                "seen_day": seen_day,
                "seen_place": places.of(town(seen_place)),
                "gone_day": _gone(row),
                "works": any(form not in SEXUAL for form in row["exploitation_forms"]),
                "v_number": text(row["v_number"]),
                "other_identity_of": text(row["other_identity_of"]),
                "document_status": text(row["document_status"]),
            }
        )
    frame = pd.DataFrame(out, columns=["record_id", *CODED]).set_index("record_id")
    frame["seen_count"] = _seen_together(frame)
    return Comparable(
        frame=frame,
        names=names.values,
        givens=givens.values,
        births=births.values,
        origins=origins.values,
        networks=networks.values,
        places=places.values,
        towns=town,
        shares=_shares(frame, names.values, births.values, origins.values, places.values, model, yardstick),
        network_count=count_values(frame["network"], networks.values),
    )


def _seen_together(frame: pd.DataFrame) -> np.ndarray:
    """Of how many records day and place of the encounter are those of each."""
    if frame.empty:
        return np.zeros(0, np.int64)
    return np.asarray(frame.groupby(["seen_day", "seen_place"])["seen_day"].transform("size"), dtype=np.int64)


def _shares(
    frame: pd.DataFrame,
    names: list[tuple[Variant, ...]],
    births: list[BirthDate],
    origins: list[tuple[str, frozenset[str]]],
    places: list[str],
    model: Model,
    yardstick: Yardstick | None,
) -> Shares:
    if yardstick:
        tokens = {token for of_record in names for variant in of_record for token in variant}
        return yardstick.shares(tokens, births, origins, places)
    return Shares(
        token=token_share(frame, names, model),
        origin=share_by_register(frame["origin"], origins),
        birth=share_of_dates(frame["birth"], births, model),
        place=shares_of_codes(frame["place"], len(places)),
        token_floor=1.0 / (len(frame) + model.names["background_persons"]),
    )


def name_variants(row: dict[str, Any]) -> tuple[Variant, ...]:
    """The names of one record as token tuples: the name itself first, then each alias; prefixes left out."""
    first = _tokens(f"{_given(row)} {text(row['family_name'])}")
    family = _tokens(text(row["family_name"]))
    variants: dict[Variant, None] = {}
    if first:
        variants[first] = None
    for alias in row["aliases"]:
        tokens = _tokens(alias)
        if not tokens or set(tokens) <= set(first):
            continue
        variants[tokens] = None
        if len(tokens) == 1 and family and tokens != family and row["register"] in ("youth_care", "telex"):
            variants[tokens + family] = None  # a roepnaam stands for the given names, so the family name goes along
    return tuple(variants)


def _given(row: dict[str, Any]) -> str:
    """The given names; "MZ" beside a family name in small letters are the initials M and Z."""
    given, family = text(row["given_names"]), text(row["family_name"])
    are_initials = 1 < len(given) <= MOST_INITIALS and given.isalpha() and given.isupper() and not family.isupper()
    return " ".join(given) if are_initials else given


def _tokens(text: str) -> Variant:
    return tuple(token for token in plain(text).split() if token not in SMALL_WORDS)


def _birth(row: dict[str, Any]) -> BirthDate | None:
    year, month, day = (_number(row[part]) for part in ("birth_year", "birth_month", "birth_day"))
    if year:
        spread = 2 if row["birth_date_precision"] == "approximate" else 0
        return BirthDate(year, month, day, year - spread, year + spread, spread == 0)
    age, on = _number(row["stated_age"]), row["stated_age_on"]
    if age and isinstance(on, date):
        return BirthDate(first_year=on.year - age - 2, last_year=on.year - age + 1)
    return None


def _origins(row: dict[str, Any]) -> frozenset[str]:
    values = {*row["nationality"], text(row["country_of_origin"]), text(row["country_of_birth"])}
    return frozenset(value for value in values if value)


def _network(row: dict[str, Any]) -> frozenset[str]:
    """Phones, plates and named contacts of a record, each marked with its kind."""
    contacts = (contact.partition(":") for contact in row["contacts"])
    return frozenset(
        [f"phone {phone}" for phone in row["phones"]]
        + [f"plate {plate}" for plate in row["plates"]]
        + [f"contact {plain(name)}" for _, _, name in contacts if plain(name)]
    )


def _seen(row: dict[str, Any]) -> tuple[int, str]:
    """Day and place on which the person was met: the encounter, or where a missing person was found.

    Never the day of entry (S65). A report to STV without a day of encounter stands for it.
    """
    if row["register"] in ("telex", "mob"):
        return _day(row["found_on"]), spot(row["found_place"])
    day = _day(row["encountered_on"])
    if not day and row["register"] == "stv":
        day = _day(row["reported_on"])
    return day, spot(row["place"]) if day else ""


def _gone(row: dict[str, Any]) -> int:
    """Day on which the person was gone: missing by the telex, or left a reception centre."""
    return (_day(row["missing_since"]) or _day(row["departed_on"])) if row["register"] in ("telex", "mob") else 0


def _of_register(register: str, values: frozenset[str]) -> tuple[str, frozenset[str]] | None:
    """Values with their register: a country is rare with the police and common on the lists of a reception centre."""
    return (register, values) if values else None


def _number(value: Any) -> int:
    return 0 if value is None or pd.isna(value) else int(value)


def _day(value: Any) -> int:
    return value.toordinal() if isinstance(value, date) and not pd.isna(value) else 0
