"""`make bench`: persons in synthetic registers of two sizes; its arguments go to `benchmarks.accuracy`."""

from __future__ import annotations

import sys

from benchmarks.accuracy import main

SIZES = (["--children", "2000", "--seed", "1", "2", "3"], ["--children", "20000", "--seed", "1"])

if __name__ == "__main__":
    given = sys.argv[1:]
    asks_for_its_own = {"-h", "--help", "--children"} & set(given)
    for size in [[]] if asks_for_its_own else SIZES:
        main([*size, *given])
