"""Records made comparable: names as token sets, birth dates as parts, events as days and places.

In: accepted records (columns of `connectors/records.toml`). Out: `Comparable`, in which every repeated value is
stored once and a record points to it by code, so that each distinct pair of values is compared once.
Rule it protects: a status is never a linkage key (R63, S71, S72), so no status is taken along.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from connectors.names import plain
from linkage.model import Model

Variant = tuple[str, ...]
CODED = (
    "register", "source_key", "name", "birth", "sex", "origin", "on_paper", "network", "place", "event_kind",
    "event_day", "missing_day", "v_number", "other_identity_of", "document_status",
)  # fmt: skip
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


@dataclass
class Comparable:
    """A night's records in comparable form; `frame` has one row per record, indexed by record_id, of codes."""

    frame: pd.DataFrame
    names: list[tuple[Variant, ...]]
    births: list[BirthDate]
    origins: list[frozenset[str]]
    networks: list[frozenset[str]]
    token_share: dict[str, float]
    origin_share: dict[str, float]
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


def comparable(records: pd.DataFrame, model: Model) -> Comparable:
    """Bring records in comparable form, sorted by record_id so that the order of rows never matters."""
    rows = records.sort_values("record_id").to_dict("records")
    names, births, origins, networks, places = (_Codes() for _ in range(5))
    out = []
    for row in rows:
        event_kind, event_day = _event(row)
        out.append(
            {
                "record_id": row["record_id"],
                "register": row["register"],
                "source_key": row["source_key"],
                "name": names.of(name_variants(row)),
                "birth": births.of(_birth(row)),
                "sex": {"female": 1, "male": 2}.get(_text(row["sex"]), 0),
                "origin": origins.of(_origins(row)),
                "on_paper": row["register"] == "ikps",
                "network": networks.of(_network(row)),
                "place": places.of(_text(row["place"])),
                "event_kind": event_kind,
                "event_day": event_day,
                "missing_day": _day(row["missing_since"]),
                "v_number": _text(row["v_number"]),
                "other_identity_of": _text(row["other_identity_of"]),
                "document_status": _text(row["document_status"]),
            }
        )
    frame = pd.DataFrame(out, columns=["record_id", *CODED]).set_index("record_id")
    return Comparable(
        frame=frame,
        names=names.values,
        births=births.values,
        origins=origins.values,
        networks=networks.values,
        token_share=_token_share(frame, names.values, model),
        origin_share=_share(frame["origin"], origins.values),
        network_count=_count(frame["network"], networks.values),
    )


def name_variants(row: dict[str, Any]) -> tuple[Variant, ...]:
    """The names of one record as token tuples: the name itself first, then each alias; prefixes left out."""
    first = _tokens(" ".join(_text(row[part]) for part in ("given_names", "family_name")))
    family = _tokens(_text(row["family_name"]))
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
    values = {*row["nationality"], _text(row["country_of_origin"]), _text(row["country_of_birth"])}
    return frozenset(value for value in values if value)


def _network(row: dict[str, Any]) -> frozenset[str]:
    """Phones, plates and named contacts of a record, each marked with its kind."""
    contacts = (contact.partition(":") for contact in row["contacts"])
    return frozenset(
        [f"phone {phone}" for phone in row["phones"]]
        + [f"plate {plate}" for plate in row["plates"]]
        + [f"contact {plain(name)}" for _, _, name in contacts if plain(name)]
    )


def _event(row: dict[str, Any]) -> tuple[int, int]:
    """Kind (1 encounter, 2 disappearance, 0 none) and day of the event of a record (S65: never the day of entry)."""
    if row["register"] in ("telex", "mob"):
        day = _day(row["missing_since"]) or _day(row["departed_on"])
        return (2, day) if day else (0, 0)
    day = _day(row["encountered_on"])
    if not day and row["register"] == "stv":
        day = _day(row["reported_on"])
    return (1, day) if day else (0, 0)


def _token_share(frame: pd.DataFrame, names: Sequence[tuple[Variant, ...]], model: Model) -> dict[str, float]:
    """Share of persons that carry a token, with a background of persons for nights with few records."""
    carried: Counter[str] = Counter()
    for code, times in frame["name"].value_counts().items():
        if int(code) >= 0:
            for token in {token for variant in names[int(code)] for token in variant}:
                carried[token] += times
    total = len(frame) + model.names["background_persons"]
    return {token: times / total for token, times in carried.items()}


def _share(codes: pd.Series, values: Sequence[Iterable[str]]) -> dict[str, float]:
    counted = _count(codes, values)
    total = max(int((codes >= 0).sum()), 1)
    return {value: times / total for value, times in counted.items()}


def _count(codes: pd.Series, values: Sequence[Iterable[str]]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for code, times in codes.value_counts().items():
        if int(code) >= 0:
            for value in values[int(code)]:
                counted[value] += int(times)
    return counted


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Any) -> int:
    return 0 if value is None or pd.isna(value) else int(value)


def _day(value: Any) -> int:
    return value.toordinal() if isinstance(value, date) and not pd.isna(value) else 0


def token_bits(share: float, model: Model) -> float:
    """Bits that an agreeing token is worth: -log2 of the share of persons who carry it, bounded."""
    return min(max(-math.log2(max(share, 1e-9)), 1.0), model.names["most_bits"])
