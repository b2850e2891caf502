"""What a killed process left half-written of deliveries: it holds delivered values and nobody reads it.

A copy in the landing area, and the rows that were read before, are written under a temporary name, so what still bears
such a name when a night begins was never finished: nights and sealing take turns, and housekeeping that is at work
meanwhile begins its file anew.
"""

from pathlib import Path

from connectors.read_before import FOLDER

UNFINISHED = "*.part"


def remove_unfinished(landing: Path) -> int:
    """Remove half-written files of deliveries from the landing area and beside it; return how many there were."""
    found = sorted([*landing.glob(f"*/{UNFINISHED}"), *(landing.parent / FOLDER).glob(UNFINISHED)])
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)
