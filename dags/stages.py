"""What each stage of a night does, callable without Airflow.

Between stages go small dictionaries of codes, counts and dates; frames go through the night's work files. At the border of
every stage an exception loses its message, because a parser or a database may quote a delivered value in it: what is kept
is its type and the place in the code.
"""

import logging
import traceback
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connectors.installation import Installation, OneLineError
from connectors.register import REGISTERS, load_register
from dags import places
from dags.artefacts import Artefacts, wipe
from dags.states import StageFailed, check_registers, check_sums, delivery_state, verdict_of

if TYPE_CHECKING:
    from pandas import DataFrame

logger = logging.getLogger(__name__)

TABLES = ("person", "registration", "link", "resurfacing", "alert")
COUNTS = ("delivered", "accepted", "set_aside", "registrations", "merged", "withdrawn")
LIBRARIES = (
    "apache-airflow",
    "great-expectations",
    "numpy",
    "pandas",
    "pyarrow",
    "rapidfuzz",
    "recordlinkage",
    "scikit-learn",
    "scipy",
)
ROOMS = ("connectors", "expectations", "linkage", "monitoring", "dags")

Outcome = dict[str, Any]


def tell(stage: str, status: str, detail: str = "", register: str = "") -> None:
    """Write one line on a stage to the log of the night; the command shows the same line."""
    line = " ".join(part for part in (stage, register, status, detail) if part)
    level = logging.ERROR if status == "failed" else logging.INFO
    logger.log(level, line, extra={"night_stage": stage, "night_register": register, "night_status": status})


def place_in_code(error: BaseException) -> str:
    """Return an exception's type and where in this program it was raised, without its message."""
    root = Path(__file__).parent.parent
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(root)]
    ours = [frame for frame in ours if Path(frame.filename).relative_to(root).parts[0] in ROOMS]
    if not ours:
        return type(error).__name__
    return f"{type(error).__name__} at {Path(ours[-1].filename).relative_to(root)}:{ours[-1].lineno}"


def safe_message(error: Exception) -> str:
    """Return what may be said of an exception: a message made for the user, else its type and place."""
    return str(error) if isinstance(error, OneLineError | StageFailed) else place_in_code(error)


def guarded(stage: str, work: Callable[[], Outcome]) -> Outcome:
    """Do a stage of the whole night; raise StageFailed, without the cause attached, when it fails."""
    try:
        return work()
    except Exception as error:
        message = safe_message(error)
    tell(stage, "failed", message)
    # Raised outside the handler, so that no log can print the cause and the values in its message.
    raise StageFailed(f"{stage}: {message}")


def outcome_of(stage: str, register: str, work: Callable[[], Outcome]) -> Outcome:
    """Do one register's part of a stage; a failure is an outcome, so that it never stops the other four."""
    try:
        outcome = {"register": register, "status": "ok", **work()}
    except Exception as error:
        outcome = {"register": register, "status": "failed", "reason": safe_message(error)}
    tell(stage, outcome["status"], outcome.get("reason", ""), register)
    return outcome


def open_night(exports: str | None, night: str | None, moment: datetime) -> Outcome:
    """Begin a night: which night, which exports, an empty work folder and a database at its newest version.

    Returns night (ISO), exports (address) and origin (empty for real exports, else the synthetic world).
    """
    return guarded("open", lambda: _open_night(exports, night, moment))


def _open_night(exports: str | None, night: str | None, moment: datetime) -> Outcome:
    from monitoring.database import connect, upgrade

    installation = Installation.from_environment()
    wipe(installation)
    address = places.configured_exports(exports, installation)
    places.check_exports(address)
    marker = places.synthetic_marker(address)
    upgrade(connect(installation))
    return {
        "night": places.night_of(night, marker, moment).isoformat(),
        "exports": address,
        "origin": str(marker["world"]) if marker else "",
    }


def pull(opened: Mapping[str, str], register: str) -> Outcome:
    """Land what is new of one register. Returns the counts new, known, ignored and waiting."""

    def work() -> Outcome:
        from connectors import landing
        from monitoring.database import connect

        installation = Installation.from_environment()
        declared = load_register(register)
        pulled = landing.pull(
            declared,
            places.place_of(declared, opened["exports"]),
            installation,
            connect(installation),
            date.fromisoformat(opened["night"]),
            opened["origin"],
        )
        return {
            "new": pulled.new,
            "known": pulled.known,
            "ignored": len(pulled.ignored),
            "waiting": len(pulled.waiting),
        }

    return outcome_of("pull", register, work)


