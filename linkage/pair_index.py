"""What two nights have in common: pairs that were compared before, of records that say the same as then.

With a reference, what two registrations say of each other depends on the two of them and on who else holds their
numbers and events. All of that is in a record's signature, so a pair of two known signatures is as it was. Derived
data: it can be thrown away at any time, and then everything is compared anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import metadata, resources
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from linkage.compared_pairs import ComparedPairs, compared, joined
from linkage.model import Model
from linkage.standard import Comparable

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from linkage.reference import Reference

FORMAT = 1
DIGEST_BYTES = 16
# What a comparison or its numbers may depend on beside the code of this room.
LIBRARIES = ("numpy", "pandas", "rapidfuzz", "anyascii", "scipy")


@dataclass(frozen=True)
class PairIndex:
    """The pairs of a night. `made_with`: digest of code, model and reference, under others nothing of it holds.

    `record_ids` in text order; `signatures`: two numbers for each; `pairs`: rows of `record_ids`.
    """

    made_with: str
    record_ids: tuple[str, ...]
    signatures: np.ndarray
    pairs: ComparedPairs


def compared_with(
    known: PairIndex | None, packed: np.ndarray, records: Comparable, model: Model, reference: Reference
) -> tuple[PairIndex, int]:
    """Return the index of tonight for pairs of row numbers in ascending order, and how many were compared for it.

    What `known` holds of them is taken from it.
    """
    made_with = made_of(model, reference)
    signed = signatures(records, model, reference.salt)
    if known is not None and known.made_with == made_with:
        before = _still_true(known, records, signed)
        place = np.searchsorted(before.packed, packed)
        place = np.minimum(place, max(len(before) - 1, 0))
        is_known = before.packed[place] == packed if len(before) else np.zeros(len(packed), dtype=bool)
        fresh = compared(packed[~is_known], records, model)
        pairs = joined(before.take(place[is_known]), fresh)
    else:
        fresh = pairs = compared(packed, records, model)
    return PairIndex(made_with, tuple(records.frame.index), signed, pairs), len(fresh)


def _still_true(known: PairIndex, records: Comparable, signed: np.ndarray) -> ComparedPairs:
    """The known pairs of records that are there tonight and say the same, by their rows of tonight."""
    before = pd.Index(known.record_ids).get_indexer(records.frame.index)
    rows = np.flatnonzero(before >= 0)
    rows = rows[(known.signatures[before[rows]] == signed[rows]).all(axis=1)]
    tonight = np.full(len(known.record_ids), -1, dtype=np.int32)
    tonight[before[rows]] = rows
    left, right = tonight[known.pairs.left], tonight[known.pairs.right]
    there = (left >= 0) & (right >= 0)
    kept = known.pairs.take(there)
    # Both nights number their records in text order, so the pairs are still in order.
    return ComparedPairs(left[there], right[there], kept.pattern, kept.rule)


def signatures(records: Comparable, model: Model, salt: str) -> np.ndarray:
    """Two numbers per record: a digest, under a secret key, of all that a comparison may take from it.

    Of others only how many hold its numbers and its event, as far as a level depends on that.
    """
    own, common = (model.comparison("network").settings[name] for name in ("own_up_to", "common_from"))
    few = model.comparison("event").settings["few_up_to"]

    def held(value: str) -> int:
        count = records.network_count[value]
        return (count > own) + (count >= common)

    said = {
        "name": [repr(value) for value in records.names],
        "given": [repr(sorted(value)) for value in records.givens],
        "birth": [repr(value) for value in records.births],
        "origin": [repr((register, sorted(values))) for register, values in records.origins],
        "network": [repr([(value, held(value)) for value in sorted(values)]) for values in records.networks],
        "place": [repr(value) for value in records.places],
    }
    said["seen_place"] = said["place"]
    columns: list[Iterable[str]] = []
    for name in records.frame.columns:
        values = records.frame[name].tolist()
        if name in said:
            columns.append([said[name][code] if code >= 0 else "" for code in values])
        else:
            columns.append(repr(value <= few if name == "seen_count" else value) for value in values)
    key = salt.encode()[: hashlib.blake2b.MAX_KEY_SIZE]
    digests = (
        hashlib.blake2b("\n".join(row).encode(), digest_size=DIGEST_BYTES, key=key).digest()
        for row in zip(*columns, strict=True)
    )
    return np.frombuffer(b"".join(digests), dtype="<u8").reshape(-1, 2)


def made_of(model: Model, reference: Reference) -> str:
    """A digest of everything but the records that decides what two records say of each other."""
    parts: list[Any] = [FORMAT, _code(), repr(model), reference.model_version, reference.as_json()]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@cache
def _code() -> str:
    """A digest of the code and the declared data of this room, and of the versions of what it stands on."""
    digest = hashlib.sha256()
    for file in (*_files(resources.files("linkage")), resources.files("connectors").joinpath("names.py")):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    for library in LIBRARIES:
        digest.update(f"{library} {metadata.version(library)}".encode())
    return digest.hexdigest()


def _files(folder: Traversable) -> list[Traversable]:
    found: list[Traversable] = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir() and entry.name not in ("__pycache__", "table"):
            found += _files(entry)
        elif entry.name.endswith((".py", ".toml")):
            found.append(entry)
    return found
