"""The stage link of a night: from the records that came through the checks to what the stages after it take."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections import Counter
from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connectors.installation import Installation
from dags.artefacts import Artefacts
from dags.borders import Outcome, tell
from dags.known import Known, known_before

SPARK_MASTER = "WEERZIEN_SPARK_MASTER"

logger = logging.getLogger(__name__)

if TYPE_CHECKING:
    import pandas as pd

    from linkage.compared_pairs import Compare
    from linkage.model import Model
    from linkage.night import LinkedNight
    from linkage.pair_index import PairIndex
    from monitoring.publish import LedgerEntry


def link(opened: Mapping[str, str], outcomes: list[Mapping[str, Any]]) -> Outcome:
    """Link the records that came through the checks; the frames go into the night's work files."""
    from dags.stages import all_of
    from linkage.model import load_model
    from linkage.night import link_records
    from monitoring.database import connect

    night, origin = date.fromisoformat(opened["night"]), opened["origin"]
    installation = Installation.from_environment()
    artefacts = Artefacts(installation, night)
    records, _ = all_of(artefacts, outcomes)
    engine, model = connect(installation), load_model()
    known = known_before(engine, origin, night, records, model)
    index = index_file(installation, origin)
    known_pairs, why_not = (None, "asked for") if "full" in opened else _known_pairs(index, model, known)
    linked = link_records(
        records,
        model,
        known.ledger,
        known.news,
        known.judgements,
        known.reference,
        known_pairs,
        known.later,
        known.facts["record_id"],
        _compare(),
    )
    _keep_index(index, known, linked, why_not)
    _hand_over(artefacts, known, linked)
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


def _compare() -> Compare:
    """Where pairs are compared: on the cluster that WEERZIEN_SPARK_MASTER names, else in this process."""
    from linkage.compared_pairs import compared

    master = os.environ.get(SPARK_MASTER, "").strip()
    if not master:
        return compared
    from linkage.on_spark import compared_on_spark
    from linkage.spark_session import spark_session

    logger.info("pairs are compared on Spark, %s", master)
    return compared_on_spark(partial(spark_session, master))


def _hand_over(artefacts: Artefacts, known: Known, linked: LinkedNight) -> None:
    """Write what the stages after it take."""
    from linkage.ledger import events_frame

    judged_on = known.judged.set_index("judgement_id")["night"]
    frames = {
        "pairs": linked.pairs,
        "members": linked.members,
        "resurfacings": linked.resurfacings,
        "candidates": linked.candidates,
        "judgements": linked.judgements.assign(judged_night=linked.judgements["judgement_id"].map(judged_on)),
        "events": events_frame(linked.events),
        "contents": known.contents.rename("content").reset_index(),
        "facts": known.facts,
        "purged": _purged_persons(known, linked.members),
    }
    for name, frame in frames.items():
        artefacts.write("link", name, frame)
    if known.is_counted:
        _reference_file(artefacts).write_text(json.dumps(known.reference.as_json()), encoding="utf-8")


def index_file(installation: Installation, origin: str) -> Path:
    """Where the pairs of an origin's last night are kept; a name of exports may hold what no file name may."""
    return installation.index / f"{hashlib.sha256(origin.encode()).hexdigest()[:16]}.pairs"


def _known_pairs(index: Path, model: Model, known: Known) -> tuple[PairIndex | None, str]:
    from linkage.index_file import read_index
    from linkage.pair_index import made_of

    return read_index(index, made_of(model, known.reference))


def _keep_index(index: Path, known: Known, linked: LinkedNight, why_not: str) -> None:
    """Keep the pairs of the night for the next, and say what was compared; a past night is not the next one's before.

    An index that cannot be kept costs the next night time and nothing else.
    """
    from linkage.index_file import write_index

    counts = f"{linked.compared_pairs} of {linked.candidate_pairs} pairs compared"
    tell("index", "rebuilt" if why_not else "ok", f"{why_not}: {counts}" if why_not else counts)
    if known.later is None and linked.index is not None:
        try:
            write_index(index, linked.index)
            # Of other exports: no night would take out of it what is purged.
            for other in set(index.parent.glob("*.pairs")) - {index}:
                other.unlink()
        except OSError as error:
            tell("index", "not kept", type(error).__name__)


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
        told,
        int(linked["head"]),
        int(linked["last_number"]),
        contents,
        reference,
        int(linked["log_head"]),
        artefacts.read("link", "facts"),
    )


def _reference_file(artefacts: Artefacts) -> Any:
    return artefacts.path("link", "reference").with_suffix(".json")


def _purged_persons(known: Known, members: pd.DataFrame) -> pd.DataFrame:
    """Ids under which persons stand on a night that once held a registration that was purged."""
    import pandas as pd

    ledger = known.ledger
    # A past night may know ids that the ledger gave out later.
    told = {ledger.current(person) for person in ledger.purged if person in ledger.persons}
    now = told | {ledger.of_record(record) for record in known.facts["record_id"]}
    of_record = dict(zip(members["record_id"], members["person_id"], strict=True))
    tonight = set(of_record.values())
    for person, records in known.purged.items():
        heirs = Counter(of_record[record] for record in sorted(records) if record in of_record)
        now |= {person} & tonight or {heir for heir, _ in heirs.most_common(1)}
    return pd.DataFrame({"person_id": sorted(person for person in now if person)}, dtype=object)
