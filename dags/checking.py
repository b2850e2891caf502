"""The stage check of a night: one register's rows, the records that they fold into, the register as a whole.

Whatever came of it, the register's feedback report is written; a report that cannot be written never stops a register.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connectors.installation import Installation
from connectors.register import Register, load_register
from dags.artefacts import Artefacts, stacked
from dags.borders import Outcome, outcome_of, safe_message, tell
from dags.states import StageFailed, check_sums

if TYPE_CHECKING:
    from pandas import DataFrame

    from expectations.register_check import CheckedRegister

CHECKED = ("accepted", "set_aside", "registrations", "merged", "withdrawn")


def check(opened: Mapping[str, str], was_read: Mapping[str, Any]) -> Outcome:
    """Check one register's rows, fold its mutations, check its records. Returns the counts of a register, which add up.

    A register of which no records can be made tonight keeps those of the published table; its status stays as it is.
    Raises StageFailed when those cannot be had either: the last table stands.
    """
    register = str(was_read["register"])
    outcome = outcome_of("check", register, lambda: _check(opened, was_read), ("accepted", "set_aside"))
    nothing_read = outcome["status"] == "refused" and outcome["newest_delivery"] is None
    lost = ""
    if "registrations" not in outcome or nothing_read:
        carried = outcome_of("carry", register, lambda: _carry(opened, register), ("registrations",))
        if carried["status"] == "ok":
            outcome |= {**carried, "status": outcome["status"]}
        else:
            lost = str(carried.get("reason", ""))
    _write_feedback(opened, outcome)
    if lost:
        # Published without them, every registration of the register would be told as withdrawn.
        raise StageFailed(f"check: the published records of {register} cannot be taken over: {lost}")
    return outcome


def _check(opened: Mapping[str, str], was_read: Mapping[str, Any]) -> Outcome:
    if "delivered" not in was_read:
        raise StageFailed(str(was_read.get("reason", "")))
    from expectations.register_check import check_parts
    from expectations.whole import judge_whole, usual_shares
    from monitoring.completeness import nights_before
    from monitoring.database import connect

    register, night = str(was_read["register"]), date.fromisoformat(opened["night"])
    declared, installation = load_register(register), Installation.from_environment()
    artefacts = Artefacts(installation, night)
    is_one = len({entry["sha256"] for entry in was_read["inputs"]}) == 1
    rows, records = artefacts.parts("read", register), artefacts.parts("check", register)
    checked = check_parts(declared, rows, records, night, is_one)
    outcome = {**was_read, **{name: int(checked.account[name]) for name in CHECKED}}
    check_sums(outcome)
    usual = usual_shares(nights_before(connect(installation), opened["origin"], register, night))
    _keep_completeness(artefacts, declared, checked, usual)
    told = [*_findings_before(artefacts, register), checked.findings, judge_whole(declared, checked.counted, usual)]
    artefacts.write("check", f"{register}_findings", stacked(told))
    _write_data_docs(opened, declared, checked)
    return outcome


def _carry(opened: Mapping[str, str], register: str) -> Outcome:
    from connectors.reading import findings_frame
    from connectors.retention import within_term
    from connectors.row_parts import PartsWriter
    from expectations.register_check import CheckedRegister
    from expectations.whole import count_whole
    from monitoring.database import connect
    from monitoring.held import held_records

    installation, declared = Installation.from_environment(), load_register(register)
    night = date.fromisoformat(opened["night"])
    records = within_term(held_records(connect(installation), register, opened["origin"], night), night)
    artefacts = Artefacts(installation, date.fromisoformat(opened["night"]))
    with PartsWriter(artefacts.parts("check", register)) as parts:
        parts.add(records)
    _keep_completeness(artefacts, declared, CheckedRegister(counted=count_whole(declared, records)), {})
    artefacts.write(
        "check", f"{register}_findings", stacked([*_findings_before(artefacts, register), findings_frame([])])
    )
    held = len(records)
    return {"delivered": held, "accepted": held, "set_aside": 0, "registrations": held, "merged": 0, "withdrawn": 0}


def _findings_before(artefacts: Artefacts, register: str) -> list[DataFrame]:
    """What was found in pulling and reading, as far as the night came."""
    names = [(stage, f"{register}_findings") for stage in ("pull", "read")]
    return [artefacts.read(*name) for name in names if artefacts.path(*name).exists()]


def _keep_completeness(
    artefacts: Artefacts, register: Register, checked: CheckedRegister, usual: Mapping[str, float]
) -> None:
    from expectations.whole import completeness

    artefacts.write("check", f"{register.name}_completeness", completeness(register, checked.counted, usual))


def _write_data_docs(opened: Mapping[str, str], register: Register, checked: CheckedRegister) -> None:
    from expectations.data_docs import data_docs
    from monitoring.export import write_private

    def write() -> None:
        night = date.fromisoformat(opened["night"])
        installation = Installation.from_environment()
        folder, kept = installation.data_docs(night), installation.index / f"{register.name}_prose.json"
        prose = _known_prose(kept)
        before = len(prose)
        page = data_docs(register, night, checked, bool(opened["origin"]), prose)
        target = folder / f"{register.name}_{night.isoformat()}.html"
        write_private(target, lambda path: path.write_text(page, encoding="utf-8", newline="\n"))
        if len(prose) > before:
            write_private(kept, lambda path: path.write_text(json.dumps(prose), encoding="utf-8"))

    _attempt("data docs", register.name, write)


def _known_prose(path: Path) -> dict[str, str]:
    """What Great Expectations calls its expectations, from an earlier night; derived, so it may be lost or damaged."""
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def _write_feedback(opened: Mapping[str, str], outcome: Mapping[str, Any]) -> None:
    from connectors.reading import findings_frame
    from monitoring.feedback import write_feedback

    def write() -> None:
        installation, night = Installation.from_environment(), date.fromisoformat(opened["night"])
        artefacts = Artefacts(installation, night)
        name = str(outcome["register"])
        checked, shares = artefacts.path("check", f"{name}_findings"), artefacts.path("check", f"{name}_completeness")
        findings = artefacts.read("check", f"{name}_findings") if checked.exists() else findings_frame([])
        completeness = artefacts.read("check", f"{name}_completeness") if shares.exists() else None
        write_feedback(
            installation.feedback(night),
            load_register(name),
            night,
            findings,
            outcome,
            completeness,
            bool(opened["origin"]),
        )

    _attempt("feedback", str(outcome["register"]), write)


def _attempt(what: str, register: str, write: Any) -> None:
    """Write a report; what went wrong is told, and the register goes on."""
    try:
        write()
    except Exception as error:
        tell(what, "failed", safe_message(error), register)
