"""The numbers of a linkage model, counted in synthetic registers whose truth is known: declared starting values.

`python -m benchmarks.declared_numbers OUT.toml --version V` takes the worlds of several hands (`benchmarks/worlds` and
the sample), so that no generator alone decides, and other seeds than those that accuracy is measured on. m is the share
of true pairs per level, u that of random pairs of two persons, partners how many records of others share a level with a
record. What a pair of one person looks like that shows another identity is told apart by two latent classes among the
true pairs. An installation replaces these numbers by `weerzien estimate-weights`, from its own records without truth.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.persons.in_common import true_pairs
from benchmarks.persons.known_world import WORLDS, KnownWorld, known_world
from linkage.blocking import candidate_pairs
from linkage.chance import chances, random_levels
from linkage.classifier import REGISTER_PAIRS
from linkage.comparing import compare_pairs
from linkage.model import Comparison, Level, Model, RegisterPair, load_model
from linkage.model_file import as_model_file
from linkage.standard import comparable

ROUNDS = 60
BORROWED_PAIRS, BORROWED_OF_LEVEL, BORROWED_SHARE, BORROWED_RECORDS = 8.0, 80.0, 20.0, 60.0
LEAST_MATCHES, LEAST_RECORDS, LEAST_PARTNERS = 40, 20, 0.003
# Worlds err less than registers do: of two persons' usual disagreements (u above OFTEN) matches show at least LEAST_M.
LEAST_M, OFTEN = 0.005, 0.05
# Of another identity name, birth date and origin may all differ, in any register.
LEAST_M_OTHER, OF_IDENTITY = 0.05, ("name", "birth_date", "origin")
# Registers hold doubles where a world has none (S20: a shelter and the help organisation both report to STV).
LEAST_DOUBLES = 0.10


@dataclass(frozen=True)
class Counted:
    """Levels of one world: `true` and `false` pairs, `chance` per pair of registers; `sizes`: records by register."""

    true: np.ndarray
    false: np.ndarray
    chance: dict[tuple[str, str], dict[str, tuple[float, ...]]]
    sizes: dict[str, int]

    def smaller(self, registers: tuple[str, str]) -> float:
        """Records of the smaller of two registers; half of them within one, where each pair has two records."""
        return min(self.sizes.get(name, 0) for name in registers) / (2.0 if registers[0] == registers[1] else 1.0)

    def larger(self, registers: tuple[str, str]) -> int:
        """Records of the larger of two registers."""
        return max(self.sizes.get(name, 0) for name in registers)


def count(world: KnownWorld, model: Model) -> Counted:
    """Count the levels of the true pairs, of the candidate pairs of two persons, and of random pairs."""
    records = comparable(world.records, model)
    pairs = true_pairs(world.records, world.child)
    true = compare_pairs(pd.MultiIndex.from_frame(pairs[["record_id_l", "record_id_r"]]), records, model)
    candidates = candidate_pairs(records, model)
    sides = [world.child.reindex(candidates.get_level_values(side)).to_numpy() for side in (0, 1)]
    false = compare_pairs(candidates[sides[0] != sides[1]], records, model)
    random = np.random.default_rng(0)
    chance = {}
    for registers in REGISTER_PAIRS:
        levels = random_levels(records, model, registers, random, world.child)
        if len(levels):
            chance[registers] = chances(levels, model, len(records.frame))
    sizes = world.records["register"].value_counts().to_dict()
    return Counted(true.to_numpy(), false.to_numpy(), chance, sizes)


class Numbers:
    """The numbers of all worlds together, each world with the same weight."""

    def __init__(self, worlds: Sequence[Counted], model: Model) -> None:
        self.worlds, self.model = worlds, model
        self.true = np.vstack([world.true for world in worlds])
        weight = np.concatenate([np.full(len(world.true), 1.0 / len(world.true)) for world in worlds])
        self.weight = weight * len(self.true) / weight.sum()
        self.own, self.other, self.share, self.is_other = self._kinds()

    def _kinds(self) -> tuple[list[np.ndarray], list[np.ndarray], float, np.ndarray]:
        """m of matches that show the person's own identity and of those that show another, by two latent classes."""
        own, other = ([c.shares(kind) for c in self.model.comparisons] for kind in ("m", "m_other"))
        share = self.model.another_identity_share
        for _ in range(ROUNDS):
            odds = np.log(share) - np.log1p(-share) + self._log(other) - self._log(own)
            is_other = 1.0 / (1.0 + np.exp(-np.clip(odds, -500, 500)))
            own, other = ([self._shares(at, by) for at in range(len(own))] for by in (1.0 - is_other, is_other))
            share = float((self.weight * is_other).sum() / self.weight.sum())
        return own, other, share, is_other

    def _log(self, shares: list[np.ndarray]) -> np.ndarray:
        return np.asarray(
            sum(np.concatenate(([0.0], np.log(of_level)))[self.true[:, at]] for at, of_level in enumerate(shares))
        )

    def _shares(self, at: int, by: np.ndarray) -> np.ndarray:
        number = len(self.model.comparisons[at].levels)
        of_all = _normal(np.bincount(self.true[:, at], self.weight, number + 1)[1:] + 1.0)
        return _normal(np.bincount(self.true[:, at], self.weight * by, number + 1)[1:] + BORROWED_PAIRS * of_all)

    def declared(self, version: str) -> Model:
        """The model with these numbers; thresholds, settings and rules as in the model that was counted with."""
        comparisons = tuple(
            _with_least(self._comparison(at, comparison)) for at, comparison in enumerate(self.model.comparisons)
        )
        matches = np.mean([2.0 * len(world.true) / sum(world.sizes.values()) for world in self.worlds])
        model = replace(
            self.model,
            version=version,
            comparisons=comparisons,
            expected_matches_per_record=float(matches),
            another_identity_share=self.share,
        )
        pairs = (self._registers(code, pair, model) for code, pair in enumerate(REGISTER_PAIRS, start=1))
        return replace(model, register_pairs=tuple(pair for pair in pairs if pair is not None))

    def _comparison(self, at: int, comparison: Comparison) -> Comparison:
        return replace(
            comparison,
            levels=tuple(
                self._level(at, number, level, comparison.field) for number, level in enumerate(comparison.levels)
            ),
        )

    def _level(self, at: int, number: int, level: Level, field: str) -> Level:
        m, m_other = float(self.own[at][number]), float(self.other[at][number])
        if level.share:
            return replace(level, m=m, m_other=m_other)
        if level.partners:
            seen = [2.0 * (w.false[:, at] == number + 1).sum() / sum(w.sizes.values()) for w in self.worlds]
            return replace(level, m=m, m_other=m_other, partners=float(max(np.mean(seen), LEAST_PARTNERS)))
        # Of all registers together: each pair of registers by the number of its pairs.
        by_world = []
        for world in self.worlds:
            if field not in next(iter(world.chance.values())):
                return replace(level, m=m, m_other=m_other)
            number_of_pairs = {pair: world.smaller(pair) * world.larger(pair) for pair in world.chance}
            together = sum(world.chance[pair][field][number] * pairs for pair, pairs in number_of_pairs.items())
            by_world.append(together / sum(number_of_pairs.values()))
        return replace(level, m=m, m_other=m_other, u=float(np.mean(by_world)))

    def _registers(self, code: int, registers: tuple[str, str], model: Model) -> RegisterPair | None:
        worlds = [world for world in self.worlds if world.smaller(registers) > LEAST_RECORDS]
        if not worlds:
            return None
        of = self.true[:, -1] == code
        rates = [((world.true[:, -1] == code).sum() + 0.5) / world.smaller(registers) for world in worlds]
        weight, other = self.weight[of], self.is_other[of]
        share = (float((weight * other).sum()) + BORROWED_SHARE * self.share) / (weight.sum() + BORROWED_SHARE)
        m = {}
        if of.sum() >= LEAST_MATCHES:
            for at, comparison in enumerate(model.comparisons):
                counted = np.bincount(self.true[of, at], weight * (1.0 - other), len(comparison.levels) + 1)[1:]
                if counted.sum():
                    shares = _normal(counted + BORROWED_OF_LEVEL * self.own[at])
                    m[comparison.field] = tuple(_at_least(shares, comparison, LEAST_M).tolist())
        fields = next(iter(worlds[0].chance.values()))
        u = {name: tuple(np.mean([w.chance[registers][name] for w in worlds], axis=0).tolist()) for name in fields}
        matches = max(float(np.exp(np.mean(np.log(rates)))), LEAST_DOUBLES)
        return RegisterPair(registers, matches, share, m, u, self._partners(code, registers, worlds, model))

    def _partners(
        self, code: int, registers: tuple[str, str], worlds: Sequence[Counted], model: Model
    ) -> dict[str, dict[str, float]]:
        found: dict[str, dict[str, float]] = {}
        for at, comparison in enumerate(model.comparisons):
            for number, level in enumerate(comparison.levels, start=1):
                if level.partners:
                    found.setdefault(comparison.field, {})[level.name] = float(
                        np.mean([_partners(world, code, registers, at, number, level) for world in worlds])
                    )
        return found


