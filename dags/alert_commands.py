"""The command `weerzien alerts`: what whoever keeps the pipeline running should look at, and what to do.

Rooms are imported inside the subcommand, so that `--help` answers at once.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from connectors.installation import Installation, OneLineError
from dags.iso_date import IsoDate

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Engine

    from dags.watching import Watch

NONE = "Geen meldingen. / No alerts."


@click.command()
@click.option("--night", type=IsoDate(), help="Only the alerts of this night's table. Default: the published one's.")
@click.option("--exports", metavar="URL", help="Folder or URL of the exports, as of `weerzien night`.")
@click.option("--at", metavar="MOMENT", help="Who is late as of this moment, as of `weerzien watch`. Default: now.")
@click.option("--send", is_flag=True, help="Also tell what is news by mail and webhook, as the DAGs do.")
@click.option("--try", "try_", is_flag=True, help="Only send a trial by mail and webhook, and say who took it.")
def alerts(night: str | None, exports: str | None, at: str | None, send: bool, try_: bool) -> None:
    """Show the operational alerts and what to do about each; without --night also what the watch sees now.

    They are about the pipeline, not about children: those stand in monitoring.alert. WEERZIEN_ALERT_MAIL and
    WEERZIEN_ALERT_WEBHOOK say whom --send and the DAGs tell. docs/runbook.md has a section on each kind.
    When nothing can be told as it is set, the last lines say why; --try finds out whether it arrives.
    """
    if try_:
        _try_out()
        return
    from datetime import date

    from dags.notifying import alerts_of
    from monitoring.operational.alerts import operational_alerts
    from monitoring.operational.message import lines_of

    if send and night:
        raise OneLineError("--send tells how things stand now; leave out --night")
    seen = None if night else _look(exports, at)
    found = [] if seen is None else alerts_of(seen)
    shown = _shown()
    if shown is None:
        click.echo("Er is nog geen nacht gepubliceerd. / No night is published yet.")
    else:
        engine, origin, published = shown
        day = date.fromisoformat(night) if night else published
        click.echo(f"Nacht / night {day.isoformat()}" + (" (verzonnen / synthetic)" if origin else ""))
        found = [*found, *operational_alerts(engine, origin, day)]
    for alert in found:
        for line in lines_of(alert, ""):
            click.echo(line)
    if not found:
        click.echo(NONE)
    for line in _faults_of_telling():
        click.echo(line, err=True)
    if send:
        _send(seen)


def _look(exports: str | None, at: str | None) -> Watch | None:
    from dags import places, watching

    installation = Installation.from_environment()
    if not places.is_configured(exports) and not (installation.home / "sample").is_dir():
        click.echo(
            "Geen registraties ingesteld: wie te laat is, is niet bekeken. / No exports: the watch did not look."
        )
        return None
    set_airflow_up()
    return watching.look(exports, watching.moment_of(at))


def _shown() -> tuple[Engine, str, date] | None:
    from dags.arrivals import existing_database
    from monitoring.operational.nights import shown_night

    engine = existing_database(Installation.from_environment())
    shown = shown_night(engine) if engine else None
    return (engine, shown.origin, shown.night) if engine and shown else None


def _faults_of_telling() -> list[str]:
    from dags.doctor import seeing

    findings = seeing.told(Installation.from_environment())
    return [finding.line for finding in findings if finding.state == "wrong"]


def _try_out() -> None:
    from dags.notifying import MAIL, WEBHOOK, try_out, ways

    if not ways():
        raise OneLineError(f"nobody is told: set {MAIL} or {WEBHOOK}")
    set_airflow_up()
    import airflow.settings  # noqa: F401

    said = try_out()
    for way, fault in said.items():
        click.echo(f"{way}: {fault or 'proefbericht aangenomen / trial taken'}")
    if any(said.values()):
        raise OneLineError("not everybody can be told; see the lines above and docs/runbook.md")


def _send(seen: Watch | None) -> None:
    import logging
    import sys

    from dags.borders import NIGHT_LOG
    from dags.notifying import MAIL, WEBHOOK, tell_of_night, tell_of_watch, ways

    if not ways():
        raise OneLineError(f"nobody is told: set {MAIL} or {WEBHOOK}")
    set_airflow_up()
    import airflow.settings  # noqa: F401

    log = logging.getLogger(NIGHT_LOG)
    log.setLevel(logging.INFO)
    log.propagate = False
    log.addHandler(logging.StreamHandler(sys.stdout))
    if seen is not None:
        tell_of_watch(seen)
    tell_of_night()


def set_airflow_up() -> None:
    """Keep Airflow, which reads its settings once, inside the installation."""
    from dags.airflow_home import airflow_environment
    from dags.night import DATABASE

    for name, value in airflow_environment(Installation.from_environment(), DATABASE).items():
        os.environ.setdefault(name, value)
