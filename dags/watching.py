"""The watch: which register did not deliver, and which night was not published.

It stands apart from the night, so that a night that never ran is noticed too: it asks the database what has landed and
what is published, lists the registers' places, and makes or changes nothing. Everything is told as of one moment. Out
come names of registers, dates and counts of nights; never the name of a file, never a value.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from connectors.installation import Installation, OneLineError
from connectors.register import REGISTERS, Register, load_register
from dags import places
from dags.arrivals import Came, Listing, list_place, what_came
from dags.borders import Outcome, guarded, tell

# A night takes its time: two hours after it begins it should be published.
GRACE = timedelta(hours=2)
YEARS = range(1900, 9999)

SAID = {"in_time": "in orde / in time", "never": "nooit geleverd / never delivered", "unknown": "onbekend / not known"}

Standing = Literal["in_time", "late", "never", "unknown"]


@dataclass(frozen=True)
class RegisterWatch:
    """How one register stands: `newest` and `waiting` are days in file names, `night` the last whose hour has passed.

    `landed_night`: when something last landed. `waiting`: the newest file in its place, where newer than all that
    landed. `nights_late`: nights beyond those that the register may be silent.
    """

    register: Register
    night: date
    standing: Standing
    nights_late: int
    newest: date | None
    landed_night: date | None
    waiting: date | None
    place_fault: str | None


@dataclass(frozen=True)
class NightWatch:
    """How the night stands: the one that should be published by now, and the one that is."""

    expected: date
    published: date | None
    standing: Standing
    nights_late: int
    fault: str | None


@dataclass(frozen=True)
class Watch:
    """What the watch saw at a moment; `is_synthetic`: of sample exports."""

    moment: datetime
    is_synthetic: bool
    registers: tuple[RegisterWatch, ...]
    night: NightWatch


def moment_of(given: str | None) -> datetime:
    """Return the moment that is meant, in Amsterdam when it names no zone; now when none is given.

    Raises OneLineError when it is not a moment.
    """
    if given is None:
        return datetime.now(places.AMSTERDAM)
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        moment = None
    if moment is None or moment.year not in YEARS:
        raise OneLineError(f"the moment {given!r} is not one; write it as 2026-11-23T06:30")
    return moment if moment.tzinfo else moment.replace(tzinfo=places.AMSTERDAM)


def moment_of_run(context: Mapping[str, Any]) -> datetime:
    """Return the moment that a run of the DAG is about: as asked for, else its own."""
    params, run = context["params"], context["dag_run"]
    if params["at"]:
        return moment_of(params["at"])
    # A run by hand has no logical date; what it was asked to run after is then the only moment there is.
    moment: datetime = run.logical_date or run.run_after
    return moment


def look(exports: str | None, moment: datetime) -> Watch:
    """Return how the registers and the night stand at a moment that carries a time zone.

    A place that cannot be listed and a database that does not answer are told. Raises OneLineError when no exports are
    configured.
    """
    installation = Installation.from_environment()
    address = _address(exports, installation)
    marker = _marker(address)
    came = what_came(installation, marker["world"] if marker else "")
    registers = []
    for register in map(load_register, REGISTERS):
        night, today = _night_due(register, marker, moment)
        listing = list_place(register, address)
        registers.append(register_standing(register, came, listing, night, today))
    expected = places.night_of(None, marker, moment.astimezone(UTC) - GRACE)
    return Watch(moment, marker is not None, tuple(registers), night_standing(expected, came))


def watch(exports: str | None, moment: datetime) -> Outcome:
    """Tell how everything stands; raise StageFailed, naming what did not come, when not all is in time."""
    return guarded("watch", lambda: _watch(exports, moment))


def register_standing(register: Register, came: Came, listing: Listing, night: date, today: date) -> RegisterWatch:
    """Return how a register stands on a night; files dated after `today` say nothing yet.

    A day's file speaks of that day. A file of a month or year speaks of its period's last day or of the night it
    landed, whichever is newer; while the period still runs, of the night it landed only. What waits in the register's
    place counts as landed.
    """
    landed = [delivery for delivery in came.landed.get(register.name, ()) if delivery.dated <= today]
    newest = max((delivery.dated for delivery in landed), default=None)
    known = {delivery.file_name.casefold() for delivery in landed}
    waiting = max(
        (
            dated
            for name, dated in listing.files.items()
            if name.casefold() not in known and dated <= today and (newest is None or dated > newest)
        ),
        default=None,
    )
    days = [_speaks_of(register, delivery.dated, min(delivery.landed_night, night), night) for delivery in landed]
    if waiting is not None:
        days.append(_speaks_of(register, waiting, night, night))
    nights_late = max((night - max(days)).days - register.late_after_days, 0) if days else 0
    return RegisterWatch(
        register,
        night,
        _standing(bool(days), nights_late, came.fault),
        nights_late,
        newest,
        max((delivery.landed_night for delivery in landed), default=None),
        waiting,
        listing.fault,
    )


def night_standing(expected: date, came: Came) -> NightWatch:
    """Return how the night stands that should be published by now."""
    nights_late = max((expected - came.published).days, 0) if came.published else 0
    standing = _standing(came.published is not None, nights_late, came.fault)
    return NightWatch(expected, came.published, standing, nights_late, came.fault)


def lines(seen: Watch) -> list[str]:
    """Return one line on each register and one on the night, Dutch with English; sample exports are called that."""
    from monitoring.summary import TITLES

    told = [_line(TITLES[stand.register.name], _said(stand), _facts(stand)) for stand in seen.registers]
    night = seen.night
    facts = [f"verwacht / expected {night.expected.isoformat()}"]
    if night.published is not None:
        facts.append(f"gepubliceerd / published {night.published.isoformat()}")
    if night.fault:
        facts.append(night.fault)
    if seen.is_synthetic:
        told.insert(0, "Verzonnen registraties / synthetic registrations")
    else:
        facts.append(f"gezien op / seen at {seen.moment.astimezone(places.AMSTERDAM):%Y-%m-%d %H:%M}")
    return [*told, _line("Nacht", _said(night), facts)]


def missed(seen: Watch) -> str | None:
    """Return in one line what did not come, None when all is in time."""
    night = seen.night
    if night.fault:
        return f"not known what came: {night.fault}"
    names = []
    for stand in seen.registers:
        if stand.standing == "late":
            names.append(f"{stand.register.name} ({_nights(stand.nights_late)} late)")
        elif stand.standing == "never":
            names.append(f"{stand.register.name} (never delivered)")
    if night.standing in ("late", "never"):
        last = f"last published {night.published.isoformat()}" if night.published else "none is published"
        names.append(f"the night of {night.expected.isoformat()} ({last})")
    return f"did not come: {', '.join(names)}" if names else None


def _watch(exports: str | None, moment: datetime) -> Outcome:
    seen = look(exports, moment)
    for line in lines(seen):
        tell("watch", "saw", line)
    fault = missed(seen)
    if fault:
        raise OneLineError(fault)
    tell("watch", "ok")
    return {"registers": len(seen.registers), "night": seen.night.expected.isoformat()}


def _address(exports: str | None, installation: Installation) -> str:
    # Only asked for its sample when it has one: the question alone would make the folder.
    if not places.is_configured(exports) and not (installation.home / "sample").is_dir():
        raise OneLineError("no exports are configured: give --exports FOLDER or set WEERZIEN_EXPORTS")
    return places.configured_exports(exports, installation)


def _marker(address: str) -> Mapping[str, Any] | None:
    """What sample exports say of themselves; a place that does not answer holds real exports, and is told later."""
    marker: Mapping[str, Any] | None
    try:
        marker = places.synthetic_marker(address)
    except OneLineError:
        raise
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        marker = {}
    except Exception:
        return None
    if marker is None:
        return None
    try:
        return {"world": str(marker["world"]), "night_last": date.fromisoformat(str(marker["night_last"]))}
    except (KeyError, ValueError):
        said = f"{places.SYNTHETIC_MARKER} of the exports is damaged; write the sample exports anew"
    raise OneLineError(said)


def _night_due(register: Register, marker: Mapping[str, Any] | None, moment: datetime) -> tuple[date, date]:
    """The last night by whose due hour the register should have delivered, and the day of the moment itself."""
    if marker is not None:
        last = places.night_of(None, marker, moment)
        return last, last
    local = moment.astimezone(places.AMSTERDAM)
    today = local.date()
    return (today if local.hour >= register.due_hour else today - timedelta(days=1)), today


def _speaks_of(register: Register, dated: date, landed_night: date, night: date) -> date:
    from connectors.rows import covered_until

    last = covered_until(register, dated)
    if register.delivery not in ("snapshot_per_year", "snapshot_per_month"):
        return last
    return max(last, landed_night) if last <= night else landed_night


def _standing(has_come: bool, nights_late: int, fault: str | None) -> Standing:
    if has_come and nights_late <= 0:
        return "in_time"
    if fault:
        return "unknown"
    return "late" if has_come else "never"


def _nights(count: int) -> str:
    return f"{count} night{'' if count == 1 else 's'}"


def _said(stand: RegisterWatch | NightWatch) -> str:
    if stand.standing == "late":
        count = stand.nights_late
        return f"{count} {'nacht' if count == 1 else 'nachten'} te laat / {_nights(count)} late"
    if stand.standing == "never" and isinstance(stand, NightWatch):
        return "niet gepubliceerd / not published"
    return SAID[stand.standing]


def _line(title: str, said: str, facts: list[str]) -> str:
    return f"{title:<10}{said}: {'; '.join(facts)}"


def _facts(stand: RegisterWatch) -> list[str]:
    facts = [f"verwacht / due {stand.night.isoformat()} {stand.register.due_hour:02}:00"]
    if stand.newest is not None and stand.landed_night is not None:
        facts.append(f"nieuwste / newest {stand.newest.isoformat()}")
        facts.append(f"laatst binnen / last landed {stand.landed_night.isoformat()}")
    if stand.waiting is not None:
        facts.append(f"wacht / waiting {stand.waiting.isoformat()}")
    if stand.place_fault:
        facts.append(f"map / folder: {stand.place_fault}")
    return facts
