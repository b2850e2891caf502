"""The stage link of a night: what was known before it, and what it hands to the stages after it.

A past night (a newer one has a table) starts from what was known then and takes nothing from today but the ids that its
persons came to have later.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from connectors.installation import Installation
from dags.artefacts import Artefacts
from dags.borders import Outcome, tell

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Engine

    from linkage.judgements import Judgements
    from linkage.known_levels import KnownLevels
    from linkage.ledger import Ledger, News
    from linkage.model import Model
    from linkage.reference import Reference
    from monitoring.publish import LedgerEntry

SALT_BYTES = 16


@dataclass(frozen=True)
class Known:
    """What a night starts from: the ledger and its head, what is new, verdicts in force, and how common values are.

    `later`: the ledger of today when the night is a past one. `contents`: digest by record_id. `judged`: the
    judgements in force as a frame. `log_head`: number of the last entry of their log. `is_counted`: the reference was
    counted tonight.
    """

    ledger: Ledger
    later: Ledger | None
    head: int
    news: News
    contents: pd.Series
    judged: pd.DataFrame
    judgements: Judgements
    log_head: int
    reference_id: int
    reference: Reference
    is_counted: bool


def link(opened: Mapping[str, str], outcomes: list[Mapping[str, Any]]) -> Outcome:
    """Link the records that came through the checks; the frames go into the night's work files."""
    from dags.stages import all_of
    from linkage.ledger import events_frame
    from linkage.model import load_model
    from linkage.night import link_records
    from monitoring.database import connect

    night, origin = date.fromisoformat(opened["night"]), opened["origin"]
    installation = Installation.from_environment()
    artefacts = Artefacts(installation, night)
    records, _ = all_of(artefacts, outcomes)
    engine, model = connect(installation), load_model()
    known = known_before(engine, origin, night, records, model)
    names = known_names()
    names.forget_unless((origin, known.reference_id, model.version))
    linked = link_records(
        records, model, known.ledger, known.news, known.judgements, known.reference, names, later=known.later
    )
    judged_on = known.judged.set_index("judgement_id")["night"]
    frames = {
        "pairs": linked.pairs,
        "members": linked.members,
        "resurfacings": linked.resurfacings,
        "candidates": linked.candidates,
        "judgements": linked.judgements.assign(judged_night=linked.judgements["judgement_id"].map(judged_on)),
        "events": events_frame(linked.events),
        "contents": known.contents.rename("content").reset_index(),
        "purged": _purged_persons(known.ledger),
    }
    for name, frame in frames.items():
        artefacts.write("link", name, frame)
    if known.is_counted:
        _reference_file(artefacts).write_text(json.dumps(known.reference.as_json()), encoding="utf-8")
    persons = int(linked.members["person_id"].nunique())
    tell("link", "ok", f"{len(records)} registrations, {persons} persons")
    return {
        "last_number": int(linked.last_number),
        "head": known.head,
        "model_version": str(model.version),
        "reference_id": known.reference_id,
        "is_counted": known.is_counted,
        "judgements": len(known.judged),
        "last_judgement": int(known.judged["judgement_id"].max()) if len(known.judged) else 0,
        "log_head": known.log_head,
        "persons": persons,
    }


@cache
def known_names() -> KnownLevels:
    """Levels of names that this process compared on a night before: a backfill compares each two names once."""
    from linkage.known_levels import KnownLevels

    return KnownLevels()


