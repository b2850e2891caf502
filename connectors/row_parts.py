"""Rows of many deliveries, kept in parts: what is small stays in memory, what is large goes to files.

A night reads deliveries of a few rows and of a million; memory must not grow with the latter. A part is a frame of
rows or a Parquet file of them, at most BATCH_ROWS each.
"""

import gc
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import TypeAlias

import pandas as pd

from connectors.deliveries import Delivery
from connectors.read_before import Stretch, joined
from connectors.records import count_rows, read_records, rows_frame, write_records
from connectors.register import Register, load_register
from connectors.side_by_side import processes, side_by_side
from connectors.tables import BATCH_ROWS

INDEX = "parts.json"
Part: TypeAlias = pd.DataFrame | Path
# A reader that can read every so many batches: delivery, register, turn, turns.
TurnReader = Callable[[Delivery, Register, int, int], Iterable[pd.DataFrame]]


@contextmanager
def no_garbage() -> Iterator[None]:
    """Rows are millions of values without cycles: looking for cycles meanwhile doubles the time that they take."""
    was_enabled = gc.isenabled()
    gc.disable()
    # What was there before is not looked through again when somebody collects meanwhile.
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        if was_enabled:
            gc.enable()


class RowStore:
    """What has been read so far, by delivery. `folder`: where large deliveries are kept; without one, in memory."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self.parts: dict[str, list[Part | Stretch]] = {}
        self.written = 0

    def keep(self, delivery_id: str, batches: Iterable[pd.DataFrame]) -> int:
        """Keep the rows of one delivery and return their number; nothing of it is kept when reading it fails."""
        parts: list[Part] = []
        count = 0
        try:
            for batch in batches:
                count += len(batch)
                parts.append(batch)
                if self.folder is not None and len(parts) > 1:
                    parts = [self._on_disk(part) for part in parts]
        except BaseException:
            _remove(parts)
            raise
        self.parts[delivery_id] = parts
        return count

    def take(self, delivery_id: str, rows: Stretch) -> int:
        """Take the rows of one delivery as they were read before; return their number."""
        self.parts[delivery_id] = [rows]
        return len(rows)

    def small(self, delivery_id: str) -> pd.DataFrame | None:
        """Return the rows of one delivery when they were few enough to stay in memory."""
        parts = self.parts.get(delivery_id, [])
        return parts[0] if len(parts) == 1 and isinstance(parts[0], pd.DataFrame) else None

    def keep_shared(self, delivery: Delivery, register: Register, read: TurnReader) -> int:
        """Keep the rows of one large delivery, read by several processes in turns; return their number."""
        folder, turns = self.folder or Path(), processes()
        try:
            written = side_by_side(
                _read_turn, [(read, delivery, register.name, folder, turn, turns) for turn in range(turns)]
            )
        except BaseException:
            _remove(folder.glob(f"{delivery.delivery_id}_*.parquet"))
            raise
        parts = sorted(part for of_turn in written for part in of_turn)
        self.parts[delivery.delivery_id] = [path for path, _ in parts]
        return sum(rows for _, rows in parts)

    def drop(self, delivery_id: str) -> None:
        """Forget the rows of one delivery."""
        _remove(self.parts.pop(delivery_id, []))

    def in_order(self, delivery_ids: Iterable[str]) -> Iterator[Part]:
        """Yield the parts of these deliveries; small ones that follow each other are joined."""
        small: list[pd.DataFrame | Stretch] = []
        rows = 0
        for part in (part for delivery_id in delivery_ids for part in self.parts.get(delivery_id, [])):
            if isinstance(part, Path):
                yield from _joined(small)
                small, rows = [], 0
                yield part
            elif len(part):
                if rows + len(part) > BATCH_ROWS:
                    yield from _joined(small)
                    small, rows = [], 0
                small.append(part)
                rows += len(part)
        yield from _joined(small)

    def _on_disk(self, part: Part) -> Path:
        if isinstance(part, Path):
            return part
        self.written += 1
        return _written(part, self.folder, self.written)  # type: ignore[arg-type]


class RowCount(RowStore):
    """Counts rows and keeps none."""

    def keep(self, delivery_id: str, batches: Iterable[pd.DataFrame]) -> int:
        """Return the number of rows of one delivery."""
        return sum(len(batch) for batch in batches)

    def take(self, delivery_id: str, rows: Stretch) -> int:
        """Return the number of rows."""
        return len(rows)


def _joined(parts: Sequence[pd.DataFrame | Stretch]) -> Iterator[pd.DataFrame]:
    if parts:
        yield pd.concat(joined(parts), ignore_index=True)


def _written(rows: pd.DataFrame, folder: Path, number: int) -> Path:
    path = folder / f"{number:06d}.parquet"
    write_records(rows, path)
    return path


def _remove(parts: Iterable[Part | Stretch]) -> None:
    for part in parts:
        if isinstance(part, Path):
            part.unlink(missing_ok=True)


def _read_turn(
    read: TurnReader, delivery: Delivery, register: str, folder: Path, turn: int, turns: int
) -> list[tuple[Path, int]]:
    """Read every so many batches of a delivery into files, named by their place; return each with its rows."""
    written = []
    with no_garbage():
        for number, rows in enumerate(read(delivery, load_register(register), turn, turns)):
            path = folder / f"{delivery.delivery_id}_{number * turns + turn:06d}.parquet"
            write_records(rows, path)
            written.append((path, len(rows)))
    return written


def as_frame(part: Part) -> pd.DataFrame:
    """Return the rows of a part, wherever it is kept."""
    return read_records(part) if isinstance(part, Path) else part


class PartsWriter:
    """Writes parts to a folder as files; a file that is there already stays where it is.

    The index, which says the order, is written last and only when all went well: a folder with one is whole.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: list[str] = []

    def __enter__(self) -> "PartsWriter":
        (self.folder / INDEX).unlink(missing_ok=True)
        return self

    def add(self, part: Part) -> None:
        """Write the next part."""
        if isinstance(part, Path):
            self.names.append(part.name)
            return
        name = f"part_{len(self.names) + 1:06d}.parquet"
        write_records(part, self.folder / name)
        self.names.append(name)

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            unfinished = self.folder / f"{INDEX}.part"
            unfinished.write_text(json.dumps(self.names), encoding="utf-8")
            unfinished.replace(self.folder / INDEX)


