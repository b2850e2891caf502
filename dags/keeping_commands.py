"""The command of housekeeping: `weerzien housekeep`.

Rooms are imported inside the subcommand, so that `--help` answers at once.
"""

from __future__ import annotations

import click

from connectors.installation import Installation

WHAT = {
    "registrations": "registraties / registrations",
    "versions": "versies / versions",
    "records": "van kracht / in force",
    "judgements": "oordelen / judgements",
    "findings": "bevindingen / findings",
    "earlier_nights": "rijen van eerdere nachten / rows of earlier nights",
    "landing_rows": "regels in bestanden / rows in files",
    "landing_files": "bestanden / files",
    "reports": "rapporten / reports",
}
NOTHING = "niets / nothing"


@click.command()
@click.option("--night", metavar="DATE", help="As of this night (YYYY-MM-DD). Default: the published one.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be removed, as far as it is known beforehand.")
def housekeep(night: str | None, dry_run: bool) -> None:
    """Remove what the registers' terms no longer allow to be kept, and tell how much that was.

    Terms and policies stand in connectors/registers/*.toml, what is removed where in docs/retention.md. Runs when no
    night is at work; the same night again does nothing more.
    """
    from dags.keeping import keep
    from dags.turns import one_at_a_time

    with one_at_a_time(Installation.from_environment()):
        on, counts = keep(night, dry_run=dry_run)
    would = "zou worden verwijderd / would be removed" if dry_run else "verwijderd / removed"
    click.echo(f"Nacht / night {on.isoformat()}: {would}")
    for register, of_register in counts.items():
        told = "; ".join(f"{count} {WHAT[what]}" for what, count in of_register.items() if count)
        click.echo(f"  {register:<12}{told or NOTHING}")
