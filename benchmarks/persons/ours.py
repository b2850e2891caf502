"""This repository on the records of a known world: the row beside other linkers, and the figures held to the bars."""

from __future__ import annotations

import time
from collections import Counter

import pandas as pd

from benchmarks.persons.in_common import tied_by, true_pairs
from benchmarks.persons.known_world import KnownWorld
from benchmarks.persons.linkers import Measured
from benchmarks.persons.measures import (
    Share,
    calibration_error,
    labelled,
    of_clusters,
    of_edges,
    offered_per_true_one,
)
from linkage.model import Model
from linkage.night import LinkedNight, link_records

TIED = "with a phone, plate or contact in common"


def measure_ours(world: KnownWorld, model: Model) -> tuple[Measured, dict[str, Share]]:
    """Link the records by the model as it stands and lay the result beside the truth; shares by name of the figure."""
    began = time.monotonic()
    night = link_records(world.records, model)
    seconds = time.monotonic() - began
    pairs = labelled(night.pairs, world.child)
    threshold = model.thresholds["link"]
    row = Measured(
        "this repository",
        f"{threshold:g} (fixed)",
        of_edges(pairs[pairs["match_probability"] >= threshold], world.child),
        of_clusters(night.members.set_index("record_id")["person_id"], world.child),
        calibration_error(pairs),
        offered_per_true_one(pairs[pairs["status"] == "review"]),
        seconds,
    )
    figures = _of_persons(row) | _of_pairs(pairs) | _of_true_pairs(night, pairs, world) | _resurfaced(night, world)
    return row, figures | {"seconds linking": Share(seconds, 1.0)}


def _of_persons(row: Measured) -> dict[str, Share]:
    persons = row.clusters
    return {
        "persons: precision": persons.precision,
        "persons: recall": persons.recall,
        "persons: F1": Share(2 * persons.recall.part, persons.precision.whole + persons.recall.whole),
        "persons: B-cubed F1": Share(persons.cubed_f1, 1.0),
        "pairs offered per true one": row.burden,
        "calibration error, pairs from 0.001": row.calibration,
    }


def _of_pairs(pairs: pd.DataFrame) -> dict[str, Share]:
    certain = pairs[(pairs["status"] == "link") & (pairs["certainty"] == "certain")]
    told = pairs[pairs["status"].isin(["link", "review"])]
    return {
        "certain: precision": Share(float(certain["true"].sum()), float(len(certain))),
        "calibration error, pairs with status link or review": calibration_error(told),
    }


def _of_true_pairs(night: LinkedNight, pairs: pd.DataFrame, world: KnownWorld) -> dict[str, Share]:
    """How many of the true pairs are in one person or lie before a reviewer."""
    wanted = true_pairs(world.records, world.child)
    person = night.members.set_index("record_id")["person_id"]
    joined = wanted["record_id_l"].map(person).to_numpy() == wanted["record_id_r"].map(person).to_numpy()
    review = pairs.loc[pairs["status"] == "review", ["record_id_l", "record_id_r"]]
    in_review = {(min(pair), max(pair)) for pair in review.itertuples(index=False, name=None)}
    offered = [pair in in_review for pair in wanted[["record_id_l", "record_id_r"]].itertuples(index=False, name=None)]
    found = joined | pd.Series(offered, dtype=bool).to_numpy()
    sharing = wanted["shares_anything"].to_numpy(dtype=bool)
    return {
        "true pairs that share anything: joined or offered": Share(float(found[sharing].sum()), float(sharing.sum())),
        "all true pairs: joined or offered": Share(float(found.sum()), float(len(wanted))),
        "all true pairs: share anything": Share(float(sharing.sum()), float(len(wanted))),
    }


def _resurfaced(night: LinkedNight, world: KnownWorld) -> dict[str, Share]:
    """Share of the true resurfacings that are called yes, or yes or possible, by kind; one set aside counts as missed.

    False identities are told apart by whether the two registrations have a phone, plate or contact in common.
    """
    key = (world.records["register"] + " " + world.records["source_key"]).tolist()
    record = dict(zip(key, world.records["record_id"], strict=True))
    resurfaced = night.resurfacings[night.resurfacings["outcome"] == "resurfaced"]
    status = {
        pair: said
        for said in ("possible", "yes")
        for pair in resurfaced.loc[resurfaced["status"] == said, ["missing_record_id", "victim_record_id"]].itertuples(
            index=False, name=None
        )
    }
    tied = tied_by(world.records)
    told: dict[str, Counter[str]] = {}
    for row in world.resurfaced.itertuples():
        missing = record.get(f"{row.missing_register} {row.missing_source_key}", "")
        victim = record.get(f"{row.victim_register} {row.victim_source_key}", "")
        kinds = [row.kind]
        if row.kind == "false_identity":
            in_common = tied.get(missing, frozenset()) & tied.get(victim, frozenset())
            kinds.append(f"{row.kind} {TIED}" if in_common else f"{row.kind} without")
        for kind in kinds:
            told.setdefault(kind, Counter())[status.get((missing, victim), "no")] += 1
    found = {}
    for kind, counted in sorted(told.items()):
        total = float(counted.total())
        found[f"resurfaced, {kind}: yes"] = Share(float(counted["yes"]), total)
        found[f"resurfaced, {kind}: yes or possible"] = Share(total - counted["no"], total)
    return found
