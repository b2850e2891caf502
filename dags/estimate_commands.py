"""The command `weerzien estimate`: the number never registered, with its spread, or why the data bear no estimate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from connectors.installation import OneLineError
from dags.counted_night import tables_of
from dags.iso_date import IsoDate

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitoring.estimates.lists_of_table import VictimRegistrations
    from monitoring.estimates.outcome import Asked, Outcome
    from monitoring.published_tables import PublishedTables

STRATA = ("sex", "age_band", "main_group")
# Of a table that goes to a file or a pipe, in characters.
WIDTH = 160


@click.command()
@click.option("--counts", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Estimate from published capture histories: one 0/1 column per list and `count`.")  # fmt: skip
@click.option("--night", type=IsoDate(), help="The night whose table is counted. Default: the one that is shown.")
@click.option("--year", type=click.IntRange(1900, 2999), help="Registrations of this year. Default: of all years.")
@click.option("--all-ages", is_flag=True, help="Adults too. Default: who is, or may be, under 18.")
@click.option("--by", type=click.Choice(STRATA), help="An estimate for every value of this column; they do not add up.")
@click.option(
    "--bootstrap", type=click.IntRange(0, 100_000), help="Resamples for the intervals. Default: 1000; 0: none."
)
@click.option("--threshold", type=click.FloatRange(0, 1), help="Of the stepwise method. Default: 0.02.")
@click.option(
    "--order", type=click.IntRange(1, 9), help="Most lists in one interaction. Default: by the number of lists."
)
@click.option("--link-sets", type=click.IntRange(0, 1000), help="Link sets to draw. Default: 20; 0: none.")
@click.option(
    "--seed", type=click.IntRange(0), default=1, show_default=True, help="The same seed gives the same result."
)
@click.option("--language", type=click.Choice(["nl", "en"]), default="nl", show_default=True,
              help="Of what is shown.")  # fmt: skip
@click.option("--json", "json_file", metavar="FILE", help="Write everything as JSON, unrounded; - for standard output.")
def estimate(
    counts: Path | None,
    night: str | None,
    year: int | None,
    all_ages: bool,
    by: str | None,
    bootstrap: int | None,
    threshold: float | None,
    order: int | None,
    link_sets: int | None,
    seed: int,
    language: str,
    json_file: str | None,
) -> None:
    """Estimate how many victims no register holds, by multiple systems estimation from lists of victims.

    Several methods side by side with 95 % intervals (bias-corrected accelerated, the whole selection of a model
    repeated), the codes of existence and identifiability of the models, and from the table the uncertainty of
    the linking. Where the data bear no estimate it says why. Not for publication without its spread.
    """
    from monitoring.estimates.outcome import Asked

    if counts and (night or year or all_ages or by or link_sets):
        raise OneLineError("--counts takes published counts: leave out --night, --year, --all-ages, --by, --link-sets")
    usual = Asked()
    asked = Asked(
        threshold=usual.threshold if threshold is None else threshold,
        most_order=order,
        times=usual.times if bootstrap is None else bootstrap,
        link_sets=usual.link_sets if link_sets is None else link_sets,
        seed=seed,
    )
    found = _of_counts(counts, asked) if counts else _of_night(night, year, all_ages, by, asked)
    _show(found, language, json_file)


def _of_counts(file: Path, asked: Asked) -> list[Outcome]:
    from dags.screen import LinkProgress
    from monitoring.estimates.histories import read_counts
    from monitoring.estimates.outcome import of_counts
    from monitoring.estimates.shown import in_words

    histories = read_counts(file)
    _check_lists(len(histories.lists))
    with LinkProgress(stderr=True) as progress:
        return [of_counts(histories, in_words("source_counts", file=file.name), asked, progress.told)]


def _of_night(night: str | None, year: int | None, all_ages: bool, by: str | None, asked: Asked) -> list[Outcome]:
    from dags.screen import LinkProgress
    from monitoring.estimates.lists_of_table import values_of

    with LinkProgress(stderr=True) as progress:
        progress.told("reading the table")
        tables = tables_of(night)
        strata = [(by, value) for value in values_of(tables, by)] if by else [None]
        return [_of_stratum(tables, year, all_ages, stratum, asked, progress.told) for stratum in strata]


def _of_stratum(
    tables: PublishedTables,
    year: int | None,
    all_ages: bool,
    stratum: tuple[str, str] | None,
    asked: Asked,
    told: Callable[[str, float], None],
) -> Outcome:
    from monitoring.estimates.lists_of_table import victim_registrations_of
    from monitoring.estimates.outcome import of_table
    from monitoring.estimates.shown import described

    registrations = victim_registrations_of(tables, year, all_ages, stratum)
    if not stratum:
        _check_counts(registrations, year)
    source = described(tables.night.isoformat(), year, all_ages, stratum)
    return of_table(registrations, source, tables.is_synthetic, asked, told)


def _check_counts(registrations: VictimRegistrations, year: int | None) -> None:
    held = registrations.histories().of_lists
    if not any(held.values()):
        raise OneLineError(f"no victims are registered in {year or 'any year'}; give another --year, or none")
    _check_lists(sum(count > 0 for count in held.values()))


def _check_lists(lists: int) -> None:
    from monitoring.estimates.rules import RULES

    least = RULES["lists"]["least_lists"]
    if lists < least:
        raise OneLineError(f"no estimate from {lists} lists: at least {least} lists of victims are needed")


def _show(found: list[Outcome], language: str, json_file: str | None) -> None:
    from dags.screen import Screen
    from monitoring.estimates.as_json import as_json
    from monitoring.estimates.shown import LEAST_WIDTH, Shown

    if json_file:
        content = as_json(found[0]) if len(found) == 1 else "[\n" + ",\n".join(map(as_json, found)) + "]\n"
        if json_file == "-":
            click.echo(content, nl=False)
            return
        try:
            Path(json_file).write_text(content, encoding="utf-8")
        except OSError as error:
            raise OneLineError(f"{json_file} cannot be written ({error.strerror}); give another file") from None
    # A table that is cut at eighty characters cannot be read again; lists A, NG and B are no emoji "A:NG:B".
    screen = Screen(emoji=False)
    screen.width = max(screen.width, LEAST_WIDTH) if screen.is_terminal else WIDTH
    for outcome in found:
        for part in Shown(language).parts(outcome):
            screen.print(part, markup=False, highlight=False, soft_wrap=isinstance(part, str))
    if json_file:
        click.echo(json_file)
