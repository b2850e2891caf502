"""What the page writes in its log: what went wrong and where in the code, never a value."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


class WithoutValues(logging.Filter):
    """Replaces an exception by its kind and the last place in this program: its message may quote a value."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the line; of a request only the path, of an exception only kind and place."""
        error = record.exc_info[1] if record.exc_info else None
        record.exc_info = record.exc_text = record.stack_info = None
        if error is not None:
            record.msg, record.args = f"{record.getMessage()}: {kind_and_place(error)}", ()
        return True


def kind_and_place(error: BaseException) -> str:
    """Return the type of an exception and the last line of this program that it went through."""
    ours = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(ROOT / "monitoring")
    ]
    if not ours:
        return type(error).__name__
    return f"{type(error).__name__} at {Path(ours[-1].filename).relative_to(ROOT)}:{ours[-1].lineno}"
