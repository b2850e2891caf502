"""How sure a person is: which links hold its registrations together and which pairs await a verdict (R52)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components


def link_facts(records: pd.DataFrame, links: pd.DataFrame, members: pd.DataFrame, persons: pd.Index) -> pd.DataFrame:
    """Return link_probability, link_status and open_review_count per person.

    certain: certain links alone hold all registrations of the person together. in_review: a pair with another person
    awaits a verdict, whatever the rest. link_probability: of the weakest registration, null for a single one.
    """
    by_person = records.groupby("person_id")
    is_single = by_person.size().reindex(persons).eq(1).to_numpy()
    pieces = _pieces_by_certain_links(records, links).groupby(records["person_id"]).nunique().reindex(persons)
    reviews = _open_reviews(links, persons)
    weakest = members.groupby("person_id")["cluster_probability"].min().reindex(persons)
    status = np.select(
        [reviews.to_numpy() > 0, is_single, pieces.eq(1).to_numpy()],
        ["in_review", "single", "certain"],
        default="probable",
    )
    return pd.DataFrame(
        {
            "link_probability": np.where(is_single, np.nan, weakest.to_numpy(dtype=float).round(6)),
            "link_status": pd.Series(status, index=persons, dtype=object),
            "open_review_count": reviews.astype("Int64"),
        },
        index=persons,
    )


def _pieces_by_certain_links(records: pd.DataFrame, links: pd.DataFrame) -> pd.Series:
    certain = links[links["status"].eq("link") & links["certainty"].eq("certain")]
    place = pd.Index(records["record_id"])
    one, other = place.get_indexer(certain["record_id_l"]), place.get_indexer(certain["record_id_r"])
    graph = coo_matrix((np.ones(len(certain)), (one, other)), shape=(len(records), len(records)))
    return pd.Series(connected_components(graph, directed=False)[1], index=records.index)


def _open_reviews(links: pd.DataFrame, persons: pd.Index) -> pd.Series:
    review = links[links["status"].eq("review") & links["person_id_l"].ne(links["person_id_r"])]
    sides = pd.concat([review["person_id_l"], review["person_id_r"]], ignore_index=True)
    return sides.value_counts().reindex(persons).fillna(0).astype(int)
