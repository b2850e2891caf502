"""One value per person and field from registrations that may differ, by the order of trust declared in `trust.toml`.

Unknown never wins from known and is never filled in (R61, R63); lists are united (R57); a yes stays a yes.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from monitoring.ages import INTERVALS, birth_intervals, days
from monitoring.rules import RULES, TRUST

DISTRUSTED = RULES["ages"]["distrusted_documents"]
PRECISION = ("day", "month", "year", "approximate")


def chosen_values(records: pd.DataFrame, persons: pd.Index) -> pd.DataFrame:
    """Return for every field of `trust.toml` but birth the believed value of each person, null when none recorded it.

    `records`: the common record with person_id, one row per registration, sorted by record_id.
    """
    event = _event_days(records)
    false_document = records["document_status"].isin(DISTRUSTED).to_numpy()
    chosen = pd.DataFrame(index=persons)
    for field, trust in TRUST.items():
        if field == "birth":
            continue
        values = comparable_values(records, field)
        rank = _rank(records, trust)
        newest_first = -event.astype(np.int64)
        distrusted = false_document if trust["distrust_documents"] else np.zeros(len(records), dtype=bool)
        order = (rank, newest_first) if trust["prefer"] == "register" else (newest_first, rank)
        # The last key of lexsort counts most; rows of equal rank stay in the order of record_id.
        place = np.lexsort((order[1], order[0], distrusted))
        place = place[values.notna().to_numpy()[place]]
        best = pd.DataFrame({"person_id": records["person_id"].to_numpy()[place], field: values.to_numpy()[place]})
        chosen[field] = best.drop_duplicates("person_id").set_index("person_id")[field].reindex(persons)
    return chosen


def comparable_values(records: pd.DataFrame, field: str) -> pd.Series:
    """Return a field as one value per registration; several nationalities become one text, sorted."""
    if field != "nationality":
        return records[field]
    joined = ["|".join(sorted(set(codes))) or None for codes in records[field]]
    return pd.Series(joined, index=records.index, dtype=object)


def united_lists(records: pd.DataFrame, field: str, persons: pd.Index) -> pd.Series:
    """Return the sorted union of a field over each person's registrations; an empty list when none has it (R57)."""
    pairs = records[["person_id", field]].explode(field).dropna().drop_duplicates().sort_values(["person_id", field])
    return lists_per_person(pairs["person_id"], pairs[field], persons)


def lists_per_person(person_ids: pd.Series, values: pd.Series, persons: pd.Index) -> pd.Series:
    """Return the values of each person as a list, in the order given; `person_ids` must be sorted."""
    ids = person_ids.to_numpy()
    starts = np.flatnonzero(np.r_[True, ids[1:] != ids[:-1]]) if len(ids) else np.array([], dtype=int)
    lists = [part.tolist() for part in np.split(values.to_numpy(dtype=object), starts[1:])] if len(ids) else []
    found = dict(zip(ids[starts], lists, strict=True)) if len(ids) else {}
    return pd.Series([found.get(person) or [] for person in persons], index=persons, dtype=object)


def any_yes(records: pd.DataFrame, field: str, persons: pd.Index) -> pd.Series:
    """Return yes when any registration of the person says yes, else no when one says no, else not_recorded."""
    said = records.loc[records[field].notna(), ["person_id", field]]
    highest = said[field].astype(int).groupby(said["person_id"]).max().reindex(persons)
    return highest.map({1: "yes", 0: "no"}).fillna("not_recorded").astype(object)


def conflicting_fields(records: pd.DataFrame, persons: pd.Index) -> pd.Series:
    """Return the sorted names of the columns on which a person's registrations disagree; birth_date is month or day."""
    several = records[records["person_id"].duplicated(keep=False)]
    fields = {name: comparable_values(several, name) for name, trust in TRUST.items() if trust.get("conflict")}
    fields["birth_year"] = several["birth_year"]
    fields["birth_date"] = _written_day(several)
    fields["loverboy"] = several["loverboy"]
    found = []
    for name, values in fields.items():
        said = values.notna()
        pairs = pd.DataFrame({"person_id": several["person_id"][said], "value": values[said]}).drop_duplicates()
        differ = pairs["person_id"][pairs["person_id"].duplicated()].unique()
        found.append(pd.DataFrame({"person_id": differ, "field": name}))
    pairs = pd.concat(found, ignore_index=True).sort_values(["person_id", "field"])
    return lists_per_person(pairs["person_id"], pairs["field"], persons)


def believed_births(records: pd.DataFrame, persons: pd.Index) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return per person the days of birth to be believed, and per registration what it says itself.

    The most trusted registration decides; a narrower one that lies within it makes it more precise. Both frames have
    the columns of `ages.birth_intervals`; the second one also person_id.
    """
    said = birth_intervals(records).assign(person_id=records["person_id"])
    precision = records["birth_date_precision"].map({name: at for at, name in enumerate(PRECISION)})
    rank = pd.DataFrame(
        {
            "false": records["document_status"].isin(DISTRUSTED),
            "rank": _rank(records, TRUST["birth"]),
            "precision": precision.fillna(len(PRECISION)).astype(int),
        }
    )
    known = said.join(rank)[said["earliest"].notna()].sort_values(["false", "rank", "precision"], kind="stable")
    first = known.drop_duplicates("person_id").set_index("person_id")
    outer = first.loc[known["person_id"], ["earliest", "latest"]].to_numpy()
    inside = (known["earliest"].to_numpy() >= outer[:, 0]) & (known["latest"].to_numpy() <= outer[:, 1])
    within = known[inside]
    within = within.assign(width=within["latest"] - within["earliest"]).sort_values("width", kind="stable")
    columns = [*INTERVALS, "birth_year"]
    believed = within.drop_duplicates("person_id").set_index("person_id")[columns].reindex(persons)
    return believed, said[[*columns, "person_id"]]


def _written_day(records: pd.DataFrame) -> pd.Series:
    """Month and day as one number; a placeholder contradicts nobody."""
    written = records["birth_month"].astype("Int64") * 100 + records["birth_day"].astype("Int64")
    placeholders = [month * 100 + day for month, day in RULES["ages"]["placeholder_days"]]
    return written.mask(written.isin(placeholders))


def _rank(records: pd.DataFrame, trust: dict[str, object]) -> np.ndarray:
    registers = list(trust["registers"])  # type: ignore[call-overload]
    rank = records["register"].map({name: at for at, name in enumerate(registers)}).fillna(len(registers))
    return np.asarray(rank.to_numpy(dtype=int))


def _event_days(records: pd.DataFrame) -> np.ndarray:
    """The day of what a registration is about: encounter, else disappearance, else report, else registration."""
    event = np.full(len(records), np.datetime64("NaT", "D"))
    for name in ("encountered_on", "missing_since", "reported_on", "registered_on"):
        event = np.where(np.isnat(event), days(records[name]), event)
    return np.where(np.isnat(event), np.datetime64("0001-01-01", "D"), event)
