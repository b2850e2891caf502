"""A release beside those before it: what their tables say together, and what the difference of two would say.

A count that has not changed since an earlier release is one and the same unknown: what was told of it stays told, what
was withheld stays withheld. A count that did change is a new one, and the difference is a cell as well: when fewer
than a threshold of children came or went, it must not be computable, although both numbers may be large.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from monitoring.releases.cells import Cell
from monitoring.releases.equations import System, Unknowns
from monitoring.releases.record import Record
from monitoring.releases.relations import Relation, relations_between


class SameNightDiffers(Exception):
    """A release of the same night holds another count of the same cell."""

    def __init__(self, release: str) -> None:
        super().__init__(release)
        self.release = release


@dataclass(frozen=True)
class Joint:
    """The unknowns of a new release and of those before it in one system.

    `place`: the unknown of every cell of the new release. `told`: unknowns with the number that was published earlier.
    `kept`: unknowns that an earlier release withholds. `releases`: which earlier releases have a word in it.
    """

    system: System
    place: dict[Cell, int]
    told: dict[int, int]
    kept: set[int]
    releases: tuple[str, ...]


@dataclass
class _Night:
    """What is known of one night: cells and rests with their unknowns."""

    counts: dict[Cell, int] = field(default_factory=dict)
    relations: dict[Relation, None] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)


def related(records: Sequence[Record], populations: set[str], is_synthetic: bool) -> list[Record]:
    """Return the earlier releases that count the same persons, by night and name; synthetic ones stay apart."""
    found = [record for record in records if record.is_synthetic == is_synthetic and record.populations & populations]
    return sorted(found, key=lambda record: (record.night, record.release))


def joined(
    counts: Mapping[Cell, int],
    relations: Sequence[Relation],
    night: str,
    records: Sequence[Record],
    threshold: int,
    overlapping: Iterable[str] = (),
) -> Joint:
    """Return the new tables of a night and the records of earlier releases as one system.

    `overlapping`: characteristics of which a person may have several codes, in the new tables. Raises SameNightDiffers.
    """
    nights: dict[str, _Night] = {}
    for record in records:
        _add(nights.setdefault(record.night, _Night()), record.counts, record.relations, record.release)
        nights[record.night].records.append(record)
    _add(nights.setdefault(night, _Night()), counts, relations, records[-1].release if records else "")
    unknowns, told, kept = Unknowns(), {}, set()
    places: dict[str, dict[Cell, int]] = {}
    rests: dict[str, dict[str, int]] = {}
    # The new night last, whichever day it is: an earlier release is what is already told.
    for name in sorted(nights, key=lambda day: (day == night, day)):
        before = [places[day] for day in places]
        places[name] = _place(unknowns, nights[name].counts, before, threshold, f"{name} ")
        rests[name] = unknowns.relate(list(nights[name].relations), places[name], f"{name} ")
        _differ(unknowns, rests[name], [rests[day] for day in rests if day != name], threshold)
        for record in nights[name].records:
            for cell in record.counts:
                if cell in record.shown:
                    told[places[name][cell]] = record.shown[cell]
                else:
                    kept.add(places[name][cell])
    _relate_all(unknowns, nights, places, {*overlapping, *(name for record in records for name in record.overlapping)})
    own = {cell: places[night][cell] for cell in counts}
    return Joint(unknowns.system(), own, told, kept - set(told), tuple(record.release for record in records))


def _relate_all(
    unknowns: Unknowns, nights: Mapping[str, _Night], places: Mapping[str, Mapping[Cell, int]], overlapping: set[str]
) -> None:
    """Relate cells that came out in different releases, such as a year and all years.

    A cell that a later release does not have is taken for unchanged, as a reader would.
    """
    if sum(len(night.records) for night in nights.values()) == 0:
        return
    place = {cell: unknown for name in places for cell, unknown in places[name].items()}
    counts = {cell: unknowns.counts[unknown] for cell, unknown in place.items()}
    known = {relation for night in nights.values() for relation in night.relations}
    unknowns.relate(relations_between(counts, overlapping, known), place, "together ")


def _add(night: _Night, counts: Mapping[Cell, int], relations: Sequence[Relation], release: str) -> None:
    for cell, count in counts.items():
        if night.counts.setdefault(cell, count) != count:
            raise SameNightDiffers(release)
    night.relations.update(dict.fromkeys(relations))


def _place(
    unknowns: Unknowns, counts: Mapping[Cell, int], before: Sequence[Mapping[Cell, int]], threshold: int, night: str
) -> dict[Cell, int]:
    """Give every cell of a night its unknown: an earlier one when its count has not changed."""
    place: dict[Cell, int] = {}
    for cell in sorted(counts):
        others = list(dict.fromkeys(places[cell] for places in reversed(before) if cell in places))
        same = [other for other in others if unknowns.counts[other] == counts[cell]]
        place[cell] = same[0] if same else unknowns.add(night + str(cell), counts[cell], shown=True)
        for other in () if same else others:
            _add_difference(unknowns, place[cell], other, threshold)
    return place


def _differ(unknowns: Unknowns, rests: Mapping[str, int], before: Sequence[Mapping[str, int]], threshold: int) -> None:
    for name, rest in rests.items():
        for places in before:
            if name in places and unknowns.kinds[rest][2]:
                _add_difference(unknowns, rest, places[name], threshold)


def _add_difference(unknowns: Unknowns, new: int, old: int, threshold: int) -> None:
    change = unknowns.counts[new] - unknowns.counts[old]
    if 0 < abs(change) < threshold:
        name = f"change of {unknowns.names[new]} since {unknowns.names[old]}"
        difference = unknowns.add(name, change, signed=True)
        unknowns.rows.append({new: 1, old: -1, difference: -1})


def as_masks(joint: Joint) -> tuple[np.ndarray, np.ndarray]:
    """Return which unknowns are published already, and which are withheld already."""
    size = len(joint.system.names)
    told, kept = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    told[list(joint.told)] = True
    kept[sorted(joint.kept)] = True
    return told, kept
