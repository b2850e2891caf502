"""Counts by month, quarter or year: standing bars, one panel above the other for each series, all in one scale."""

from __future__ import annotations

from datetime import date
from typing import Any

from monitoring.web.pictures import LETTER, LINE, LOOKS, scaled

PANEL, WIDEST, NARROWEST = 120, 60, 20
# The finest unit of which no more than this many fit; of the coarsest the latest are drawn.
MOST = {"month": 36, "quarter": 36, "year": 20}
MONTHS = {"month": 1, "quarter": 3, "year": 12}
MOST_STEPS = 4


def periods(first: date, last: date) -> tuple[str, list[date]]:
    """Return the unit (month, quarter, year) in which a range is shown, and the first day of each period."""
    starts: list[date] = []
    unit = "month"
    for unit, months in MONTHS.items():
        low, high = ((day.year * 12 + day.month - 1) // months for day in (first, last))
        starts = [date(at * months // 12, at * months % 12 + 1, 1) for at in range(low, high + 1)]
        if len(starts) <= MOST[unit]:
            break
    return unit, starts[-MOST[unit] :]


def columns(starts: list[date], unit: str, panels: list[dict[str, Any]]) -> dict[str, Any]:
    """Draw panels of standing bars.

    `panels`: label and values, one for each start. Returns width, height, panels (label, y, bars, ticks), periods and
    years (texts under the bars).
    """
    step = max(min(700 // max(len(starts), 1), WIDEST), 5 * LETTER if unit == "year" else NARROWEST)
    largest = max((value for panel in panels for value in panel["values"]), default=0)
    rung = step_of(largest)
    top = rung * max(-(-largest // rung), 1)
    left = LETTER * len(f"{top:,}") + 10
    width = left + max(step * len(starts), LETTER * max((len(panel["label"]) for panel in panels), default=0)) + 8
    drawn = []
    y = 0
    for look, panel in zip(LOOKS, panels, strict=False):
        floor = y + LINE + 8 + PANEL
        bars = [
            {"x": left + step * at + 3, "y": floor - height, "width": step - 6, "height": height, "look": look}
            for at, height in enumerate(scaled(value, top, PANEL) for value in panel["values"])
        ]
        ticks = [{"y": floor - scaled(at, top, PANEL), "value": at} for at in range(0, top + 1, rung)]
        drawn.append({"label": panel["label"], "y": y + 13, "bars": bars, "ticks": ticks})
        y = floor + 10
    return {
        "width": width,
        "height": y + 2 * LINE,
        "left": left,
        "right": left + step * len(starts),
        "panels": drawn,
        "periods": [] if unit == "year" else _periods(starts, unit, left + step // 2, step, y + 12),
        "years": _years(starts, left, step, y + (12 if unit == "year" else 12 + LINE)),
    }


def step_of(largest: int) -> int:
    """Return the round step (1, 2 or 5 times a power of ten) that needs at most four steps to the largest count."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if step * MOST_STEPS >= largest:
                return step
        power *= 10


def _periods(starts: list[date], unit: str, x: int, step: int, y: int) -> list[dict[str, Any]]:
    return [
        {"x": x + step * at, "y": y, "text": str((start.month - 1) // MONTHS[unit] + 1)}
        for at, start in enumerate(starts)
    ]


def _years(starts: list[date], left: int, step: int, y: int) -> list[dict[str, Any]]:
    """The year under its first period; a first year that leaves no room before the next is left out."""
    new = [at for at, start in enumerate(starts) if at == 0 or start.year != starts[at - 1].year]
    if len(new) > 1 and step * new[1] < 5 * LETTER:
        new = new[1:]
    return [{"x": left + step * at + 2, "y": y, "text": str(starts[at].year)} for at in new]
