"""What the cells of tables have to do with each other: wholes, what lies in them, and the rest that no table shows.

A rest is a cell as well: 40 children of whom 38 fled violence are also 2 who did not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from monitoring.figures.figure import BASE_ROW, UNKNOWN, Figure
from monitoring.releases.cells import (
    Cell,
    Condition,
    cells_of,
    counts_of,
    overlapping_dimensions,
    partitions_of,
)
from monitoring.releases.rules import declared


@dataclass(frozen=True, order=True)
class Relation:
    """Wholes that are together the sum of parts and a rest.

    `is_exhausted`: a table shows that there is no rest. `is_of_children`: the rest is a group of children, which is
    protected as any other; else only a bound (victims that a report names beside the registered persons).
    """

    wholes: tuple[Cell, ...]
    parts: tuple[Cell, ...]
    rest: int
    is_exhausted: bool = False
    is_of_children: bool = True


def relations_of(figures: Sequence[Figure]) -> list[Relation]:
    """Return how the cells of these tables are related, in a fixed order."""
    counts = counts_of(figures)
    shown = {partition for figure in figures for partition in partitions_of(figure)}
    found = {Relation((partition.whole,), partition.parts, 0, is_exhausted=True) for partition in shown}
    found |= {relation for figure in figures for relation in (*_units(figure, counts), *_at_least_one(figure, counts))}
    return sorted(found | set(relations_between(counts, overlapping_dimensions(figures), found)))


def relations_between(
    counts: Mapping[Cell, int], overlapping: set[str], known: Collection[Relation] = ()
) -> list[Relation]:
    """Return how cells are related by what they count, whatever table they come from, beside `known` relations.

    `overlapping`: dimensions in which a person may have several codes.
    """
    told = {(relation.wholes, relation.parts) for relation in known}
    found = {*_along_dimensions(counts, overlapping), *_combinations(counts), *_sums(counts)}
    placed = {part for relation in (*known, *found) for part in relation.parts}
    found |= set(_inclusions(counts, placed))
    return sorted(relation for relation in found if (relation.wholes, relation.parts) not in told)


def _along_dimensions(counts: Mapping[Cell, int], overlapping: set[str]) -> Iterable[Relation]:
    """Cells that differ in one condition only: bands within an age group, one year within all years."""
    lines: dict[tuple[Cell, str], dict[frozenset[str] | None, Cell]] = defaultdict(dict)
    for cell in sorted(counts):
        for condition in cell.where:
            lines[cell.without(condition), condition[0]][frozenset(condition[1])] = cell
    for (total, dimension), line in lines.items():
        if total in counts:
            line[None] = total
        for codes, whole in line.items():
            within = [own for own in line if own is not None and own != codes and (codes is None or own < codes)]
            outermost = [own for own in within if not any(own < other for other in within)]
            parts = [line[own] for own in outermost]
            if dimension not in overlapping and _lie_apart(outermost):
                yield from _relation(counts, whole, parts)
            else:
                for part in parts:
                    yield from _relation(counts, whole, [part])


def _lie_apart(sets: Sequence[frozenset[str]]) -> bool:
    return all(not one & other for one, other in combinations(sets, 2))


def _relation(counts: Mapping[Cell, int], whole: Cell, parts: Sequence[Cell]) -> Iterable[Relation]:
    """A relation that the counts bear out; columns that overlap without saying so hold each on its own."""
    rest = counts[whole] - sum(counts[part] for part in parts)
    if parts and rest >= 0:
        yield Relation((whole,), tuple(sorted(parts)), rest)
    elif len(parts) > 1:
        for part in parts:
            yield from _relation(counts, whole, [part])


def _combinations(counts: Mapping[Cell, int]) -> Iterable[Relation]:
    """Who is in a register, or in two, is the sum of the combinations of registers that hold it or them."""
    for joined, single in declared()["combinations"].items():
        by_context: dict[Cell, dict[frozenset[str], Cell]] = defaultdict(dict)
        for cell in sorted(counts):
            for condition in (given for given in cell.where if given[0] == joined):
                by_context[cell.without(condition)][frozenset("+".join(condition[1]).split("+"))] = cell
        for cell in sorted(counts):
            wanted = [codes for dimension, codes in cell.where if dimension == single]
            context = cell
            for codes in wanted:
                context = context.without((single, codes))
            held = by_context.get(context, {}) if wanted else {}
            parts = [part for names, part in held.items() if all(names & set(codes) for codes in wanted)]
            rest = counts[cell] - sum(counts[part] for part in parts)
            if parts and rest >= 0:
                yield Relation((cell,), tuple(sorted(parts)), rest, is_exhausted=rest == 0)


def _sums(counts: Mapping[Cell, int]) -> Iterable[Relation]:
    """Codes of two characteristics that count the same persons: labour, other and several are what is not sexual."""
    for declared_sum in declared()["sums"]:
        sides = [
            [(dimension, (code,)) for code in codes]
            for dimension, codes in (*declared_sum["one"].items(), *declared_sum["other"].items())
        ]
        contexts = {cell.without(sides[0][0]) for cell in counts if sides[0][0] in cell.where}
        for context in sorted(contexts):
            one, other = ([cell for given in side if (cell := context.also(given)) in counts] for side in sides)
            if one and other and sum(counts[cell] for cell in one) == sum(counts[cell] for cell in other):
                yield Relation(tuple(sorted(one)), tuple(sorted(other)), 0, is_exhausted=True)


def _at_least_one(figure: Figure, counts: Mapping[Cell, int]) -> Iterable[Relation]:
    """Where the unknown have a row (R61), everybody is in some row: overlapping rows are together at least the base."""
    places = cells_of(figure)
    if not (figure.is_multiple and any(heading.code == UNKNOWN for heading in figure.rows)):
        return
    for column in range(len(figure.columns)):
        rows = {
            places[row, column]
            for row, heading in enumerate(figure.rows)
            if not heading.is_total and (row, column) in places
        }
        base = places.get((BASE_ROW, column))
        if base is not None and base not in rows:
            over = sum(counts[cell] for cell in rows) - counts[base]
            if rows and over >= 0:
                yield Relation(tuple(sorted(rows)), (base,), over, is_of_children=False)


def _units(figure: Figure, counts: Mapping[Cell, int]) -> Iterable[Relation]:
    """Persons never outnumber the victims or registrations of the same cell."""
    at_most = {tuple(pair) for pair in declared()["units"]["at_most"]}
    by_rest: dict[tuple[str, tuple[Condition, ...]], list[Cell]] = defaultdict(list)
    for cell in cells_of(figure).values():
        by_rest[cell.population, cell.where].append(cell)
    for same in by_rest.values():
        for fewer, more in ((one, other) for one in same for other in same if (one.unit, other.unit) in at_most):
            if counts[more] >= counts[fewer]:
                yield Relation((more,), (fewer,), counts[more] - counts[fewer], is_of_children=False)


def _inclusions(counts: Mapping[Cell, int], placed: set[Cell]) -> Iterable[Relation]:
    """A cell that is part of no whole yet lies in every cell that asks less, or in cells that are one together."""
    for cell in sorted(set(counts) - placed):
        wider = [other for other in counts if other != cell and cell.lies_in(other) and counts[other] >= counts[cell]]
        for other in wider:
            if not any(between != other and between.lies_in(other) for between in wider):
                yield Relation((other,), (cell,), counts[other] - counts[cell])
        for condition in cell.where:
            yield from _within_several(counts, cell, cell.without(condition))


def _within_several(counts: Mapping[Cell, int], cell: Cell, wider: Cell) -> Iterable[Relation]:
    """Victims of loverboys lie in two groups together, of which each has a table."""
    for condition in wider.where:
        dimension, codes = condition
        wholes = [wider.without(condition).also((dimension, (code,))) for code in codes]
        if len(wholes) > 1 and all(whole in counts for whole in wholes):
            rest = sum(counts[whole] for whole in wholes) - counts[cell]
            if rest >= 0:
                yield Relation(tuple(sorted(wholes)), (cell,), rest)
