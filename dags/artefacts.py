"""What one stage of a night leaves for the next: Parquet files under `work/<night>/<stage>/`.

They hold identifying values, so they live for one night only. Every file is written under a temporary name and
renamed: a file that is there is whole.
"""

import os
import shutil
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from connectors.installation import Installation

if TYPE_CHECKING:
    from pandas import DataFrame


def wipe(installation: Installation) -> None:
    """Remove the work files of every night: one night runs at a time, and an earlier one may have been killed."""
    shutil.rmtree(installation.work_root, ignore_errors=True)


class Artefacts:
    """The work files of one night."""

    def __init__(self, installation: Installation, night: date) -> None:
        """Point at the night's folder; nothing is made yet."""
        self.folder = installation.work(night)

    def path(self, stage: str, name: str) -> Path:
        """Return where a stage keeps a frame; its folder is made, readable by the owner only."""
        folder = self.folder / stage
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder / f"{name}.parquet"

    def parts(self, stage: str, name: str) -> Path:
        """Return the folder in which a stage keeps rows or records in parts (`connectors.row_parts`)."""
        folder = self.folder / stage / name
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    def write(self, stage: str, name: str, frame: "DataFrame") -> None:
        """Keep any other frame; pandas' own notes in the file bring nullable types back."""
        target = self.path(stage, name)
        frame.to_parquet(target.with_suffix(".part"), index=False)
        os.replace(target.with_suffix(".part"), target)

    def read(self, stage: str, name: str) -> "DataFrame":
        """Return a frame as it was kept; lists come back as lists, not as arrays."""
        import pyarrow.parquet
        import pyarrow.types

        table = pyarrow.parquet.read_table(self.path(stage, name))
        frame = table.to_pandas()
        for field in table.schema:
            if pyarrow.types.is_list(field.type):
                frame[field.name] = table.column(field.name).to_pylist()
        return frame

    def remove(self) -> None:
        """Remove the night's folder."""
        shutil.rmtree(self.folder, ignore_errors=True)


def stacked(frames: Iterable["DataFrame"]) -> "DataFrame":
    """Return frames of the same columns under each other; empty ones decide no types."""
    import pandas

    frames = list(frames)
    filled = [frame for frame in frames if len(frame)]
    return pandas.concat(filled, ignore_index=True) if filled else frames[0].copy()
