"""Folding: from accepted rows to one record per registration, as the register means it tonight.

Snapshots are registrations as they are. Dossiers of youth care are replaced whole and withdrawn (input contract,
point 3); messages of the telex open, supplement, withdraw, close and reopen a case (point 4). Every accepted row is
counted once: registrations (records in force) + withdrawn (registrations whose last word is a withdrawal) + merged
(all other rows).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import pandas as pd

from connectors.cases import Case
from connectors.reading import findings_frame
from connectors.records import COLUMN_NAMES, records_frame
from connectors.register import Register


@dataclass(frozen=True)
class Folded:
    """Records in force (columns of the record), findings, and the account of accepted rows."""

    records: pd.DataFrame
    findings: pd.DataFrame
    account: dict[str, int]


def fold(register: Register, rows: pd.DataFrame, night: date | None = None) -> Folded:
    """Fold the accepted rows of one register, whatever their order; `applies_order` says how they apply.

    `night`: the day up to which a supplement may have waited for its message; the newest file's day when not given.
    Findings: warning `unknown_dossier` where a row speaks of a registration that is not there.
    """
    applies = pd.MultiIndex.from_frame(rows[["applies_on", "applies_order"]])
    if not applies.is_monotonic_increasing:
        rows = rows.sort_values(["applies_on", "applies_order"], kind="stable", ignore_index=True)
    if register.delivery == "mutations":
        records, remarked, withdrawn = _fold_dossiers(rows)
    elif register.delivery == "messages":
        records, remarked, withdrawn = _fold_messages(register, rows, night)
    else:
        # A stay that two lists hold is one registration; the newest list has it right.
        records, remarked, withdrawn = rows.drop_duplicates("record_id", keep="last"), [], 0
    records = records[list(COLUMN_NAMES)].sort_values("record_id", ignore_index=True)
    account = {
        "accepted": len(rows),
        "registrations": len(records),
        "merged": len(rows) - len(records) - withdrawn,
        "withdrawn": withdrawn,
    }
    return Folded(records, _findings(register, rows, remarked), account)


def _fold_dossiers(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[int], int]:
    """The last version of each dossier that is not withdrawn."""
    in_force: dict[str, int] = {}
    withdrawn: set[str] = set()
    remarked: list[int] = []
    for row, (key, mutation) in enumerate(zip(rows["record_id"], rows["mutation"], strict=True)):
        if mutation != "new" and key not in in_force:
            remarked.append(row)
        if mutation == "withdrawn":
            in_force.pop(key, None)
            withdrawn.add(key)
        elif mutation in ("new", "changed"):
            in_force[key] = row
            withdrawn.discard(key)
    return rows.iloc[sorted(in_force.values())], remarked, len(withdrawn)


def _fold_messages(register: Register, rows: pd.DataFrame, night: date | None) -> tuple[pd.DataFrame, list[int], int]:
    """Each case as its messages leave it; a case of one opening message, the usual one, is taken as it is."""
    until = night or (rows["applies_on"].max() if len(rows) else None)
    of_case: dict[str, list[int]] = {}
    for row, key in enumerate(rows["record_id"]):
        of_case.setdefault(key, []).append(row)
    opening = (rows["mutation"] == "new").to_numpy()
    alone = [places[0] for places in of_case.values() if len(places) == 1 and opening[places[0]]]
    together = [place for places in of_case.values() if len(places) > 1 or not opening[places[0]] for place in places]
    messages = dict(zip(together, rows.iloc[together].to_dict("records"), strict=True))
    folded: list[Case] = []
    for places in of_case.values():
        if len(places) > 1 or not opening[places[0]]:
            case = Case(register)
            for place in places:
                message = messages[place]
                case.take(place, {str(name): None if value is pd.NA else value for name, value in message.items()})
            case.close(until)
            folded.append(case)
    records = [case.record for case in folded if case.record is not None]
    frames = [rows.iloc[alone][list(COLUMN_NAMES)], records_frame(records)[list(COLUMN_NAMES)]]
    filled = [frame for frame in frames if len(frame)]
    remarked = [place for case in folded for place in case.remarked]
    withdrawn = sum(case.is_withdrawn for case in folded)
    return pd.concat(filled) if filled else frames[0], sorted(remarked), withdrawn


def _findings(register: Register, rows: pd.DataFrame, remarked: Iterable[int]) -> pd.DataFrame:
    files, keys = rows["file"].tolist(), rows["row_key"].tolist()
    return findings_frame(
        [(register.name, files[row], keys[row], "warning", "unknown_dossier", "source_key") for row in remarked]
    )
