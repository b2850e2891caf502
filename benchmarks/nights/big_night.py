"""The last night as one big night: the same registrations at once, in another order, from an empty ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine

from benchmarks.nights.running import rows_of


def compare_with_big_night(engine: Engine, home: Path) -> None:
    """Print how the groups of the published table differ from those of one big night, and why.

    With the same verdicts and the same value reference they must be the same. Without verdicts, and with how common
    values are counted in the big night itself, the difference is counted by cause.
    """
    from dags.known import kept_reference
    from linkage.judgements import NONE, Judgements
    from linkage.model import load_model
    from linkage.night import link_records
    from monitoring.held import published_records
    from monitoring.judgement_log import judgements_in_force

    ((origin, night),) = rows_of(engine, "SELECT origin, night FROM monitoring.night WHERE is_published")
    records = published_records(engine).sample(frac=1.0, random_state=1)
    published = dict(rows_of(engine, "SELECT record_id, person_id FROM monitoring.registration WHERE NOT is_purged"))
    # The verdicts that this night had: those on its own table count from the next one.
    judged = judgements_in_force(engine, origin, night - timedelta(days=1)).assign(is_stale=False)
    verdicts = Judgements.of_frame(judged)
    _, reference = kept_reference(engine, origin, night)
    model = load_model()
    cases = {
        "the same verdicts and reference": link_records(records, model, judgements=verdicts, reference=reference),
        "no verdicts": link_records(records, model, judgements=NONE, reference=reference),
        "the same verdicts, values counted in the big night": link_records(records, model, judgements=verdicts),
    }
    print("| one big night with | persons | persons grouped otherwise | of these with a judged registration |")
    print("|---|---|---|---|")
    concerned = {record for pair in verdicts.pairs for record in pair}
    for name, linked in cases.items():
        members = dict(zip(linked.members["record_id"], linked.members["person_id"], strict=True))
        other = _groups(published) - _groups(members)
        with_verdict = sum(not group.isdisjoint(concerned) for group in other)
        print(f"| {name} | {len(set(members.values())):,} | {len(other):,} | {with_verdict:,} |")
    print()


def _groups(person_of: Mapping[str, str]) -> set[frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for record, person in person_of.items():
        found[person].add(record)
    return {frozenset(records) for records in found.values()}
