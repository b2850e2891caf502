"""What the page writes in its log: what went wrong and where in the code, never a value."""

from __future__ import annotations

import logging

from connectors.faults import place_in_code


class WithoutValues(logging.Filter):
    """Replaces an exception by its kind and the last place in this program: its message may quote a value."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the line; of a request only the path, of an exception only kind and place."""
        error = record.exc_info[1] if record.exc_info else None
        record.exc_info = record.exc_text = record.stack_info = None
        if error is not None:
            record.msg, record.args = f"{record.getMessage()}: {place_in_code(error)}", ()
        return True
