"""Tables as they may be published: protected together and with every earlier release, or refused by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from monitoring.figures.figure import Figure, Words
from monitoring.releases import rounding
from monitoring.releases.audit import Interval
from monitoring.releases.cells import Cell, cells_of, counts_of, overlapping_dimensions, totals_of
from monitoring.releases.earlier import Joint, SameNightDiffers, as_masks, joined
from monitoring.releases.record import Record
from monitoring.releases.relations import Relation, relations_of
from monitoring.releases.rings import tables_in_a_ring
from monitoring.releases.rules import Rules, declared
from monitoring.releases.shown import as_shown
from monitoring.releases.suppression import Unprotectable, pattern
from monitoring.releases.task import Task, first_task


class Refused(Exception):
    """Tables that are not released, each with the reason in Dutch and English."""

    def __init__(self, tables: Mapping[str, Words]) -> None:
        super().__init__("; ".join(f"{name}: {reason['en']}" for name, reason in tables.items()))
        self.tables = dict(tables)


@dataclass(frozen=True)
class Audited:
    """What the audit of one table says, without telling which cells were small.

    `numbers`: how many numbers the table has. `withheld`: how many of them are. `narrowest`: the least distance between
    a reader's bounds of a protected number; None where nothing needed protection or nothing bounds it.
    """

    numbers: int
    withheld: int
    narrowest: int | None


@dataclass(frozen=True)
class Protected:
    """Protected tables, what is published of every cell (a cell without a number is withheld), and the audit."""

    figures: tuple[Figure, ...]
    counts: Mapping[Cell, int]
    shown: Mapping[Cell, int]
    relations: tuple[Relation, ...]
    overlapping: frozenset[str]
    audited: Mapping[str, Audited]
    beside: tuple[str, ...]


def protect(figures: Sequence[Figure], rules: Rules, night: str = "", records: Sequence[Record] = ()) -> Protected:
    """Protect tables of one night beside the releases before it (standards 3.3).

    `records`: earlier releases of the same persons, in order. Raises Refused.
    """
    check_tables(figures, rules, records)
    counts, relations, overlapping = counts_of(figures), relations_of(figures), overlapping_dimensions(figures)
    try:
        joint = joined(counts, relations, night, records, rules.threshold, overlapping)
    except SameNightDiffers as clash:
        raise Refused(dict.fromkeys((f.name for f in figures), _differs(clash.release))) from None
    task = joint_task(joint, totals_of(figures), rules)
    if rules.method == "round":
        shown, bounds = _round(task, joint, figures)
    else:
        shown, bounds = _suppress(task, joint, figures)
    return Protected(
        figures=tuple(as_shown(figure, shown, rules) for figure in figures),
        counts=counts,
        shown=shown,
        relations=tuple(relations),
        overlapping=frozenset(overlapping),
        audited={figure.name: _audited(figure, joint, shown, bounds) for figure in figures},
        beside=joint.releases,
    )


def check_tables(figures: Sequence[Figure], rules: Rules, records: Sequence[Record]) -> None:
    """Raise Refused for tables that cannot be protected at all, whatever their counts are."""
    never, known = declared()["not_released"], declared()["populations"]
    refused: dict[str, Words] = {figure.name: never[figure.name] for figure in figures if figure.name in never}
    for figure in figures:
        if figure.population.partition(":")[0] not in known:
            refused.setdefault(figure.name, NOT_DECLARED)
    known_figures = [figure for figure in figures if figure.name not in refused]
    refused |= dict.fromkeys(tables_in_a_ring(known_figures, (c for record in records for c in record.counts)), RING)
    for record in records:
        if (record.method, record.threshold) != (rules.method, rules.threshold):
            reason = {language: words.format(release=record.release) for language, words in OTHER_RULES.items()}
            refused |= dict.fromkeys((figure.name for figure in figures), reason)
    refused |= {} if refused else _contradictions(figures)
    if refused:
        raise Refused(refused)


NOT_DECLARED = {
    "nl": "de populatie staat niet in monitoring/releases/rules.toml, dus haar verband met andere tabellen is onbekend",
    "en": "its population is not in monitoring/releases/rules.toml, so how it relates to other tables is not known",
}
RING = {
    "nl": "kruist kenmerken in een kring met de tabellen ervoor of met een eerdere uitgave; laat deze tabel weg",
    "en": "crosses characteristics in a ring with the tables before it or an earlier release; leave it out",
}
CONTRADICTS = {
    "nl": "geeft voor dezelfde cel een ander aantal dan een tabel ervoor",
    "en": "gives another count of the same cell than a table before it",
}
OTHER_RULES = {
    "nl": "uitgave {release} telt dezelfde personen met een andere methode of drempel; kies dezelfde",
    "en": "release {release} counts the same persons by another method or threshold; choose the same",
}
EXPOSED = {
    "nl": "een klein aantal blijft af te leiden, wat er ook wordt weggelaten; laat de tabel weg of kies --method round",
    "en": "a small count can still be worked out, whatever is withheld; leave it out or choose --method round",
}
EXPOSED_ROUNDED = {
    "nl": "een klein aantal is ook uit de afgeronde getallen af te leiden; laat deze tabel weg",
    "en": "a small count can be worked out from the rounded numbers as well; leave this table out",
}


def _differs(release: str) -> Words:
    return {
        "nl": f"uitgave {release} van dezelfde nacht heeft andere aantallen; zij is met een andere versie gemaakt",
        "en": f"release {release} of the same night has other counts; another version of the program made it",
    }


def _contradictions(figures: Sequence[Figure]) -> dict[str, Words]:
    found: dict[str, Words] = {}
    for number, figure in enumerate(figures):
        try:
            counts_of([*(other for other in figures[:number] if other.name not in found), figure])
        except ValueError:
            found[figure.name] = CONTRADICTS
    return found


def joint_task(joint: Joint, totals: set[Cell], rules: Rules) -> Task:
    """Return what must be protected in new tables and in those of earlier releases; totals cost more to withhold."""
    loss = joint.system.counts.astype(float) + rules.per_cell
    for cell in totals & set(joint.place):
        loss[joint.place[cell]] *= rules.total_factor
    task = first_task(joint.system, rules, loss)
    told, kept = as_masks(joint)
    # What an earlier release withheld as an aid stays withheld, and is protected as it was.
    unsafe = task.unsafe | kept
    return replace(task, unsafe=unsafe, must=(task.must & ~told) | kept, may=(task.may & ~told) | kept)


def _suppress(task: Task, joint: Joint, figures: Sequence[Figure]) -> tuple[dict[Cell, int], dict[int, Interval]]:
    try:
        withheld = pattern(task)
    except Unprotectable as refusal:
        raise Refused(dict.fromkeys(_tables_of(refusal.unknowns, task, joint, figures), EXPOSED)) from None
    counts = task.system.counts
    shown = {cell: int(counts[unknown]) for cell, unknown in joint.place.items() if not withheld[unknown]}
    return shown, task.audit(withheld)


def _round(task: Task, joint: Joint, figures: Sequence[Figure]) -> tuple[dict[Cell, int], dict[int, Interval]]:
    numbers = rounding.rounded(task, joint.told)
    exposed = rounding.exposed(task, numbers)
    if exposed:
        raise Refused(dict.fromkeys(_tables_of(exposed, task, joint, figures), EXPOSED_ROUNDED))
    found = rounding.audit(task, numbers)
    small = {unknown: interval for unknown, interval in found.items() if interval.low < task.rules.threshold}
    return {cell: int(numbers[unknown]) for cell, unknown in joint.place.items()}, small


def _tables_of(exposed: Iterable[int], task: Task, joint: Joint, figures: Sequence[Figure]) -> list[str]:
    """The tables in which exposed unknowns stand, else those whose cells meet them in an equation, else all."""
    equations = abs(task.system.equations)
    wanted = np.zeros(len(task.loss))
    wanted[list(exposed)] = 1
    for _ in range(2):
        found = [
            figure.name
            for figure in figures
            if any(wanted[joint.place[cell]] for cell in cells_of(figure).values() if cell in joint.place)
        ]
        if found:
            return found
        wanted = ((equations.T @ (equations @ wanted)) > 0).astype(float)
    return [figure.name for figure in figures]


def _audited(figure: Figure, joint: Joint, shown: Mapping[Cell, int], bounds: Mapping[int, Interval]) -> Audited:
    places = cells_of(figure)
    by_state: dict[bool, int] = defaultdict(int)
    for cell in places.values():
        by_state[cell in shown] += 1
    widths = [bounds[joint.place[cell]].width for cell in places.values() if joint.place[cell] in bounds]
    limited = [width for width in widths if width is not None]
    return Audited(len(places), by_state[False], min(limited, default=None))
