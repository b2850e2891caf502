"""The folder of a held table: pieces that are written once, and a list of them that is put in place last.

A run that is broken off leaves a piece that the list does not name; the next run does not see it.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from connectors.installation import OneLineError

FORMAT = 1
LIST = "held.json"


class Folder:
    """The pieces of a held table, and what is told of all of them."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def is_there(self) -> bool:
        """Whether a table is held there."""
        return (self.path / LIST).exists()

    def told(self) -> dict[str, Any]:
        """Return what the list says. Raises OneLineError when it cannot be read, or files are not as it says."""
        again = "remove the folder and link the whole table again"
        try:
            told: dict[str, Any] = json.loads((self.path / LIST).read_text(encoding="utf-8"))
            if told.get("format") != FORMAT:
                raise OneLineError(f"{self.path} was written by another version; {again}")
            for piece, files in told["pieces"].items():
                for name, size in files.items():
                    if (self.path / piece / f"{name}.npy").stat().st_size != size:
                        raise OneLineError(f"{self.path} is damaged ({piece}/{name}.npy); {again}")
        except (OSError, ValueError, KeyError, AttributeError) as error:
            raise OneLineError(f"{self.path} is damaged ({type(error).__name__}); {again}") from None
        return told

    def pieces(self, told: Mapping[str, Any]) -> list[dict[str, np.ndarray]]:
        """Return the arrays of each piece, read only where they are asked."""
        return [
            {name: _read(self.path / piece / f"{name}.npy") for name in files}
            for piece, files in told["pieces"].items()
        ]

    def add(self, arrays: Mapping[str, np.ndarray], told: Mapping[str, Any]) -> None:
        """Write a piece, and then the list that names it. Raises OneLineError when the folder cannot be written."""
        pieces = dict(told.get("pieces", {}))
        self._write(arrays, told, pieces)

    def merge(self, arrays: Mapping[str, np.ndarray], told: Mapping[str, Any]) -> None:
        """Write one piece for all but the first, and take the others away. Raises OneLineError."""
        first, *others = told["pieces"]
        self._write(arrays, told, {first: told["pieces"][first]})
        for piece in others:
            shutil.rmtree(self.path / piece, ignore_errors=True)

    def _write(self, arrays: Mapping[str, np.ndarray], told: Mapping[str, Any], pieces: dict[str, Any]) -> None:
        name = f"{int(told.get('made', 0)):05d}"
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            made = Path(tempfile.mkdtemp(dir=self.path))
            for of, array in arrays.items():
                np.save(made / f"{of}.npy", array, allow_pickle=False)
            sizes = {of: (made / f"{of}.npy").stat().st_size for of in arrays}
            shutil.rmtree(self.path / name, ignore_errors=True)
            os.replace(made, self.path / name)
            unfinished = self.path / f".{LIST}.part"
            listed = {**told, "format": FORMAT, "made": int(name) + 1, "pieces": {**pieces, name: sizes}}
            unfinished.write_text(json.dumps(listed), encoding="utf-8")
            os.replace(unfinished, self.path / LIST)
        except OSError as error:
            raise OneLineError(f"{self.path} cannot be written ({error.strerror}); give another folder") from None


def _read(path: Path) -> np.ndarray:
    # A plain view: every read of a memmap makes another memmap, which takes longer than the reading.
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
