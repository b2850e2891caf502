"""What has been told of operational alerts, so that nothing is told twice and the end of an alert is told once.

By way of telling (mail, webhook), because one may fail while the other does not. No clock time: nights only.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from monitoring.export import write_private
from monitoring.operational.declared import OperationalAlert, declared

Keys = Callable[[str], bool]


@dataclass(frozen=True)
class Told:
    """An alert that was told: the night when first, and when last."""

    key: str
    since: date
    last: date


@dataclass(frozen=True)
class News:
    """What there is to tell: alerts that are new, that were told long ago and still stand, and those that are over.

    `standing`: told before, here for the whole picture. `is_due`: there is a reason to tell anything at all.
    """

    new: tuple[OperationalAlert, ...]
    standing: tuple[OperationalAlert, ...]
    over: tuple[Told, ...]
    is_due: bool


def news_of(told: Iterable[Told], alerts: Iterable[OperationalAlert], decides: Keys, night: date) -> News:
    """Return what is news on a night.

    `told`: what was told by one way. `alerts`: those that stand. `decides`: whether they are all there are of a key;
    of another key nothing is known.
    """
    before = {entry.key: entry for entry in told}
    standing = {alert.key: alert for alert in alerts}
    new = tuple(alert for key, alert in standing.items() if key not in before)
    old = tuple(alert for key, alert in standing.items() if key in before)
    over = tuple(before[key] for key in sorted(before) if key not in standing and decides(key))
    patience = declared()["repeat_after_nights"]
    again = any((night - before[alert.key].last).days >= patience for alert in old)
    return News(new, old, over, bool(new or over or again))


def after_telling(told: Iterable[Told], news: News, night: date) -> list[Told]:
    """Return what has been told when the news of a night has been told too."""
    over = {entry.key for entry in news.over}
    kept = {entry.key: entry for entry in told if entry.key not in over}
    for alert in (*news.new, *news.standing):
        was = kept.get(alert.key)
        kept[alert.key] = Told(alert.key, was.since if was else night, max(was.last, night) if was else night)
    return [kept[key] for key in sorted(kept)]


def read_told(file: Path) -> dict[str, list[Told]]:
    """Return what was told by each way; nothing when there is no file or it is damaged: then it is told again."""
    try:
        ways = json.loads(file.read_text(encoding="utf-8"))
        return {
            way: [Told(key, date.fromisoformat(since), date.fromisoformat(last)) for key, since, last in entries]
            for way, entries in ways.items()
        }
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def write_told(file: Path, ways: dict[str, list[Told]]) -> None:
    """Keep what was told by each way."""
    rows = {
        way: [[entry.key, entry.since.isoformat(), entry.last.isoformat()] for entry in entries]
        for way, entries in sorted(ways.items())
        if entries
    }
    write_private(file, lambda path: path.write_text(json.dumps(rows, indent=1), encoding="utf-8"))
