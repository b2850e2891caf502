"""What each stage of a night does, callable without Airflow.

Between stages go small dictionaries of codes, counts and dates; frames go through the night's work files.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from connectors.installation import Installation, OneLineError
from connectors.register import REGISTERS, load_register
from dags import linking, places, turns
from dags.artefacts import Artefacts, stacked, wipe
from dags.borders import Outcome, guarded, outcome_of, tell
from dags.manifest import manifest_of, register_state
from dags.states import StageFailed, check_registers, delivery_state, verdict_of

if TYPE_CHECKING:
    from pandas import DataFrame


def open_night(exports: str | None, night: str | None, moment: datetime, full: bool = False) -> Outcome:
    """Begin a night: which night, which exports, an empty work folder and a database at its newest version.

    Returns night (ISO), exports (address), origin (empty for real exports, else the synthetic world) and, where nothing
    may be taken over from earlier nights, full.
    """
    return guarded("open", lambda: _open_night(exports, night, moment) | ({"full": "yes"} if full else {}))


def _open_night(exports: str | None, night: str | None, moment: datetime) -> Outcome:
    from connectors.unfinished import remove_unfinished
    from monitoring.database import connect, upgrade
    from monitoring.sealed_records import check_sealing

    installation = Installation.from_environment()
    address = places.configured_exports(exports, installation)
    places.check_exports(address)
    marker = places.synthetic_marker(address)
    day = places.night_of(night, marker, moment).isoformat()
    # Before anything of another night could be touched.
    turns.begin(installation, day)
    try:
        wipe(installation)
        remove_unfinished(installation.landing)
        engine = connect(installation)
        upgrade(engine)
        with engine.connect() as connection:
            check_sealing(connection)
    except OneLineError:
        # What has to be done first, such as `weerzien database encrypt`, waits for no night that never began.
        turns.end(installation)
        raise
    return {
        "night": day,
        "exports": address,
        "origin": str(marker["world"]) if marker else "",
    }


def pull(opened: Mapping[str, str], register: str) -> Outcome:
    """Land what is new of one register. Returns the counts new, known, repeated, ignored and waiting, and, where a file
    was not taken for that, still_being_written.
    """

    def work() -> Outcome:
        from connectors import landing
        from connectors.reading import findings_frame
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
        artefacts = Artefacts(installation, date.fromisoformat(opened["night"]))
        ignored = [(register, name, None, "ignored", "ignored_file") for name in pulled.ignored]
        artefacts.write("pull", f"{register}_findings", findings_frame(ignored))
        return {
            "new": pulled.new,
            "known": pulled.known,
            "repeated": pulled.repeated,
            "ignored": len(pulled.ignored),
            "waiting": len(pulled.waiting),
            **({"still_being_written": len(pulled.still_written)} if pulled.still_written else {}),
        }

    return outcome_of("pull", register, work, ("new", "known", "still_being_written"))


def read(opened: Mapping[str, str], pulled: Mapping[str, Any]) -> Outcome:
    """Read one register's deliveries in force into rows; when tonight's pull failed, from what had landed before."""
    register = str(pulled["register"])

    def work() -> Outcome:
        from connectors.deliveries import accepted_deliveries, deliveries_in_force, keep_row_counts
        from connectors.read_before import rows_file
        from connectors.reading import read_into
        from monitoring.database import connect

        installation = Installation.from_environment()
        night = date.fromisoformat(opened["night"])
        declared = load_register(register)
        engine, origin = connect(installation), opened["origin"]
        landed = deliveries_in_force(engine, declared, night, origin, installation.landing)
        artefacts = Artefacts(installation, night)
        accepted, before = accepted_deliveries(engine, origin), rows_file(installation.landing, register)
        reading = read_into(artefacts.parts("read", register), declared, landed, accepted, before)
        artefacts.write("read", f"{register}_findings", reading.findings)
        keep_row_counts(engine, reading.row_counts, origin)
        state = delivery_state(declared, landed, reading.used, dict(reading.refused), night)
        if pulled["status"] == "failed":
            state |= {"status": "failed", "reason": pulled.get("reason", "")}
        inputs = [
            {"register": register, "file": d.file_name, "sha256": d.sha256, "dated": d.dated.isoformat()}
            for d in reading.used
        ]
        return {**state, "delivered": reading.delivered, "refused_files": len(reading.refused), "inputs": inputs}

    return outcome_of("read", register, work, ("delivered",))


def all_of(artefacts: Artefacts, outcomes: Iterable[Mapping[str, Any]]) -> tuple["DataFrame", "DataFrame"]:
    """Return the records and the findings of all registers that came through the checks."""
    through = through_checks(outcomes)
    records = stacked(records_of(artefacts, register) for register in through)
    findings = stacked(artefacts.read("check", f"{register}_findings") for register in through)
    return records, findings


def through_checks(outcomes: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the registers that came through the checks; raise StageFailed when none did."""
    outcomes = list(outcomes)
    through = [str(outcome["register"]) for outcome in outcomes if "registrations" in outcome]
    if not through:
        why = verdict_of(outcomes)
        raise StageFailed(f"no register came through the checks{f': {why}' if why else ''}")
    return through


