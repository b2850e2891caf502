"""The command `weerzien export`: the published tables as files, with what describes them.

Rooms are imported inside the command, so that `--help` answers at once.
"""

from __future__ import annotations

from pathlib import Path

import click

from connectors.installation import Installation
from dags.iso_date import IsoDate


@click.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--night", type=IsoDate(), help="The tables as they were published on this night. Default: those shown now."
)
@click.option("--spss", is_flag=True, help="Also person.sav and registration.sav, with labels and missing values.")
@click.option(
    "--language", type=click.Choice(["nl", "en"]), default="nl", show_default=True, help="Of the labels in the .sav."
)
def export(directory: Path, night: str | None, spss: bool, language: str) -> None:
    """Write the published tables into DIRECTORY as CSV, Parquet and one workbook.

    What columns and codes mean stands beside them: datapackage.json for programs, dictionary.csv and crosswalk.csv
    for people. registrations.csv, links.csv, resurfaced.csv and quarantine.csv hold the registers' own keys: for
    engineers with rights.
    """
    from datetime import date

    from monitoring.database import connect
    from monitoring.export import export as export_tables
    from monitoring.held import published_origin
    from monitoring.past_nights import is_shown

    engine, spss_language = connect(Installation.from_environment()), language if spss else None
    published_origin(engine)
    if night and not is_shown(engine, date.fromisoformat(night)):
        from monitoring.export_of_night import export_night

        written = export_night(engine, directory, date.fromisoformat(night), spss_language)
        click.echo("Alleen wat per nacht wordt bewaard / only what is kept per night: no quarantine.csv", err=True)
    else:
        written = export_tables(engine, directory, spss_language=spss_language)
    for path in written:
        click.echo(path)
