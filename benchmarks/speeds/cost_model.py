"""What a backfill on Spark costs, reckoned from the runs that `benchmarks.speed --linkers spark` kept.

`python -m benchmarks.speeds.cost_model [--records N] [--pairs-per-record P] [--cores C]`. The driver's seconds grow
with the records, the cluster's with the pairs; both fitted to the two largest runs (a straight line: start and slope).
"""

from __future__ import annotations

import argparse

import pandas as pd

from benchmarks.speed import KEPT

CORES_MEASURED = 2


def main() -> None:
    """Print the lines of the model, and what it says of the records asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=float, default=100e6)
    parser.add_argument("--pairs-per-record", type=float, default=15.0)
    parser.add_argument("--cores", type=int, nargs="+", default=[2, 64, 256])
    asked = parser.parse_args()
    runs = pd.read_csv(KEPT, sep="\t")
    runs = runs[(runs["linker"] == "spark") & (runs["case"] == "whole")].sort_values("records").tail(2)
    if len(runs) < 2:
        raise SystemExit("two runs are needed: python -m benchmarks.speed --linkers spark --records 300000 1000000")
    driver = _line(runs["records"], runs["wall"] - runs["cluster"])
    cluster = _line(runs["pairs"], runs["cluster"] * CORES_MEASURED)
    print(f"driver: {driver[0]:.1f} s + {driver[1] * 1e6:.2f} microseconds a record")
    print(f"cluster: {cluster[0]:.1f} + {cluster[1] * 1e6:.2f} core-microseconds a pair")
    pairs = asked.records * asked.pairs_per_record
    here = driver[0] + driver[1] * asked.records
    for cores in asked.cores:
        there = (cluster[0] + cluster[1] * pairs) / cores
        print(f"{asked.records:,.0f} records, {pairs:,.0f} pairs, {cores} cores: driver {here / 60:.0f} minutes, "
              f"cluster {there / 60:.0f} minutes")  # fmt: skip


def _line(x: pd.Series, y: pd.Series) -> tuple[float, float]:
    slope = float((y.iloc[1] - y.iloc[0]) / (x.iloc[1] - x.iloc[0]))
    return max(float(y.iloc[0] - slope * x.iloc[0]), 0.0), slope


if __name__ == "__main__":
    main()
