"""What a night starts from: the ledger, verdicts in force, how common values are, and what is new.

A past night (a newer one has a table) starts from what was known then and takes nothing from today but the ids that its
persons came to have later.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Engine

    from linkage.judgements import Judgements
    from linkage.ledger import Ledger, News
    from linkage.model import Model
    from linkage.reference import Reference

SALT_BYTES = 16


@dataclass(frozen=True)
class Known:
    """What a night starts from: the ledger and its head, what is new, verdicts in force, and how common values are.

    `later`: the ledger of today when the night is a past one. `contents`: digest by record_id. `judged`: the
    judgements in force as a frame. `log_head`: number of the last entry of their log. `is_counted`: the reference was
    counted tonight. `facts`: what is kept of registrations whose term ended (`monitoring.retained`). `purged`: of a
    past night the persons that had lost a registration by its term, with what each had the night before.
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
    facts: pd.DataFrame
    purged: Mapping[str, Collection[str]]


def known_before(engine: Engine, origin: str, night: date, records: pd.DataFrame, model: Model) -> Known:
    """Gather what a night starts from: what the night before left, or for a past night what was known then."""
    from linkage.judgements import Judgements
    from linkage.ledger import News
    from linkage.reference import is_outgrown
    from monitoring import ledger as kept
    from monitoring.judgement_log import fingerprints
    from monitoring.past_nights import judged_on_night, model_of_night, newest_night, night_before, purged_by
    from monitoring.retained import retained_facts

    with engine.connect() as connection:
        newest, before = newest_night(connection, origin), night_before(connection, origin, night)
    is_past = newest is not None and night < newest
    # The log's last number first: what is written after it may or may not be among the verdicts, and counts next time.
    head, last_judgement = kept.ledger_head(engine), kept.log_head(engine)
    contents = fingerprints(records)
    judged = _judged(engine, origin, night, night == newest, last_judgement, contents)
    reference_id, reference = kept_reference(engine, origin, night)
    is_counted = reference is None or (not is_past and is_outgrown(reference, records, model))
    if is_counted:
        reference_id, reference = reference_id + 1, _count(records, model, origin)
    ledger, later = _ledgers(engine, origin, night, before, is_past)
    news = News()
    if not is_past:
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
    facts = retained_facts(engine, origin, night, records)
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
        facts,
        purged_by(engine, origin, before, night, contents.index) if is_past and before else {},
    )


def _judged(engine: Engine, origin: str, night: date, is_again: bool, last: int, contents: pd.Series) -> pd.DataFrame:
    """Verdicts in force up to a number of the log, with is_stale.

    One on the table of a night counts from the next night, and in that night itself only when it is worked again.
    """
    from monitoring.judgement_log import judgements_in_force

    judged = judgements_in_force(engine, origin, night if is_again else night - timedelta(days=1))
    judged = judged[judged["judgement_id"] <= last]
    return judged.assign(is_stale=_is_stale(judged, contents))


def _ledgers(
    engine: Engine, origin: str, night: date, before: date | None, is_past: bool
) -> tuple[Ledger, Ledger | None]:
    """The ledger that a night starts from, and for a past night also that of today.

    The ledger does not tell whose a registration was on a night that was worked afterwards; its table does.
    """
    from monitoring import ledger as kept
    from monitoring.past_nights import members_of_night

    today = kept.read_ledger(engine, origin)
    if not is_past:
        return today, None
    then = kept.read_ledger(engine, origin, night)
    then.last_number = today.last_number
    for known in (before, night):
        said = members_of_night(engine, origin, known) if known else {}
        if said:
            then.stand_at(said)
    return then, today


def kept_reference(engine: Engine, origin: str, night: date) -> tuple[int, Reference | None]:
    """Return number and content of the reference in use on a night: the last counted by then, else the first; 0 and
    None when there is none.
    """
    from sqlalchemy import text

    from linkage.reference import Reference
    from monitoring.sealed_records import opened_reference

    query = text(
        "SELECT reference_id, model_version, content FROM registers.value_reference WHERE origin = :origin "
        "ORDER BY night <= :night DESC, CASE WHEN night <= :night THEN -reference_id ELSE reference_id END LIMIT 1"
    )
    with engine.connect() as connection:
        row = connection.execute(query, {"origin": origin, "night": night}).one_or_none()
    if row is None:
        return 0, None
    content = opened_reference(row.content, origin, row.reference_id)
    return row.reference_id, Reference.from_json(row.model_version, content)


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
