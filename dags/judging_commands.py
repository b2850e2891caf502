"""The commands of the reviewers' judgements: `weerzien judge` and `weerzien judgements`.

Rooms are imported inside the subcommands, so that `--help` answers at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from connectors.installation import Installation, OneLineError

if TYPE_CHECKING:
    from rich.table import Table
    from sqlalchemy import Engine

COUNTS_FROM = "telt mee vanaf de volgende nacht / counts from the next night"
# In Dutch and English, on the two lines of a pair; {by} is the entry that ended it.
STATES = {
    "in_force": "van kracht\nin force",
    "undone": "herroepen\nundone ({by})",
    "superseded": "vervangen\nsuperseded ({by})",
    "undo": "herroept\nundoes {undoes}",
}
VERDICTS = {
    "same": "dezelfde\nsame",
    "different": "verschillend\ndifferent",
    "unsure": "niet te zeggen\nunsure",
    "undo": "",
}
NO_LONGER_KEPT = "verwijderd / purged"


def _why_and_who(command: Callable[..., None]) -> Callable[..., None]:
    """Every entry of the log says why and who."""
    by = click.option("--by", required=True, metavar="NAME", help="Who says so.")
    why = click.option("--reason", required=True, metavar="TEXT", help="Why; it stays in the closed schema.")
    return by(why(command))


@click.command()
@click.argument("left")
@click.argument("right")
@click.argument("verdict", type=click.Choice(["same", "different", "unsure"]))
@_why_and_who
def judge(left: str, right: str, verdict: str, reason: str, by: str) -> None:
    """Give a reviewer's verdict on two registrations of the published table; it counts from the next night.

    LEFT and RIGHT are REGISTER/KEY with the register's own key, such as stv/2004/12. "same" joins them also where the
    model would not, "different" separates them for ever, after "unsure" the pair is not offered again.
    """
    from datetime import UTC, datetime

    from monitoring.judgement_log import judge as judge_pair

    number = judge_pair(_engine(), left, right, verdict, reason, by, datetime.now(UTC))
    click.echo(f"Oordeel / judgement {number}: {COUNTS_FROM}")


@click.group()
def judgements() -> None:
    """The log of reviewers' verdicts: look, take one back, write it to a file, read it from a file.

    The page docs/judging.md says what a verdict does.
    """


@judgements.command("list")
@click.option("--all", "with_all", is_flag=True, help="Also what was undone or superseded, and the undoing itself.")
@click.option("--reasons", is_flag=True, help="Also the reasons, which may tell about a child.")
def list_judgements(with_all: bool, reasons: bool) -> None:
    """Show the verdicts that the next night takes: number, pair, verdict, who, and the night that lay before them."""
    from dags.screen import Screen
    from monitoring.judgement_log import all_judgements, judged_origin

    engine = _engine()
    origin = judged_origin(engine)
    shown = [entry for entry in all_judgements(engine, origin) if with_all or entry["state"] == "in_force"]
    if origin:
        click.echo("Verzonnen registraties / synthetic registrations")
    if shown:
        Screen().print(_table(shown, reasons))
    else:
        click.echo("Geen oordelen van kracht / no judgements in force")


@judgements.command()
@click.argument("number", type=click.IntRange(1))
@_why_and_who
def undo(number: int, reason: str, by: str) -> None:
    """Take judgement NUMBER back, from the next night on; it stays in the log.

    A verdict that it had superseded counts again.
    """
    from datetime import UTC, datetime

    from monitoring.judgement_log import undo as undo_judgement

    own = undo_judgement(_engine(), number, reason, by, datetime.now(UTC))
    click.echo(f"{own}: herroept / undoes {number}; {COUNTS_FROM}")


@judgements.command()
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
def export(file: Path) -> None:
    """Write the whole log to FILE as lines of JSON, readable by its owner only; "-" is standard output.

    It holds the registers' own keys and the reasons: for engineers with rights.
    """
    from monitoring.export import write_private
    from monitoring.judgement_lines import export_lines
    from monitoring.judgement_log import judged_origin

    engine = _engine()
    lines = [f"{line}\n" for line in export_lines(engine, judged_origin(engine))]
    content = "".join(lines).encode()
    if str(file) == "-":
        click.echo(content, nl=False)
        return
    try:
        write_private(file, lambda path: path.write_bytes(content))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OneLineError(f"{file} cannot be written ({reason}); give another file") from None
    click.echo(f"{len(lines)} oordelen / judgements: {file}")


@judgements.command("import")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
def import_judgements(file: Path) -> None:
    """Add what FILE, an export, holds and the log lacks, under numbers of its own; "-" is standard input.

    One wrong line, and nothing is added. The same file a second time adds nothing.
    """
    from monitoring.judgement_lines import import_lines
    from monitoring.judgement_log import judged_origin

    engine = _engine()
    origin = judged_origin(engine)
    with _lines_of(file) as lines:
        added, known = import_lines(engine, lines, origin)
    click.echo(f"{added} toegevoegd, {known} al bekend / {added} added, {known} known already")


def _engine() -> Engine:
    """The installation's database; one that has none yet is not given one."""
    from dags.arrivals import existing_database

    engine = existing_database(Installation.from_environment())
    if engine is None:
        raise OneLineError("no night has been published yet; run `weerzien night` first")
    return engine


@contextmanager
def _lines_of(file: Path) -> Iterator[Iterable[str]]:
    """The lines of a file; bytes that are no text become signs that no entry may hold."""
    try:
        with click.open_file(str(file), encoding="utf-8", errors="surrogateescape") as lines:
            yield lines
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OneLineError(f"{file} cannot be read ({reason}); give another file") from None


def _table(entries: Iterable[dict[str, Any]], reasons: bool) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    # A key and a night have to be copied whole, so the other columns fold.
    whole, folding = ("nr", "paar / pair", "nacht / night"), ("oordeel / verdict", "door / by", "stand / state")
    table = Table(box=box.SIMPLE, pad_edge=False)
    for heading in (*whole, *folding, *["reden / reason"] * reasons):
        table.add_column(heading.replace(" / ", "\n"), overflow="fold", no_wrap=heading in whole)
    for entry in entries:
        pair = "\n".join(entry[key] or NO_LONGER_KEPT for key in ("key_l", "key_r"))
        state = STATES[entry["state"]].format(by=entry["ended_by"], undoes=entry["undoes"])
        row = [str(entry["judgement_id"]), pair, entry["night"].isoformat(), VERDICTS[entry["verdict"]]]
        row += [entry["judged_by"], state, *[entry["reason"] or NO_LONGER_KEPT] * reasons]
        table.add_row(*map(Text, row))
    return table
