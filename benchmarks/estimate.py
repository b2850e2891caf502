"""Does the estimate of the unseen keep what it promises? `python -m benchmarks.estimate [--worlds N] [--only PART]`

Prints: how often 95 % intervals cover the truth where a model holds; how often a refusal or the printed spread says so
where none does; intervals with and without the uncertainty of the linking; and what a bootstrap costs.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor

import click
import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.estimates.linked import linked_world
from benchmarks.estimates.worlds import NOT_HELD, World, where_a_model_holds
from monitoring.estimates.estimating import estimate, methods_for
from monitoring.estimates.link_sets import over_link_sets
from monitoring.estimates.rules import RULES

PARTS = ("holds", "not-held", "linking", "cost")
RESAMPLES = 500
LINK_SETS = 15
HARD = (0.0, 0.1, 0.2, 0.3)


@click.command()
@click.option("--worlds", type=click.IntRange(10), default=300, show_default=True, help="Worlds of each kind.")
@click.option("--only", type=click.Choice(PARTS), help="One part. Default: all.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the first world.")
def main(worlds: int, only: str | None, seed: int) -> None:
    """Measure the estimate in simulated worlds."""
    shown = {
        "holds": lambda: _holds(worlds, seed),
        "not-held": lambda: _not_held(worlds, seed),
        "linking": lambda: _linking(worlds, seed),
        "cost": _cost,
    }
    for part in PARTS:
        if only in (None, part):
            shown[part]()


def _side_by_side(work: Callable[..., object], items: Iterable[object]) -> list[object]:
    # One thread a process: the worlds are what runs side by side.
    with ProcessPoolExecutor(os.cpu_count(), initializer=threadpool_limits, initargs=(1,)) as processes:
        return list(processes.map(work, items, chunksize=4))


def _of_world(world: World, seed: int) -> dict[str, object]:
    """What the estimate says of one world."""
    found = estimate(world.histories, times=RESAMPLES, seed=seed)
    first = found.of(found.first)
    ends = first.interval.ends if first.interval else (np.nan, np.nan)
    low, high = found.spread or (np.nan, np.nan)
    return {
        "lists": len(world.histories.lists),
        "covers": ends[0] <= world.persons <= ends[1],
        "relative": (first.estimate or np.nan) / world.persons,
        "width": ends[1] / ends[0],
        "spread_covers": low <= world.persons <= high,
        "refused": bool(found.refusals),
    }


def _one_held(seed: int) -> dict[str, object]:
    return _of_world(where_a_model_holds(seed), seed)


def _holds(worlds: int, seed: int) -> None:
    rows = _side_by_side(_one_held, range(seed, seed + worlds))
    print(f"\nWhere a model of pairs holds: {worlds} worlds, {RESAMPLES} resamples, first method (BIC)")
    print("lists worlds  95 % covers  estimate/truth (median, 5-95 %)  high/low (median)  refused")
    for lists in (None, 3, 4, 5):
        of = [row for row in rows if lists in (None, row["lists"])]
        relative = np.nanquantile([row["relative"] for row in of], [0.5, 0.05, 0.95])
        print(
            f"{lists or 'all':>5} {len(of):>6}  {np.mean([row['covers'] for row in of]):>10.1%}"
            f"  {relative[0]:>14.3f} ({relative[1]:.2f}-{relative[2]:.2f})"
            f" {np.nanmedian([row['width'] for row in of]):>18.2f}  {np.mean([row['refused'] for row in of]):>10.1%}"
        )


def _one_not_held(item: tuple[str, int]) -> dict[str, object]:
    return _of_world(NOT_HELD[item[0]](item[1]), item[1])


def _not_held(worlds: int, seed: int) -> None:
    print(f"\nWhere no model holds: {worlds} worlds of each kind")
    print("kind                       95 % covers  refused  spread covers  refused or spread covers")
    for kind in NOT_HELD:
        rows = _side_by_side(_one_not_held, [(kind, number) for number in range(seed, seed + worlds)])
        said = np.mean([row["refused"] or row["spread_covers"] for row in rows])
        print(
            f"{kind:<26} {np.mean([row['covers'] for row in rows]):>11.1%} "
            f"{np.mean([row['refused'] for row in rows]):>8.1%} "
            f"{np.mean([row['spread_covers'] for row in rows]):>14.1%} {said:>25.1%}"
        )


def _one_linked(item: tuple[float, int]) -> tuple[bool, bool, bool, float, float]:
    hard, seed = item
    world = linked_world(seed, hard)
    without_errors, published = (
        _of_world(World(world.persons, histories), seed) for histories in (world.truth, world.published)
    )
    _, method = methods_for(len(world.truth.lists), RULES["method"]["stepwise_threshold"])
    drawn = [world.sampled(seed * 1000 + number) for number in range(LINK_SETS)]
    combined = over_link_sets(drawn, method, seed=seed)
    with_sets = combined is not None and combined.low <= world.persons <= combined.high
    relative = combined.estimate / world.persons if combined else np.nan
    return without_errors["covers"], published["covers"], with_sets, published["relative"], relative


def _linking(worlds: int, seed: int) -> None:
    worlds = max(worlds // 3, 10)
    print(f"\nLinking errors at known rates: {worlds} worlds of 2,000 persons, {LINK_SETS} link sets each")
    print("hard pairs  without errors  one threshold  link sets   estimate/truth: one threshold  link sets")
    for hard in HARD:
        rows = np.array(_side_by_side(_one_linked, [(hard, number) for number in range(seed, seed + worlds)]))
        print(
            f"{hard:>10.0%} {rows[:, 0].mean():>15.1%} {rows[:, 1].mean():>14.1%} {rows[:, 2].mean():>10.1%}"
            f" {np.nanmedian(rows[:, 3]):>31.3f} {np.nanmedian(rows[:, 4]):>10.3f}"
        )


def _cost() -> None:
    print("\nCost of 1,000 resamples, the whole selection repeated (seconds)")
    for lists, persons in ((3, 2000), (4, 2000), (5, 2000)):
        seed = next(seed for seed in range(1000) if len(where_a_model_holds(seed).histories.lists) == lists)
        began = time.perf_counter()
        found = estimate(where_a_model_holds(seed).histories, times=1000)
        spent = time.perf_counter() - began
        print(f"{lists} lists, {found.histories.cases} of some {persons} persons seen, all methods: {spent:.1f}")


if __name__ == "__main__":
    main()
