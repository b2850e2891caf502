"""The command that links any flat table of persons: `weerzien link`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from connectors.installation import OneLineError

if TYPE_CHECKING:
    from pandas import DataFrame

    from dags.screen import LinkProgress
    from linkage.table.declared import TableModel
    from linkage.table.engine import Engine
    from linkage.table.linking import Linked

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
@click.option("--held", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
              help="Hold the linked table in DIR; where one is held already, RECORDS are added to it.")  # fmt: skip
@click.option("--withdrawn", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="With --held: ids of records that are gone, one a line.")  # fmt: skip
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
    held: Path | None,
    withdrawn: Path | None,
    engine: str,
    spark_master: str,
) -> None:
    """Link a flat table of persons, RECORDS (CSV or Parquet), and write the outcome into the folder OUT.

    OUT gets pairs.parquet (record_id_l, record_id_r, match_weight, match_probability), persons.parquet (record_id,
    person_id) and model.json (what was estimated). The page docs/linking-a-table.md describes the model file. Of
    records added to a table that is held, OUT gets the pairs and persons that are touched.
    """
    from dags.screen import LinkProgress
    from linkage.table.declared import load_table_model
    from linkage.table.files import read_table, write_linked
    from linkage.table.held.store import Folder

    model = load_table_model(model_file)
    if withdrawn and not held:
        raise OneLineError("--withdrawn says what is gone from a table that is held; give --held DIR too")
    with LinkProgress() as progress:
        progress.told(f"reading {records.name}")
        table = read_table(records)
        if held and Folder(held).is_there:
            _add(table, model, held, withdrawn, out, progress)
            return
        from linkage.table.linking import link_table

        where = _engine(engine, workers, memory, spark_master)
        linked = link_table(table, model, seed, progress.told, where, _keep(held, model, progress))
        progress.told("writing")
        write_linked(linked, out)
    persons = linked.persons["person_id"].nunique()
    progress.end(
        f"{len(table):,} records, {persons:,} persons; {linked.compared:,} pairs compared, {len(linked.pairs):,} kept, "
        f"in {out}"
    )


def _add(
    table: DataFrame, model: TableModel, held: Path, withdrawn: Path | None, out: Path, progress: LinkProgress
) -> None:
    from linkage.table.files import write_tables
    from linkage.table.held.adding import add

    gone = tuple(withdrawn.read_text(encoding="utf-8").split()) if withdrawn else ()
    added = add(table, model, held, progress.told, gone)
    progress.told("writing")
    write_tables({"pairs": added.pairs, "persons": added.persons}, out)
    progress.end(
        f"{added.records:,} records added to {held}, {added.replaced:,} replaced or withdrawn; {added.held:,} are "
        f"held; {added.persons['person_id'].nunique():,} persons touched, in {out}"
    )


def _keep(held: Path | None, model: TableModel, progress: LinkProgress) -> Callable[[Linked], None]:
    """What holds a table for later, where that is asked for; refused before the work, not after it."""
    if held is None:
        return lambda _: None
    from linkage.table.held.holding import hold
    from linkage.table.held.table import may_be_held

    may_be_held(model)

    def keep(linked: Linked) -> None:
        progress.told("holding")
        hold(linked, model, held)

    return keep


def _engine(name: str, workers: int | None, memory: float, spark_master: str) -> Engine:
    if name == "local":
        from linkage.table.engine import LocalEngine

        return LocalEngine(workers, int(memory * GIGABYTE))
    from linkage.table.spark_engine import SparkEngine

    return SparkEngine(spark_master, f"{max(int(memory * 1024), 1024)}m")
