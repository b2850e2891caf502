"""Rounded releases: multiples of the base that add up, and no number that can only be a small one."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.disclosure import attacked, table
from monitoring.releases.protection import protect
from monitoring.releases.rules import release_rules

RULES = release_rules("round")
TABLES = st.integers(2, 4).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 30), min_size=width, max_size=width), min_size=2, max_size=5)
)


def rounded(counts, rules=RULES):
    """The grid of a rounded table, left out rows as zeros, and the truth."""
    figure = table(counts)
    [shown] = protect([figure], rules).figures
    by_row = {heading.code: cells for heading, cells in zip(shown.rows, shown.cells, strict=True)}
    zeros = (0,) * len(figure.columns)
    grid = np.array([*(by_row.get(heading.code, zeros) for heading in figure.rows), shown.bases])
    return grid, np.array([*figure.cells, figure.bases])


@settings(max_examples=40, deadline=None)
@given(TABLES)
def test_every_number_is_a_multiple_near_its_count_and_the_table_adds_up(counts):
    shown, truth = rounded(counts)
    assert (shown % 5 == 0).all()
    assert (abs(shown - truth) < 5).all()
    assert (shown[:, :-1].sum(axis=1) == shown[:, -1]).all()
    assert (shown[:-1].sum(axis=0) == shown[-1]).all()


@settings(max_examples=15, deadline=None)
@given(TABLES)
def test_no_small_count_can_be_told_to_be_small_from_rounded_numbers(counts):
    shown, truth = rounded(counts)
    low, high = attacked(np.maximum(shown - 4, 0), shown + 4)
    is_small = (truth > 0) & (truth < 5)
    assert ((low == 0) | (high >= 5))[is_small].all()
    assert (high - low >= 4)[is_small].all()


def test_rounding_each_number_to_the_nearest_by_itself_would_give_four_twos_away():
    """0 0 with totals of 5 and 10 in all: each at most 2, together at least 8, so all are 2."""
    low, high = attacked(np.array([[0, 0, 3], [0, 0, 3], [3, 3, 8]]), np.array([[2, 2, 7], [2, 2, 7], [7, 7, 12]]))
    assert (low[0, 0], high[0, 0]) == (2, 2)
    shown, _ = rounded([(2, 2), (2, 2)])
    assert (shown[:2, :2].sum(axis=1) == shown[:2, 2]).all()


def test_percentages_are_those_of_the_rounded_numbers():
    from monitoring.figures.written.printed import share_to_print

    [shown] = protect([table([(41, 12), (27, 3), (33, 14)])], RULES).figures
    for row in range(len(shown.rows)):
        for column in range(len(shown.columns)):
            share = share_to_print(shown, row, column)
            exact = 100 * shown.cells[row][column] / shown.bases[column]
            assert share is not None and abs(float(share) - exact) <= 0.05 + 1e-9


def test_a_row_of_zeros_is_left_out_because_some_rows_are_only_there_for_somebody():
    [shown] = protect([table([(41, 22), (1, 1), (33, 14)], rows=["NL", "AF", "NG"])], RULES).figures
    assert [heading.code for heading in shown.rows] == ["NL", "NG"]
    assert shown.notes[-1]["en"].startswith("Every number is rounded to a multiple of 5")


def test_strictly_the_base_is_ten():
    shown, truth = rounded([(41, 12), (27, 3), (33, 14)], release_rules("round", is_strict=True))
    assert (shown % 10 == 0).all() and (abs(shown - truth) < 10).all()


def test_no_release_mixes_rounding_and_withholding():
    counts = [(41, 12), (27, 3), (33, 14)]
    for rules in (RULES, replace(RULES, zeros_are_published=False)):
        [shown] = protect([table(counts)], rules).figures
        assert not shown.withheld and all(number is not None for row in shown.cells for number in row)
