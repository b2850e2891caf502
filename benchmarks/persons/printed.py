"""The two Markdown tables: linkers side by side, and the figures of this product beside their bars."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import add

from benchmarks.persons.bars import Bar
from benchmarks.persons.linkers import Measured
from benchmarks.persons.measures import Quality, Share

QUALITY = ("P", "R", "F1", "B³ P", "B³ R", "B³ F1")
HEAD = (
    "linker", "threshold", *(f"edges {name}" for name in QUALITY), *(f"clusters {name}" for name in QUALITY),
    "calibration error", "offered per true one", "seconds",
)  # fmt: skip


def linkers_table(rows: Sequence[Measured]) -> str:
    """One row per linker."""
    cells = [
        [
            row.linker,
            row.threshold,
            *_quality(row.edges),
            *_quality(row.clusters),
            _number(row.calibration.value),
            f"{_number(row.burden.value, 2)} ({row.burden.part:,.0f})",
            f"{row.seconds:.1f}",
        ]
        for row in rows
    ]
    return _markdown(HEAD, cells)


def bars_table(figures: dict[int, dict[str, Share]], bars: Sequence[Bar]) -> str:
    """One row per figure: its bar, each seed, all seeds pooled, and whether the pooled figure reaches the bar."""
    seeds = sorted(figures)
    extra = sorted({name for of_seed in figures.values() for name in of_seed} - {bar.name for bar in bars})
    several = len(seeds) > 1
    cells = []
    for bar in [*bars, *(Bar(name) for name in extra)]:
        shares = [figures[seed].get(bar.name, Share(0.0, 0.0)) for seed in seeds]
        pooled = reduce(add, shares)
        row = [bar.name, bar.wanted, *(_counted(share) for share in shares)]
        if several:
            row.append(_counted(pooled))
        cells.append([*row, bar.verdict(pooled.value) + (_in_seeds(bar, shares) if several else "")])
    head = ["figure", "bar", *(f"seed {seed}" for seed in seeds), *(["pooled"] if several else []), "bar reached"]
    return _markdown(head, cells)


def _in_seeds(bar: Bar, shares: Sequence[Share]) -> str:
    reached = [bar.reached(share.value) for share in shares]
    told = [one for one in reached if one is not None]
    return f"; {sum(told)} of {len(told)} seeds" if told else ""


def _counted(share: Share) -> str:
    """The share, with its counts when both are counts and tell more than the share alone."""
    if not share.whole:
        return "-"
    counts = float(share.part).is_integer() and float(share.whole).is_integer() and share.whole > 1
    return _number(share.value) + (f" ({share.part:,.0f}/{share.whole:,.0f})" if counts else "")


def _quality(quality: Quality) -> list[str]:
    return [
        _number(figure)
        for figure in (
            quality.precision.value,
            quality.recall.value,
            quality.f1,
            quality.cubed_precision.value,
            quality.cubed_recall.value,
            quality.cubed_f1,
        )
    ]


def _number(figure: float, digits: int = 3) -> str:
    return "-" if figure != figure else f"{figure:.{digits}f}"


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
