"""Rows that were read before: a landed file never changes, so what was read from a small one is kept beside landing/.

Messages, mutations and lists all count as long as they are in force, so a register that sends a file a day has
thousands to read every night. Kept is what reading gave, in `WEERZIEN_HOME/read/<register>.rows`, sealed by the key of
the landing area where one is set. It is derived: lost, damaged, of another key or of another version of the readers, it
is made anew. What a night does not use any more leaves it that night, and what was taken out of landing/ at once.
"""

import hashlib
import io
import json
import logging
import os
import platform
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from connectors.deliveries import Delivery
from connectors.installation import OneLineError
from connectors.records import read_records, write_records
from connectors.register import Register
from connectors.sealing import Damaged, LandingKeys, Sealing, opened, sealed_by

logger = logging.getLogger(__name__)

FOLDER = "read"
SMALL_BYTES = 1 << 20
# Fewer new deliveries than this are read again the next night, rather than all rows written anew.
WORTH_WRITING = 8
# All that this package reads and writes with: a number plan or a list of countries changes what is read as well.
LIBRARIES = (
    "anyascii", "babel", "cryptography", "lxml", "numpy", "openpyxl", "pandas", "phonenumbers", "pyarrow", "pycountry",
    "python-calamine", "sqlalchemy",
)  # fmt: skip
NOTE = b"weerzien"

Number = tuple[str, int] | None


@dataclass(frozen=True)
class Stretch:
    """Rows of one delivery among those of many: `rows` from `start` up to `stop`."""

    rows: pd.DataFrame
    start: int
    stop: int

    def __len__(self) -> int:
        return self.stop - self.start

    def frame(self) -> pd.DataFrame:
        """Return the rows by themselves."""
        return self.rows.iloc[self.start : self.stop].reset_index(drop=True)


@dataclass(frozen=True)
class Told:
    """What reading a delivery told: its rows, whether its bytes begin with a mark, its number with its sender."""

    rows: Stretch | pd.DataFrame
    has_mark: bool
    number: Number


