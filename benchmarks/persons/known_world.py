"""Records of a synthetic world as the night accepts them, with the child behind each and the true resurfacings.

Reading and checking exports costs seconds, so what was accepted can be kept in a folder. What is kept is found again by
world, size, seed and the source text of everything that reads or writes exports: a changed reader reads anew.
"""

from __future__ import annotations

import hashlib
import pickle
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path

import pandas as pd

from connectors.deliveries import Delivery
from connectors.mutations import fold
from connectors.reading import read_register
from connectors.register import REGISTERS, load_register
from expectations.check import check_records, check_rows

ROOT = Path(__file__).parents[2]
READING = ("connectors", "expectations")
WORLDS = {
    "sample": ("connectors.sample", "write_sample"),
    "harbour": ("benchmarks.worlds.harbour", "write_world"),
    "border": ("benchmarks.worlds.border", "write_world"),
}


@dataclass(frozen=True)
class KnownWorld:
    """Accepted records of one synthetic world and its truth.

    `records`: the common record. `child`: label by record_id, missing where it is not known. `resurfaced`: rows of
    the world's truth/resurfaced.csv. `seconds`: that reading and checking took when the records were first read.
    """

    name: str
    children: int
    seed: int
    records: pd.DataFrame
    child: pd.Series
    resurfaced: pd.DataFrame
    seconds: float


def known_world(name: str, children: int, seed: int, keep: Path | None = None) -> KnownWorld:
    """Write a world and read it as a night does, or take what was kept of the same world in the folder `keep`."""
    if keep is None:
        return _read(name, children, seed)
    kept = keep / f"{name}-{children}-{seed}-{_source_digest(name)}.pickle"
    if kept.is_file():
        return pickle.loads(kept.read_bytes())
    world = _read(name, children, seed)
    keep.mkdir(parents=True, exist_ok=True)
    unfinished = kept.with_suffix(".part")
    unfinished.write_bytes(pickle.dumps(world))
    unfinished.replace(kept)
    return world


def accepted_records(exports: Path) -> pd.DataFrame:
    """Read and check the exports of a folder as a night does; returns the accepted records."""
    accepted = []
    for name in REGISTERS:
        register = load_register(name)
        deliveries = []
        for at, file in enumerate(sorted((exports / name).iterdir())):
            dated = register.dated(file.name)
            if dated is not None:
                deliveries.append(Delivery(f"{name}-{at}", name, file.name, "", 0, dated, date.max, at, "", file))
        deliveries.sort(key=lambda delivery: (delivery.dated, delivery.file_name))
        checked = check_rows(register, read_register(register, deliveries).rows)
        accepted.append(check_records(register, fold(register, checked.accepted).records).accepted)
    return pd.concat(accepted, ignore_index=True)


def with_truth(records: pd.DataFrame, truth: Path) -> tuple[pd.Series, pd.DataFrame]:
    """Child of each record, indexed by record_id, and the true resurfacings, from a folder with the truth."""
    children = pd.read_csv(truth / "records.csv", dtype=str).drop_duplicates(["register", "source_key"])
    known = records[["record_id", "register", "source_key"]].merge(children, on=["register", "source_key"], how="left")
    return known.set_index("record_id")["child_id"], pd.read_csv(truth / "resurfaced.csv", dtype=str)


def _read(name: str, children: int, seed: int) -> KnownWorld:
    with tempfile.TemporaryDirectory() as folder:
        exports = Path(folder) / "exports"
        _writer(name)(exports, children, seed)
        began = time.monotonic()
        records = accepted_records(exports)
        seconds = time.monotonic() - began
        child, resurfaced = with_truth(records, exports / "truth")
    return KnownWorld(name, children, seed, records, child, resurfaced, seconds)


def _writer(name: str) -> Callable[[Path, int, int], object]:
    module, function = WORLDS[name]
    return getattr(import_module(module), function)


def _source_digest(name: str) -> str:
    """Short digest of every source file that decides what the accepted records are."""
    worlds = ROOT / "benchmarks" / "worlds"
    files = [Path(__file__), *worlds.glob("*.py"), *worlds.glob(f"{name}/**/*")]
    files += [path for room in READING for path in (ROOT / room).rglob("*")]
    digest = hashlib.sha256()
    for path in sorted(set(files)):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
