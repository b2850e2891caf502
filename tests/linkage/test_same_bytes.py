"""The same records give the same bytes, whatever the order of rows and in whatever process they are linked."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Text is hashed otherwise in every process with another seed, so a set that decides an order would show.
LINK = """
import hashlib, sys
import pandas as pd
from benchmarks.persons.known_world import accepted_records
from pathlib import Path
from linkage.model import load_model
from linkage.night import link_records

records = accepted_records(Path(sys.argv[1])).sample(frac=1.0, random_state=int(sys.argv[2])).reset_index(drop=True)
night = link_records(records, load_model())
for name in ("pairs", "members", "resurfacings", "candidates"):
    print(name, hashlib.sha256(getattr(night, name).to_csv(index=False).encode()).hexdigest())
"""


def linked(exports: Path, order: int, hash_seed: str, threads: str) -> str:
    limits = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), threads)
    environment = {**os.environ, **limits, "PYTHONHASHSEED": hash_seed}
    done = subprocess.run(
        [sys.executable, "-c", LINK, str(exports), str(order)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.fixture(scope="module")
def exports(tmp_path_factory) -> Path:
    from connectors.sample import write_sample

    folder = tmp_path_factory.mktemp("same_bytes") / "exports"
    write_sample(folder, 400, 5)
    return folder


def test_the_order_of_rows_the_process_and_its_threads_change_no_byte(exports):
    first = linked(exports, 1, "1", "1")
    assert first.count("\n") == 4
    assert linked(exports, 2, "77", "2") == first
