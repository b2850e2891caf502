"""`python -m benchmarks.names`: recall at 1 % false positives, best F1 and time for each measure, as one table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from benchmarks.names.measures import MEASURES, Measured, measure
from benchmarks.names.pairs import LISTS, NamePair, pairs, pairs_in
from benchmarks.names.persons import HALVES


@click.command()
@click.option("--seed", default=1, show_default=True)
@click.option("--pairs", "count", default=100_000, show_default=True, help="Pairs of each half.")
@click.option("--list", "lists", multiple=True, type=click.Choice([*LISTS]), help="Both lists unless one is named.")
@click.option("--half", "halves", multiple=True, type=click.Choice(HALVES), help="Both halves unless one is named.")
@click.option(
    "--pairs-file", type=click.Path(exists=True, path_type=Path), help="Labelled pairs: name1, name2, is_match."
)
@click.option(
    "--missed", default=0, show_default=True, help="Show so many true pairs of the development half not found."
)
def main(
    seed: int, count: int, lists: tuple[str, ...], halves: tuple[str, ...], pairs_file: Path | None, missed: int
) -> None:
    """Tell spellings of one name from other names, with names alone."""
    if pairs_file is not None:
        report(pairs_file.name, pairs_in(pairs_file), missed)
        return
    for name_list in lists or LISTS:
        for half in halves or HALVES:
            found = pairs(half, count, seed, name_list)
            report(f"{name_list} list, {half}", found, missed if half == HALVES[0] else 0)


def report(title: str, found: Sequence[NamePair], missed: int) -> None:
    """Print the table of one set of pairs."""
    true = sum(pair.is_one_person for pair in found)
    click.echo(f"\n{title}: {true} true pairs, {len(found) - true} false pairs")
    click.echo(f"  {'':<18} recall at 1 % false   best F1   µs a pair")
    measured = {name: measure(name, found) for name in MEASURES}
    for name, figures in measured.items():
        click.echo(f"  {name:<18} {figures.recall:>19.3f} {figures.best_f1:>9.3f} {figures.microseconds:>11.1f}")
    ours, usual = measured["this repository"], measured["Jaro-Winkler"]
    _by_kind("recall", ours.recall_of, usual.recall_of)
    _by_kind("found, of two persons", ours.false_share_of, usual.false_share_of)
    _by_kind("recall against", ours.recall_against, usual.recall_against)
    _show_missed(ours, missed)


def _by_kind(title: str, ours: dict[str, float], usual: dict[str, float]) -> None:
    click.echo(f"  {title:<24} this repository   Jaro-Winkler")
    for kind, share in ours.items():
        click.echo(f"    {kind:<22} {share:>15.3f} {usual[kind]:>14.3f}")


def _show_missed(ours: Measured, count: int) -> None:
    for pair in ours.missed[:count]:
        click.echo(f"  not found: {pair.one} | {pair.other}")


if __name__ == "__main__":
    main()
