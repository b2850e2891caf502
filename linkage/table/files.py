"""Records of persons from a CSV or Parquet file, and what was linked as Parquet beside each other in a folder."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from connectors.installation import OneLineError
from linkage.table.levels import LEVELS
from linkage.table.linking import LinkedTable


def read_table(path: Path) -> pd.DataFrame:
    """Return the records of a .parquet, .csv or .tsv file (also .csv.gz), every CSV value as the text it is.

    Raises OneLineError when the file cannot be read as such.
    """
    kind = "".join(path.suffixes[-2:]).lower()
    try:
        if kind.endswith(".parquet"):
            return pd.read_parquet(path, dtype_backend="pyarrow")
        between = "\t" if ".tsv" in kind else ","
        return pd.read_csv(path, dtype=str, keep_default_na=False, sep=between)
    except FileNotFoundError:
        raise OneLineError(f"{path} is not there") from None
    except (OSError, ValueError, pa.ArrowException) as error:
        raise OneLineError(f"{path} cannot be read as CSV or Parquet ({type(error).__name__})") from None


def write_linked(linked: LinkedTable, folder: Path) -> list[Path]:
    """Write pairs.parquet, persons.parquet and model.json (what was estimated) into a folder; return the files.

    Raises OneLineError when the folder cannot be written.
    """
    written = write_tables({"pairs": linked.pairs, "persons": linked.persons}, folder)
    try:
        (folder / "model.json").write_text(json.dumps(as_told(linked), indent=1), encoding="utf-8")
    except OSError as error:
        raise OneLineError(f"{folder} cannot be written ({error.strerror}); give another folder") from None
    return [*written, folder / "model.json"]


def write_tables(tables: Mapping[str, pd.DataFrame], folder: Path) -> list[Path]:
    """Write tables as NAME.parquet into a folder; return the files. Raises OneLineError when it cannot be written."""
    written = []
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, table in tables.items():
            unfinished = folder / f".{name}.parquet.part"
            table.to_parquet(unfinished, index=False)
            os.replace(unfinished, folder / f"{name}.parquet")
            written.append(folder / f"{name}.parquet")
    except OSError as error:
        raise OneLineError(f"{folder} cannot be written ({error.strerror}); give another folder") from None
    return written


def as_told(linked: LinkedTable) -> dict[str, object]:
    """Return what was estimated: the prior and, per column and level, m, u and bits; no value of a record."""
    estimated = linked.estimated
    columns = {}
    for at, column in enumerate(estimated.by_chance.columns):
        shares = zip(LEVELS[column.compared.kind], estimated.m_of(at)[1:], estimated.u_of(at)[1:], strict=True)
        columns[column.compared.column] = {
            name: {"m": round(float(m), 6), "u": float(u), "bits": round(float(np.log2(m / u)), 2)}
            for name, m, u in shares
        }
    names = list(columns)
    return {
        "pairs_compared": linked.compared,
        "prior": estimated.prior,
        "columns": columns,
        "dependences": [
            {"columns": [names[found.one], names[found.other]], "bits": round(found.strength, 2)}
            for found in estimated.dependences
        ],
    }
