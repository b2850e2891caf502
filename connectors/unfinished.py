"""Copies in the landing area that a killed process left half-written: they hold delivered values and nobody reads them.

A copy is written under a temporary name (`connectors.landing`), so what still bears such a name when a night begins was
never finished: nights and sealing take turns, and housekeeping that is at work meanwhile begins its file anew.
"""

from pathlib import Path

UNFINISHED = "*.part"


def remove_unfinished(landing: Path) -> int:
    """Remove half-written copies of deliveries from the landing area; return how many there were."""
    found = sorted(landing.glob(f"*/{UNFINISHED}"))
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)
