"""`python -m benchmarks.mess OUT --seed 1 --rows 2000`: exports with planted faults, their truth, and what is found.

The generator was written from the input contract alone, apart from the readers and the rules that it tries.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from benchmarks.mess.measure import Laid, lay_deliveries, lay_rows
from benchmarks.mess.writing import write_delivery_mess, write_mess


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.mess",
        description="Write exports with planted faults, and say which of them are found.",
    )
    parser.add_argument("out", type=Path, help="folder to write to: rows/ with truth.csv, deliveries/ with its list")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same bytes (default 1)")
    parser.add_argument("--rows", type=int, default=2000, help="about so many rows per register (default 2000)")
    parser.add_argument("--bad-share", type=float, default=0.15, help="share of spoilt rows (default 0.15)")
    given = parser.parse_args()
    planted = write_mess(given.out / "rows", given.seed, given.rows, given.bad_share)
    spoilt = write_delivery_mess(given.out / "deliveries", given.seed)
    for (register, level), count in sorted(Counter((row.register, row.level) for row in planted).items()):
        print(f"{register:<12}{level:<12}{count:>8} rows")
    for (register, level), count in sorted(Counter((case.register, case.level) for case in spoilt).items()):
        print(f"{register:<12}{level:<12}{count:>8} deliveries")
    told(lay_rows(given.out / "rows"), lay_deliveries(given.out / "deliveries"))


def told(rows: Laid, deliveries: Laid) -> None:
    """Print the shares found at their level, the clean rows set aside, and every case that was not found."""
    print(f"rows to be set aside, set aside: {rows.share('set_aside', ('set_aside',)):.2%}")
    print(f"rows to be accepted with a warning, so found: {rows.share('warning', ('warning',)):.2%}")
    print(f"clean rows set aside or refused: {rows.share('clean', ('set_aside', 'refused')):.2%}")
    print(f"deliveries to be refused, refused: {deliveries.share('refused', ('refused',)):.2%}")
    for (register, case, planted, found), count in sorted((rows.missed + deliveries.missed).items()):
        print(f"{register} {case}: {planted}, but found {found} ({count})")


if __name__ == "__main__":
    main()
