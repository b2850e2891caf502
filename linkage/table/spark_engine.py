"""Comparing on a cluster: candidate pairs, agreements and their counts on Apache Spark, everything else here.

Each record goes, for each of its blocks, to where that block is compared (`partition`); what comes back is how many
pairs have which agreement, and later the pairs that are likely enough to keep. Needs the extra `spark` and Java 17.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from linkage.match_weight import probability
from linkage.spark_session import spark_session
from linkage.table.agreement import Agreements
from linkage.table.blocks import AT_ONCE, CandidatePairs
from linkage.table.engine import KEPT_FROM, LocalEngine, Told, WeighedPairs
from linkage.table.one_to_one import Odds
from linkage.table.partition import compared_part, records_of
from linkage.table.patterns import Patterns, numbers_of_columns

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

ROWS_PER_PARTITION = 100_000


class SparkEngine:
    """Compares on Spark. `master`: as spark-submit takes it (local[2], spark://…). `memory`: of the driver."""

    def __init__(self, master: str = "local[*]", memory: str = "4g") -> None:
        self.spark = spark_session(master, memory)
        self._master = master
        self._pairs: DataFrame | None = None
        self._numbers: list[str] = []
        # Pairs that share one of several values of a record are held by the driver, which compares them itself.
        self._here = LocalEngine()

    def compare(self, candidates: CandidatePairs, agreements: Agreements, told: Told) -> Patterns:
        """Compare all candidate pairs on the cluster, and count their agreements there."""
        if not candidates.single:
            self._pairs = None
            return self._here.compare(candidates, agreements, told)
        agreements.make_ready()
        told(f"handing {candidates.rows:,} records to {self._master}", 0.0)
        layout, records = records_of(candidates, agreements)
        across, names = candidates.sources is not None, _names(agreements)

        def compared(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            given = [batch for batch in batches if batch.num_rows]
            if given:
                for low, high, found in compared_part(pa.Table.from_batches(given), layout, across, AT_ONCE):
                    parts = [low, high, *found.T]
                    yield pa.RecordBatch.from_arrays([pa.array(np.ascontiguousarray(of)) for of in parts], names)

        schema = ", ".join(f"{name} {'int' if name in ('low', 'high') else 'long'}" for name in names)
        from pyspark import StorageLevel

        placed = self._in_their_blocks(records, layout.keys)
        self._pairs = placed.mapInArrow(compared, schema).persist(StorageLevel.DISK_ONLY)
        self._numbers = names[2:]
        told("comparing pairs on the cluster", 0.0)
        counted = _columns(self._pairs.groupBy(*self._numbers).count())
        listed = self._here.compare(candidates.only_listed(), agreements, told)
        numbers = np.concatenate((np.column_stack([counted[name] for name in self._numbers]), listed.numbers))
        pairs = np.concatenate((counted["count"], listed.pairs))
        return Patterns.of(numbers, pairs, agreements.counts)

    def kept(self, patterns: Patterns, bits: np.ndarray, unlikely: Odds | None) -> WeighedPairs:
        """Return the pairs from KEPT_FROM on, in order."""
        import pandas as pd
        from pyspark.sql import functions as of

        if self._pairs is None:
            return self._here.kept(patterns, bits, unlikely)
        weights = pd.DataFrame(patterns.numbers, columns=self._numbers).assign(bits=bits)
        weighed = self._pairs.join(of.broadcast(self.spark.createDataFrame(weights)), self._numbers)
        least = float(bits[probability(bits) >= KEPT_FROM].min(initial=np.inf))
        likely = _columns(weighed.where(weighed["bits"] >= least).select("low", "high", "bits"))
        if unlikely is not None:
            rest = weighed.where(weighed["bits"] < least).select("low", "high", "bits")
            sources = unlikely.sources

            def summed(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
                part = Odds(sources)
                for batch in batches:
                    part.add(*(batch[name].to_numpy() for name in ("low", "high", "bits")))
                place = np.flatnonzero(part.sums)
                yield pa.RecordBatch.from_arrays([pa.array(place), pa.array(part.sums[place])], ["place", "odds"])

            sums = _columns(rest.mapInArrow(summed, "place long, odds double"))
            np.add.at(unlikely.sums, sums["place"], sums["odds"])
        pairs = self._here.kept(patterns, bits, unlikely)
        self._pairs.unpersist()
        return pairs.with_further(likely["low"], likely["high"], likely["bits"])

    def _in_their_blocks(self, records: pa.Table, keys: int) -> DataFrame:
        """Each record once for each key, beside the others of its block."""
        from pyspark.sql import functions as of

        parts = max(records.num_rows * max(keys, 1) // ROWS_PER_PARTITION, self.spark.sparkContext.defaultParallelism)
        whole = self.spark.createDataFrame(records)
        placed = whole.select("*", of.posexplode("keys").alias("key", "block")).where("block >= 0")
        return placed.repartition(parts, "key", "block")


def _columns(frame: DataFrame) -> dict[str, np.ndarray]:
    """What a frame holds, brought here."""
    found = frame.toArrow()
    return {name: found[name].to_numpy() for name in found.column_names}


def _names(agreements: Agreements) -> list[str]:
    return ["low", "high", *(f"number_{at}" for at in range(numbers_of_columns(agreements.counts)))]
