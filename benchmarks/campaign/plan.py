"""Which faults a campaign lets strike: every boundary, ten random moments in every stage, and shares of the rest."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from benchmarks.campaign.fault import Fault
from benchmarks.campaign.tasks import STAGES, TASKS
from connectors.register import REGISTERS

MOMENTS_PER_STAGE = 10
INSIDE = ("time", "call", "statement")
DATABASE_STRIKES = ("connections cut", "server stopped at once", "kill -9 server", "server restarted", "server gone",
                    "server elsewhere gone")  # fmt: skip
SOURCE_STRIKES = ("folder gone", "newest file gone", "half-written", "replaced while read", "empty file")
WITH_DATABASE = ("open", "pull", "read", "check", "link", "publish")
WITH_FILES = ("open", "pull", "read", "check", "link", "consolidate")
BESIDE = tuple(
    f"{one}, {other}, {night}"
    for one, other in (("hand", "hand"), ("scheduler", "hand"), ("hand", "scheduler"), ("scheduler", "scheduler"))
    for night in ("same night", "night 3")
)
# How many of a kind, of 300 in all; the boundaries and moments of the first two are counted out.
SHARES = {
    "database restarted or gone": 60,
    "disk full": 60,
    "disk of the database full": 20,
    "source gone or half-written": 40,
    "clock change": 24,
    "two at once": 16,
    "worker lost": 30,
}
KINDS = ("kill -9 at a boundary", "kill -9 at a random moment", *SHARES, "weerzien night")


def planned(faults: int, seed: int, only: str | None = None) -> list[Fault]:
    """Return the faults of a campaign, the same for the same arguments: about as many as asked for, all kinds mixed."""
    chance = Random(f"campaign {seed}")
    drawn = [*_boundaries(), *_moments(chance), *_others(chance), *_commands(chance)]
    if only:
        drawn = [fault for fault in drawn if only in fault["kind"]]
    chance.shuffle(drawn)
    while drawn and len(drawn) < faults:
        drawn += [
            fault for fault in [*_moments(chance), *_others(chance)] if not only or only in fault["kind"]
        ] or drawn
    return [Fault(number=number, **fault) for number, fault in enumerate(drawn[:faults], start=1)]


def _boundaries() -> Iterator[dict]:
    for task in TASKS:
        for moment in ("before", "after"):
            yield {"kind": KINDS[0], "strike": "kill -9 night", **_task(task), "moment": moment}


def _moments(chance: Random) -> Iterator[dict]:
    for stage in STAGES:
        for number in range(MOMENTS_PER_STAGE):
            moment = INSIDE[number % len(INSIDE)] if stage in WITH_DATABASE else INSIDE[number % 2]
            yield {"kind": KINDS[1], "strike": "kill -9 night", **_of(chance, stage), "moment": moment,
                   "share": chance.random()}  # fmt: skip


def _others(chance: Random) -> Iterator[dict]:
    makers = {
        "database restarted or gone": _on_database,
        "disk full": _full,
        "disk of the database full": _full_database,
        "source gone or half-written": _on_source,
        "clock change": _at_the_clock,
        "two at once": _two,
        "worker lost": _lost,
    }
    for kind, count in SHARES.items():
        for number in range(count):
            yield {"kind": kind, **makers[kind](chance, number)}


def _on_database(chance: Random, number: int) -> dict:
    strike = DATABASE_STRIKES[number % len(DATABASE_STRIKES)]
    moment = chance.choice(["before", "statement", "statement", "statement"])
    retries = number // len(DATABASE_STRIKES) % 2
    return {"strike": strike, **_of(chance, chance.choice(WITH_DATABASE)), "moment": moment, "share": chance.random(),
            "retries": retries}  # fmt: skip


def _full(chance: Random, number: int) -> dict:
    return {"strike": "full", **_of(chance, WITH_FILES[number % len(WITH_FILES)]), "moment": "write",
            "share": chance.random(), "lasting": number % 2 == 0, "retries": number // 2 % 2}  # fmt: skip


def _full_database(chance: Random, number: int) -> dict:
    stage = chance.choice(["open", "pull", "read", "publish", "publish", "publish"])
    return {"strike": "disk of the database full", **_of(chance, stage), "moment": "statement",
            "share": chance.random(), "retries": number % 2}  # fmt: skip


def _on_source(chance: Random, number: int) -> dict:
    strike = ("exports gone", *SOURCE_STRIKES)[number % (len(SOURCE_STRIKES) + 1)]
    if strike == "exports gone":
        task = chance.choice([_of(chance, "open"), _of(chance, "pull")])
        return {"strike": strike, **task, "moment": "before"}
    moment = "read" if strike == "replaced while read" else chance.choice(["before", "call", "read"])
    register = REGISTERS[number // (len(SOURCE_STRIKES) + 1) % len(REGISTERS)]
    return {"strike": strike, "stage": "pull", "register": register, "moment": moment, "share": chance.random()}


def _at_the_clock(chance: Random, number: int) -> dict:
    return {"strike": ("kill -9 night", "kill -9 task")[number // 2 % 2], **_of(chance, chance.choice(STAGES)),
            "moment": "time", "share": chance.random(), "retries": number // 4 % 2,
            "world": ("march", "october")[number % 2]}  # fmt: skip


def _two(chance: Random, number: int) -> dict:
    return {"strike": BESIDE[number % len(BESIDE)], "stage": "open", "share": chance.random()}


def _lost(chance: Random, number: int) -> dict:
    moment = ("before", "after", "time", "call")[number % 4]
    return {"strike": "kill -9 task", **_of(chance, ("pull", "read", "check")[number % 3]), "moment": moment,
            "share": chance.random(), "retries": int(number % 5 > 0)}  # fmt: skip


def _commands(chance: Random) -> Iterator[dict]:
    for _ in range(12):
        yield {"kind": "weerzien night", "strike": "kill -9 command", "stage": "open", "moment": "time",
               "share": chance.random()}  # fmt: skip


def _of(chance: Random, stage: str) -> dict:
    return _task(chance.choice([task for task in TASKS if task.split()[0] == stage]))


def _task(name: str) -> dict:
    stage, _, register = name.partition(" ")
    return {"stage": stage, "register": register}
