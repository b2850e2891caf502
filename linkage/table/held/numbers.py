"""The numbers with which a held table is compared, as they were estimated when it was linked whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from linkage.table.estimated import Dependence, Estimated

Arrays = dict[str, np.ndarray]


@dataclass
class FixedChance:
    """What `Estimated` asks of what is seen by chance (`by_chance.ByChance`)."""

    counts: list[int]
    log_u: list[np.ndarray]
    rarity: list[np.ndarray]
    rare_together: dict[tuple[int, int], np.ndarray]


def as_arrays(estimated: Estimated) -> Arrays:
    """Return what a match weight is made of, as named arrays."""
    chance = estimated.by_chance
    found: Arrays = {
        "kinds": estimated.kinds,
        "prior": np.array([estimated.prior]),
        "same_person": estimated.same_person,
        "counts": np.array(chance.counts),
        "together": np.array(sorted(chance.rare_together), dtype=np.int64).reshape(-1, 2),
        "dependences": np.array([[one.one, one.other] for one in estimated.dependences], dtype=np.int64).reshape(-1, 2),
    }
    for at in range(len(chance.counts)):
        found[f"log_u_{at}"], found[f"rarity_{at}"] = chance.log_u[at], chance.rarity[at]
        for kind, of_kind in enumerate(estimated.m):
            found[f"m_{kind}_{at}"] = of_kind[at]
    for at, pair in enumerate(found["together"].tolist()):
        found[f"together_{at}"] = chance.rare_together[pair[0], pair[1]]
    for at, one in enumerate(estimated.dependences):
        found[f"among_{at}"], found[f"by_chance_{at}"] = one.among_matches, one.by_chance
    return found


def from_arrays(arrays: Any) -> Estimated:
    """Return what `as_arrays` gave."""
    counts = arrays["counts"].tolist()
    columns = range(len(counts))
    chance = FixedChance(
        counts=counts,
        log_u=[arrays[f"log_u_{at}"] for at in columns],
        rarity=[arrays[f"rarity_{at}"] for at in columns],
        rare_together={
            (one, other): arrays[f"together_{at}"] for at, (one, other) in enumerate(arrays["together"].tolist())
        },
    )
    dependences = [
        Dependence(one, other, arrays[f"among_{at}"], arrays[f"by_chance_{at}"])
        for at, (one, other) in enumerate(arrays["dependences"].tolist())
    ]
    return Estimated(
        by_chance=chance,  # type: ignore[arg-type]
        kinds=arrays["kinds"],
        m=[[arrays[f"m_{kind}_{at}"] for at in columns] for kind in range(len(arrays["kinds"]))],
        prior=float(arrays["prior"][0]),
        same_person=arrays["same_person"],
        dependences=dependences,
    )
