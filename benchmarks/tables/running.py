"""One table linked by this program, or by Splink in a Python of its own, and what the truth says of it."""

from __future__ import annotations

import resource
import subprocess
import tempfile
import time
from pathlib import Path

import pandas as pd

from benchmarks.tables.declared import Measured, tables
from benchmarks.tables.measuring import measured
from linkage.table.declared import table_model
from linkage.table.linking import link_table

SPLINK = Path(__file__).with_name("splink_tables.py")


def linked(name: str, rldata: Path | None) -> dict[str, float]:
    """Link one table and return its figures; in a process of its own, so that its memory is its own."""
    given = tables(rldata)[name]()
    records = {"id": "id", **({"source": given.source, "link": "across"} if given.source else {})}
    compare = [{"column": column, "kind": kind} for column, kind in given.kinds.items()]
    began = time.monotonic()
    found = link_table(given.table, table_model({"records": records, "compare": compare}))
    seconds = time.monotonic() - began
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures = measured(found.persons, found.pairs, given.true)
    return {"records": len(given.table), **figures, "seconds": seconds, "peak MB": megabytes}


def by_splink(given: Measured, python: Path) -> dict[str, float]:
    """Return the figures of Splink at its best threshold by the truth, in pairs after clustering."""
    with tempfile.TemporaryDirectory() as folder:
        records, out = Path(folder) / "records.parquet", Path(folder) / "out.parquet"
        given.table.to_parquet(records)
        began = time.monotonic()
        command = [python, SPLINK, given.name, records, out]
        subprocess.run(command, check=True, capture_output=True)
        seconds = time.monotonic() - began
        pairs, clusters = pd.read_parquet(out), pd.read_parquet(f"{out}.clusters")
    found = [
        measured(pd.DataFrame({"record_id": clusters["id"], "person_id": clusters[threshold]}), pairs, given.true)
        for threshold in clusters.columns.drop("id")
    ]
    best = max(found, key=lambda figures: figures["F1"])
    return {"records": len(given.table), **best, "seconds": seconds}