def known_before(engine: Engine, origin: str, night: date, records: pd.DataFrame, model: Model) -> Known:
    """Gather what a night starts from: what the night before left, or for a past night what was known then."""
    from linkage.judgements import Judgements
    from linkage.ledger import News
    from linkage.reference import is_outgrown
    from monitoring import ledger as kept
    from monitoring.judgement_log import fingerprints, judgements_in_force
    from monitoring.past_nights import judged_on_night, members_of_night, model_of_night, newest_night, night_before

    with engine.connect() as connection:
        newest, before = newest_night(connection, origin), night_before(connection, origin, night)
    is_past = newest is not None and night < newest
    # The log's last number first: what is written after it may or may not be among the verdicts, and counts next time.
    head, last_judgement = kept.ledger_head(engine), kept.log_head(engine)
    contents = fingerprints(records)
    # A verdict on the table of a night counts from the next one, and in that night itself only when it is worked again.
    judged = judgements_in_force(engine, origin, night if night == newest else night - timedelta(days=1))
    judged = judged[judged["judgement_id"] <= last_judgement]
    judged = judged.assign(is_stale=_is_stale(judged, contents))
    reference_id, reference = kept_reference(engine, origin, night)
    is_counted = reference is None or (not is_past and is_outgrown(reference, records, model))
    if is_counted:
        reference_id, reference = reference_id + 1, _count(records, model, origin)
    later = None
    if is_past:
        later = kept.read_ledger(engine, origin)
        ledger = kept.read_ledger(engine, origin, night)
        ledger.last_number = later.last_number
        said = members_of_night(engine, origin, night)
        if said:
            ledger.stand_at(said)
        news = News()
    else:
        ledger = kept.read_ledger(engine, origin)
        changed = judged_on_night(engine, origin, before) ^ _verdicts(judged)
        news = kept.news_of(
            kept.published_before(engine, origin),
            contents,
            night,
            judged={record for *pair, _ in changed for record in pair},
            is_other_model=before is not None and model_of_night(engine, origin, before) != model.version,
            is_other_reference=is_counted and before is not None,
        )
    assert reference is not None
    return Known(
        ledger,
        later,
        head,
        news,
        contents,
        judged,
        Judgements.of_frame(judged),
        last_judgement,
        reference_id,
        reference,
        is_counted,
    )


def kept_reference(engine: Engine, origin: str, night: date) -> tuple[int, Reference | None]:
    """Return number and content of the reference in use on a night: the last counted by then, else the first; 0 and
    None when there is none.
    """
    from sqlalchemy import text

    from linkage.reference import Reference

    query = text(
        "SELECT reference_id, model_version, content FROM registers.value_reference WHERE origin = :origin "
        "ORDER BY night <= :night DESC, CASE WHEN night <= :night THEN -reference_id ELSE reference_id END LIMIT 1"
    )
    with engine.connect() as connection:
        row = connection.execute(query, {"origin": origin, "night": night}).one_or_none()
    return (row.reference_id, Reference.from_json(row.model_version, row.content)) if row else (0, None)


def entry_of(artefacts: Artefacts, linked: Mapping[str, Any]) -> LedgerEntry:
    """Return what publishing writes in the ledger, from the work files of the stage link."""
    from monitoring.publish import LedgerEntry

    contents = artefacts.read("link", "contents").set_index("record_id")["content"]
    events = artefacts.read("link", "events")
    told = list(events.itertuples(index=False, name=None))
    reference = None
    if linked["is_counted"]:
        reference = int(linked["reference_id"]), json.loads(_reference_file(artefacts).read_text(encoding="utf-8"))
    return LedgerEntry(
        told, int(linked["head"]), int(linked["last_number"]), contents, reference, int(linked["log_head"])
    )


def _reference_file(artefacts: Artefacts) -> Any:
    return artefacts.path("link", "reference").with_suffix(".json")


def _count(records: pd.DataFrame, model: Model, origin: str) -> Reference:
    from linkage.reference import count_reference

    # The key of the digests decides nothing but how values are hidden, so it may differ between installations.
    return count_reference(records, model, secrets.token_hex(SALT_BYTES))


def _is_stale(judged: pd.DataFrame, contents: pd.Series) -> pd.Series:
    """A registration says something else than when the reviewer saw it."""
    stale = judged["judgement_id"].astype(bool) & False
    for side in ("l", "r"):
        now, seen = judged[f"record_id_{side}"].map(contents), judged[f"seen_{side}"]
        stale |= now.notna() & seen.notna() & (now != seen)
    return stale


def _verdicts(judged: pd.DataFrame) -> set[tuple[str, str, str]]:
    return set(judged[["record_id_l", "record_id_r", "verdict"]].itertuples(index=False, name=None))


def _purged_persons(ledger: Ledger) -> pd.DataFrame:
    """Ids under which persons stand now that once held a registration that was purged."""
    import pandas as pd

    now = {ledger.current(person) for person in ledger.purged}
    return pd.DataFrame({"person_id": sorted(person for person in now if person)}, dtype=object)
