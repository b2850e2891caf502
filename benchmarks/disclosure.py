"""Do protected tables give small counts away, and what does protecting them cost?

`python -m benchmarks.disclosure [--tables N] [--seed S]` makes random tables with many small counts, protects them as
`weerzien release` does, and lets an attacker of its own (plain linear programmes over the sums of the table, not the
product's equations) try every withheld or rounded number. It prints how often he succeeds, and the loss: cells and
children withheld beyond the small ones, by us, by the least possible pattern (small tables, all patterns tried), and
when every row and column with a small count is withheld whole.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
from scipy.optimize import linprog

from monitoring.figures.figure import TOTAL, Figure, Heading
from monitoring.releases.protection import Protected, Refused, protect
from monitoring.releases.rules import Rules, release_rules

Grid = np.ndarray
"""Counts with a last row and a last column of totals."""

# Cells beside the small ones for which all patterns are tried.
MOST_PATTERNS = 10
SIZES = {"2x2 to 3x3": lambda shape: max(shape) <= 3, "larger": lambda shape: max(shape) > 3}
HEAD = (
    "| method | tables | size | numbers | small | given away | refused | withheld beside | loss | least loss (tried) | "
    "whole rows and columns |\n|" + "---|" * 11
)


def table(
    counts: Sequence[Sequence[int]],
    rows: Sequence[str] = "ABCDEFGH",
    columns: Sequence[str] = "fmuvw",
    name: str = "N1",
    population: str = "counted:2004",
    row_dimension: str = "nationality",
    column_dimension: str | None = "sex",
) -> Figure:
    """A table with a column of totals and its base; one column of counts is a table without columns."""
    width = len(counts[0])
    is_plain = width == 1
    cells = [tuple(row) if is_plain else (*row, sum(row)) for row in counts]
    headings = () if is_plain else tuple(_heading(code) for code in columns[:width])
    return Figure(
        name=name,
        title={"nl": name, "en": name},
        population=population,
        unit="persons",
        row_dimension=row_dimension,
        rows=tuple(_heading(code) for code in rows[: len(counts)]),
        cells=tuple(cells),
        bases=tuple(sum(column) for column in zip(*cells, strict=True)),
        columns=(*headings, Heading(TOTAL, {"nl": "Totaal", "en": "Total"}, is_total=True)),
        column_dimension=None if is_plain else column_dimension,
    )


def random_table(rng: np.random.Generator) -> Figure:
    """A table of 2x2 to 6x5 in which about half of the counts are small, some of them zero."""
    shape = (int(rng.integers(2, 7)), int(rng.integers(2, 6)))
    small, large = rng.integers(0, 6, shape), rng.integers(5, 60, shape)
    return table(np.where(rng.random(shape) < 0.5, small, large).tolist())


def grid_of(figure: Figure) -> Grid:
    """The numbers of a figure with its base as last row; -1 where a number is withheld."""
    rows = [*figure.cells, figure.bases]
    return np.array([[-1 if number is None else number for number in row] for row in rows])


def attacked(lower: Grid, upper: Grid) -> tuple[Grid, Grid]:
    """What anybody can work out from the sums of a table: the lowest and highest value of each number."""
    height, width = lower.shape
    sums = []
    for row in range(height):
        line = np.zeros(lower.shape)
        line[row], line[row, -1] = 1, -1
        sums.append(line.ravel())
    for column in range(width):
        line = np.zeros(lower.shape)
        line[:, column], line[-1, column] = 1, -1
        sums.append(line.ravel())
    bounds = list(zip(lower.ravel(), upper.ravel(), strict=True))
    found = []
    for sign in (1, -1):
        values = []
        for place in range(lower.size):
            cost = np.zeros(lower.size)
            cost[place] = sign
            solved = linprog(cost, A_eq=np.array(sums), b_eq=np.zeros(len(sums)), bounds=bounds, method="highs")
            values.append(solved.x[place])
        found.append(np.array(values).reshape(lower.shape))
    return np.ceil(found[0] - 1e-6).astype(int), np.floor(found[1] + 1e-6).astype(int)


def given_away(truth: Grid, shown: Grid, rules: Rules) -> int:
    """How many small counts an attacker comes too near to; he knows the rules."""
    if rules.method == "suppress":
        lower, upper = np.where(shown < 0, 1, shown), np.where(shown < 0, 100_000, shown)
    else:
        lower, upper = np.maximum(shown - rules.base + 1, 0), shown + rules.base - 1
    low, high = attacked(lower, upper)
    is_small = (truth > 0) & (truth < rules.threshold)
    return sum(
        not rules.is_protected(int(low[place]), int(high[place])) for place in zip(*np.nonzero(is_small), strict=True)
    )


def loss_of(truth: Grid, is_withheld: Grid, rules: Rules) -> int:
    """The declared loss of what is withheld beside the small counts."""
    is_small = (truth > 0) & (truth < rules.threshold)
    factor = np.ones(truth.shape, dtype=int)
    factor[-1], factor[:, -1] = rules.total_factor, rules.total_factor
    return int(((truth + rules.per_cell) * factor)[is_withheld & ~is_small].sum())


def whole_rows_and_columns(truth: Grid, rules: Rules) -> Grid:
    """The coarse way: every row and every column of the inside with a small count is withheld, with its total."""
    is_small = (truth > 0) & (truth < rules.threshold)
    withheld = is_small.copy()
    withheld[is_small[:, :-1].any(axis=1)] = True
    withheld[:, is_small[:-1].any(axis=0)] = True
    return withheld & (truth > 0)


def least_loss(truth: Grid, rules: Rules) -> int | None:
    """The least loss of any pattern in which everything withheld is protected; None when there are too many."""
    is_small = (truth > 0) & (truth < rules.threshold)
    others = [tuple(place) for place in np.argwhere(~is_small & (truth > 0))]
    if len(others) > MOST_PATTERNS:
        return None
    patterns = []
    for count in range(len(others) + 1):
        for chosen in combinations(others, count):
            withheld = is_small.copy()
            for place in chosen:
                withheld[place] = True
            patterns.append((loss_of(truth, withheld, rules), count, withheld))
    for loss, _, withheld in sorted(patterns, key=lambda pattern: pattern[:2]):
        low, high = attacked(np.where(withheld, 1, truth), np.where(withheld, 100_000, truth))
        if all(
            rules.is_protected(int(low[place]), int(high[place])) for place in zip(*np.nonzero(withheld), strict=True)
        ):
            return loss
    return None


def protected_tables(count: int, seed: int, rules: Rules) -> Iterator[tuple[Figure, Protected | None]]:
    """Random tables and what protection makes of them; None where it refuses one."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        figure = random_table(rng)
        try:
            yield figure, protect([figure], rules)
        except Refused:
            yield figure, None


