"""Person ids that stay the same from night to night.

A cluster keeps the id under which its records were known. Two persons that turn out to be one keep the oldest id; a
person that falls apart leaves its id with the larger part; no id is ever given out twice (design section 6).
"""

from __future__ import annotations

import pandas as pd


def person_id(number: int) -> str:
    """The id with that number, for example W-00012345; it says nothing about the person."""
    return f"W-{number:08d}"


def keep_person_ids(members: pd.DataFrame, previous: pd.DataFrame, last_number: int) -> tuple[pd.DataFrame, int]:
    """Give every cluster its person id.

    `members`: record_id, cluster. `previous`: record_id, person_id of the night before. `last_number`: highest number
    ever given out. Returns members with `person_id`, and the new highest number.
    """
    former = dict(zip(previous["record_id"], previous["person_id"], strict=True))
    known = members.assign(person_id=members["record_id"].map(former)).dropna(subset=["person_id"])
    claims = known.groupby(["person_id", "cluster"]).size().rename("records").reset_index()
    claims = claims.sort_values(["person_id", "records", "cluster"], ascending=[True, False, True])
    largest_part = claims.drop_duplicates("person_id")
    kept = largest_part.sort_values("person_id").drop_duplicates("cluster").set_index("cluster")["person_id"]
    new = sorted(set(members["cluster"]) - set(kept.index))
    given = {cluster: person_id(last_number + at) for at, cluster in enumerate(new, start=1)}
    ids = members["cluster"].map({**kept.to_dict(), **given})
    return members.assign(person_id=ids), last_number + len(new)
