"""`make bench`: accuracy and seconds on synthetic registers of several sizes and seeds, as one table."""

from __future__ import annotations

import logging
import platform
import tempfile
from pathlib import Path

import click

from benchmarks.accuracy import measure
from connectors.sample import write_sample


@click.command()
@click.option("--children", multiple=True, type=int, default=(2_000, 20_000), show_default=True)
@click.option("--seed", multiple=True, type=int, default=(1, 2, 3), show_default=True)
def main(children: tuple[int, ...], seed: tuple[int, ...]) -> None:
    """Write samples, link them, and print what was found beside the truth."""
    logging.disable(logging.INFO)
    click.echo(f"Synthetic registers of this repository; Python {platform.python_version()}, {platform.machine()}")
    for size in children:
        for number in seed:
            with tempfile.TemporaryDirectory() as folder:
                exports = Path(folder) / "exports"
                write_sample(exports, size, number)
                measured = measure(exports, size, number)
            click.echo(f"\n{size} children, seed {number}")
            for name, figure in {**measured.figures, **measured.resurfacing_recall}.items():
                click.echo(f"  {name:<40} {figure:>12.3f}")


if __name__ == "__main__":
    main()