class ReadBefore:
    """What was read of a register's deliveries. `file`: where it is kept; without one nothing is known or kept."""

    def __init__(self, register: Register, file: Path | None) -> None:
        self.register = register
        # One snapshot of the police counts at a time, and it is large.
        self.file = file if register.delivery != "snapshot" else None
        self.known: dict[str, Told] = _read(self.file, made_of(register)) if self.file else {}
        self.used: dict[str, Told] = {}
        self.new = 0

    def told(self, delivery: Delivery) -> Told | None:
        """Return what reading this delivery told before; None when it has to be read."""
        found = self.known.get(_key(delivery))
        if found:
            self.used[_key(delivery)] = found
        return found

    def takes(self, delivery: Delivery) -> bool:
        """Whether what is read of this delivery may be kept."""
        return self.file is not None and delivery.size_bytes <= SMALL_BYTES

    def add(self, delivery: Delivery, told: Told) -> None:
        """Keep what reading a delivery told."""
        self.used[_key(delivery)] = told
        self.new += 1

    def write(self, ordered: Iterable[Delivery]) -> None:
        """Keep for the next night what this one used of these deliveries, in their order, where that is worth it or
        something is not used any more. What cannot be written costs the next night time and nothing else.
        """
        names = [key for delivery in ordered if (key := _key(delivery)) in self.used]
        is_left = len(self.known) > sum(name in self.known for name in names)
        if self.file is None or not (is_left or self.new >= WORTH_WRITING + len(self.known) // 100):
            return
        try:
            _write(self.file, made_of(self.register), {name: self.used[name] for name in names})
        except (OSError, pa.ArrowException, ValueError) as error:
            logger.warning("%s: rows that were read are not kept (%s)", self.register.name, type(error).__name__)
            self.file.unlink(missing_ok=True)


def rows_file(landing: Path, register: str) -> Path:
    """Return where the rows of a register are kept, beside its landing area; its folder is made."""
    folder = landing.parent / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{register}.rows"


def forget_removed(landing: Path, register: Register) -> None:
    """Forget the rows of files that do not lie in the landing area any more."""
    file = landing.parent / FOLDER / f"{register.name}.rows"
    _remove_unfinished(file)
    if not file.exists():
        return
    there = set(os.listdir(landing / register.name)) if (landing / register.name).is_dir() else set()
    known = _read(file, made_of(register))
    stay = {key: told for key, told in known.items() if json.loads(key)[-1] in there}
    if not stay:
        file.unlink(missing_ok=True)
    elif len(stay) < len(known):
        _write(file, made_of(register), stay)


def forget_all(landing: Path) -> None:
    """Forget all rows, which lie plain or under another key than the landing area from now on."""
    for file in (landing.parent / FOLDER).glob("*"):
        file.unlink(missing_ok=True)


@cache
def _of_readers() -> str:
    """The bytes of this package, and the versions of what it reads with: another reader may read other rows."""
    digest = hashlib.sha256(f"{platform.python_version()} {[version(name) for name in LIBRARIES]}".encode())
    package = Path(__file__).parent
    for path in sorted(path for path in package.rglob("*") if path.suffix in (".py", ".toml")):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def made_of(register: Register) -> str:
    """Return a digest of all that decides what reading gives, but the file itself."""
    return hashlib.sha256(f"{_of_readers()} {register.name}".encode()).hexdigest()


def _key(delivery: Delivery) -> str:
    """What the rows of a delivery say of it, and its bytes, by the name of its file in the landing area."""
    return json.dumps(
        [delivery.origin, delivery.delivery_id, delivery.file_name, delivery.dated.isoformat(), delivery.path.name]
    )


def _read(file: Path, wanted: str) -> dict[str, Told]:
    """What is kept in a file, by the key of a delivery; nothing when it is not there or not to be used."""
    try:
        keys = LandingKeys.from_environment()
        if keys.first and sealed_by(file) != keys.first:
            return {}
        with opened(file, keys) as source:
            content = source.read()
        note = json.loads(pq.read_metadata(pa.BufferReader(content)).metadata[NOTE])
        if note["made_of"] != wanted:
            return {}
        rows = read_records(io.BytesIO(content))
        return {
            key: Told(Stretch(rows, start, stop), has_mark, (number[0], number[1]) if number else None)
            for key, start, stop, has_mark, number in note["deliveries"]
        }
    except FileNotFoundError:
        return {}
    except (OneLineError, Damaged, OSError, pa.ArrowException, ValueError, KeyError, TypeError) as error:
        logger.warning("rows that were read are made anew (%s)", type(error).__name__)
        return {}


def _write(file: Path, made: str, told: dict[str, Told]) -> None:
    rows, places, at = _stacked([one.rows for one in told.values()]), [], 0
    for key, one in told.items():
        places.append([key, at, at + len(one.rows), one.has_mark, one.number])
        at += len(one.rows)
    note = json.dumps({"made_of": made, "deliveries": places}).encode()
    content = io.BytesIO()
    write_records(rows, content, {NOTE: note})
    _remove_unfinished(file)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f"{file.stem}.", suffix=".part")
    copy = Path(name)
    try:
        with os.fdopen(handle, "wb") as target:
            sealing = Sealing(target)
            sealing.write(content.getvalue())
            sealing.finish()
        os.replace(copy, file)
    finally:
        copy.unlink(missing_ok=True)


def _remove_unfinished(file: Path) -> None:
    """What a process that died was writing holds identifying values, and none but this one writes this file."""
    for unfinished in file.parent.glob(f"{file.stem}.*.part"):
        unfinished.unlink(missing_ok=True)


def _stacked(parts: Sequence[Stretch | pd.DataFrame]) -> pd.DataFrame:
    frames = joined(parts)
    filled = [frame for frame in frames if len(frame)]
    if not filled:
        from connectors.records import rows_frame

        return rows_frame({}, 0)
    return pd.concat(filled, ignore_index=True)


def joined(parts: Iterable[Stretch | pd.DataFrame]) -> list[pd.DataFrame]:
    """Return the rows as frames; stretches that follow each other become one."""
    whole: list[Stretch | pd.DataFrame] = []
    for part in parts:
        last = whole[-1] if whole else None
        if isinstance(part, Stretch) and not len(part):
            continue
        if (
            isinstance(part, Stretch)
            and isinstance(last, Stretch)
            and part.rows is last.rows
            and part.start == last.stop
        ):
            whole[-1] = Stretch(part.rows, last.start, part.stop)
        else:
            whole.append(part)
    return [part.frame() if isinstance(part, Stretch) else part for part in whole]
