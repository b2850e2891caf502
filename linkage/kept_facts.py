"""Registrations of which only coded facts are kept after their term: they link to nobody and stay with their person."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

import pandas as pd

from linkage.ledger import Ledger


def stay_with_their_persons(clusters: pd.DataFrame, ledger: Ledger, record_ids: Iterable[str]) -> pd.DataFrame:
    """Add registrations that are not compared any more to the clusters of the persons they belonged to.

    `clusters`: record_id, cluster, cluster_probability. A person of which nothing else is left keeps its own cluster.
    Where its other registrations fell apart, they stay with the larger part.
    """
    parts: dict[str, Counter[str]] = defaultdict(Counter)
    for record, cluster in zip(clusters["record_id"], clusters["cluster"], strict=True):
        person = ledger.of_record(record)
        if person:
            parts[person][cluster] += 1
    alone: dict[str, str] = {}
    rows = []
    for record in sorted(record_ids):
        person = ledger.of_record(record)
        if person is None:
            continue
        found = parts.get(person)
        cluster = min(found, key=lambda part: (-found[part], part)) if found else alone.setdefault(person, record)
        rows.append((record, cluster, 1.0))
    added = pd.DataFrame(rows, columns=["record_id", "cluster", "cluster_probability"])
    return pd.concat([clusters, added], ignore_index=True) if rows else clusters
