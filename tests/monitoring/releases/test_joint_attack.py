"""An attacker who reckons with children instead of cells: all tables of two releases at once, every combination open.

He knows every number that is published, that a withheld one is at least 1, and that each child has one region, sex, age
and year. That is more than the product's own equations hold, so it is a check on them.
"""

from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

from benchmarks.disclosure import table
from monitoring.figures.figure import Figure
from monitoring.releases.cells import Cell
from monitoring.releases.protection import Protected, protect
from monitoring.releases.record import Record
from monitoring.releases.rules import Rules, release_rules

CODES = {"region": "ABC", "sex": "fm", "age": "1234", "year": ("2003", "2004")}
YEAR_2004 = ("year", ("2004",))
KINDS = list(product(*CODES.values()))


def tables_of(children: np.ndarray, year: str | None) -> list[Figure]:
    """Region by sex, region by age, and age alone, of one year or of both."""
    of_year = children if year is None else children[..., [CODES["year"].index(year)]]
    grid = of_year.sum(axis=-1)
    population = "counted" if year is None else f"counted:{year}"
    plain = [(int(count),) for count in grid.sum(axis=(0, 1))]
    return [
        table(grid.sum(axis=2).tolist(), CODES["region"], CODES["sex"], f"S{year}", population, "region", "sex"),
        table(grid.sum(axis=1).tolist(), CODES["region"], CODES["age"], f"A{year}", population, "region", "age"),
        table(plain, CODES["age"], name=f"L{year}", population=population, row_dimension="age"),
    ]


def is_in(kind: tuple[str, ...], cell: Cell) -> bool:
    of_kind = dict(zip(CODES, kind, strict=True))
    return all(of_kind[dimension] in codes for dimension, codes in cell.where)


def bounds_of(wanted: np.ndarray, known: list[tuple[np.ndarray, int]], least: list[np.ndarray]) -> tuple[int, int]:
    """The lowest and highest number of children of the wanted kinds; 9999 without a limit."""
    limits = {"A_ub": -np.array(least), "b_ub": -np.ones(len(least))} if least else {}
    found = []
    for sign in (1, -1):
        solved = linprog(
            sign * wanted,
            A_eq=np.array([row for row, _ in known]),
            b_eq=[count for _, count in known],
            bounds=(0, 9999),
            method="highs",
            **limits,
        )
        found.append(sign * solved.fun)
    return int(np.ceil(found[0] - 1e-6)), int(np.floor(found[1] + 1e-6))


def given_away(releases: list[Protected], rules: Rules) -> list[Cell]:
    """Small counts that the attacker comes too near to, those of the other year, which no table prints, among them."""
    shown = {cell: number for one in releases for cell, number in one.shown.items()}
    counts = {cell: count for one in releases for cell, count in one.counts.items()}
    of_other_year = {
        cell.without(YEAR_2004).also(("year", ("2003",))): counts[cell.without(YEAR_2004)] - counts[cell]
        for cell in counts
        if YEAR_2004 in cell.where and cell.without(YEAR_2004) in counts
    }
    wanted = {**counts, **of_other_year}
    rows = {cell: np.array([float(is_in(kind, cell)) for kind in KINDS]) for cell in wanted}
    known = [(rows[cell], number) for cell, number in shown.items()]
    withheld = [cell for cell in counts if cell not in shown]
    found = []
    for cell in (cell for cell in wanted if cell not in shown and rules.is_unsafe(wanted[cell])):
        low, high = bounds_of(rows[cell], known, [rows[other] for other in withheld])
        if not rules.is_protected(low, high):
            found.append(cell)
    return found


def children_of(seed: int) -> np.ndarray:
    """Children by region, sex, age and year, few in most combinations."""
    return np.random.default_rng(seed).poisson(2.5, [len(codes) for codes in CODES.values()])


@pytest.mark.parametrize("seed", range(6))
def test_six_overlapping_tables_of_a_year_and_of_all_years_give_no_child_away(seed):
    children = children_of(seed)
    rules = release_rules()
    together = protect([*tables_of(children, "2004"), *tables_of(children, None)], rules)
    assert given_away([together], rules) == []


@pytest.mark.parametrize("seed", range(6))
def test_a_release_of_all_years_after_one_of_a_year_gives_no_child_away(seed):
    children = children_of(seed)
    rules = release_rules()
    first = protect(tables_of(children, "2004"), rules, "2005-12-31")
    names = tuple(figure.name for figure in first.figures)
    record = Record(
        "first",
        "2005-12-31",
        2004,
        rules.method,
        rules.threshold,
        True,
        names,
        first.counts,
        first.shown,
        first.relations,
    )
    second = protect(tables_of(children, None), rules, "2005-12-31", [record])
    assert given_away([first, second], rules) == []


def test_the_same_tables_protected_each_by_itself_do_give_children_away():
    rules, found = release_rules(), []
    for seed in range(6):
        children = children_of(seed)
        apart = [protect([figure], rules) for year in ("2004", None) for figure in tables_of(children, year)]
        # The same cell told in one table and withheld in another is told.
        found += given_away(apart, rules)
        found += [
            cell
            for one in apart
            for cell in one.counts
            if cell not in one.shown and any(cell in other.shown for other in apart)
        ]
    assert found
