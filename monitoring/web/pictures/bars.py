"""Lying bars: a row for each group, a bar for each series in it, the label above and the count behind."""

from __future__ import annotations

from typing import Any

from monitoring.web.pictures import LINE, LOOKS, NARROW, legend, scaled, written

BAR, GAP = 14, 10
# Behind the longest bar a count of eight signs fits.
ROOM = NARROW - 72


def bars(rows: list[dict[str, Any]], series: list[str]) -> dict[str, Any]:
    """Draw counts as lying bars, all in one scale.

    `rows`: label and values (one for each series, at most four). Returns width, height, legend, labels (lines of text)
    and bars (x, y, width, height, look, value, value_x, value_y). One series needs no legend.
    """
    entries, y = legend(series if len(series) > 1 else [], NARROW)
    largest = max((value for row in rows for value in row["values"]), default=0)
    labels: list[dict[str, Any]] = []
    drawn: list[dict[str, Any]] = []
    for row in rows:
        lines = written(row["label"], 2, y + 13, NARROW - 2)
        labels += lines
        y += LINE * len(lines)
        for look, value in zip(LOOKS, row["values"], strict=False):
            length = scaled(value, largest, ROOM)
            place = {"x": 1, "y": y + 1, "width": length, "height": BAR - 2, "value_x": length + 7, "value_y": y + 12}
            drawn.append({**place, "look": look, "value": value})
            y += BAR + 2
        y += GAP
    return {"width": NARROW, "height": y, "legend": entries, "labels": labels, "bars": drawn}
