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

from linkage.among import is_among
from linkage.blocking import packed_pairs
from linkage.compared_pairs import Compare, ComparedPairs, compared, joined
from linkage.model import Model
from linkage.standard import Comparable

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from linkage.reference import Reference

FORMAT = 2
# Numbers of a signature that tell of the record itself.
OF_ITSELF = 2
# What a comparison or its numbers may depend on beside the code of this room.
LIBRARIES = ("numpy", "pandas", "rapidfuzz", "anyascii", "scipy")


@dataclass(frozen=True)
class PairIndex:
    """The pairs of a night. `made_with`: digest of code, model and reference, under others nothing of it holds.

    `record_ids` in text order; `signatures`: three numbers for each; `pairs`: rows of `record_ids`. `only_judged`: of
    these the pairs that no block holds, two rows in one number. `is_of_two`: whether two records share a block
    depends on them alone.
    """

    made_with: str
    record_ids: tuple[str, ...]
    signatures: np.ndarray
    pairs: ComparedPairs
    only_judged: np.ndarray
    is_of_two: bool


def compared_tonight(
    known: PairIndex | None,
    records: Comparable,
    model: Model,
    reference: Reference,
    judged: np.ndarray,
    compare: Compare = compared,
) -> tuple[PairIndex, int]:
    """Return the index of tonight, and how many of its pairs were compared for it; the others `known` held.

    `judged`: pairs that a reviewer judged, two row numbers in one, in ascending order. `compare`: where pairs are
    compared (`on_spark`), else here.
    """
    made_with = made_of(model, reference)
    signed = signatures(records, model, reference.salt)
    if known is not None and known.made_with != made_with:
        known = None
    before = _rows_of_before(known, records) if known else np.full(len(signed), -1)
    packed, is_of_two = _in_blocks(known, before, signed) or packed_pairs(records, model, reference)
    only_judged = judged[~is_among(judged, packed)]
    wanted = np.sort(np.concatenate((packed, only_judged)))
    if known:
        held = _moved(known.pairs, before, len(known.record_ids), _says_the_same(known, before, signed))
        place = np.searchsorted(held.packed, wanted)
        is_known = is_among(wanted, held.packed)
        fresh = compare(wanted[~is_known], records, model)
        pairs = joined(held.take(place[is_known]), fresh)
    else:
        fresh = pairs = compare(wanted, records, model)
    return PairIndex(made_with, tuple(records.frame.index), signed, pairs, only_judged, is_of_two), len(fresh)


def _in_blocks(known: PairIndex | None, before: np.ndarray, signed: np.ndarray) -> tuple[np.ndarray, bool] | None:
    """Tonight's candidate pairs where all records were there before with the same keys, else None."""
    if known is None or not known.is_of_two or (before < 0).any():
        return None
    if (known.signatures[before, :OF_ITSELF] != signed[:, :OF_ITSELF]).any():
        return None
    blocked = known.pairs.take(~is_among(known.pairs.packed, known.only_judged))
    return _moved(blocked, before, len(known.record_ids), np.ones(len(signed), dtype=bool)).packed, True


def _rows_of_before(known: PairIndex, records: Comparable) -> np.ndarray:
    return np.asarray(pd.Index(known.record_ids).get_indexer(records.frame.index))


def _says_the_same(known: PairIndex, before: np.ndarray, signed: np.ndarray) -> np.ndarray:
    return np.asarray((before >= 0) & (known.signatures[before] == signed).all(axis=1))


def _moved(pairs: ComparedPairs, before: np.ndarray, length: int, stays: np.ndarray) -> ComparedPairs:
    """Pairs of rows of the night before of which both stay, by their rows of tonight."""
    tonight = np.full(length, -1, dtype=np.int32)
    tonight[before[stays]] = np.flatnonzero(stays)
    left, right = tonight[pairs.left], tonight[pairs.right]
    there = (left >= 0) & (right >= 0)
    # Both nights number their records in text order, so the pairs are still in order.
    return ComparedPairs(left[there], right[there], pairs.pattern[there], pairs.rule[there])


def signatures(records: Comparable, model: Model, salt: str) -> np.ndarray:
    """Three numbers per record: a digest, under a secret key, of all that blocks and comparisons may take from it.

    The first OF_ITSELF are of what it says itself, the last of how many hold its numbers and its event, as far as a
    level depends on that.
    """
    own, common = (model.comparison("network").settings[name] for name in ("own_up_to", "common_from"))
    few = model.comparison("event").settings["few_up_to"]
    key = salt.encode()[: hashlib.blake2b.MAX_KEY_SIZE]
    networks = [sorted(values) for values in records.networks]
    held = [[(n > own) + (n >= common) for n in map(records.network_count.__getitem__, of)] for of in networks]
    said = {
        "name": [repr(value) for value in records.names],
        "given": [repr(sorted(value)) for value in records.givens],
        "birth": [repr(value) for value in records.births],
        "origin": [repr((register, sorted(values))) for register, values in records.origins],
        "network": [repr(values) for values in networks],
        "place": [repr(value) for value in records.places],
    }
    said["seen_place"] = said["place"]
    columns: list[Iterable[str]] = []
    for name in records.frame.columns.drop("seen_count"):
        values = records.frame[name].tolist()
        if name in said:
            columns.append([said[name][code] if code >= 0 else "" for code in values])
        else:
            columns.append(map(repr, values))
    counted = zip(records.frame["network"].tolist(), records.frame["seen_count"].tolist(), strict=True)
    of_others = [repr((held[code] if code >= 0 else [], count <= few)) for code, count in counted]
    digests = [_digest("\n".join(row), 8 * OF_ITSELF, key) for row in zip(*columns, strict=True)]
    both = zip(digests, (_digest(counts, 8, key) for counts in of_others), strict=True)
    return np.frombuffer(b"".join(own + others for own, others in both), dtype="<u8").reshape(-1, OF_ITSELF + 1)


def _digest(said: str, size: int, key: bytes) -> bytes:
    return hashlib.blake2b(said.encode(), digest_size=size, key=key).digest()


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
