"""One fault from beginning to end: put back, strike, look, run again, look again."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text

from benchmarks.campaign.beside import clock_of, work_beside
from benchmarks.campaign.commands import work_command
from benchmarks.campaign.fault import Fault, Struck
from benchmarks.campaign.looks import State, left_over, state_of, wrong_in_database, wrong_in_landing
from benchmarks.campaign.strikes import undo
from benchmarks.campaign.worlds import nights_of, write_world

if TYPE_CHECKING:
    from benchmarks.campaign.worker import Ended, Reference, Worker

NOT_WHOLE = ("refused", "failed", "missing", "late")
TRACEBACK = "Traceback (most recent call last)"
SIGKILL = -9
OTHER_ORDER = "night 2, new ids in another order"


@dataclass(frozen=True)
class Look:
    """What was seen after a run: which table is shown (night 1, night 2, without some register, other)."""

    state: State
    shown: str
    wrong: list[str]


def strike(worker: Worker, fault: Fault) -> Struck:
    """Let one fault strike in night 2 and say what came of it."""
    reference = worker.reference(fault.world)
    place = worker.place
    place.put_back(fault.world)
    exports = _exports(worker, fault)
    night = clock_of(fault) or nights_of(fault.world)[1].isoformat()
    if fault.kind == "two at once":
        return work_beside(worker, fault, reference, exports)
    if fault.kind == "weerzien night":
        return work_command(worker, fault, reference)
    worker.address = place.socket if "elsewhere" in fault.strike else ""
    ended = worker.drive(exports, night, worker.arm(fault, exports), fault.retries)
    worker.address = ""
    has_struck = (place.folder / "struck").exists()
    undo(fault, place, exports)
    _restore(worker, fault, exports)
    first = look(worker, reference)
    wrong = [f"after the fault: {what}" for what in [*first.wrong, *_badly_said(ended, reference)]]
    wrong += [f"after the fault: {what}" for what in _moved(first.state, reference)]
    wrong += ["the fault never struck"] * (not has_struck)
    again = worker.drive(exports, night)
    second = look(worker, reference)
    wrong += [f"after the next run: {what}" for what in healed_wrong(worker, reference, first, second, again)]
    is_healed = not any(what.startswith("after the next run") for what in wrong)
    return Struck(
        fault.number, fault.kind, fault.where, how_it_ended(ended), first.shown, is_healed, ended.line, wrong, 0.0
    )


def look(worker: Worker, reference: Reference) -> Look:
    """Look at the installation after a run."""
    engine = worker.place.engine()
    state = state_of(engine, reference.known)
    wrong = wrong_in_database(engine) + wrong_in_landing(engine, worker.place.home / "landing")
    if state.judgements != reference.one.judgements:
        wrong.append("a judgement lost or changed")
    shown = {reference.one.published: "night 1", reference.two.published: "night 2"}.get(state.published)
    if shown is None and state.content == reference.two.content:
        shown = OTHER_ORDER
    if shown is None:
        with engine.connect() as connection:
            query = "SELECT manifest->'registers' FROM monitoring.night WHERE is_published"
            registers = connection.execute(text(query)).scalar_one()
        not_whole = sorted(name for name, said in registers.items() if said.get("status") in NOT_WHOLE)
        shown = f"night 2 without news of {', '.join(not_whole)}" if not_whole else "other"
        # What was published of a register without news stays.
        held = {record for record in reference.one.persons if record.rpartition("-")[0] in not_whole}
        wrong += [f"{len(held - state.persons.keys())} registrations lost"] * bool(held - state.persons.keys())
    return Look(state, shown, wrong + ["a table that is of neither night"] * (shown == "other"))


def how_it_ended(ended: Ended) -> str:
    """Say how a struck night ended: killed, one line, or whole (a retry healed it, or nothing was lost)."""
    return "killed" if ended.code == SIGKILL else "one line" if ended.code else "whole"


def healed_wrong(worker: Worker, reference: Reference, first: Look, second: Look, again: Ended) -> list[str]:
    """Name what does not hold after the next run: exactly night 2, nothing left behind, ids as they were."""
    wrong = [*second.wrong, *left_over(worker.place.home), *_moved(second.state, reference)]
    wrong += [f"ended badly: {again.line or again.log[-300:]}"] * bool(again.code)
    is_straight = first.shown in ("night 1", "night 2")
    allowed = {"night 2"} if is_straight else {"night 2", OTHER_ORDER}
    wrong += [f"not night 2 but {second.shown}"] * (second.shown not in allowed)
    if is_straight and second.state.all != reference.two.all:
        wrong.append("history or registers not as an undisturbed run leaves them")
    if first.shown.startswith("night 2"):
        one, two = reference.one.persons, reference.two.persons
        # What moves from night 1 to night 2 anyhow may move with the next run, when its register has news again.
        moves = {record for record, person in one.items() if two.get(record) != person}
        later = second.state.persons
        moved = [r for r, person in first.state.persons.items() if later.get(r, person) != person and r not in moves]
        wrong += [f"a person id changed of {len(moved)} registrations"] * bool(moved)
    return wrong


def _moved(state: State, reference: Reference) -> list[str]:
    """Registrations of night 1 that stand under another person than nights 1 and 2 say."""
    moved = [
        record
        for record, person in state.persons.items()
        if record in reference.one.persons
        and person not in (reference.one.persons[record], reference.two.persons.get(record))
    ]
    return [f"a person id changed of {len(moved)} registrations of night 1"] * bool(moved)


def _badly_said(ended: Ended, reference: Reference) -> list[str]:
    """Name what is wrong with how it was told: not one line, a traceback, a name of somebody."""
    wrong = ["exit code neither 0 nor 1"] * (ended.code not in (0, 1, SIGKILL))
    wrong += ["not one line"] * (ended.code == 1 and len(ended.line.splitlines()) != 1)
    wrong += ["an unforeseen end"] * ended.line.endswith("unexpected")
    wrong += ["a traceback"] * (TRACEBACK in ended.line + ended.log)
    words = set(re.findall(r"[\w+]+", ended.line + ended.log))
    return wrong + ["a value of a person"] * bool(words & set(reference.planted))


def _exports(worker: Worker, fault: Fault) -> Path:
    """The exports of a fault; of one on the source its own copy."""
    whole = write_world(fault.world, worker.place.worlds)
    if not fault.kind.startswith("source"):
        return whole
    own = worker.place.folder / "exports"
    shutil.rmtree(own, ignore_errors=True)
    shutil.copytree(whole, own)
    return own


def _restore(worker: Worker, fault: Fault, exports: Path) -> None:
    if fault.kind.startswith("source"):
        shutil.rmtree(exports, ignore_errors=True)
        shutil.copytree(write_world(fault.world, worker.place.worlds), exports)
