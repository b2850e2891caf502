"""The time of one person: a lane for each registration, a mark for each day it holds, a bar while missing."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from monitoring.web import words
from monitoring.web.pictures import LETTER, LINE, written

WIDTH, LEFT, RIGHT = 720, 12, 24
TRACK, SIZE, APART = 20, 7, 20
# As many ticks of the axis at most; a tick stands at every so many months.
MOST_TICKS = 8
TICK_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600)

# Column of a registration, the shape of its mark, its words.
KINDS = (
    ("encountered_on", "disc", gettext_noop("encountered")),
    ("reported_on", "square", gettext_noop("reported")),
    ("registered_on", "diamond", gettext_noop("registered")),
    ("missing_since", "down", gettext_noop("disappeared")),
    ("found_on", "up", gettext_noop("found or returned")),
    ("arrived_on", "right", gettext_noop("arrived at the reception centre")),
    ("departed_on", "left", gettext_noop("left the reception centre")),
)
# A disappearance that was withdrawn: it did not happen, and has no bar.
WITHDRAWN = gettext_noop("disappeared (withdrawn)")


def timeline(registrations: list[dict[str, Any]], until: date) -> dict[str, Any]:
    """Draw the registrations of one person in time, and list their events by day.

    `registrations`: rows with register, record_id, missing_status and the columns of KINDS; `until`: the night that is
    shown. Returns events (day, text, register, record_id), undated (registrations without a day), and, when there are
    events: width, height, ticks, night, lanes (lines, y, height, marks, bars), legend.
    """
    lanes = sorted(((_events(row), row) for row in registrations), key=_place)
    listed = sorted((event for events, _row in lanes for event in events), key=lambda event: event["day"])
    undated = sum(not events for events, _row in lanes)
    if not listed:
        return {"events": [], "undated": undated}
    days = [event["day"] for event in listed] + [until]
    axis = _Axis(min(days), max(days))
    legend, y = _legend({event["shape"] for event in listed})
    top, y = y, y + LINE + 6
    drawn = []
    for events, row in lanes:
        drawn.append(_lane(events, row, axis, until, y))
        y += drawn[-1]["height"]
    return {
        "width": WIDTH,
        "height": y + 4,
        "top": top,
        "legend": legend,
        "ticks": axis.ticks(),
        "night": {"x": axis.at(until), "day": until},
        "lanes": drawn,
        "events": listed,
        "undated": undated,
    }


class _Axis:
    """Days to places, from the first of a month to the first of a later one."""

    def __init__(self, first: date, last: date) -> None:
        self.first = first.year * 12 + first.month - 1
        self.last = last.year * 12 + last.month
        self.start = _first_of(self.first)
        self.days = (_first_of(self.last) - self.start).days

    def at(self, day: date) -> int:
        return LEFT + round((WIDTH - LEFT - RIGHT) * (day - self.start).days / self.days)

    def ticks(self) -> list[dict[str, Any]]:
        """The lines of the axis: x, text, and where the text begins or ends so that it stays in the picture."""
        # The end of a short axis has a tick too, for a scale takes two.
        months = range(self.first, self.last + (1 if self.last - self.first <= 2 else 0))
        for step in TICK_MONTHS:
            found = [at for at in months if at % step == 0]
            if len(found) <= MOST_TICKS:
                break
        texts = [_first_of(at).isoformat()[: 4 if step % 12 == 0 else 7] for at in found]
        places = [self.at(_first_of(at)) for at in found]
        return [
            {"x": x, "text_x": x - 3 if is_last else x + 3, "text": text, "anchor": "end" if is_last else "start"}
            for x, text in zip(places, texts, strict=True)
            for is_last in [x > WIDTH - 8 * LETTER]
        ]


def _first_of(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def _place(lane: tuple[list[dict[str, Any]], dict[str, Any]]) -> tuple[Any, ...]:
    """Lanes in order of their first day; what has no day comes last."""
    events, row = lane
    return (min((event["day"] for event in events), default=date.max), row["register"], row["record_id"])


def _events(row: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for column, shape, text in KINDS:
        if row.get(column):
            said = _(text)
            if column == "missing_since" and row.get("missing_status") == "withdrawn":
                shape, said = "withdrawn", _(WITHDRAWN)
            event = {"day": row[column], "column": column, "shape": shape, "text": said}
            found.append({**event, "register": row["register"], "record_id": row["record_id"]})
    return found


def _lane(events: list[dict[str, Any]], row: dict[str, Any], axis: _Axis, until: date, y: int) -> dict[str, Any]:
    """One registration: its name, the bar of a disappearance with its marks, other marks where there is room."""
    name = f"{words.in_words('register', row['register'])} · {row['record_id']}"
    lines = written(name if events else _("%(name)s (no day recorded)") % {"name": name}, 2, y + 14, WIDTH - 4)
    under = y + LINE * len(lines) + 12
    bar = _bar(row, axis, until)
    # Places that are taken, by track: a mark that would touch one goes a track down.
    taken: list[list[tuple[int, int]]] = [[(bar["x"], bar["x"] + bar["width"])] if bar else []]
    marks = []
    for event in sorted(events, key=lambda event: event["day"]):
        x = axis.at(event["day"])
        ends_bar = bar is not None and event["column"] in ("missing_since", "found_on")
        track = 0 if ends_bar else _free(taken, x)
        taken[track].append((x, x))
        mark = {"x": x, "y": under + TRACK * track, "d": _shape(event["shape"], x, under + TRACK * track)}
        marks.append({**mark, "shape": event["shape"], "day": event["day"], "text": event["text"]})
    height = under + TRACK * (len(taken) - 1) + 14 - y if events else LINE * len(lines) + 8
    return {
        "y": y,
        "height": height,
        "lines": lines,
        "marks": marks,
        "bar": bar and {**bar, "y": under},
    }


def _free(taken: list[list[tuple[int, int]]], x: int) -> int:
    for track, places in enumerate(taken):
        if all(x + APART <= start or x - APART >= end for start, end in places):
            return track
    taken.append([])
    return len(taken) - 1


def _bar(row: dict[str, Any], axis: _Axis, until: date) -> dict[str, Any] | None:
    """From disappearance to the day found, else to the night; none when it was withdrawn or the days do not follow."""
    since: date | None = row.get("missing_since")
    found: date | None = row.get("found_on")
    is_open = found is None
    if since is None or row.get("missing_status") == "withdrawn" or (is_open and row.get("missing_status") == "found"):
        return None
    end = found or until
    if end < since:
        return None
    return {"x": axis.at(since), "width": axis.at(end) - axis.at(since), "is_open": is_open}


def _legend(shapes: set[str]) -> tuple[list[dict[str, Any]], int]:
    """The shapes that occur, side by side as far as they fit, then what the lines are; and the height they take."""
    marks = [*((shape, text) for _column, shape, text in KINDS), ("withdrawn", WITHDRAWN)]
    entries = [(shape, _(text)) for shape, text in marks if shape in shapes]
    if "down" in shapes:
        entries += [("bar", _("missing, until found")), ("open", _("missing, until this night"))]
    entries.append(("night", _("this night")))
    drawn, x, y = [], LEFT, 12
    for shape, text in entries:
        wide = 24 + LETTER * len(text) + 12
        if x + wide > WIDTH and x > LEFT:
            x, y = LEFT, y + 22
        drawn.append({"shape": shape, "x": x, "y": y, "d": _shape(shape, x, y), "text": text, "text_x": x + 16})
        x += wide
    return drawn, y + 16


def _shape(shape: str, x: int, y: int) -> str:
    """The outline of a mark around a point; a line of the legend has none."""
    low, high, left, right = y + SIZE, y - SIZE, x - SIZE, x + SIZE
    return {
        "disc": f"M{left} {y}A{SIZE} {SIZE} 0 1 1 {right} {y}A{SIZE} {SIZE} 0 1 1 {left} {y}Z",
        "square": f"M{left + 1} {high + 1}H{right - 1}V{low - 1}H{left + 1}Z",
        "diamond": f"M{x} {high - 1}L{right + 1} {y}L{x} {low + 1}L{left - 1} {y}Z",
        "down": f"M{left} {high}H{right}L{x} {low}Z",
        "withdrawn": f"M{left} {high}H{right}L{x} {low}Z",
        "up": f"M{left} {low}H{right}L{x} {high}Z",
        "right": f"M{left} {high}L{right} {y}L{left} {low}L{left + 4} {y}Z",
        "left": f"M{right} {high}L{left} {y}L{right} {low}L{right - 4} {y}Z",
    }.get(shape, "")
