"""The command that links any flat table of persons: `weerzien link`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from linkage.table.engine import Engine

GIGABYTE = 1 << 30


@click.command()
@click.argument("records", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@click.option("--model", "model_file", required=True, type=click.Path(dir_okay=False, path_type=Path),
              help="The model file: which column is what.")  # fmt: skip
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed gives the same result.")
@click.option("--workers", type=click.IntRange(1), help="Chunks of pairs compared at once; else one per processor.")
@click.option("--memory", type=click.FloatRange(0.05), default=2.0, show_default=True,
              help="Gigabytes that the chunks of pairs may take, beside the table itself.")  # fmt: skip
@click.option("--engine", type=click.Choice(["local", "spark"]), default="local", show_default=True,
              help="Where pairs are compared: in this process, or on Apache Spark (extra spark, Java 17).")  # fmt: skip
@click.option("--spark-master", default="local[*]", show_default=True, metavar="URL",
              help="The Spark master, as spark-submit takes it.")  # fmt: skip
def link(
    records: Path,
    out: Path,
    model_file: Path,
    seed: int,
    workers: int | None,
    memory: float,
    engine: str,
    spark_master: str,
) -> None:
    """Link a flat table of persons, RECORDS (CSV or Parquet), and write the outcome into the folder OUT.

    OUT gets pairs.parquet (record_id_l, record_id_r, match_weight, match_probability), persons.parquet (record_id,
    person_id) and model.json (what was estimated). The page docs/linking-a-table.md describes the model file.
    """
    from dags.progress import LinkProgress
    from linkage.table.declared import load_table_model
    from linkage.table.files import read_table, write_linked
    from linkage.table.linking import link_table

    model = load_table_model(model_file)
    with LinkProgress() as progress:
        progress.told(f"reading {records.name}")
        table = read_table(records)
        where = _engine(engine, workers, memory, spark_master)
        linked = link_table(table, model, seed, progress.told, where)
        progress.told("writing")
        write_linked(linked, out)
    persons = linked.persons["person_id"].nunique()
    progress.end(f"{len(table):,} records, {persons:,} persons, {len(linked.pairs):,} pairs, in {out}")


def _engine(name: str, workers: int | None, memory: float, spark_master: str) -> Engine:
    if name == "local":
        from linkage.table.engine import LocalEngine

        return LocalEngine(workers, int(memory * GIGABYTE))
    from linkage.table.spark_engine import SparkEngine

    return SparkEngine(spark_master, f"{max(int(memory * 1024), 1024)}m")
