"""Telling whoever keeps the pipeline running: by mail and webhook, by Airflow's notifiers, where a setting says so.

Environment read: `WEERZIEN_ALERT_MAIL` (addresses, between commas; the mail goes by Airflow's connection for mail,
`smtp_default`) and `WEERZIEN_ALERT_WEBHOOK` (an https URL without a secret in it, or the id of an Airflow connection).
Without them nothing is told. A message that cannot be sent is one line in the log and changes nothing else: it is tried
again the next time that there is something to tell.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connectors.installation import Installation
from dags import places
from dags.borders import safe_message, tell
from dags.sending import mail, post

if TYPE_CHECKING:
    from dags.watching import Watch
    from monitoring.operational.declared import OperationalAlert
    from monitoring.operational.told import News

MAIL, WEBHOOK = "WEERZIEN_ALERT_MAIL", "WEERZIEN_ALERT_WEBHOOK"
TOLD_FILE = "alerts.told.json"
Context = Mapping[str, Any]


def ways() -> dict[str, str]:
    """Return how to tell: mail and webhook, as far as a setting names somebody."""
    given = {"mail": os.environ.get(MAIL, "").strip(), "webhook": os.environ.get(WEBHOOK, "").strip()}
    return {way: whom for way, whom in given.items() if whom}


def after_publish(context: Context) -> None:
    """Tell the alerts of the night that was published just now; of a past night that was worked again nothing."""
    _attempt(lambda: tell_of_night(_asked_night(context)))


def after_watch(context: Context) -> None:
    """Tell what the morning's look saw."""
    _attempt(lambda: _after_watch(context))


def task_failed(context: Context) -> None:
    """Tell that a task of a DAG is red, if it is one whose failure is told."""
    _attempt(lambda: _tell_of_task(context, has_failed=True))


def task_done(context: Context) -> None:
    """Tell that a task which was red is not any more; give its duration to the gauges."""
    from dags import gauging

    gauging.stage_took(context)
    _attempt(lambda: _tell_of_task(context, has_failed=False))


def tell_of_night(night: date | None = None) -> None:
    """Tell the alerts of the published night, unless another night is meant or no way to tell is set."""
    if not ways():
        return
    from monitoring.database import connect
    from monitoring.operational.alerts import operational_alerts
    from monitoring.operational.declared import kinds_of
    from monitoring.operational.nights import shown_night

    engine = connect(Installation.from_environment())
    shown = shown_night(engine)
    if shown is None or night not in (None, shown.night):
        return
    alerts = operational_alerts(engine, shown.origin, shown.night)
    kinds = kinds_of("night")
    tell_alerts(alerts, lambda key: kind_of(key) in kinds, shown.night, shown.is_synthetic)


def tell_of_watch(seen: Watch) -> None:
    """Tell what a look saw; of what it could not see nothing is said to be over."""
    from monitoring.operational.declared import kinds_of

    kinds = kinds_of("watch")
    unknown = {stand.register.name for stand in seen.registers if stand.standing == "unknown"}
    if seen.night.fault:
        kinds = kinds - {"night_unpublished", "no_night_yet"}

    def decides(key: str) -> bool:
        return kind_of(key) in kinds and key.partition(":")[2] not in unknown

    tell_alerts(alerts_of(seen), decides, seen.night.expected, seen.is_synthetic)


def try_out() -> dict[str, str]:
    """Send a trial by every way; return by way what went wrong, empty when it was taken. Nothing counts as told."""
    from monitoring.operational import message

    said = {}
    for way, whom in ways().items():
        try:
            post(whom, message.trial_object()) if way == "webhook" else mail(whom, message.TRIAL, message.trial())
            said[way] = ""
        except Exception as error:
            said[way] = safe_message(error)
    return said


def alerts_of(seen: Watch) -> list[OperationalAlert]:
    """Return the operational alerts of a look."""
    from monitoring.operational.alerts import alerts_of_watch

    late = {stand.register.name: stand.nights_late for stand in seen.registers if stand.standing == "late"}
    never = [stand.register.name for stand in seen.registers if stand.standing == "never"]
    night = seen.night
    return alerts_of_watch(night.expected, late, never, night.expected, night.published, night.fault is None)


