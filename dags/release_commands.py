"""The command `weerzien release`: frozen tables for everybody, from which no child can be recognised.

Rooms are imported inside the subcommands, so that `--help` answers at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from connectors.installation import Installation, OneLineError
from dags.counted_night import tables_of
from dags.iso_date import IsoDate

if TYPE_CHECKING:
    from monitoring.releases.publication import Made
    from monitoring.releases.rules import Rules

ALL = "all"


@click.group()
def release() -> None:
    """Releases: tables of a year that is over, protected and frozen, for who may not see the bureau's own.

    Small counts are withheld together with what would give them away, or every number is rounded; an attacker's
    reckoning over all tables and all earlier releases is part of making one. See docs/releases.md.
    """


@release.command("make")
@click.option("--table", "tables", metavar="NAME", multiple=True, required=True, help="A table, such as T4; repeat.")
@click.option("--year", required=True, metavar="YEAR", help="A year that was over on the night, or `all`.")
@click.option("--id", "release_id", required=True, metavar="NAME", help="What the release is called, for good.")
@click.option("--by", required=True, metavar="NAME", help="Who releases it.")
@click.option("--night", type=IsoDate(), help="The night whose table is counted. Default: the one that is shown.")
@click.option(
    "--method",
    type=click.Choice(["suppress", "round"]),
    default="suppress",
    show_default=True,
    help="Withhold small counts and what gives them away, or round every number.",
)
@click.option("--strict", is_flag=True, help="Counts below 10 are small, not only those below 5.")
@click.option("--date", "on", type=IsoDate(), help="The day of the release. Default: the day of the night.")
@click.option("--revises", metavar="ID", help="The release whose tables this one replaces.")
@click.option("--reason", metavar="TEXT", help="Why it is replaced.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Also put a copy in this folder, as release-ID.",
)
def make(
    tables: tuple[str, ...],
    year: str,
    release_id: str,
    by: str,
    night: str | None,
    method: str,
    strict: bool,
    on: str | None,
    revises: str | None,
    reason: str | None,
    out: Path | None,
) -> None:
    """Make a release of some tables and freeze it; nothing of it ever changes afterwards.

    Refused, with the table and the reason in one line: a year that is not over, a table that came out before, a table
    whose small counts cannot be protected.
    """
    from monitoring.figures.report import report_of
    from monitoring.releases.kept import check_id
    from monitoring.releases.manifest import Facts
    from monitoring.releases.publication import check_is_over, make_release
    from monitoring.releases.rules import METHODS, release_rules

    installation = Installation.from_environment()
    check_id(installation.home, release_id)
    if not by.strip():
        raise OneLineError("say who releases it: --by NAME")
    counted = _year(year)
    of_night = tables_of(night)
    check_is_over(counted, of_night.night)
    facts = Facts(
        release=release_id,
        night=of_night.night.isoformat(),
        year=counted,
        date=on or of_night.night.isoformat(),
        by=by.strip(),
        is_synthetic=of_night.is_synthetic,
        model_version=of_night.model_version,
        code_version=of_night.code_version,
        revises=revises,
        reason=reason.strip() if reason else None,
    )
    rules = release_rules(next(name for name in METHODS if name == method), strict)
    _show(make_release(installation.home, report_of(of_night, counted), tables, rules, facts, out), rules)


@release.command("list")
def list_releases() -> None:
    """List the releases of this installation."""
    from rich import box
    from rich.table import Table

    from dags.screen import Screen
    from monitoring.releases.kept import records

    listed = Table(box=box.SIMPLE, pad_edge=False)
    for heading in ("Uitgave", "Nacht", "Jaar", "Methode", "Drempel", "Tabellen", "Vervangt"):
        listed.add_column(heading, no_wrap=heading != "Tabellen")
    for record in records(Installation.from_environment().home):
        year = "alle" if record.year is None else str(record.year)
        facts = (record.release, record.night, year, record.method, str(record.threshold))
        listed.add_row(*facts, ", ".join(record.tables), record.revises or "")
    Screen().print(listed)


@release.command("verify")
@click.argument("what", metavar="ID|DIR")
def verify(what: str) -> None:
    """Check that a release is unchanged and gives no small count away.

    ID is a release of this installation, DIR the folder of a copy. Exit code 1 with a line per fault. Of an
    ID the record of the true counts and the earlier releases are used too.
    """
    from monitoring.releases.kept import publication_of, records
    from monitoring.releases.verify import faults

    home = Installation.from_environment().home
    if Path(what).is_dir():
        found = faults(Path(what))
    else:
        folder, known = publication_of(home, what), records(home)
        record = next((one for one in known if one.release == what), None)
        found = faults(folder, record, known)
    for fault in found:
        click.echo(fault)
    if found:
        raise OneLineError(f"{what} is not sound: {len(found)} fault(s)")
    click.echo(
        f"{what}: ongewijzigd, en geen klein aantal is af te leiden / unchanged, and no small count can be worked out"
    )


def _year(written: str) -> int | None:
    if written == ALL:
        return None
    if written.isascii() and written.isdecimal() and len(written) == 4:
        return int(written)
    raise OneLineError("--year is a year such as 2004, or all")


def _show(made: Made, rules: Rules) -> None:
    """What was protected, table by table: on the screen of who may know, and no more than the manifest tells."""
    for name, audited in made.protected.audited.items():
        withheld = f"{audited.withheld} weggelaten / withheld" if rules.method == "suppress" else "afgerond / rounded"
        narrowest = "-" if audited.narrowest is None else str(audited.narrowest)
        click.echo(f"{name:<8}{audited.numbers:>5} getallen / numbers, {withheld}, smalste / narrowest {narrowest}")
    places: Sequence[Path] = [made.publication, *([made.copy] if made.copy else [])]
    for place in places:
        click.echo(place)