def read(opened: Mapping[str, str], pulled: Mapping[str, Any]) -> Outcome:
    """Read one register's deliveries in force into rows; also when tonight's pull failed, from what has landed before."""
    register = str(pulled["register"])

    def work() -> Outcome:
        from connectors.deliveries import deliveries_in_force
        from connectors.reading import read_register
        from monitoring.database import connect

        installation = Installation.from_environment()
        night = date.fromisoformat(opened["night"])
        declared = load_register(register)
        landed = deliveries_in_force(
            connect(installation), declared, night, opened["origin"], installation.landing
        )
        reading = read_register(declared, landed)
        artefacts = Artefacts(installation, night)
        artefacts.write_records("read", register, reading.rows)
        artefacts.write("read", f"{register}_findings", reading.findings)
        refused = {file for file, _ in reading.refused}
        state = delivery_state(declared, landed, refused, night)
        if state["status"] == "refused":
            state["reason"] = ", ".join(sorted({rule for _, rule in reading.refused}))
        if pulled["status"] == "failed":
            state |= {"status": "failed", "reason": pulled.get("reason", "")}
        inputs = [
            {"register": register, "file": d.file_name, "sha256": d.sha256, "dated": d.dated.isoformat()}
            for d in landed
            if d.file_name not in refused
        ]
        return {**state, "delivered": len(reading.rows), "refused_files": len(refused), "inputs": inputs}

    return outcome_of("read", register, work)


def check(opened: Mapping[str, str], was_read: Mapping[str, Any]) -> Outcome:
    """Check one register's rows, fold its mutations, check its records. Returns the counts of COUNTS, which add up."""
    register = str(was_read["register"])

    def work() -> Outcome:
        if "delivered" not in was_read:
            raise StageFailed(str(was_read.get("reason", "")))
        from connectors.mutations import fold
        from expectations.check import check_records, check_rows

        declared = load_register(register)
        artefacts = Artefacts(Installation.from_environment(), date.fromisoformat(opened["night"]))
        rows = check_rows(declared, artefacts.read_records("read", register))
        folded = fold(declared, rows.accepted)
        records = check_records(declared, folded.records)
        findings = [artefacts.read("read", f"{register}_findings"), rows.findings, folded.findings, records.findings]
        artefacts.write_records("check", register, records.accepted)
        artefacts.write("check", f"{register}_findings", stacked(findings))
        # A registration that is set aside as a record takes the last of its rows with it.
        outcome = {
            **was_read,
            "accepted": len(rows.accepted) - records.set_aside_rows,
            "set_aside": rows.set_aside_rows + records.set_aside_rows,
            "registrations": len(records.accepted),
            "merged": int(folded.account["merged"]),
            "withdrawn": int(folded.account["withdrawn"]),
        }
        check_sums(outcome)
        return outcome

    return outcome_of("check", register, work)


def stacked(frames: Iterable["DataFrame"]) -> "DataFrame":
    """Return frames of the same columns under each other; empty ones decide no types."""
    import pandas

    frames = list(frames)
    filled = [frame for frame in frames if len(frame)]
    return pandas.concat(filled, ignore_index=True) if filled else frames[0].copy()


def all_of(artefacts: Artefacts, outcomes: Iterable[Mapping[str, Any]]) -> tuple["DataFrame", "DataFrame"]:
    """Return the records and the findings of all registers that came through the checks."""
    through = [str(outcome["register"]) for outcome in outcomes if "registrations" in outcome]
    if not through:
        raise StageFailed("no register came through the checks")
    records = stacked(artefacts.read_records("check", register) for register in through)
    findings = stacked(artefacts.read("check", f"{register}_findings") for register in through)
    return records, findings


def link(opened: Mapping[str, str], checked: Iterable[Mapping[str, Any]]) -> Outcome:
    """Link all records, form persons and decide resurfacing. Returns last_number, model_version and counts."""
    return guarded("link", lambda: _link(opened, check_registers(checked)))


def _link(opened: Mapping[str, str], outcomes: list[Mapping[str, Any]]) -> Outcome:
    from linkage.model import load_model
    from linkage.night import link_records
    from monitoring.database import connect
    from monitoring.membership import last_person_number, previous_membership

    installation = Installation.from_environment()
    artefacts = Artefacts(installation, date.fromisoformat(opened["night"]))
    records, _ = all_of(artefacts, outcomes)
    engine = connect(installation)
    model = load_model()
    linked = link_records(
        records, previous_membership(engine, opened["origin"]), last_person_number(engine), model
    )
    artefacts.write("link", "pairs", linked.pairs)
    artefacts.write("link", "members", linked.members)
    artefacts.write("link", "resurfacings", linked.resurfacings)
    persons = int(linked.members["person_id"].nunique())
    tell("link", "ok", f"{len(records)} registrations, {persons} persons")
    return {"last_number": int(linked.last_number), "model_version": str(model.version), "persons": persons}


