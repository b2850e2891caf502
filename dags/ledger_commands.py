"""The command `weerzien ledger`: keep the ledger elsewhere, and begin anew from it."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from connectors.installation import Installation, OneLineError


@click.group()
def ledger() -> None:
    """The ledger: all that a night cannot find in its deliveries, as lines of JSON.

    Person ids, verdicts, value references, landed deliveries and purges. Together with the folder landing/ it gives
    the last nights again, byte for byte. It holds the registers' own keys and the reviewers' reasons.
    """


@ledger.command("export")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--until", metavar="DATE", help="Only up to and with this night.")
def export_ledger(file: Path, until: str | None) -> None:
    """Write the ledger of the published exports to FILE ("-": standard output)."""
    from datetime import date

    from monitoring.database import connect
    from monitoring.export import write_private
    from monitoring.held import published_origin
    from monitoring.ledger_lines import ledger_lines

    engine = connect(Installation.from_environment())
    try:
        last = date.fromisoformat(until) if until else date.max
    except ValueError:
        raise OneLineError("--until is not a date; write it as YYYY-MM-DD") from None
    lines = ledger_lines(engine, published_origin(engine), last)
    if str(file) == "-":
        for line in lines:
            click.echo(line)
        return
    count = 0

    def write(path: Path) -> None:
        nonlocal count
        with path.open("w", encoding="utf-8", newline="\n") as out:
            for line in lines:
                out.write(line + "\n")
                count += 1

    write_private(file, write)
    click.echo(f"{count} regels / lines: {file}")


@ledger.command("restore")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
def restore_ledger(file: Path) -> None:
    """Write the ledger in FILE into a new installation, whose landing/ has been copied; then work the nights again."""
    from monitoring.database import connect, upgrade
    from monitoring.ledger_lines import restore_lines

    engine = connect(Installation.from_environment())
    upgrade(engine)
    try:
        if str(file) == "-":
            counts = restore_lines(engine, sys.stdin)
        else:
            with file.open(encoding="utf-8") as lines:
                counts = restore_lines(engine, lines)
    except (OSError, UnicodeDecodeError) as error:
        raise OneLineError(f"{file} cannot be read ({type(error).__name__}); give another file") from None
    click.echo(", ".join(f"{count} {kind}" for kind, count in counts.items()))
