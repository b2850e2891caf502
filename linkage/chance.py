"""What registrations of two different persons agree on by chance, counted in random pairs of each two registers.

In: comparable records. Out: a model whose register pairs hold u. Police records are of women, youth care has boys and
girls: one sex tells less between two police records; a work name is shared there by many.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from linkage.classifier import REGISTER_PAIRS
from linkage.comparing import compare_pairs
from linkage.model import Model, RegisterPair
from linkage.standard import Comparable

CHANCE_FIELDS = ("name", "birth_date", "sex", "origin", "network", "event", "place")
RANDOM_PAIRS_OF_REGISTERS = 40_000
AGREEMENTS_BORROWED = 3.0
RARE_BELOW = 0.001


def with_chances(model: Model, records: Comparable, seed: int = 0) -> Model:
    """The model with the u of each two registers as random pairs of these records show them.

    Registers with fewer than two records keep what is declared, and so do levels that chance fills as rarely as matches
    do: among n records some 1 / n of the random pairs are of one person.
    """
    declared = {pair.registers: pair for pair in model.register_pairs}
    random = np.random.default_rng(seed)
    found = []
    for registers in REGISTER_PAIRS:
        levels = random_levels(records, model, registers, random)
        pair = declared.get(registers) or RegisterPair(
            registers, model.expected_matches_per_record / 2, model.another_identity_share, {}, {}, {}
        )
        if len(levels):
            found.append(replace(pair, u=chances(levels, model, len(records.frame), RARE_BELOW)))
        elif registers in declared:
            found.append(pair)
    return replace(model, register_pairs=tuple(found))


def random_levels(
    records: Comparable,
    model: Model,
    registers: tuple[str, str],
    random: np.random.Generator,
    person: pd.Series | None = None,
) -> pd.DataFrame:
    """Agreement levels of random pairs of records of two registers; none where a register has fewer than two.

    `person`: by record_id who it is, where that is known; then pairs of one person are left out.
    """
    index = records.frame.index
    rows = [np.flatnonzero(records.frame["register"].to_numpy() == register) for register in registers]
    if min(map(len, rows)) < 2:
        return pd.DataFrame(columns=list(CHANCE_FIELDS))
    sides = [random.choice(of_register, RANDOM_PAIRS_OF_REGISTERS) for of_register in rows]
    apart = sides[0] != sides[1]
    if person is not None:
        known = person.reindex(index).to_numpy()
        apart &= known[sides[0]] != known[sides[1]]
    pairs = pd.MultiIndex(levels=[index, index], codes=[side[apart] for side in sides], verify_integrity=False)
    return compare_pairs(pairs, records, model, CHANCE_FIELDS)


def chances(
    levels: pd.DataFrame, model: Model, record_count: int, rare_below: float = 0.0
) -> dict[str, tuple[float, ...]]:
    """The u of each field from the levels of random pairs, smoothed by what is declared.

    So many agreements at the declared rate are added: a level too rare for the sample stays as it was. Levels of which
    the declared u is below `rare_below` are kept as declared.
    """
    u = {}
    for name in CHANCE_FIELDS:
        before = model.comparison(name).chances(model.records_counted(record_count))
        counted = np.bincount(levels[name].to_numpy(), minlength=len(before) + 1)[1:]
        shares = (counted + AGREEMENTS_BORROWED) / (counted.sum() + AGREEMENTS_BORROWED / before)
        shares = np.where(before < rare_below, before, shares)
        u[name] = tuple((shares / shares.sum()).tolist())
    return u
