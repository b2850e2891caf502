"""The command `weerzien`: a night by hand, sample exports, an export of the table.

Every mistake a user can make ends in one line on standard error and exit code 1; Ctrl-C in one line and 130. Rooms are
imported inside the subcommands, so that `--help` answers at once.
"""

import os
import signal
import sys
import time
from pathlib import Path
from typing import NoReturn

import click

from connectors.installation import Installation, OneLineError
from dags.alert_commands import alerts
from dags.backup_commands import backup, restore
from dags.database_commands import database
from dags.doctor_commands import doctor
from dags.estimate_commands import estimate
from dags.export_commands import export
from dags.figures_commands import figures
from dags.iso_date import IsoDate
from dags.judging_commands import judge, judgements
from dags.keeping_commands import housekeep
from dags.landing_commands import landing
from dags.ledger_commands import ledger
from dags.linking_commands import link
from dags.person_commands import nights, person
from dags.portal_commands import accounts, portal
from dags.release_commands import release

INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="weerzien")
def weerzien() -> None:
    """Five Dutch registers in, one monitoring table out: who is behind the registrations, and who came back.

    State lies under WEERZIEN_HOME (default .weerzien in the current folder), the table in the PostgreSQL
    of WEERZIEN_DATABASE_URL or, without it, in one that is started there.
    """


for command in (
    judge, judgements, ledger, link, housekeep, person, nights, portal, accounts, figures, estimate, export,
    release, alerts, backup, restore, database, doctor, landing,
):  # fmt: skip
    weerzien.add_command(command)


@weerzien.command()
@click.option("--night", type=IsoDate(), help="The night to run. Default: last night; for sample exports their last.")
@click.option(
    "--exports",
    metavar="URL",
    help="Folder or URL that holds ikps/ stv/ youth_care/ telex/ mob/. Default: WEERZIEN_EXPORTS, else sample exports.",
)
@click.option("--full", is_flag=True, help="Take nothing over from earlier nights: compare every pair again.")
def night(night: str | None, exports: str | None, full: bool) -> None:
    """Run one whole night in this process, through the real DAG, and show what came of it.

    Exit code 0 when all five registers were whole, 1 when one was refused, failed or never delivered: the
    table is then published without news of it.
    """
    from dags.night import run_night
    from dags.screen import Screen
    from monitoring.database import connect
    from monitoring.summary import night_summary, render

    console = Screen()
    began = time.monotonic()
    run = run_night(night, exports, console, full)
    if run.is_published:
        summary = night_summary(connect(Installation.from_environment()), run.night)
        summary["seconds"] = round(time.monotonic() - began, 1)
        console.print(render(summary), soft_wrap=True)  # the command to look must be copied whole
    if run.fault:
        left = "published, but not whole" if run.is_published else "not published, the last table stands"
        raise OneLineError(f"night of {run.night.isoformat()} {left}: {run.fault}")


@weerzien.command("estimate-weights")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--version", "version_", required=True, help="The name of the new version, for example 2026.3.")
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed gives the same proposal.")
def estimate_weights(out: Path, version_: str, seed: int) -> None:
    """Propose a new version of the linkage model from the published records, and write it to the file OUT.

    Shows per level what would change and what that would do to links and persons. Nothing is changed: a version
    counts when its file is put in linkage/models and named in linkage/model.py.
    """
    from dags.screen import Screen
    from linkage.model import load_model
    from linkage.model_file import as_model_file
    from linkage.proposal import propose
    from monitoring.database import connect
    from monitoring.held import published_records
    from monitoring.summary import render_proposal

    records = published_records(connect(Installation.from_environment()))
    proposal = propose(records, load_model(), version_, seed)
    try:
        out.write_text(as_model_file(proposal.model), encoding="utf-8")
    except OSError as error:
        raise OneLineError(f"{out} cannot be written ({error.strerror}); give another file") from None
    Screen().print(render_proposal(proposal.changes, proposal.effect))
    click.echo(f"proposed: {out}")


