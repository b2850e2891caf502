"""Writes whole folders of exports in which every row's outcome is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Generic, TypeVar

from benchmarks.mess import ikps, mob, stv, telex, youth_care
from benchmarks.mess.deliveries import write_delivery_mess
from benchmarks.mess.model import CLEAN, WARNING, Case, Planted, Turns, write_list

__all__ = ["write_delivery_mess", "write_mess"]

Row = TypeVar("Row")
HARMLESS_SHARE = 0.25
MARK = b"\xef\xbb\xbf"


@dataclass
class Mixer(Generic[Row]):
    """Makes the rows of one register, plain ones and changed ones, each with the case that it is."""

    harmless: Turns[Row]
    faults: Turns[Row]
    chance: Random
    bad_share: float
    earlier: list[Row] = field(default_factory=list)

    def new_file(self) -> None:
        """Forget the rows of the file before: a key is twice only within one delivery."""
        self.earlier = []

    def change(self, row: Row) -> Case[Row] | None:
        """Change a plain row, or leave it; a file starts with plain rows, to have something to repeat."""
        draw = self.chance.random()
        case = None
        if len(self.earlier) >= 3 and draw < self.bad_share:
            case = self.faults.take()
        elif len(self.earlier) >= 3 and draw < self.bad_share + HARMLESS_SHARE * (1 - self.bad_share):
            case = self.harmless.take()
        if case:
            case.spoil(row, self.chance, self.earlier)
        if case is None or case.level == CLEAN:
            self.earlier.append(row)
        return case


def write_mess(folder: Path, seed: int, rows: int, bad_share: float = 0.15) -> list[Planted]:
    """Write legal exports of about `rows` rows per register, of which a share is spoilt, with `truth.csv` beside."""
    planted: list[Planted] = []
    for at, write in enumerate((_ikps, _stv, _youth_care, _telex, _mob)):
        # A source of chance per register, so that a change to one register leaves the others as they were.
        planted += write(folder / "exports", Random(seed * 10 + at), rows, bad_share)
    write_list(folder / "truth.csv", Planted, planted)
    return planted


def _put(folder: Path, register: str, name: str, content: bytes) -> None:
    path = folder / register / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _entry(register: str, file: str, key: object, place: int, case: Case[Row] | None) -> Planted:
    if case is None:
        return Planted(register, file, str(key), place, CLEAN, "plain")
    return Planted(register, file, "" if case.key_is_the_fault else str(key), place, case.level, case.name)


def _ikps(folder: Path, chance: Random, count: int, bad_share: float) -> list[Planted]:
    mixer = Mixer(Turns(ikps.HARMLESS, chance), Turns(ikps.FAULTS, chance), chance, bad_share)
    rows, planted = [], []
    for place in range(1, count + 1):
        row = ikps.clean(chance, place)
        case = mixer.change(row)
        rows.append(row)
        planted.append(_entry("ikps", ikps.FILE, row[ikps.KEY], place, case))
    _put(folder, "ikps", ikps.FILE, ikps.text(rows).encode("cp1252"))
    return planted


def _stv(folder: Path, chance: Random, count: int, bad_share: float) -> list[Planted]:
    mixer = Mixer(Turns(stv.HARMLESS, chance), Turns(stv.FAULTS, chance), chance, bad_share)
    planted = []
    for year in stv.LAST_DAY:
        mixer.new_file()
        rows, days, of = [], [], -(-count // len(stv.LAST_DAY))
        for place in range(1, of + 1):
            days.append(stv.report_day(place, of, year))
            row = stv.clean(chance, place, days[-1])
            case = mixer.change(row)
            rows.append(row)
            planted.append(_entry("stv", stv.file_name(year), row[stv.KEY], place, case))
        _put(folder, "stv", stv.file_name(year), stv.workbook(stv.lines(chance, year, rows, days)))
    return planted


def _mob(folder: Path, chance: Random, count: int, bad_share: float) -> list[Planted]:
    mixer = Mixer(Turns(mob.HARMLESS, chance), Turns(mob.FAULTS, chance), chance, bad_share)
    planted, number = [], 0
    lists = [(month, centre) for month in mob.MONTHS for centre in mob.CENTRES]
    for month, centre in lists:
        mixer.new_file()
        name = mob.file_name(*month, centre, capitals=centre != "Vught")
        rows = []
        for place in range(1, -(-count // len(lists)) + 1):
            number += 1
            row = mob.clean(chance, number, month, centre)
            case = mixer.change(row)
            rows.append(row)
            planted.append(_entry("mob", name, "", place, case))
        _put(folder, "mob", name, MARK + mob.text(rows).encode("utf-8"))
    return planted


def _youth_care(folder: Path, chance: Random, count: int, bad_share: float) -> list[Planted]:
    mixer = Mixer(Turns(youth_care.HARMLESS, chance), Turns(youth_care.FAULTS, chance), chance, bad_share)
    planted, number, files = [], 0, 6
    known: list[list[youth_care.Row]] = [[], []]  # what each sender can still change or withdraw
    senders = (("BJZ Utrecht", "UT", 412), ("BJZ Amsterdam", "AM", 88))
    for at in range(files):
        mixer.new_file()
        sender, letters, first = senders[at % 2]
        mine, day, rows = known[at % 2], date(2005, 6, 7) + timedelta(days=at), []
        for place in range(1, -(-count // files) + 1):
            case: Case[youth_care.Row] | None
            if mine and chance.random() < 0.15:
                row, case = _mutation(mine, chance)
            else:
                number += 1
                row = youth_care.clean(chance, number, day, letters)
                case = mixer.change(row)
                if case is None or case.level == CLEAN:
                    mine.append(row)
            rows.append(row)
            key = row.one[youth_care.KEY]
            planted.append(_entry("youth_care", youth_care.file_name(day), key, place, case))
        content = youth_care.text(rows, day, sender, first + at // 2)
        _put(folder, "youth_care", youth_care.file_name(day), content.encode("utf-8"))
    return planted


def _mutation(mine: list[youth_care.Row], chance: Random) -> tuple[youth_care.Row, Case[youth_care.Row]]:
    status = chance.choice(("2", "2", "3"))
    before = mine.pop(chance.randrange(len(mine)))
    row = youth_care.changed(before, chance, status)
    if status == "2":
        mine.append(row)
    name = "change_of_known_dossier" if status == "2" else "withdrawal_of_known_dossier"
    return row, Case(name, CLEAN, _nothing)


def _nothing(row: Row, chance: Random, earlier: list[Row]) -> None:
    """A message that follows another is made as it is, not changed afterwards."""


@dataclass
class Cases:
    """The missing-persons cases that later messages can follow, each with the day of its last message."""

    open: list[tuple[telex.Row, date]] = field(default_factory=list)
    found: list[tuple[telex.Row, date]] = field(default_factory=list)
    withdrawn: list[tuple[telex.Row, date]] = field(default_factory=list)

    def follow(self, chance: Random, number: int, day: date) -> tuple[telex.Row, str]:
        """A message on an open case, or one that reports a child missing again that was found on an earlier day."""
        earlier = [pair for pair in self.found if pair[1] < day]
        kind = chance.choice(("addition", "addition", "found", "withdrawal", "reopening" if earlier else "found"))
        if kind == "reopening":
            pair = chance.choice(earlier)
            self.found.remove(pair)
            return telex.reopening(number, day, pair[0]), "reopened"
        first = self.open[at := chance.randrange(len(self.open))][0]
        if kind == "addition":
            return telex.addition(chance, number, day, first), "addition"
        del self.open[at]
        if kind == "found":
            self.found.append((first, day))
            return telex.found(chance, number, day, first), "found"
        self.withdrawn.append((first, day))
        return telex.withdrawal(number, day, first), "withdrawal"


def _telex(folder: Path, chance: Random, count: int, bad_share: float) -> list[Planted]:
    mixer = Mixer(Turns(telex.HARMLESS, chance), Turns(telex.FAULTS, chance), chance, bad_share)
    planted, cases, number, files = [], Cases(), 0, 8
    for at in range(files):
        mixer.new_file()
        day, rows = date(2005, 6, 1) + timedelta(days=at), []
        for place in range(1, -(-count // files) + 1):
            number += 1
            row, case = _message(mixer, cases, chance, number, day)
            rows.append(row)
            planted.append(_entry("telex", telex.file_name(day), row.case, place, case))
        _put(folder, "telex", telex.file_name(day), telex.text(rows, chance).encode("ascii"))
    return planted


def _message(
    mixer: Mixer[telex.Row], cases: Cases, chance: Random, number: int, day: date
) -> tuple[telex.Row, Case[telex.Row] | None]:
    draw = chance.random()
    if cases.withdrawn and draw < mixer.bad_share / 12:
        first = chance.choice(cases.withdrawn)[0]
        late: Callable[[telex.Row, Random, list[telex.Row]], None] = _nothing
        return telex.addition(chance, number, day, first), Case("addition_after_withdrawal", WARNING, late)
    if cases.open and draw > 0.8:
        row, name = cases.follow(chance, number, day)
        return row, Case(name, CLEAN, _nothing)
    row = telex.clean(chance, number, day)
    case = mixer.change(row)
    # After a partial missing date it is not certain that the child was found later than lost.
    if case is None or (case.level == CLEAN and case.name != "missing_date_partial"):
        cases.open.append((row, day))
    return row, case
