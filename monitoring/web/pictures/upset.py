"""Which registers hold the same persons: a row of dots for each combination with a bar behind it (UpSet)."""

from __future__ import annotations

from typing import Any

from monitoring.web.pictures import LINE, NARROW, scaled, written

PITCH, ROW, DOT = 24, 22, 6
MOST = 15


def most_frequent(counts: dict[tuple[str, ...], int], most: int = MOST) -> tuple[list[tuple[str, ...]], int, int]:
    """Return the combinations that are shown, largest first, then how many others there are and the persons in them."""
    ordered = sorted(counts, key=lambda members: (-counts[members], members))
    others = ordered[most:]
    return ordered[:most], len(others), sum(counts[members] for members in others)


def upset(sets: list[dict[str, str]], rows: list[dict[str, Any]], other: dict[str, Any] | None) -> dict[str, Any]:
    """Draw combinations as rows of dots with bars.

    `sets`: code and label, in the order of the columns of dots. `rows`: members (codes) and value. `other`: label and
    value of all other combinations. Returns width, height, names (with the line down to the dots), rows and bars.
    """
    place = {entry["code"]: DOT + 2 + PITCH * at for at, entry in enumerate(sets)}
    left = PITCH * len(sets) + 8
    room = NARROW - left - 72
    largest = max([row["value"] for row in rows] + ([other["value"]] if other else []), default=0)
    top = LINE * len(sets) + 10
    names = [
        {"x": place[entry["code"]], "y": LINE * at + 13, "text": entry["label"], "to": top}
        for at, entry in enumerate(sets)
    ]
    drawn = []
    for at, row in enumerate(rows):
        middle = top + ROW * at + ROW // 2
        held = [place[code] for code in place if code in row["members"]]
        drawn.append(
            {
                "y": middle,
                "band": middle - ROW // 2 if at % 2 == 0 else None,
                "dots": [{"x": x, "held": x in held} for x in place.values()],
                "line": (held[0], held[-1]) if len(held) > 1 else None,
                **_bar(row["value"], scaled(row["value"], largest, room), left, middle),
            }
        )
    height = top + ROW * len(rows)
    lines = written(other["label"], 2, height + 18, NARROW) if other else []
    rest: dict[str, Any] | None = None
    if other:
        middle = height + LINE * len(lines) + 16
        rest = {"lines": lines, **_bar(other["value"], scaled(other["value"], largest, room), left, middle)}
        height = middle + ROW // 2
    return {"width": NARROW, "height": height + 2, "names": names, "rows": drawn, "other": rest, "row": ROW, "dot": DOT}


def _bar(value: int, length: int, left: int, middle: int) -> dict[str, Any]:
    bar = {"x": left, "y": middle - 6, "width": length, "height": 12, "look": "plain", "value": value}
    return {"bar": {**bar, "value_x": left + length + 6, "value_y": middle + 5}}