def row_of(name: str, made: Sequence[tuple[Figure, Protected | None]], rules: Rules) -> str:
    """One line of the table."""
    sums = dict.fromkeys(
        ("numbers", "small", "away", "refused", "beside", "loss", "tried", "ours", "least", "whole"), 0
    )
    for figure, protected in made:
        truth = grid_of(figure)
        small = int(((truth > 0) & (truth < rules.threshold)).sum())
        sums["numbers"] += truth.size
        sums["small"] += small
        if protected is None:
            sums["refused"] += 1
            continue
        shown = grid_of(protected.figures[0])
        if rules.method == "suppress":
            sums["beside"] += int((shown < 0).sum()) - small
            loss, least = loss_of(truth, shown < 0, rules), least_loss(truth, rules)
            sums["loss"] += loss
            sums["whole"] += loss_of(truth, whole_rows_and_columns(truth, rules), rules)
            if least is not None:
                sums["tried"] += 1
                sums["ours"] += loss
                sums["least"] += least
            sums["away"] += given_away(truth, shown, rules)
        else:
            sums["away"] += given_away(truth, _with_left_out_rows(figure, protected), rules)
    least = f"{sums['least']:,} ({sums['tried']} tables; ours {sums['ours']:,})" if sums["tried"] else "-"
    return (
        f"| {rules.method} | {len(made)} | {name} | {sums['numbers']:,} | {sums['small']:,} | {sums['away']} | "
        f"{sums['refused']} | {sums['beside']:,} | {sums['loss']:,} | {least} | {sums['whole']:,} |"
    )


def _with_left_out_rows(figure: Figure, protected: Protected) -> Grid:
    """A rounded figure with its rows of zeros, which every reader can put back."""
    shown = {row.code: cells for row, cells in zip(protected.figures[0].rows, protected.figures[0].cells, strict=True)}
    zeros = (0,) * len(figure.columns)
    return np.array([*(shown.get(row.code, zeros) for row in figure.rows), protected.figures[0].bases])


def _heading(code: str) -> Heading:
    return Heading(code, {"nl": code, "en": code})


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.disclosure", description=__doc__)
    parser.add_argument("--tables", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(HEAD, flush=True)
    for rules in (release_rules("suppress"), release_rules("suppress", is_strict=True), release_rules("round")):
        made = list(protected_tables(given.tables, given.seed, rules))
        for name, fits in SIZES.items():
            of_size = [(figure, found) for figure, found in made if fits((len(figure.rows), len(figure.columns) - 1))]
            print(row_of(f"{name}, threshold {rules.threshold}", of_size, rules), flush=True)


if __name__ == "__main__":
    main()
