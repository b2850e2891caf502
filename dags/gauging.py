"""The night's gauges, through Airflow's own metrics: on where `[metrics] statsd_on` or `otel_on` is, else nowhere.

A gauge that cannot be sent is one line in the log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from dags.borders import safe_message, tell

if TYPE_CHECKING:
    from monitoring.operational.gauges import Gauge

# In the order in which Airflow takes one, each with the package that it needs.
SWITCHES = {"statsd_datadog_enabled": "datadog", "statsd_on": "statsd", "otel_on": "opentelemetry-exporter-otlp"}


def are_on() -> bool:
    """Whether Airflow's metrics are on."""
    from airflow.sdk.configuration import conf

    return any(conf.getboolean("metrics", switch, fallback=False) for switch in SWITCHES)


def begin() -> None:
    """Let Airflow's metrics begin in a process that Airflow did not start itself, as in a night by hand."""
    from airflow.sdk.configuration import conf
    from airflow.sdk.observability import stats
    from airflow.sdk.observability.metrics import stats_utils

    if are_on():
        names = conf.getboolean("metrics", "legacy_names_on", fallback=True)
        stats.initialize(factory=stats_utils.get_stats_factory(), export_legacy_names=names)


def night_published(context: Mapping[str, Any]) -> None:
    """Send the gauges of the published night."""
    _attempt(_send_night)


def stage_took(context: Mapping[str, Any]) -> None:
    """Send how long a task took, if it is one that is declared."""

    def work() -> None:
        from monitoring.operational.declared import stages
        from monitoring.operational.gauges import seconds_of

        instance = context["ti"]
        stage = f"{instance.dag_id}.{instance.task_id}"
        if stage in stages() and instance.start_date and instance.end_date:
            send([seconds_of(stage, (instance.end_date - instance.start_date).total_seconds())])

    _attempt(work)


def send(gauges: Iterable[Gauge]) -> None:
    """Send gauges: the code stands in the name, for StatsD, and as a tag."""
    from airflow.sdk.observability import stats

    for gauge in gauges:
        stats.gauge(gauge.full_name, gauge.value, tags=dict(gauge.tags))


def _send_night() -> None:
    from connectors.installation import Installation
    from monitoring.database import connect
    from monitoring.operational.gauges import gauges_of
    from monitoring.operational.nights import counts_of_nights, shown_night

    engine = connect(Installation.from_environment())
    shown = shown_night(engine)
    if shown is not None:
        send(gauges_of(counts_of_nights(engine, shown.origin, shown.night, 1)[-1]))


def _attempt(work: Callable[[], None]) -> None:
    try:
        if are_on():
            work()
        return
    except Exception as error:
        message = safe_message(error)
    tell("metrics", "unsent", message)
