"""A held table: its records, columns, keys and kept pairs, over several pieces."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from connectors.installation import OneLineError
from linkage.among import is_among
from linkage.table.agreement import Agreements
from linkage.table.declared import TableModel
from linkage.table.held.columns import HeldColumn, HeldNames
from linkage.table.held.keying import KeyRule
from linkage.table.held.numbers import from_arrays
from linkage.table.held.stack import Sorted, Stack, digests
from linkage.table.held.store import Folder

Arrays = dict[str, np.ndarray]


class HeldTable:
    """What a folder holds, with a piece that is not written yet (`fresh`)."""

    def __init__(
        self,
        folder: Folder,
        model: TableModel,
        told: Mapping[str, Any],
        base: Sequence[Mapping[str, np.ndarray]],
        fresh: Arrays | None = None,
    ) -> None:
        self.folder, self.model, self.told, self.base = folder, model, told, base
        self.pieces = [*self.base, *([fresh] if fresh else [])]
        self.rules = [
            KeyRule.from_told(told, self.base[0][f"large_{at}"], self.base[0][f"too_large_{at}"])
            for at, told in enumerate(self.told["keys"])
        ]
        self.columns = [HeldColumn(compared, at, self.pieces) for at, compared in enumerate(model.compared)]
        self.agreements = Agreements(
            self.columns,  # type: ignore[arg-type]
            HeldNames(self.columns, self.pieces, len(self.base[0]["codes"])),
        )
        self.estimated = from_arrays(self.base[0])
        self.ids = Stack([piece["id"] for piece in self.pieces])
        self.by_id = self._sorted("sorted_id", "row_of_id")
        self.numbers = Stack([piece["keys"] for piece in self.pieces])
        self.by_key = [self._sorted(f"sorted_key_{at}", f"row_of_key_{at}") for at in range(len(self.rules))]
        self.neighbours = self._sorted("from", "to")
        self.weights = self._sorted("from", "bits")
        self.person = self._sorted("person_of", "person")
        self.gone = np.sort(np.concatenate([piece["gone"] for piece in self.pieces]))

    def with_fresh(self, fresh: Arrays) -> HeldTable:
        """Return the table with a piece that is not written yet."""
        return HeldTable(self.folder, self.model, self.told, self.base, fresh)

    def _sorted(self, numbers: str, values: str) -> Sorted:
        return Sorted([(piece[numbers], piece[values]) for piece in self.pieces])

    @property
    def rows(self) -> int:
        """How many records were ever added."""
        return len(self.ids)

    def is_there(self, rows: np.ndarray) -> np.ndarray:
        """Return which records are there still: not replaced by what was said of them later, nor withdrawn."""
        return ~is_among(rows, self.gone)

    def rows_of(self, ids: np.ndarray) -> np.ndarray:
        """Return the places of records by their ids, -1 where there is none."""
        found = self.by_id.first(digests([str(one) for one in ids.tolist()]))
        known = np.flatnonzero(found >= 0)
        found[known[~self.is_there(found[known])]] = -1
        return found

    def persons(self) -> pd.DataFrame:
        """Return who is who: record_id and person_id of all records, in the order of their ids."""
        rows = np.arange(self.rows)
        rows = rows[self.is_there(rows)]
        found = pd.DataFrame({"record_id": self.ids[rows], "person_id": self.person.first(rows)})
        return found.sort_values("record_id", ignore_index=True)


def may_be_held(model: TableModel) -> None:
    """Raise OneLineError when tables of a model cannot be held, with the reason."""
    if not model.blocks:
        raise OneLineError("only a table with [[block]] in its model file can be held; those it chooses differ nightly")
    if model.across:
        raise OneLineError('a table with link = "across" cannot be held: its candidates compete with each other')
    kinds = {compared.kind for compared in model.compared}
    if "identifiers" in kinds:
        raise OneLineError("a table with a column of kind identifiers cannot be held yet")
    if "name" in kinds and kinds & {"given_name", "family_name"}:
        raise OneLineError("a table that is compared on whole names and on parts of them cannot be held yet")


def model_digest(model: TableModel) -> str:
    """Return a number for what a model file says."""
    return hashlib.sha256(json.dumps(asdict(model), sort_keys=True).encode()).hexdigest()[:16]


def row_arrays(ids: np.ndarray, codes: np.ndarray, keys: np.ndarray, first_row: int) -> Arrays:
    """Return what is kept of records: their ids, values and blocks, and where to find them by those."""
    rows = first_row + np.arange(len(ids), dtype=np.int32)
    by_id = np.argsort(number := digests([str(one) for one in ids.tolist()]), kind="stable")
    found: Arrays = {
        "id": ids.astype(np.int64) if ids.dtype.kind in "iu" else ids.astype(str),
        "codes": codes.astype(np.int32),
        "keys": keys,
        "sorted_id": number[by_id],
        "row_of_id": rows[by_id],
    }
    for at in range(keys.shape[1]):
        order = np.argsort(keys[:, at], kind="stable")
        order = order[keys[order, at] != 0]
        found[f"sorted_key_{at}"], found[f"row_of_key_{at}"] = keys[order, at], rows[order]
    return found


def pair_arrays(left: np.ndarray, right: np.ndarray, bits: np.ndarray) -> Arrays:
    """Return kept pairs by either of their records."""
    one, other = np.concatenate((left, right)), np.concatenate((right, left))
    order = np.lexsort((other, one))
    return {"from": one[order], "to": other[order], "bits": np.tile(bits, 2)[order]}


def of_column(arrays: Mapping[str, np.ndarray], at: int) -> Arrays:
    """Return arrays of a column under the names of a piece."""
    return {f"{name}_{at}": array for name, array in arrays.items()}


def open_held(path: Path, model: TableModel) -> HeldTable:
    """Open the table that a folder holds. Raises OneLineError when it is damaged or of another model."""
    folder = Folder(path)
    told = folder.told()
    if told["model"] != model_digest(model):
        raise OneLineError(f"{path} holds a table of another model file; give another folder for this one")
    return HeldTable(folder, model, told, folder.pieces(told))
