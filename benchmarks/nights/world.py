"""A world as it was exported on one night, with the child behind each registration."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from connectors.installation import OneLineError
from connectors.register import load_register

MARKER = "SYNTHETIC.toml"
# In the other two registers what is noted as planted are mutations and messages like any other.
ROWS_PLANTED_IN = ("ikps", "stv", "mob")


@dataclass(frozen=True)
class World:
    """Exports of one night: what the world is called, its night, the child of each (register, source key).

    `planted`: (register, source key) of rows that were made wrong on purpose.
    """

    exports: Path
    name: str
    night: date
    child: Mapping[tuple[str, str], str]
    planted: frozenset[tuple[str, str]]

    def files(self, register: str) -> list[Path]:
        """Return the files that a register delivered, by date and name; other files in its folder are left out."""
        dated = load_register(register).dated
        found = [path for path in (self.exports / register).iterdir() if path.is_file()]
        days = {path: day for path in found if (day := dated(path.name))}
        return sorted(days, key=lambda path: (days[path], path.name))

    def has_story(self, register: str, key: str) -> bool:
        """Whether something may become of a registration: it is known whose it is, and it is as it should be."""
        return (register, key) in self.child and (register, key) not in self.planted


def read_world(exports: Path) -> World:
    """Read what a world says of itself. Raises OneLineError when the folder does not hold invented exports."""
    marker, truth = exports / MARKER, exports / "truth" / "records.csv"
    for needed in (marker, truth):
        if not needed.is_file():
            raise OneLineError(f"{exports} is no synthetic world: it has no {needed.relative_to(exports)}")
    said = tomllib.loads(marker.read_text(encoding="utf-8"))
    records, planted = _table(truth), _table(exports / "truth" / "planted.csv")
    return World(
        exports,
        str(said.get("world") or said.get("name", "")),
        _night(exports, said.get("night_last")),
        {(row["register"], row["source_key"]): row["child_id"] for row in records},
        frozenset((row["register"], row["row_key"]) for row in planted if row["register"] in ROWS_PLANTED_IN),
    )


def _table(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _night(exports: Path, said: date | None) -> date:
    """The night of the world as it says, else that of its newest snapshot of IKPS."""
    dated = load_register("ikps").dated
    snapshots = [day for path in (exports / "ikps").glob("*") if (day := dated(path.name))]
    if not snapshots:
        raise OneLineError(f"{exports} holds no snapshot of IKPS")
    return said or max(snapshots)