def tell_alerts(
    alerts: Iterable[OperationalAlert], decides: Callable[[str], bool], night: date, is_synthetic: bool
) -> None:
    """Tell by every way what is news; what could not be told is one line in the log and stays news.

    `decides`: of which keys these are all the alerts that stand.
    """
    from monitoring.operational.told import after_telling, news_of

    alerts = list(alerts)
    with _told(Installation.from_environment()) as told:
        for way, whom in ways().items():
            # What is told of sample exports says nothing of real ones.
            name = f"{way} synthetic" if is_synthetic else way
            news = news_of(told.get(name, []), alerts, decides, night)
            if news.is_due and _attempt(partial(_send, way, whom, news, night, is_synthetic), way):
                told[name] = after_telling(told.get(name, []), news, night)
                counts = f"{len(news.new)} new, {len(news.standing)} standing, {len(news.over)} over"
                tell("alerts", "told", f"by {way}: {counts}")


def kind_of(key: str) -> str:
    """Return the kind of an alert's key."""
    return key.partition(":")[0]


def _send(way: str, whom: str, news: News, night: date, is_synthetic: bool) -> None:
    from monitoring.operational import message

    if way == "webhook":
        post(whom, message.as_object(news, night, is_synthetic))
    else:
        mail(whom, message.subject(news, night, is_synthetic), message.lines(news, night, is_synthetic))


def _tell_of_task(context: Context, has_failed: bool) -> None:
    from monitoring.operational.declared import OperationalAlert, stages

    instance = context["ti"]
    stage = f"{instance.dag_id}.{instance.task_id}"
    if stage not in stages() or not ways():
        return
    night, is_synthetic = _night_and_kind(context)
    alerts = [OperationalAlert("task_failed", night, stage, {"expected": night})] if has_failed else []
    tell_alerts(alerts, lambda key: key == f"task_failed:{stage}", night, is_synthetic)


def _after_watch(context: Context) -> None:
    from dags import watching

    if not ways():
        return
    params = context["params"]
    try:
        seen = watching.look(params.get("exports"), watching.moment_of_run(context))
    except Exception:
        _tell_of_task(context, has_failed=True)
        return
    _tell_of_task(context, has_failed=False)
    tell_of_watch(seen)
    # What the night could not tell, because the mail server was down at four: what it could is not told again.
    tell_of_night()


def _night_and_kind(context: Context) -> tuple[date, bool]:
    """The night that a run is about and whether it is one of sample exports; places may be what failed."""
    params = context["params"]
    marker = None
    with contextlib.suppress(Exception):
        address = places.configured_exports(params.get("exports"), Installation.from_environment())
        marker = places.synthetic_marker(address)
    return places.night_of(params.get("night"), marker, _moment(context)), marker is not None


def _asked_night(context: Context) -> date:
    return _night_and_kind(context)[0]


def _moment(context: Context) -> datetime:
    run = context["dag_run"]
    moment: datetime = run.logical_date or run.run_after
    return moment


def _attempt(work: Callable[[], None], way: str = "") -> bool:
    """Do what may fail without anything else failing; told in one line, without an address or a value."""
    try:
        work()
        return True
    except Exception as error:
        message = safe_message(error)
    tell("alerts", "unsent", " ".join(part for part in (f"by {way}:" if way else "", message) if part))
    return False


@contextlib.contextmanager
def _told(installation: Installation) -> Iterator[dict[str, list[Any]]]:
    """What was told, by way; kept at the end, also when telling was broken off. One process at a time."""
    from monitoring.operational.told import read_told, write_told

    # A folder of the installation is made on its way.
    file = Path(installation.logs.parent / TOLD_FILE)
    with file.with_suffix(".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        told = read_told(file)
        before = {way: list(entries) for way, entries in told.items()}
        try:
            yield told
        finally:
            if told != before:
                write_told(file, told)
