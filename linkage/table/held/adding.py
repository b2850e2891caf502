"""Adding records to a held table: compared with everything there, and only the persons that are touched formed anew."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from linkage.match_weight import probability
from linkage.table import linking
from linkage.table.agreement import Agreement
from linkage.table.blocks import AT_ONCE, each_once, pairs_of_blocks
from linkage.table.declared import TableModel
from linkage.table.encoded import encode
from linkage.table.engine import KEPT_FROM, Told, WeighedPairs
from linkage.table.grouping import in_company, persons_of
from linkage.table.held.columns import value_arrays
from linkage.table.held.keying import part_numbers
from linkage.table.held.merging import merge_additions
from linkage.table.held.stack import Sorted, in_order
from linkage.table.held.table import Arrays, HeldTable, of_column, open_held, pair_arrays, row_arrays
from linkage.table.linking import completed, pairs_told, weigh, with_all_of_persons


@dataclass(frozen=True)
class Added:
    """What came of adding records: pairs and persons as `linking.LinkedTable` has them, of the persons touched."""

    pairs: pd.DataFrame
    persons: pd.DataFrame
    records: int
    replaced: int
    held: int


def add(
    table: pd.DataFrame, model: TableModel, path: Path, told: Told = lambda _what, _part: None, withdrawn: tuple = ()
) -> Added:
    """Add records to the table that a folder holds; a record with an id that is there replaces what is said of it.

    `withdrawn`: ids of records that are gone. Raises OneLineError for a folder that is damaged or of another model.
    """
    told("reading columns", 0.0)
    table = linking.in_order(table, model)
    before = open_held(path, model)
    if merge_additions(before):
        before = open_held(path, model)
    ids = table[model.id].to_numpy()
    gone = before.rows_of(np.concatenate((ids.astype(object), np.array(withdrawn, dtype=object))))
    gone = np.sort(gone[gone >= 0]).astype(np.int32)
    fresh = _piece(table, model, before) | {"gone": gone}
    held = before.with_fresh(fresh | pair_arrays(*_nothing()) | _no_persons())
    told("comparing what is new", 0.0)
    rows = np.arange(before.rows, held.rows)
    pairs = _new_pairs(held, rows)
    told("forming the persons that are touched", 0.0)
    members = _touched(held, rows, pairs, before, gone)
    local, outside = _among(held, members, pairs)
    weights, groups = formed(held, members, local)
    numbers, persons = _numbered(before, members, groups)
    told("writing", 0.0)
    order = np.argsort(members, kind="stable")
    fresh |= pair_arrays(pairs.left, pairs.right, pairs.bits)
    fresh |= {"person_of": members[order].astype(np.int32), "person": numbers[order].astype(np.int32)}
    before.folder.add(fresh, {**before.told, "persons": persons})
    together = WeighedPairs(
        np.concatenate((members[weights.left], outside.left)),
        np.concatenate((members[weights.right], outside.right)),
        np.concatenate((weights.bits, outside.bits)),
    )
    of_persons = pd.DataFrame({"record_id": held.ids[members], "person_id": numbers})
    there = before.rows - len(before.gone) - len(gone) + len(rows)
    replaced = len(gone)
    return Added(pairs_told(held.ids, together), of_persons, len(rows), replaced, there)


def _piece(table: pd.DataFrame, model: TableModel, held: HeldTable) -> Arrays:
    """What is kept of the new records, but for pairs and persons."""
    columns = [encode(table, compared) for compared in model.compared]
    parts = [part for rule in held.rules for part in (*rule.parts, *([rule.second] if rule.second else []))]
    of_part = part_numbers(parts, columns, table)
    keys = np.column_stack([rule.numbers(of_part) for rule in held.rules])
    codes = np.full((len(table), len(columns)), -1, dtype=np.int32)
    arrays: Arrays = {}
    for at, (column, there) in enumerate(zip(columns, held.columns, strict=True)):
        known, fresh = there.codes_of(column)
        codes[:, at] = np.append(known, -1)[column.codes]
        shares = np.full(len(fresh), _share_of_one(held, at))
        arrays |= of_column(value_arrays(column, fresh, len(there.values), shares), at)
    return arrays | row_arrays(table[model.id].to_numpy(), codes, keys, held.rows)


def _share_of_one(held: HeldTable, at: int) -> float:
    """How common a value is that nobody held: as one record of the table as it was linked whole."""
    shares = held.base[0][f"share_{at}"]
    return float(shares.min()) if len(shares) else 1.0


def _nothing() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0)


def _no_persons() -> Arrays:
    return {"person_of": np.empty(0, dtype=np.int32), "person": np.empty(0, dtype=np.int32)}


def _new_pairs(held: HeldTable, rows: np.ndarray) -> WeighedPairs:
    """The pairs of the new records with those there, and with each other, that are likely enough to keep."""
    numbers = held.numbers[rows]
    found = [np.empty(0, dtype=np.int64)]
    for at, by_key in enumerate(held.by_key):
        asked = np.flatnonzero(numbers[:, at])
        place, other = by_key.all(numbers[asked, at])
        one = rows[asked[place]]
        met = np.flatnonzero((one != other) & held.is_there(other))
        low, high = np.minimum(one[met], other[met]), np.maximum(one[met], other[met])
        found.append(low * held.rows + high)
    packed = each_once(found)
    low, high = packed // max(held.rows, 1), packed % max(held.rows, 1)
    return weigh(held.agreements, low, high, held.estimated)


def _touched(held: HeldTable, rows: np.ndarray, pairs: WeighedPairs, before: HeldTable, gone: np.ndarray) -> np.ndarray:
    """The records that hang together with new ones, or with those that are gone, in the order of their ids."""
    least = min(0.0, float(np.log2(held.model.link_from / (1.0 - held.model.link_from))))
    frontier = np.concatenate((rows, _strong_neighbours(before, gone, least)))
    frontier = np.unique(frontier[held.is_there(frontier)])
    strong = pairs.of(np.flatnonzero(pairs.bits >= least))
    ends = np.concatenate((strong.left, strong.right)), np.concatenate((strong.right, strong.left))
    fresh = Sorted([in_order(*ends)])
    members = frontier
    while len(frontier):
        reached = np.concatenate((_strong_neighbours(before, frontier, least), fresh.all(frontier)[1]))
        reached = np.unique(reached[held.is_there(reached)])
        frontier = np.setdiff1d(reached, members, assume_unique=True)
        members = np.union1d(members, frontier)
    return members[np.argsort(held.ids[members], kind="stable")]


def _strong_neighbours(held: HeldTable, rows: np.ndarray, least: float) -> np.ndarray:
    return held.neighbours.all(rows)[1][_bits_of(held, rows) >= least]


def _bits_of(held: HeldTable, rows: np.ndarray) -> np.ndarray:
    """The match weights of the kept pairs of records, in the order of `neighbours.all`."""
    return held.weights.all(rows, np.float64)[1]


def _among(held: HeldTable, members: np.ndarray, fresh: WeighedPairs) -> tuple[WeighedPairs, WeighedPairs]:
    """The kept pairs among some records, by their places there; and of the new pairs those with others."""
    place, other = held.neighbours.all(members)
    bits = _bits_of(held, members)
    by_row = np.argsort(members, kind="stable")
    ordered = members[by_row]

    def places(rows: np.ndarray) -> np.ndarray:
        at = np.minimum(np.searchsorted(ordered, rows), max(len(ordered) - 1, 0))
        return np.where(ordered[at] == rows, by_row[at], -1) if len(ordered) else np.full(len(rows), -1)

    at = places(other)
    within = np.flatnonzero((at >= 0) & (place < at))
    one, two = places(fresh.left), places(fresh.right)
    inside = (one >= 0) & (two >= 0)
    low = np.concatenate((place[within], np.minimum(one, two)[inside]))
    high = np.concatenate((at[within], np.maximum(one, two)[inside]))
    weights = np.concatenate((bits[within], fresh.bits[inside]))
    order = np.lexsort((high, low))
    return WeighedPairs(low[order], high[order], weights[order]), fresh.of(np.flatnonzero(~inside))


@dataclass(frozen=True)
class _Part:
    """Some records of a held table, as a table of their own (`blocks.CandidatePairs`, `agreement.Agreements`)."""

    held: HeldTable
    members: np.ndarray
    sources: None = None

    def hold(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Return whether pairs share a block."""
        one, other = (self.held.numbers[self.members[side]] for side in (left, right))
        return np.asarray(((one == other) & (one != 0)).any(axis=1))

    def of(self, left: np.ndarray, right: np.ndarray) -> Agreement:
        """Return the agreement of pairs."""
        return self.held.agreements.of(self.members[left], self.members[right])