@weerzien.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option("--children", type=click.IntRange(1), default=2000, show_default=True, help="How many children.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed writes the same bytes.")
@click.option("--nights", type=click.IntRange(1), default=1, show_default=True, help="How many nights of deliveries.")
def sample(directory: Path, children: int, seed: int, nights: int) -> None:
    """Write synthetic exports of the five registers into DIRECTORY, with the truth beside them."""
    if directory.is_dir() and any(directory.iterdir()):
        raise OneLineError(f"{directory} is not empty; give a folder that is new or empty")
    from rich.console import Console
    from rich.progress import Progress

    from connectors.sample import write_sample

    console = Console(stderr=True)
    with Progress(console=console, transient=True) as progress:
        bar = progress.add_task("sample", total=None)

        def show(done: int, total: int) -> None:
            progress.update(bar, completed=done, total=total)

        write_sample(directory, children, seed, nights, show)
    click.echo(f"Synthetic exports of {children} children ({nights} night(s), seed {seed}) in {directory}")


@weerzien.command()
@click.option("--at", metavar="MOMENT", help="As of this moment, such as 2026-11-23T06:30 (Amsterdam). Default: now.")
@click.option("--exports", metavar="URL", help="Folder or URL of the exports, as of `weerzien night`.")
def watch(at: str | None, exports: str | None) -> None:
    """Tell which register did not deliver and which night was not published, and change nothing.

    Needs neither Airflow nor a night that ran. Exit code 0 when all is in time, 1 with one line that names what did
    not come.
    """
    from dags import watching

    moment = watching.moment_of(at)
    set_airflow_up_for_urls(exports)
    seen = watching.look(exports, moment)
    for line in watching.lines(seen):
        click.echo(line)
    fault = watching.missed(seen)
    if fault:
        raise OneLineError(fault)


@weerzien.command()
@click.argument("register")
@click.argument("file")
@click.option("--by", required=True, metavar="NAME", help="Who lets it through.")
@click.option("--reason", required=True, metavar="TEXT", help="Why its size is right.")
def accept(register: str, file: str, by: str, reason: str) -> None:
    """Let the newest landing of FILE through, which was refused because it has far fewer or more rows than before.

    REGISTER is ikps, stv, youth_care, telex or mob. Who and why are kept beside the delivery.
    """
    from connectors.register import load_register
    from dags.arrivals import accept_newest

    if not by.strip() or not reason.strip():
        raise OneLineError("say who lets it through (--by NAME) and why (--reason TEXT)")
    delivery_id = accept_newest(
        Installation.from_environment(), load_register(register), Path(file).name, by.strip(), reason.strip()
    )
    click.echo(f"{delivery_id}: telt mee vanaf de volgende nacht / counts in the next night")


def set_airflow_up_for_urls(exports: str | None) -> None:
    """Keep Airflow, which opens URLs of exports and reads its settings once, inside the installation."""
    configured = [address for name, address in os.environ.items() if name.startswith("WEERZIEN_EXPORTS")]
    if any("://" in address for address in [exports or "", *configured]):
        from dags.airflow_home import airflow_environment
        from dags.night import DATABASE

        os.environ |= airflow_environment(Installation.from_environment(), DATABASE)


def main() -> NoReturn:
    """Run the command and end the process with its exit code."""
    try:
        code = weerzien.main(prog_name="weerzien", standalone_mode=False)
        end(code if isinstance(code, int) else 0)
    except (click.Abort, KeyboardInterrupt):
        fail("interrupted; the last published table stands", INTERRUPTED)
    except BrokenPipeError:
        # Nobody reads any more; what is still to be flushed goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        end(1)
    except click.NoSuchOption as error:
        fail(f"{error.format_message()}; see --help")
    except click.ClickException as error:
        fail(error.format_message())
    except OneLineError as error:
        fail(str(error))
    except Exception as error:
        from connectors.faults import place_in_code

        # The message of an unforeseen exception may quote a value, so only its kind and place are shown.
        fail(f"unexpected: {place_in_code(error)}")


def fail(message: str, code: int = 1) -> NoReturn:
    """End with one line on standard error."""
    click.echo("weerzien: " + " ".join(message.split()), err=True)
    end(code)


def end(code: int) -> NoReturn:
    """End the process; a second Ctrl-C does not break off the embedded server that stops with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(code)
