"""Pictures of counts and of one person's time: geometry in whole units, drawn as SVG by templates, the same every time.

A look is a colour with a pattern of its own, so that series differ in grey as well; each picture has a table beside it.
"""

from __future__ import annotations

from textwrap import wrap
from typing import Any

# Units of a picture are CSS pixels at its own size. A letter is reckoned wide, for fonts differ from desk to desk.
LETTER = 8
LINE = 18
# Fits a telephone without scrolling.
NARROW = 352
LOOKS = ("plain", "hatched", "open", "dotted")


def wrapped(text: str, width: int) -> list[str]:
    """Return a text in lines that fit a width; a word that is longer is broken."""
    return wrap(text, max(width // LETTER, 1)) or [""]


def scaled(count: int, largest: int, room: int) -> int:
    """Return the length of a bar in proportion to its count, where the largest count fills the room."""
    return round(room * count / max(largest, 1))


def legend(series: list[str], width: int) -> tuple[list[dict[str, Any]], int]:
    """Return the entries of a legend (look, x, y, lines) and the height they take; one look for each series."""
    entries, y = [], 0
    for look, name in zip(LOOKS, series, strict=False):
        lines = written(name, 22, y + 13, width - 22)
        entries.append({"look": look, "x": 1, "y": y + 2, "lines": lines})
        y += LINE * len(lines)
    return entries, y + 8 if series else 0


def written(text: str, x: int, y: int, width: int) -> list[dict[str, Any]]:
    """Return the lines of a text (x, y of the base line, text), from a first base line downwards."""
    return [{"x": x, "y": y + LINE * at, "text": line} for at, line in enumerate(wrapped(text, width))]
