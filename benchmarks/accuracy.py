"""How well the registrations of one child are found on synthetic exports, whose truth is known.

Prints pairwise precision, recall and F1 of the persons, precision of the links called certain, share of true pairs
that are joined or offered, and the recall of resurfacings by kind. The registers are made by this repository's own
generator: the figures say how the parts work together, not how well real children would be found.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from connectors.deliveries import Delivery
from connectors.mutations import fold
from connectors.reading import read_register
from connectors.register import REGISTERS, load_register
from expectations.check import check_records, check_rows
from linkage.model import load_model
from linkage.night import LinkedNight, link_records


@dataclass(frozen=True)
class Measured:
    """One sample measured: sizes, seconds and shares between 0 and 1."""

    children: int
    seed: int
    figures: dict[str, float]
    resurfacing_recall: dict[str, float]


def accepted_records(exports: Path) -> pd.DataFrame:
    """Read and check the exports of a folder as a night does; returns the accepted records."""
    accepted = []
    for name in REGISTERS:
        register = load_register(name)
        deliveries = []
        for at, file in enumerate(sorted((exports / name).iterdir())):
            dated = register.dated(file.name)
            if dated is not None:
                deliveries.append(Delivery(f"{name}-{at}", name, file.name, "", 0, dated, date.max, at, "", file))
        deliveries.sort(key=lambda delivery: (delivery.dated, delivery.file_name))
        checked = check_rows(register, read_register(register, deliveries).rows)
        accepted.append(check_records(register, fold(register, checked.accepted).records).accepted)
    return pd.concat(accepted, ignore_index=True)


def measure(exports: Path, children: int, seed: int) -> Measured:
    """Link the exports of a sample and lay the result beside its truth."""
    began = time.monotonic()
    records = accepted_records(exports)
    read_in = time.monotonic() - began
    began = time.monotonic()
    nobody_before = pd.DataFrame({"record_id": [], "person_id": []}, dtype=object)
    night = link_records(records, nobody_before, 0, load_model())
    linked_in = time.monotonic() - began
    truth = pd.read_csv(exports / "truth" / "records.csv", dtype=str)
    child = records.merge(truth, on=["register", "source_key"], how="left").set_index("record_id")["child_id"]
    figures = {"records": float(len(records)), "seconds reading": read_in, "seconds linking": linked_in}
    figures |= persons_against_truth(night.members, child) | pairs_against_truth(night, child)
    return Measured(children, seed, figures, resurfacing_recall(night, records, exports))


def persons_against_truth(members: pd.DataFrame, child: pd.Series) -> dict[str, float]:
    """Pairwise precision, recall and F1 after clustering."""
    known = members.assign(child=members["record_id"].map(child)).dropna(subset=["child"])
    joined = _pairs(known["person_id"])
    true = _pairs(known["child"])
    both = _pairs(known["person_id"] + " " + known["child"])
    precision, recall = both / max(joined, 1), both / max(true, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return {"true pairs": float(true), "precision": precision, "recall": recall, "F1": f1}


def pairs_against_truth(night: LinkedNight, child: pd.Series) -> dict[str, float]:
    """Precision of certain links, true pairs joined or offered, pairs offered per true one, calibration error."""
    pairs = night.pairs
    left, right = pairs["record_id_l"].map(child), pairs["record_id_r"].map(child)
    pairs = pairs.assign(true=(left == right) & left.notna())
    certain = pairs[(pairs["status"] == "link") & (pairs["certainty"] == "certain")]
    review = pairs[pairs["status"] == "review"]
    person = night.members.set_index("record_id")["person_id"]
    known = pd.DataFrame({"person": person, "child": child.reindex(person.index)}).dropna()
    joined = _pairs(known["person"] + " " + known["child"])
    found = joined + int(review["true"].sum())
    scored = pairs[(pairs["match_probability"] >= 0.001)]
    bins = scored.groupby((scored["match_probability"] * 10).clip(upper=9.999).astype(int))
    gap = (bins["match_probability"].mean() - bins["true"].mean()).abs()
    return {
        "precision certain": float(certain["true"].mean()) if len(certain) else 1.0,
        "joined or offered": found / max(_pairs(known["child"]), 1),
        "offered": float(len(review)),
        "offered per true one": len(review) / max(int(review["true"].sum()), 1),
        "calibration error": float((gap * bins.size()).sum() / max(len(scored), 1)),
    }


def resurfacing_recall(night: LinkedNight, records: pd.DataFrame, exports: Path) -> dict[str, float]:
    """Share of the true resurfacings that are called yes, or yes or possible, by kind."""
    truth = pd.read_csv(exports / "truth" / "resurfaced.csv", dtype=str)
    key = dict(zip(records["record_id"], records["register"] + " " + records["source_key"], strict=True))
    found: dict[tuple[str, str], str] = {}
    for row in night.resurfacings.itertuples():
        if row.outcome == "resurfaced":
            found[key[row.missing_record_id], key[row.victim_record_id]] = row.status
    told: dict[str, Counter[str]] = {}
    for row in truth.itertuples():
        pair = (f"{row.missing_register} {row.missing_source_key}", f"{row.victim_register} {row.victim_source_key}")
        told.setdefault(row.kind, Counter())[found.get(pair, "no")] += 1
    recall: dict[str, float] = {}
    for kind, counted in sorted(told.items()):
        recall[f"{kind} yes"] = counted["yes"] / counted.total()
        recall[f"{kind} yes or possible"] = 1 - counted["no"] / counted.total()
    return recall


def _pairs(labels: pd.Series) -> int:
    counted = labels.value_counts()
    return int((counted * (counted - 1) // 2).sum())
