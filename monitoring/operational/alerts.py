"""Operational alerts of a night: what has to be looked at by whoever keeps the pipeline running.

Decided from the counts of the night and of the nights before it, against the limits of `operational.toml`; the same
nights, in whatever order, give the same alerts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from statistics import median
from typing import TYPE_CHECKING, Any

from connectors.installation import OneLineError
from connectors.register import REGISTERS
from monitoring.operational.declared import Fact, OperationalAlert, declared, in_order
from monitoring.operational.nights import NightCounts, counts_of_nights

if TYPE_CHECKING:
    from sqlalchemy import Engine

# So far back is asked who was refused since when; a delivery refused longer ago was told of in time.
NIGHTS_LOOKED_AT = 60


def operational_alerts(engine: Engine, origin: str, night: date) -> list[OperationalAlert]:
    """Return the alerts of a night of one origin; raises OneLineError when that night has no table."""
    nights = counts_of_nights(engine, origin, night, NIGHTS_LOOKED_AT)
    if not nights or nights[-1].night != night:
        raise OneLineError(f"there is no table of {night.isoformat()}; run `weerzien night --night {night}`")
    return alerts_of_night(nights, night)


def alerts_of_night(nights: Iterable[NightCounts], night: date) -> list[OperationalAlert]:
    """Return the alerts of a night from its counts and those of other nights; later nights say nothing."""
    known = {counts.night: counts for counts in nights if counts.night <= night}
    ordered = [known[day] for day in sorted(known)]
    *before, tonight = ordered
    found = [
        *_registers_not_whole(before, tonight),
        *_volume_jumps(before, tonight),
        *_link_rate_jumps(before, tonight),
        *_review_queue(before, tonight),
    ]
    return in_order(found)


def alerts_of_watch(
    night: date,
    nights_late: Mapping[str, int],
    never: Iterable[str],
    expected: date,
    published: date | None,
    is_known: bool,
) -> list[OperationalAlert]:
    """Return the alerts of a morning's look.

    `nights_late`: nights beyond those a late register may be silent. `never`: registers that never delivered.
    `expected`: the night that should be published; `published`: the one that is. `is_known`: the database answered.
    """
    found = [
        OperationalAlert("register_late", night, register, {"nights_late": late})
        for register, late in nights_late.items()
    ]
    found += [OperationalAlert("register_never", night, register) for register in never]
    if not is_known:
        found.append(OperationalAlert("database_silent", night, facts={"expected": expected}))
    elif published is None:
        found.append(OperationalAlert("no_night_yet", night, facts={"expected": expected}))
    elif published < expected:
        facts = {"expected": expected, "published": published}
        found.append(OperationalAlert("night_unpublished", night, facts=facts))
    return in_order(found)


def _registers_not_whole(before: list[NightCounts], tonight: NightCounts) -> Iterator[OperationalAlert]:
    for register in REGISTERS:
        since = _refused_since([*before, tonight], register)
        if since is not None:
            yield OperationalAlert("delivery_refused", tonight.night, register, {"since": since})
        if tonight.state(register).get("status") == "failed":
            yield OperationalAlert("register_failed", tonight.night, register, {"since": tonight.night})


def _refused_since(nights: list[NightCounts], register: str) -> date | None:
    """The first night of those on which the register has been refused until now.

    The state of a refused register is ok on the next night, when nothing new came; what was refused is then still not
    replaced. A delivery that is newer and could be read ends it.
    """
    since, newest = None, None
    for night in nights:
        state = night.state(register)
        delivered = state.get("newest_delivery")
        if state.get("status") == "refused":
            since, newest = since or night.night, delivered
        elif since and (not state.get("refused_files") or delivered != newest):
            since = None
    return since


def _volume_jumps(before: list[NightCounts], tonight: NightCounts) -> Iterator[OperationalAlert]:
    limit = declared()["limits"]["volume"]
    for register in REGISTERS:
        rows = tonight.rows(register)
        earlier = [count for night in before if (count := night.rows(register)) is not None][-limit["nights"] :]
        if rows is None or len(earlier) < limit["least_nights"]:
            continue
        usual = median(earlier)
        off = abs(rows - usual)
        if off > limit["share"] * usual and off > limit["rows"]:
            facts = {"rows": rows, "usual_rows": usual, "nights": len(earlier), "share": _percent(off / usual)}
            yield OperationalAlert("volume_jump", tonight.night, register, facts)


def _link_rate_jumps(before: list[NightCounts], tonight: NightCounts) -> Iterator[OperationalAlert]:
    limit = declared()["limits"]["link_rate"]
    for name, measure in declared()["measures"].items():
        rate = _rate(tonight, measure)
        earlier = [found for night in before if (found := _rate(night, measure)) is not None][-limit["nights"] :]
        if rate is None or len(earlier) < limit["least_nights"]:
            continue
        usual = median(earlier)
        off = abs(rate - usual)
        if off > limit["points"] and off > limit["share"] * usual:
            facts = {"rate": round(rate, 1), "usual_rate": round(usual, 1), "nights": len(earlier)}
            yield OperationalAlert("link_rate_jump", tonight.night, name, facts)


def _review_queue(before: list[NightCounts], tonight: NightCounts) -> Iterator[OperationalAlert]:
    limit = declared()["limits"]["review_queue"]
    pairs = tonight.counts.get("pairs_in_review")
    first = tonight.night - timedelta(days=limit["nights"])
    window = [night for night in before if night.night >= first and "pairs_in_review" in night.counts]
    if pairs is None or not window:
        return
    was = window[0].counts["pairs_in_review"]
    more = pairs - was
    if more > limit["pairs"] and more > limit["share"] * was:
        facts: dict[str, Fact] = {"pairs": pairs, "share": _percent(more / max(was, 1)), "since": window[0].night}
        yield OperationalAlert("review_queue_grew", tonight.night, facts=facts)


def _rate(night: NightCounts, measure: Mapping[str, Any]) -> float | None:
    per = night.counts.get(measure["per"])
    if not per or any(count not in night.counts for count in measure["of"]):
        return None
    return 100 * sum(night.counts[count] for count in measure["of"]) / per


def _percent(share: float) -> int:
    return round(100 * share)
