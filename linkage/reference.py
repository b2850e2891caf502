"""How common values were when a model began to be used: the yardstick of every night until it is counted anew.

A share that is counted every night moves every night, and pairs near a threshold would change sides though nobody
touched their registrations. So shares are counted once (`count_reference`), kept as digests, and used until the records
have outgrown them (`is_outgrown`) or another model is used; a recount is a cause that the ledger names. What two
registrations say of each other then depends on the two of them, on who else holds their numbers and events, and on
nothing else of the night.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from linkage.blocking import large_blocks
from linkage.model import Model
from linkage.standard import BirthDate, Comparable, Shares, comparable
from linkage.towns import Towns

DIGEST_BYTES = 8
# Counted anew when there are half as many records again, or half of them are gone.
OUTGROWN_FROM, OUTGROWN_TO = 1.5, 0.5

Digest = Callable[[str], str]


@dataclass(frozen=True)
class Reference:
    """Shares of values among the records of the night on which they were counted.

    `records`: number of records per register. `content`: per kind (token, birth, place, town, region, origin of each
    register, large blocks of each rule) the share by digest of the value. `salt`: key of the digests.
    """

    model_version: str
    salt: str
    records: Mapping[str, int]
    content: Mapping[str, Mapping[str, float]]
    _digest: Digest = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Make ready the digest."""
        object.__setattr__(self, "_digest", digest_with(self.salt))

    def share(self, kind: str, value: str) -> float | None:
        """Share of a value of a kind, None when nobody held it."""
        return self.content.get(kind, {}).get(self._digest(value))

    def is_large(self, rule: str, key: str) -> bool:
        """Whether the block of that key was too large to compare whole."""
        return self.share(f"block {rule}", key) is not None

    @property
    def towns(self) -> Towns:
        """The towns and police regions of then."""
        return Towns(
            lambda place: self.share("town", place) is not None, lambda place: self.share("region", place) is not None
        )

    def shares(
        self,
        tokens: Iterable[str],
        births: Iterable[BirthDate],
        origins: Iterable[tuple[str, frozenset[str]]],
        places: Sequence[str],
    ) -> Shares:
        """Shares of the values of tonight; what nobody held then counts as held by one record."""
        floor = self._floor("token")
        token = {value: self.share("token", value) or floor for value in tokens}
        birth = {value: self.share("birth", _written(value)) or 0.0 for value in births}
        origin: dict[str, dict[str, float]] = {}
        held = {value for _, values in origins for value in values}
        for register in {register for register, _ in origins}:
            least = self._floor(f"origin {register}")
            origin[register] = {value: self.share(f"origin {register}", value) or least for value in held}
        least = self._floor("place")
        place = np.array([self.share("place", value) or least for value in places], dtype=float)
        return Shares(token, origin, birth, place)

    def _floor(self, kind: str) -> float:
        return self.content.get(kind, {}).get("", 0.0)

    def as_json(self) -> dict[str, Any]:
        """Everything as plain mappings, for keeping."""
        return {
            "salt": self.salt,
            "records": dict(self.records),
            "content": {k: dict(v) for k, v in self.content.items()},
        }

    @classmethod
    def from_json(cls, model_version: str, kept: Mapping[str, Any]) -> Reference:
        """The reference that `as_json` gave."""
        return cls(model_version, kept["salt"], kept["records"], kept["content"])


def digest_with(salt: str) -> Digest:
    """A digest under a key, so that what was kept names nobody; without a key the value itself (within one night)."""
    if not salt:
        return lambda value: value
    key = salt.encode()

    def digest(value: str) -> str:
        return hashlib.blake2b(value.encode(), digest_size=DIGEST_BYTES, key=key).hexdigest()

    return digest


def count_reference(records: pd.DataFrame, model: Model, salt: str = "") -> Reference:
    """Count how common values are among the accepted records of all registers (the common record)."""
    counted = comparable(records, model)
    digest = digest_with(salt)
    held = {
        "token": {token: share for token, share in counted.shares.token.items() if share > counted.shares.token_floor},
        "birth": {_written(birth): share for birth, share in counted.shares.birth.items() if share > 0},
        "place": dict(zip(counted.places, counted.shares.place.tolist(), strict=True)),
        "town": dict.fromkeys(counted.towns.known_towns, 1.0),
        "region": dict.fromkeys(counted.towns.known_regions, 1.0),
        **{f"origin {register}": shares for register, shares in counted.shares.origin.items()},
        **{f"block {rule}": dict.fromkeys(keys, 1.0) for rule, keys in large_blocks(counted, model).items()},
    }
    content = {kind: {digest(value): share for value, share in sorted(shares.items())} for kind, shares in held.items()}
    for kind, floor in _floors(counted).items():
        content[kind][""] = floor
    return Reference(model.version, salt, records["register"].value_counts().sort_index().to_dict(), content)


def is_outgrown(reference: Reference, records: pd.DataFrame, model: Model) -> bool:
    """Whether the shares must be counted anew: another model, or far more or far fewer records."""
    before = max(sum(reference.records.values()), 1)
    return reference.model_version != model.version or not OUTGROWN_TO <= len(records) / before <= OUTGROWN_FROM


def _floors(counted: Comparable) -> dict[str, float]:
    """The share of a value that nobody held: that of one record."""
    known_places = max(int((counted.frame["place"] >= 0).sum()), 1)
    smallest = {f"origin {register}": min(s.values(), default=0.0) for register, s in counted.shares.origin.items()}
    return {"token": counted.shares.token_floor, "place": 1.0 / known_places, **smallest}


def _written(birth: BirthDate) -> str:
    return f"{birth.year} {birth.month} {birth.day} {birth.first_year} {birth.last_year} {birth.is_exact}"