def _with_least(comparison: Comparison) -> Comparison:
    own = _at_least(comparison.shares("m"), comparison, LEAST_M)
    least = LEAST_M_OTHER if comparison.field in OF_IDENTITY else LEAST_M
    other = _at_least(comparison.shares("m_other"), comparison, least)
    levels = (
        replace(level, m=float(m), m_other=float(m_other))
        for level, m, m_other in zip(comparison.levels, own, other, strict=True)
    )
    return replace(comparison, levels=tuple(levels))


def _at_least(m: np.ndarray, comparison: Comparison, least: float) -> np.ndarray:
    often = np.array([level.u > OFTEN for level in comparison.levels])
    return _normal(np.where(often, np.maximum(m, least), m))


def _partners(world: Counted, code: int, registers: tuple[str, str], at: int, number: int, level: Level) -> float:
    seen = ((world.false[:, -1] == code) & (world.false[:, at] == number)).sum()
    of_all = level.partners * world.larger(registers) / sum(world.sizes.values())
    return float((seen + BORROWED_RECORDS * of_all) / (world.smaller(registers) + BORROWED_RECORDS))


def _normal(shares: np.ndarray) -> np.ndarray:
    return np.asarray(shares / shares.sum())


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.declared_numbers", description=__doc__)
    parser.add_argument("out", type=Path, help="model file to write")
    parser.add_argument("--version", required=True, help="version of the model, for example 2026.3")
    parser.add_argument("--children", type=int, default=2000)
    parser.add_argument("--seed", type=int, nargs="+", default=[11, 12], help="seeds that nothing is measured on")
    parser.add_argument("--keep", type=Path, help="keep accepted records here, so that they are read once")
    given = parser.parse_args()
    model = load_model()
    worlds = []
    for name in WORLDS:
        for seed in given.seed:
            print(f"counting {name}, seed {seed}", flush=True)
            worlds.append(count(known_world(name, given.children, seed, given.keep), model))
    given.out.write_text(as_model_file(Numbers(worlds, model).declared(given.version)), encoding="utf-8")
    print(f"written: {given.out}")


if __name__ == "__main__":
    main()
