"""The command `weerzien doctor`: what is wrong with this installation, one line each.

Rooms are imported inside the subcommand, so that `--help` answers at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from connectors.installation import Installation, OneLineError

if TYPE_CHECKING:
    from dags.doctor.finding import Finding


@click.command()
@click.option("--deep", is_flag=True, help="Compare the bytes of every landed file, not only of the newest.")
@click.option("--json", "as_json", is_flag=True, help="One JSON list of state, about, seen, do.")
@click.option("--quiet", is_flag=True, help="Only what is not ok.")
def doctor(deep: bool, as_json: bool, quiet: bool) -> None:
    """Look at this installation and say what is wrong in one line each, with what to do; change nothing.

    Run it with the settings of the scheduler and the page: the environment file of deploy/. Exit code 1 when
    anything is wrong; a warning alone gives 0. No line holds a secret or anything of a child.
    """
    findings = []
    for finding in examined(deep):
        findings.append(finding)
        if not as_json and not (quiet and finding.state == "ok"):
            click.echo(finding.line)
    if as_json:
        shown = [vars(finding) for finding in findings if not (quiet and finding.state == "ok")]
        click.echo(json.dumps(shown, ensure_ascii=False, indent=1))
    count = sum(finding.state == "wrong" for finding in findings)
    if count:
        raise OneLineError(f"{count} wrong; see the lines that begin with it")


def examined(deep: bool) -> Iterator[Finding]:
    """Give the findings of all checks, each as soon as it is there."""
    from dags.arrivals import existing_database
    from dags.doctor import databases, deliveries, machine, scheduling, seeing
    from dags.doctor.finding import looked, wrong

    installation = Installation.from_environment()
    yield from looked("libraries", machine.python_and_libraries)
    yield from looked("settings", machine.settings)
    yield from looked("time", machine.time_zone)
    yield from looked("WEERZIEN_HOME", lambda: machine.home(installation))
    # Before the database is asked, which would tidy what a killed server left.
    yield from looked("left behind", lambda: machine.left_behind(installation))
    engine = None
    try:
        engine = existing_database(installation)
    except OneLineError as error:
        yield wrong("database", str(error), "")
    else:
        yield from looked("database", lambda: databases.database(engine))
    yield from looked("exports", lambda: deliveries.exports(installation))
    yield from looked("landing", lambda: deliveries.landing(installation, engine, deep))
    yield from looked("landing key", deliveries.landing_keys)
    yield from looked("terms", deliveries.terms)
    yield from looked("releases", lambda: deliveries.releases(installation))
    yield from looked("page", lambda: deliveries.portal(installation))
    yield from looked("Airflow", lambda: scheduling.airflow(installation))
    yield from looked("alerts", lambda: seeing.told(installation))
    yield from looked("metrics", lambda: seeing.metrics(installation))
    yield from looked("lineage", lambda: seeing.lineage(installation))
    yield from looked("DAGs", scheduling.dags_can_be_read)
