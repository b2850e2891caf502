"""What stands beside the tables of a release: how it was made, its cells and relations, and the checksum of every file.

Nothing here tells which withheld cells were small, nor any count that the tables do not show. No digest of the true
counts is published either: small counts can be guessed until the digest fits.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from monitoring.releases.cells import Cell
from monitoring.releases.protection import Protected
from monitoring.releases.record import relation_facts, relation_from
from monitoring.releases.relations import Relation
from monitoring.releases.rules import Rules
from monitoring.releases.shown import public_cells, public_relations

MANIFEST, CELLS, CHECKSUMS = "manifest.json", "cells.json", "SHA256SUMS"
WITHHELD = "x"


@dataclass(frozen=True)
class Facts:
    """What is told of a release: its id, of which night and year, by whom, on which day, with which versions.

    `year`: None for all years together. `revises` and `reason`: which earlier release it replaces, and why.
    """

    release: str
    night: str
    year: int | None
    date: str
    by: str
    is_synthetic: bool
    model_version: str
    code_version: str
    revises: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class PublicCells:
    """The cells of a publication: what is shown of each (None: withheld) and how they are related; no rests."""

    cells: tuple[Cell, ...]
    shown: Mapping[Cell, int]
    relations: tuple[Relation, ...]


def manifest_text(facts: Facts, rules: Rules, protected: Protected, files: Mapping[str, str]) -> str:
    """Return the manifest. `files`: the checksum of every other file by its path."""
    told: dict[str, Any] = {
        **asdict(facts),
        "rules": rules.as_facts(),
        "tables": {name: asdict(audited) for name, audited in protected.audited.items()},
        "judged_beside": list(protected.beside),
        "files": dict(files),
    }
    return _as_text(told)


def cells_text(protected: Protected, rules: Rules) -> str:
    """Return every cell with its published number, or x, and the relations that a reader reckons with."""
    public = public_cells(protected.figures, protected.counts, rules)
    cells = sorted(public)
    place = {cell: number for number, cell in enumerate(cells)}
    relations = public_relations(protected.relations, public)
    told = {
        "cells": [{**cell.as_facts(), "shown": protected.shown.get(cell, WITHHELD)} for cell in cells],
        "relations": [relation_facts(relation, place) for relation in relations],
    }
    return _as_text(told)


def read_cells(text: str) -> PublicCells:
    """Read published cells back; raises ValueError, KeyError, TypeError or IndexError when they are none."""
    told = json.loads(text)
    cells = [Cell.from_facts(cell) for cell in told["cells"]]
    numbers = zip(cells, told["cells"], strict=True)
    shown = {cell: int(facts["shown"]) for cell, facts in numbers if facts["shown"] != WITHHELD}
    return PublicCells(tuple(cells), shown, tuple(relation_from(facts, cells) for facts in told["relations"]))


def checksums(folder: Path, without: Sequence[str] = ()) -> dict[str, str]:
    """Return the SHA-256 of every file below a folder by its path in it, sorted."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    names = [path.relative_to(folder).as_posix() for path in paths]
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in zip(names, paths, strict=True)
        if name not in without
    }


def checksum_lines(sums: Mapping[str, str]) -> str:
    """Return checksums as `sha256sum --check` reads them."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items()))


def _as_text(told: Mapping[str, Any]) -> str:
    return json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
