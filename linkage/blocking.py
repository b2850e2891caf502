"""Which pairs of records are worth comparing, and why.

Each rule of the model gives every record zero or more keys; records that share a key are candidates. The rules are
`recordlinkage` index algorithms over key lists; a block above the cap is split by a second key and what remains too
large is left out and counted, never dropped in silence.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import numpy as np
import pandas as pd
from recordlinkage.base import BaseIndexAlgorithm

from linkage.model import Model
from linkage.standard import BirthDate, Comparable, Variant

log = logging.getLogger(__name__)

MOST_CAPS = 4
# A pair of row numbers in one number: the first in the high half.
HALF = 32
LOW = (1 << HALF) - 1

Keys = list[tuple[str, ...]]
TooLarge = Callable[[str, str, int], bool]


class LargeBlocks(Protocol):
    """Which blocks were too large to compare whole (`linkage.reference`)."""

    def is_large(self, rule: str, key: str) -> bool:
        """Whether the block of that key of that rule was."""


class SharedKey(BaseIndexAlgorithm):
    """Candidates are the records of one table that share a key of one rule (each record may have several keys)."""

    def __init__(self, name: str, keys: Keys, refined: Keys, is_too_large: TooLarge) -> None:
        super().__init__()
        self.name = name
        self._keys, self._refined, self._is_too_large = keys, refined, is_too_large
        self.left_out = 0
        self.large: list[str] = []

    def _dedup_index(self, df_a: pd.DataFrame) -> pd.MultiIndex:
        """Pairs of row labels of `df_a`, each pair once."""
        blocks = _blocks(self._keys)
        pairs: list[np.ndarray] = []
        for key, rows in blocks.items():
            if not self._is_too_large(self.name, key, len(rows)):
                pairs.append(_triangle(rows))
                continue
            self.large.append(key)
            for narrower, places in _blocks([self._refined[row] for row in rows]).items():
                both = f"{key}|{narrower}"
                if not self._is_too_large(self.name, both, len(places)):
                    pairs.append(_triangle([rows[place] for place in places]))
                else:
                    self.large.append(both)
                    self.left_out += len(places) * (len(places) - 1) // 2
        return as_index(_distinct(pairs), df_a.index)

    def _link_index(self, df_a: pd.DataFrame, df_b: pd.DataFrame) -> pd.MultiIndex:
        raise NotImplementedError("the night compares all records of all registers with each other")


def candidate_pairs(records: Comparable, model: Model, reference: LargeBlocks | None = None) -> pd.MultiIndex:
    """All candidate pairs of the night by the model's rules, each once, first label before second in text order.

    `reference`: which blocks were too large when it was counted. They stay so, and others are compared whole until
    they are MOST_CAPS times the cap: a block that grows past the cap tonight must not part those who were in it.
    """
    packed, _ = packed_pairs(records, model, reference)
    return as_index(np.column_stack((packed >> HALF, packed & LOW)), records.frame.index)


def packed_pairs(records: Comparable, model: Model, reference: LargeBlocks | None = None) -> tuple[np.ndarray, bool]:
    """The same as row numbers, two in one number, in ascending order; and whether they depend on two records alone.

    They do not where a block was too large tonight that was not so for the reference.
    """
    found, is_of_two = [], reference is not None
    for index in _shared_keys(records, model, reference):
        pairs = index.index(records.frame)
        found.append(np.column_stack(pairs.codes))
        is_of_two &= reference is not None and all(reference.is_large(index.name, key) for key in index.large)
        log.info("blocking rule %s: %d pairs, %d left out in blocks too large", index.name, len(pairs), index.left_out)
    return _packed(found), is_of_two


def large_blocks(records: Comparable, model: Model) -> dict[str, list[str]]:
    """Keys of each rule whose block is larger than the cap; "key|second key" where the part is too."""
    large = {}
    for index in _shared_keys(records, model, None):
        index.index(records.frame)
        large[index.name] = sorted(index.large)
    return large


def _shared_keys(records: Comparable, model: Model, reference: LargeBlocks | None) -> Iterator[SharedKey]:
    cap = model.block_cap
    most = MOST_CAPS * cap

    def by_size(_rule: str, _key: str, size: int) -> bool:
        return size > cap

    def by_reference(rule: str, key: str, size: int) -> bool:
        return size > most or (reference is not None and reference.is_large(rule, key))

    rows = list(records.frame.itertuples())
    for rule in model.blocking:
        keys, refined = (_keys(records, rows, name) for name in (rule.name, rule.refine))
        yield SharedKey(rule.name, keys, refined, by_reference if reference else by_size)


def _keys(records: Comparable, rows: list[Any], rule: str) -> Keys:
    of_row = _RULES[rule]
    return [tuple(dict.fromkeys(of_row(records, row))) for row in rows]


def _name(records: Comparable, row: Any) -> tuple[Variant, ...]:
    return records.names[row.name] if row.name >= 0 else ()


def _birth(records: Comparable, row: Any) -> BirthDate:
    return records.births[row.birth] if row.birth >= 0 else BirthDate()


def _birth_date(records: Comparable, row: Any) -> list[str]:
    birth = _birth(records, row)
    return [f"{birth.year} {birth.month} {birth.day}"] if birth.day and birth.is_exact else []


def _birth_date_swapped(records: Comparable, row: Any) -> list[str]:
    birth = _birth(records, row)
    low, high = sorted((birth.month, birth.day))
    return [f"{birth.year} {low} {high}"] if birth.day and birth.day <= 12 and not birth.is_placeholder else []


def _birth_day_month_and_name_initial(records: Comparable, row: Any) -> list[str]:
    birth = _birth(records, row)
    if not birth.day or birth.is_placeholder:
        return []
    return [f"{birth.month} {birth.day} {initial}" for initial in _name_initials(records, row)]


def _birth_year(records: Comparable, row: Any) -> list[str]:
    birth = _birth(records, row)
    if not birth.is_known or birth.last_year - birth.first_year > 4:
        return ["unknown"]
    return [str(birth.first_year), *([str(birth.last_year)] if birth.last_year > birth.first_year else [])]


def _name_token(records: Comparable, row: Any) -> list[str]:
    return [token for variant in _name(records, row) for token in variant if len(token) > 1]


def _name_initials(records: Comparable, row: Any) -> list[str]:
    return [token[0] for variant in _name(records, row) for token in variant]


def _name_sound_and_birth_year(records: Comparable, row: Any) -> list[str]:
    sounds = {sound(token) for token in _name_token(records, row)}
    return [f"{part} {year}" for part in sorted(sounds) for year in _birth_year(records, row) if len(part) > 1]


def _name_sounds_together(records: Comparable, row: Any) -> list[str]:
    """Two names of a person by their sound, whatever the birth date."""
    return [
        " ".join(sorted(sounds))
        for variant in _name(records, row)
        if len(sounds := {sound(token) for token in variant if len(token) > 1}) > 1
    ]


def sound(token: str) -> str:
    """First letter and consonants of a token with letters that sound alike made equal."""
    for written, heard in _SOUNDS:
        token = token.replace(written, heard)
    kept = token[:1] + "".join(letter for letter in token[1:] if letter not in "aeiouyhw")
    return "".join(letter for at, letter in enumerate(kept) if at == 0 or letter != kept[at - 1])[:5]


_SOUNDS = (
    ("sch", "s"), ("tsj", "c"), ("tch", "c"), ("ch", "c"), ("sj", "s"), ("sh", "s"), ("hs", "x"), ("kh", "k"),
    ("gh", "g"), ("ph", "f"), ("dj", "j"), ("th", "t"), ("ij", "i"), ("x", "s"), ("z", "s"), ("q", "k"), ("v", "f"),
    ("ts", "s"), ("c", "k"),
)  # fmt: skip


def _network(records: Comparable, row: Any, kind: str) -> list[str]:
    values = records.networks[row.network] if row.network >= 0 else ()
    return sorted(value for value in values if value.startswith(kind))


def _event(records: Comparable, row: Any) -> list[str]:
    return [f"{row.seen_place} {row.seen_day}"] if row.seen_day and row.seen_place >= 0 else []


def _event_day(records: Comparable, row: Any) -> list[str]:
    return [str(row.seen_day)] if row.seen_day else []


def _missing_day(records: Comparable, row: Any) -> list[str]:
    return [str(row.gone_day)] if row.gone_day else []


def _sex_origin(records: Comparable, row: Any) -> list[str]:
    origins = sorted(records.origins[row.origin][1]) if row.origin >= 0 else ["unknown"]
    return [f"{row.sex} {origin}" for origin in origins]


def _cross_reference(records: Comparable, row: Any) -> list[str]:
    own = [row.source_key] if row.register == "ikps" else []
    return own + ([row.other_identity_of] if row.other_identity_of else [])


_RULES: dict[str, Callable[[Comparable, Any], list[str]]] = {
    "birth_date": _birth_date,
    "birth_date_swapped": _birth_date_swapped,
    "birth_day_month_and_name_initial": _birth_day_month_and_name_initial,
    "birth_year": _birth_year,
    "name_token": _name_token,
    "name_initials": _name_initials,
    "name_sound_and_birth_year": _name_sound_and_birth_year,
    "name_sounds_together": _name_sounds_together,
    "phone": lambda records, row: _network(records, row, "phone"),
    "plate": lambda records, row: _network(records, row, "plate"),
    "contact": lambda records, row: _network(records, row, "contact"),
    "event": _event,
    "event_day": _event_day,
    "missing_day": _missing_day,
    "v_number": lambda records, row: [row.v_number] if row.v_number else [],
    "cross_reference": _cross_reference,
    "sex": lambda records, row: [str(row.sex)],
    "sex_origin": _sex_origin,
    "place": lambda records, row: [str(row.place)],
}


def _blocks(keys: Keys) -> dict[str, list[int]]:
    blocks: dict[str, list[int]] = defaultdict(list)
    for row, own in enumerate(keys):
        for key in own:
            blocks[key].append(row)
    return {key: rows for key, rows in blocks.items() if len(rows) > 1}


def _triangle(rows: list[int]) -> np.ndarray:
    members = np.asarray(rows, dtype=np.int64)
    left, right = np.triu_indices(len(members), k=1)
    return np.column_stack((members[left], members[right]))


def _distinct(pairs: list[np.ndarray]) -> np.ndarray:
    packed = _packed(pairs)
    return np.column_stack((packed >> HALF, packed & LOW))


def _packed(pairs: list[np.ndarray]) -> np.ndarray:
    if not pairs:
        return np.empty(0, dtype=np.int64)
    together = np.vstack(pairs).astype(np.int64)
    return sorted_distinct(together.min(axis=1) << HALF | together.max(axis=1))


def sorted_distinct(numbers: np.ndarray) -> np.ndarray:
    """As `np.unique`, which is several times slower on millions of numbers."""
    ordered = np.sort(numbers)
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))] if len(ordered) else ordered


def as_index(pairs: np.ndarray, labels: pd.Index) -> pd.MultiIndex:
    """Pairs of row numbers (two columns) as pairs of labels."""
    return pd.MultiIndex(
        levels=[labels, labels],
        codes=[pairs[:, 0], pairs[:, 1]],
        names=["record_id_l", "record_id_r"],
        verify_integrity=False,
    )