def consolidate(
    opened: Mapping[str, str], checked: Iterable[Mapping[str, Any]], linked: Mapping[str, Any]
) -> Outcome:
    """Make the candidate of every table of the night. Returns the number of rows of each."""
    return guarded("consolidate", lambda: _consolidate(opened, check_registers(checked)))


def _consolidate(opened: Mapping[str, str], outcomes: list[Mapping[str, Any]]) -> Outcome:
    from monitoring.consolidate import consolidate as candidate_tables

    night = date.fromisoformat(opened["night"])
    artefacts = Artefacts(Installation.from_environment(), night)
    records, _ = all_of(artefacts, outcomes)
    tables = candidate_tables(
        records,
        artefacts.read("link", "pairs"),
        artefacts.read("link", "members"),
        artefacts.read("link", "resurfacings"),
        [register_state(outcome) for outcome in outcomes],
        night,
    )
    for name in TABLES:
        artefacts.write("consolidate", name, tables[name])
    counts = {name: len(tables[name]) for name in TABLES}
    tell("consolidate", "ok", f"{counts['person']} persons, {counts['alert']} alerts")
    return counts


def register_state(outcome: Mapping[str, Any]) -> Outcome:
    """Return what the manifest keeps of one register: status, counts, refused files, age and newest delivery."""
    state: Outcome = {"register": outcome["register"], "status": outcome["status"]}
    state |= {count: int(outcome.get(count) or 0) for count in COUNTS}
    state["refused_files"] = int(outcome.get("refused_files") or 0)
    return state | {name: outcome.get(name) for name in ("newest_delivery", "age_days")}


def manifest_of(
    opened: Mapping[str, str], outcomes: Iterable[Mapping[str, Any]], linked: Mapping[str, Any]
) -> Outcome:
    """Return what a night was made of: inputs and checksums, the registers' states, model and versions; no clock time."""
    outcomes = list(outcomes)
    return {
        "night": opened["night"],
        "origin": opened["origin"],
        "is_synthetic": bool(opened["origin"]),
        "inputs": [entry for outcome in outcomes for entry in outcome.get("inputs", [])],
        "registers": {str(outcome["register"]): register_state(outcome) for outcome in outcomes},
        "model_version": linked["model_version"],
        "code_version": version("weerzien"),
        "libraries": {library: version(library) for library in LIBRARIES},
    }


def publish(opened: Mapping[str, str], checked: Iterable[Mapping[str, Any]], linked: Mapping[str, Any]) -> Outcome:
    """Check the candidate and switch it in one transaction. Returns the counts that were published."""
    return guarded("publish", lambda: _publish(opened, check_registers(checked), linked))


def _publish(opened: Mapping[str, str], outcomes: list[Mapping[str, Any]], linked: Mapping[str, Any]) -> Outcome:
    from monitoring.database import connect
    from monitoring.publish import publish as publish_night

    installation = Installation.from_environment()
    night = date.fromisoformat(opened["night"])
    artefacts = Artefacts(installation, night)
    records, findings = all_of(artefacts, outcomes)
    counts = publish_night(
        connect(installation),
        night,
        opened["origin"],
        {name: artefacts.read("consolidate", name) for name in TABLES},
        records,
        findings,
        manifest_of(opened, outcomes, linked),
        int(linked["last_number"]),
    )
    tell("publish", "ok")
    return {name: int(count) for name, count in counts.items()}


def verdict(checked: Iterable[Mapping[str, Any]]) -> Outcome:
    """Say whether the published night is whole; raise StageFailed when a register was refused, failed or never delivered."""
    fault = verdict_of(check_registers(checked))
    if fault:
        tell("verdict", "failed", fault)
        raise StageFailed(fault)
    tell("verdict", "ok")
    return {"registers": len(REGISTERS)}


def close_night(opened: Mapping[str, str]) -> None:
    """Remove the night's work files, which hold identifying values; also after a failure."""
    Artefacts(Installation.from_environment(), date.fromisoformat(opened["night"])).remove()
