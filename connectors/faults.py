"""What may be told of an unforeseen exception: its kind and place, never its message, which may quote a value."""

from __future__ import annotations

import traceback
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROOMS = ("connectors", "expectations", "linkage", "monitoring", "dags")


def place_in_code(error: BaseException) -> str:
    """Return an exception's type and where in this program it was raised, without its message."""
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(ROOT)]
    ours = [frame for frame in ours if Path(frame.filename).relative_to(ROOT).parts[0] in ROOMS]
    if not ours:
        return type(error).__name__
    return f"{type(error).__name__} at {Path(ours[-1].filename).relative_to(ROOT)}:{ours[-1].lineno}"
