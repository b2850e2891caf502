"""What a release leaves for judging later ones: the true count of every cell, and what was told of it.

Kept in the installation, readable by its owner only, and never part of what is published.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from monitoring.releases.cells import Cell
from monitoring.releases.relations import Relation


@dataclass(frozen=True)
class Record:
    """One release as the installation remembers it.

    `year`: None for all years together. `counts`: the true count of every cell. `shown`: the number that is published
    for it; a cell without one is withheld. `overlapping`: characteristics of which a person may have several codes.
    `revises`: the release whose tables it replaces.
    """

    release: str
    night: str
    year: int | None
    method: str
    threshold: int
    is_synthetic: bool
    tables: tuple[str, ...]
    counts: Mapping[Cell, int]
    shown: Mapping[Cell, int]
    relations: tuple[Relation, ...]
    overlapping: frozenset[str] = frozenset()
    revises: str | None = None

    @property
    def populations(self) -> set[str]:
        """Whom the release counts, as wholes."""
        return {cell.population for cell in self.counts}

    def as_json(self) -> str:
        """Return the record as the installation keeps it, the same text for the same release."""
        cells = sorted(self.counts)
        place = {cell: number for number, cell in enumerate(cells)}
        facts = {
            "release": self.release,
            "night": self.night,
            "year": self.year,
            "method": self.method,
            "threshold": self.threshold,
            "is_synthetic": self.is_synthetic,
            "tables": list(self.tables),
            "overlapping": sorted(self.overlapping),
            "revises": self.revises,
            "cells": [{**cell.as_facts(), "count": self.counts[cell], "shown": self.shown.get(cell)} for cell in cells],
            "relations": [relation_facts(relation, place) | {"rest": relation.rest} for relation in self.relations],
        }
        return json.dumps(facts, indent=1, sort_keys=True, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Record:
        """Read a record back; raises ValueError or KeyError when it is not one."""
        facts = json.loads(text)
        cells = [Cell.from_facts(cell) for cell in facts["cells"]]
        told = list(zip(cells, facts["cells"], strict=True))
        return cls(
            counts={cell: cell_facts["count"] for cell, cell_facts in told},
            shown={cell: cell_facts["shown"] for cell, cell_facts in told if cell_facts["shown"] is not None},
            relations=tuple(relation_from(relation, cells, relation["rest"]) for relation in facts["relations"]),
            tables=tuple(facts["tables"]),
            overlapping=frozenset(facts["overlapping"]),
            **{
                name: facts[name]
                for name in ("release", "night", "year", "method", "threshold", "is_synthetic", "revises")
            },
        )


def relation_facts(relation: Relation, place: Mapping[Cell, int]) -> dict[str, Any]:
    """Return a relation as JSON holds it, cells by their number and without its rest, which is no public number."""
    return {
        "wholes": [place[cell] for cell in relation.wholes],
        "parts": [place[cell] for cell in relation.parts],
        "is_exhausted": relation.is_exhausted,
        "is_of_children": relation.is_of_children,
    }


def relation_from(facts: Mapping[str, Any], cells: list[Cell], rest: int = 0) -> Relation:
    """Read a relation back."""
    return Relation(
        tuple(cells[number] for number in facts["wholes"]),
        tuple(cells[number] for number in facts["parts"]),
        rest,
        facts["is_exhausted"],
        facts["is_of_children"],
    )
