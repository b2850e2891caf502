"""One whole night in this process, through the real DAG, without a scheduler.

The settings of Airflow come from environment variables that count only before its first import, so nothing here
imports it at the top. What Airflow and the libraries write goes to `logs/<night>.log`; the terminal shows the stages.
"""

import contextlib
import logging
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from connectors.installation import Installation, OneLineError
from dags import places
from dags.airflow_home import airflow_environment, prepare
from dags.artefacts import wipe
from dags.borders import NIGHT_LOG
from dags.turns import one_at_a_time

if TYPE_CHECKING:
    from rich.console import Console

DATABASE = "night.db"
SAMPLE_CHILDREN = 2000
SAMPLE_SEED = 1


@dataclass(frozen=True)
class NightRun:
    """How a night by hand ended; `fault` is None when every register was whole. A night with one may be published."""

    night: date
    is_published: bool
    fault: str | None


def run_night(night: str | None, exports: str | None, console: "Console", full: bool = False) -> NightRun:
    """Run one night, a full one takes nothing over from earlier nights; raises OneLineError when it cannot begin.

    Without exports given or configured, a new installation gets sample exports and a night on them.
    """
    from monitoring.database import connect, upgrade

    installation = Installation.from_environment()
    # A URL of exports loads Airflow, which reads its settings once.
    os.environ |= airflow_environment(installation, DATABASE)
    with one_at_a_time(installation):
        if not places.is_configured(exports):
            offer_sample(installation, console)
        address = places.configured_exports(exports, installation)
        places.check_exports(address)
        marker = places.synthetic_marker(address)
        day = places.night_of(night, marker, datetime.now(UTC))
        if marker is not None:
            said = "Deze registraties zijn verzonnen (synthetisch). / These registrations are synthetic."
            console.print(said, style="bold", soft_wrap=True)
        console.print(f"Night of {day.isoformat()}, exports in {address}", highlight=False, soft_wrap=True)
        # Before Airflow is loaded: a database that cannot be reached is said at once.
        upgrade(connect(installation))
        return run_dag(installation, day, address, console, full)


def offer_sample(installation: Installation, console: "Console") -> None:
    """Write sample exports into a new installation; one that has landed real exports gets none.

    Raises OneLineError when the installation is in use and no exports are configured.
    """
    if (installation.sample / places.SYNTHETIC_MARKER).is_file():
        return
    if installation.landing.is_dir() and any(installation.landing.iterdir()):
        raise OneLineError("no exports are configured: give --exports FOLDER or set WEERZIEN_EXPORTS")
    from connectors.sample import write_sample

    console.print(
        f"Nieuwe installatie: er worden verzonnen registraties gemaakt ({SAMPLE_CHILDREN} kinderen). / "
        f"New installation: writing synthetic exports ({SAMPLE_CHILDREN} children).",
        soft_wrap=True,
    )
    # Written beside and renamed: a sample that was broken off is not taken for a whole one.
    unfinished = installation.sample.with_name("sample.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    write_sample(unfinished, SAMPLE_CHILDREN, SAMPLE_SEED)
    os.replace(unfinished, installation.sample)


def run_dag(installation: Installation, night: date, exports: str, console: "Console", full: bool = False) -> NightRun:
    """Run the real DAG for a night and read from its task instances how it ended."""
    from dags.progress import NightProgress

    installation.logs.mkdir(mode=0o700, parents=True, exist_ok=True)
    logical_date = datetime.combine(night, time(places.NIGHT_HOUR), places.AMSTERDAM)
    with (
        own_screen(installation, night, console) as screen,
        NightProgress(screen) as progress,
        to_be_broken_off(installation),
    ):
        prepare(installation, DATABASE)
        states = test_run(logical_date, {"night": night.isoformat(), "exports": exports, "full": full})
    is_published = states.get("publish") == "success"
    if states.get("verdict") == "success":
        return NightRun(night, is_published, None)
    log_file = installation.logs / f"{night.isoformat()}.log"
    return NightRun(night, is_published, progress.failure or f"the night stopped; see {log_file}")


def test_run(logical_date: datetime, conf: dict[str, Any]) -> dict[str, str]:
    """Run the DAG by Airflow's own in-process runner; return the state of each task that is not mapped."""
    # Airflow configures logging when it is first loaded; importing it here keeps that inside the log file.
    import airflow.settings  # noqa: F401

    from dags import gauging
    from dags.nightly import nightly_dag

    gauging.begin()
    logging.getLogger(NIGHT_LOG).setLevel(logging.INFO)
    for task in nightly_dag.tasks:
        # A person is waiting: a stage that failed says so at once.
        task.retries = 0
    run = nightly_dag.test(logical_date=logical_date, run_conf=conf)
    return {instance.task_id: str(instance.state) for instance in run.get_task_instances() if instance.map_index < 0}


@contextlib.contextmanager
def to_be_broken_off(installation: Installation) -> Iterator[None]:
    """Let Ctrl-C or a request to end reach the user as KeyboardInterrupt, and leave no work files whatever happens.

    Airflow takes an interruption of a task for a failure of that task, so it is remembered here.
    """
    asked: list[int] = []

    def break_off(number: int, _: object) -> None:
        asked.append(number)
        raise KeyboardInterrupt

    kept = {number: signal.signal(number, break_off) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
        if asked:
            raise KeyboardInterrupt
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
        wipe(installation)


@contextlib.contextmanager
def own_screen(installation: Installation, night: date, console: "Console") -> Iterator["Console"]:
    """Send all output of this process to the night's log and give a console that still reaches the screen.

    At the level of file descriptors, because Airflow, libraries in C and child processes each write in their own way.
    """
    from dags.screen import Screen

    sys.stdout.flush()
    sys.stderr.flush()
    path = installation.logs / f"{night.isoformat()}.log"
    with path.open("a") as log:
        kept = [os.dup(1), os.dup(2)]
        screen = os.fdopen(os.dup(1), "w")
        # Asked before the switch: afterwards it would be answered about the log.
        is_terminal, width = console.is_terminal, console.width
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
        try:
            yield Screen(file=screen, force_terminal=is_terminal, width=width)
        finally:
            # Airflow has set logging to print; what ends with the process would still be written to the screen.
            logging.getLogger().handlers = [logging.NullHandler()]
            sys.stdout.flush()
            sys.stderr.flush()
            for number, descriptor in enumerate(kept, start=1):
                os.dup2(descriptor, number)
                os.close(descriptor)
            with contextlib.suppress(OSError):
                screen.close()