def part_names(folder: Path) -> list[str]:
    """Return the names of a folder's parts, in order."""
    return list(json.loads((folder / INDEX).read_text(encoding="utf-8")))


def read_parts(folder: Path, newest_first: bool = False, only: Collection[str] | None = None) -> Iterator[pd.DataFrame]:
    """Yield the rows of a folder, part by part, in order or in the reverse order of parts; of some parts `only`.

    `applies_order` of delivered rows counts those of all parts through.
    """
    paths = [folder / name for name in part_names(folder)]
    ends = list(accumulate(count_rows(path) for path in paths))
    for path, end in sorted(zip(paths, ends, strict=True), key=lambda part: part[1], reverse=newest_first):
        if only is not None and path.name not in only:
            continue
        rows = read_records(path)
        yield numbered(rows, end - len(rows) + 1) if "applies_order" in rows else rows


def whole(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return the rows of all parts in one frame, with `applies_order` counting them through."""
    filled = [part for part in parts if len(part)]
    return numbered(pd.concat(filled, ignore_index=True)) if filled else _no_rows().copy()


@cache
def _no_rows() -> pd.DataFrame:
    return rows_frame({}, 0)


def numbered(rows: pd.DataFrame, first: int = 1) -> pd.DataFrame:
    """Return the rows with `applies_order` counting from `first`."""
    rows["applies_order"] = pd.array(range(first, first + len(rows)), dtype="Int64")
    return rows
