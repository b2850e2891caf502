"""The command `weerzien figures`: the tables of the bureau's report of one night."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from connectors.installation import OneLineError
from dags.counted_night import tables_of
from dags.iso_date import IsoDate

if TYPE_CHECKING:
    from monitoring.figures.figure import Report

KINDS = ("html", "xlsx", "pdf", "csv")
EARLIEST, LATEST = 1900, 2999


@click.command()
@click.option(
    "--year", type=click.IntRange(EARLIEST, LATEST), help="Who first came into view in it. Default: all years."
)
@click.option("--night", type=IsoDate(), help="The night whose table is counted. Default: the one that is shown.")
@click.option(
    "--language", type=click.Choice(["nl", "en", "both"]), default="nl", show_default=True, help="Of the tables."
)
@click.option("--format", "formats", type=click.Choice(KINDS), multiple=True, help="Repeatable. Default: all four.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where to write. Default: figures-NIGHT or figures-NIGHT-YEAR in the current folder.",
)
def figures(year: int | None, night: str | None, language: str, formats: tuple[str, ...], out: Path | None) -> None:
    """Write the tables of the report, counted from the monitoring table, as a page, a workbook, a PDF and CSV.

    For the bureau itself: small counts are not protected. What is published goes through `weerzien release`.
    """
    from dags.screen import LinkProgress
    from monitoring.figures.report import is_empty, report_of
    from monitoring.figures.written.products import write_report
    from monitoring.figures.written.words import LANGUAGES

    with LinkProgress() as progress:
        progress.told("tabel lezen / reading the table")
        tables = tables_of(night)
        progress.told("tellen / counting")
        report = report_of(tables, year)
        if is_empty(report):
            raise OneLineError(
                f"nobody counts in {year or 'any year'} in the table of {report.night}; give another --year, or none"
            )
        directory = out or Path("-".join(["figures", report.night, *([str(year)] if year else [])]))
        written: dict[Path, None] = {}
        for one in [one for one in LANGUAGES if language in (one, "both")]:
            for kind in formats or KINDS:
                progress.told(f"schrijven / writing {one} {kind}")
                written |= dict.fromkeys(write_report(report, directory, one, [kind]))
        progress.end(f"{len(report.figures)} tabellen / tables, {_span(report)}")
    _show(report)
    for path in written:
        if path.parent == directory:
            click.echo(path)
    for folder in sorted({path.parent for path in written} - {directory}):
        click.echo(f"{folder}/ ({len(report.figures)} CSV)")


def _span(report: Report) -> str:
    years = "alle jaren / all years" if report.year is None else str(report.year)
    return f"nacht / night {report.night}, {years}"


def _show(report: Report) -> None:
    """The chapters with their tables and, where all tables have one, their base; what must be known before use."""
    from rich import box
    from rich.table import Table

    from dags.screen import Screen
    from monitoring.figures.written.numbers import count_text
    from monitoring.figures.written.words import notices, unit_in_words

    screen = Screen()
    listed = Table(box=box.SIMPLE, pad_edge=False)
    listed.add_column("Hoofdstuk / chapter")
    listed.add_column("Tabellen / tables")
    listed.add_column("basis / base", justify="right")
    for heading, names in report.chapters:
        figures = [report.figure(name) for name in names]
        bases = {(base, figure.unit) for figure in figures for base in figure.bases}
        told = ""
        if len(bases) == 1:
            base, unit = bases.pop()
            told = f"{count_text(base, 'nl')} {unit_in_words(unit, 'nl')}"
        listed.add_row(heading["nl"], " ".join(names), told)
    screen.print(listed)
    for language in ("nl", "en"):
        for notice in notices(report, language):
            screen.print(notice, soft_wrap=True, highlight=False, markup=False)
