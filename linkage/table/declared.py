"""The model file of `weerzien link`: which column identifies a record, what is compared and how, what is blocked on."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors.installation import OneLineError

KINDS = ("name", "given_name", "family_name", "date", "exact", "text", "identifiers", "place")
KEY_PART = re.compile(r"(?P<column>.+?)(?:\[:(?P<length>[1-9]\d?)\])?")


@dataclass(frozen=True)
class Compared:
    """One column that is compared, and its kind (`KINDS`)."""

    column: str
    kind: str


@dataclass(frozen=True)
class KeyPart:
    """A column of a blocking key, or its first `length` characters."""

    column: str
    length: int | None = None


@dataclass(frozen=True)
class TableModel:
    """What a model file says.

    `source`: the column that names the list a record comes from. `across`: only records of different sources are
    compared. `blocks`: keys on which two records must agree to be compared; none: the program chooses.
    `link_from`: the probability from which two records are taken to be one person.
    """

    id: str
    compared: tuple[Compared, ...]
    source: str | None = None
    across: bool = False
    blocks: tuple[tuple[KeyPart, ...], ...] = ()
    link_from: float = 0.5

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that the model names, each once."""
        keys = [part.column for block in self.blocks for part in block]
        named = [self.id, *([self.source] if self.source else []), *(c.column for c in self.compared), *keys]
        return tuple(dict.fromkeys(named))


def load_table_model(path: Path) -> TableModel:
    """Read a model file. Raises OneLineError, naming the entry that is wrong and what may stand there."""
    try:
        declared = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise OneLineError(f"{path} cannot be read as a model file: {error}") from None
    try:
        return table_model(declared)
    except OneLineError as error:
        raise OneLineError(f"{path}: {error}") from None


def table_model(declared: Mapping[str, Any]) -> TableModel:
    """Return the model of a parsed file. Raises OneLineError."""
    _only(declared, "the file", ("records", "compare", "block", "thresholds"))
    records = _table(declared, "records")
    _only(records, "[records]", ("id", "source", "link"))
    if not isinstance(records.get("id"), str):
        raise OneLineError('[records] needs id = "<column>"')
    link = records.get("link", "all")
    if link not in ("all", "across"):
        raise OneLineError('[records] link must be "all" or "across"')
    if link == "across" and "source" not in records:
        raise OneLineError('[records] link = "across" needs source = "<column>"')
    thresholds = declared.get("thresholds", {})
    _only(thresholds, "[thresholds]", ("link",))
    compared = tuple(_compared(entry) for entry in _list(declared, "compare"))
    if not compared:
        raise OneLineError("at least one [[compare]] with column and kind is needed")
    return TableModel(
        id=records["id"],
        compared=compared,
        source=records.get("source"),
        across=link == "across",
        blocks=tuple(_block(entry) for entry in _list(declared, "block")),
        link_from=_share(thresholds.get("link", TableModel.link_from)),
    )


def _compared(entry: Mapping[str, Any]) -> Compared:
    _only(entry, "[[compare]]", ("column", "kind"))
    column, kind = entry.get("column"), entry.get("kind")
    if not isinstance(column, str):
        raise OneLineError('[[compare]] needs column = "<column>"')
    if kind not in KINDS:
        raise OneLineError(f"[[compare]] {column}: kind must be one of {', '.join(KINDS)}")
    return Compared(column, kind)


def _block(entry: Mapping[str, Any]) -> tuple[KeyPart, ...]:
    _only(entry, "[[block]]", ("on",))
    parts = entry.get("on")
    if not isinstance(parts, list) or not parts or not all(isinstance(part, str) for part in parts):
        raise OneLineError('[[block]] needs on = ["<column>", "<column>[:3]", …]')
    return tuple(_key_part(part) for part in parts)


def _key_part(written: str) -> KeyPart:
    found = KEY_PART.fullmatch(written)
    if found is None:
        raise OneLineError(f"[[block]] on: {written!r} is not a column or <column>[:n]")
    return KeyPart(found["column"], int(found["length"]) if found["length"] else None)


def _share(value: Any) -> float:
    if not isinstance(value, int | float) or not 0 < value < 1:
        raise OneLineError("[thresholds] link must lie between 0 and 1")
    return float(value)


def _table(declared: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    if not isinstance(declared.get(name), Mapping):
        raise OneLineError(f"a table [{name}] is needed")
    return dict(declared[name])


def _list(declared: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    entries = declared.get(name, [])
    if not isinstance(entries, list):
        raise OneLineError(f"[[{name}]] is written with two brackets")
    return entries


def _only(given: Any, where: str, known: tuple[str, ...]) -> None:
    if not isinstance(given, Mapping):
        raise OneLineError(f"{where} must hold entries")
    if unknown := sorted(set(given) - set(known)):
        raise OneLineError(f"{where}: unknown {', '.join(unknown)}; known are {', '.join(known)}")