def formed(held: HeldTable, members: np.ndarray, pairs: WeighedPairs) -> tuple[WeighedPairs, np.ndarray]:
    """Form the persons of some records, which hang together with no others; return their pairs with their weights,
    and the group of each.
    """
    part = _Part(held, members)
    pairs = completed(pairs, len(members), part, part, held.estimated)  # type: ignore[arg-type]
    kept = pairs.of(np.flatnonzero(probability(pairs.bits) >= KEPT_FROM))
    groups = persons_of(len(members), kept.left, kept.right, kept.bits, held.model.link_from, None)
    pairs = with_all_of_persons(pairs, groups, part, part, held.estimated)  # type: ignore[arg-type]
    return WeighedPairs(pairs.left, pairs.right, in_company(pairs.left, pairs.right, pairs.bits, groups)), groups


def _numbered(before: HeldTable, members: np.ndarray, groups: np.ndarray) -> tuple[np.ndarray, int]:
    """The number of the person of each record: the lowest that one of its records had, else the next; and how many
    numbers were ever given.
    """
    had = np.where(members < before.rows, before.person.first(members), -1)
    order = np.lexsort((np.where(had < 0, np.iinfo(np.int64).max, had), groups))
    first = order[np.concatenate(([True], groups[order][1:] != groups[order][:-1]))] if len(order) else order
    number: dict[int, int] = {}
    taken: set[int] = set()
    last = int(before.told["persons"])
    # A person that fell apart leaves its number with the part whose record comes first.
    for at in sorted(first.tolist(), key=lambda one: (had[one] < 0, had[one], one)):
        own = int(had[at])
        if own < 0 or own in taken:
            own, last = last, last + 1
        taken.add(own)
        number[int(groups[at])] = own
    return np.array([number[group] for group in groups.tolist()], dtype=np.int64), last


def whole(held: HeldTable) -> tuple[np.ndarray, np.ndarray]:
    """Form all persons of a held table from its records alone; return the records, and the group of each."""
    rows = np.arange(held.rows)
    rows = rows[held.is_there(rows)]
    members = rows[np.argsort(held.ids[rows], kind="stable")]
    found = [np.empty(0, dtype=np.int64)]
    numbers = held.numbers[members]
    for at in range(numbers.shape[1]):
        codes = pd.factorize(numbers[:, at])[0]
        for low, high in pairs_of_blocks(np.where(numbers[:, at] == 0, -1, codes), None, AT_ONCE):
            found.append(low.astype(np.int64) * len(members) + high)
    packed = each_once(found)
    low, high = packed // max(len(members), 1), packed % max(len(members), 1)
    weighed = weigh(_Part(held, members), low, high, held.estimated)  # type: ignore[arg-type]
    return members, formed(held, members, weighed)[1]