def records_of(artefacts: Artefacts, register: str) -> "DataFrame":
    """Return the records of one register that came through the checks, in the order of their ids."""
    from connectors.records import records_frame
    from connectors.row_parts import read_parts

    parts = list(read_parts(artefacts.parts("check", register)))
    return stacked([*parts, records_frame([])]).sort_values("record_id", ignore_index=True)


def link(opened: Mapping[str, str], checked: Iterable[Mapping[str, Any]]) -> Outcome:
    """Link all records, form persons and decide resurfacing.

    Returns model_version, counts, and from what the night was made: head of the ledger, reference, judgements.
    """
    return guarded("link", lambda: linking.link(opened, check_registers(checked)))


def consolidate(opened: Mapping[str, str], checked: Iterable[Mapping[str, Any]], linked: Mapping[str, Any]) -> Outcome:
    """Make the candidate of every table of the night. Returns the number of rows of each."""
    return guarded("consolidate", lambda: _consolidate(opened, check_registers(checked)))


def _consolidate(opened: Mapping[str, str], outcomes: list[Mapping[str, Any]]) -> Outcome:
    from monitoring.consolidate import consolidate as candidate_tables

    night = date.fromisoformat(opened["night"])
    artefacts = Artefacts(Installation.from_environment(), night)
    records, findings = all_of(artefacts, outcomes)
    tables = candidate_tables(
        records,
        artefacts.read("link", "pairs"),
        artefacts.read("link", "members"),
        artefacts.read("link", "resurfacings"),
        [register_state(outcome) for outcome in outcomes],
        night,
        findings,
        stacked(artefacts.read("check", f"{register}_completeness") for register in through_checks(outcomes)),
        artefacts.read("link", "candidates"),
        artefacts.read("link", "judgements"),
        set(artefacts.read("link", "purged")["person_id"]),
        artefacts.read("link", "facts"),
    )
    for name, table in tables.items():
        artefacts.write("consolidate", name, table)
    counts = {name: len(table) for name, table in tables.items()}
    tell("consolidate", "ok", f"{counts['person']} persons, {counts['alert']} alerts")
    return counts


def publish(opened: Mapping[str, str], checked: Iterable[Mapping[str, Any]], linked: Mapping[str, Any]) -> Outcome:
    """Check the candidate and switch it in one transaction. Returns the counts that were published."""
    return guarded("publish", lambda: _publish(opened, check_registers(checked), linked))


def _publish(opened: Mapping[str, str], outcomes: list[Mapping[str, Any]], linked: Mapping[str, Any]) -> Outcome:
    from monitoring.database import connect
    from monitoring.dictionary import CANDIDATE_TABLES
    from monitoring.publish import publish as publish_night

    installation = Installation.from_environment()
    night = date.fromisoformat(opened["night"])
    artefacts = Artefacts(installation, night)
    records, findings = all_of(artefacts, outcomes)
    counts = publish_night(
        connect(installation),
        night,
        opened["origin"],
        {name: artefacts.read("consolidate", name) for name in CANDIDATE_TABLES},
        records,
        findings,
        manifest_of(opened, outcomes, linked),
        linking.entry_of(artefacts, linked),
    )
    tell("publish", "ok")
    return {name: int(count) for name, count in counts.items()}


def verdict(checked: Iterable[Mapping[str, Any]]) -> Outcome:
    """Raise StageFailed when a register was refused, failed or never delivered; the night is published by then."""
    fault = verdict_of(check_registers(checked))
    if fault:
        tell("verdict", "failed", fault)
        raise StageFailed(fault)
    tell("verdict", "ok")
    return {"registers": len(REGISTERS)}


def close_night(opened: Mapping[str, str]) -> None:
    """Remove the night's work files, which hold identifying values, and end its turn; also after a failure."""
    installation = Installation.from_environment()
    Artefacts(installation, date.fromisoformat(opened["night"])).remove()
    turns.end(installation)
