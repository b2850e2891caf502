"""Random tables under attack, overlapping tables, and what is refused by name."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.disclosure import attacked, given_away, grid_of, least_loss, loss_of, protected_tables, table
from monitoring.figures.figure import Figure, Heading
from monitoring.figures.written.printed import share_to_print
from monitoring.releases.protection import Refused, protect
from monitoring.releases.rules import release_rules

RULES = release_rules()


def test_no_small_count_of_a_hundred_random_tables_is_given_away():
    for figure, protected in protected_tables(100, 7, RULES):
        assert protected is not None
        truth, shown = grid_of(figure), grid_of(protected.figures[0])
        assert ((shown < 0) | (shown == truth)).all()
        assert ((shown < 0) >= ((truth > 0) & (truth < 5))).all()
        if truth.size <= 16:
            assert given_away(truth, shown, RULES) == 0
        assert all(one.narrowest is None or one.narrowest >= 5 for one in protected.audited.values())


def test_small_tables_lose_as_little_as_any_pattern_can():
    tried = 0
    for figure, protected in protected_tables(60, 11, RULES):
        truth = grid_of(figure)
        least = least_loss(truth, RULES) if truth.size <= 9 else None
        if least is not None:
            tried += 1
            assert loss_of(truth, grid_of(protected.figures[0]) < 0, RULES) == least
    assert tried >= 3


def test_the_attacker_of_the_test_does_find_a_naive_pattern():
    truth = np.array([[40, 2, 42], [9, 14, 23], [49, 16, 65]])
    low, high = attacked(np.where(truth == 2, 1, truth), np.where(truth == 2, 1000, truth))
    assert (low[0, 1], high[0, 1]) == (2, 2)


# Region by nationality, and region alone: the second table is the column of totals of the first.
BY_BOTH = table(
    [(40, 3), (30, 12), (20, 15)],
    rows="ABC",
    columns=["NL", "other"],
    name="E1",
    row_dimension="region",
    column_dimension="nationality",
)
BY_REGION = table([(43,), (42,), (35,)], rows="ABC", name="E2", row_dimension="region")
BY_NATIONALITY = table([(90,), (30,)], rows=["NL", "other"], name="E3", row_dimension="nationality")


def without_totals(figure: Figure) -> Figure:
    """The same table without its column of totals, as somebody might print it."""
    return replace(
        figure, columns=figure.columns[:-1], cells=tuple(row[:-1] for row in figure.cells), bases=(None, None)
    )


def test_tables_protected_apart_give_a_count_away_and_together_they_do_not():
    crossed = without_totals(BY_BOTH)
    apart = [protect([figure], RULES).figures[0] for figure in (crossed, BY_REGION)]
    # Alone, without totals, withholding the 3 is enough; the other table gives 43, and 43 - 40 is 3.
    assert apart[0].cells[0] == (40, None)
    assert apart[1].cells[0][0] - apart[0].cells[0][0] == 3
    together = protect([crossed, BY_REGION, BY_NATIONALITY], RULES).figures
    known = [number for number in (*together[0].cells[0], together[1].cells[0][0]) if number is not None]
    assert len(known) <= 1
    assert len([row for row in together[0].cells if None in row]) >= 2 or together[2].withheld


def test_the_same_cell_has_the_same_value_in_every_table():
    first, second = protect([BY_BOTH, BY_REGION], RULES).figures
    assert [row[-1] for row in first.cells] == [row[0] for row in second.cells]


def test_two_tables_that_contradict_each_other_are_refused_by_name():
    other = replace(BY_REGION, cells=((44,), (42,), (34,)))
    with pytest.raises(Refused) as refusal:
        protect([BY_BOTH, other], RULES)
    assert list(refusal.value.tables) == ["E2"]


def test_a_year_within_all_years_leaves_no_small_rest():
    of_year = table([(40,), (21,)], rows=["f", "m"], name="T4", row_dimension="sex")
    of_all = table([(43,), (60,)], rows=["f", "m"], name="T4A", row_dimension="sex", population="counted")
    apart = [protect([figure], RULES).figures[0].cells[0][0] for figure in (of_year, of_all)]
    assert apart[1] - apart[0] == 3  # the other years: three girls
    together = [figure.cells[0][0] for figure in protect([of_year, of_all], RULES).figures]
    assert None in together


def test_a_small_band_within_an_age_group_is_protected():
    bands = table([(3,), (30,), (25,)], rows=["9-12", "13-15", "16-17"], name="M6", row_dimension="age_band")
    groups = table([(33,), (25,)], rows=["young", "old"], name="M7", row_dimension="age_band")
    young = Heading("young", {"nl": "jong", "en": "young"}, of=("9-12", "13-15"))
    old = Heading("old", {"nl": "oud", "en": "old"}, of=("16-17",))
    protected = protect([bands, replace(groups, rows=(young, old))], RULES)
    shown = [figure.cells for figure in protected.figures]
    assert shown[0][0] == (None,)
    assert None in (*shown[0][1], *shown[1][0])


def test_who_did_not_give_an_answer_that_nearly_all_gave_is_a_small_count_too():
    answers = replace(
        table([(38,), (12,), (7,)], rows=["violence", "papers", "unknown"], name="T7", row_dimension="vulnerabilities"),
        is_multiple=True,
        bases=(40,),
    )
    [figure] = protect([answers], RULES).figures
    assert None in (figure.cells[0][0], figure.bases[0])  # 40 - 38 = 2
    assert figure.cells[1:] == ((12,), (7,))


def test_combinations_of_registers_and_the_registers_themselves_are_one_set_of_sums():
    combinations = table(
        [(30,), (20,), (3,)],
        rows=["ikps", "stv", "ikps+stv"],
        name="M2",
        row_dimension="combination",
        population="registered:2004",
    )
    registers = replace(
        table([(33,), (23,)], rows=["ikps", "stv"], name="M1P", row_dimension="register", population="registered:2004"),
        is_multiple=True,
        bases=(None,),
    )
    first, second = protect([combinations, registers], RULES).figures
    assert first.cells[2] == (None,)
    assert None in (first.cells[0][0], second.cells[0][0])
    assert None in (first.cells[1][0], second.cells[1][0])


def test_a_population_that_nobody_declared_is_refused_by_name():
    with pytest.raises(Refused, match="N1: its population is not in"):
        protect([table([(10, 20)], population="somebody:2004")], RULES)


def test_tables_that_cross_characteristics_in_a_ring_are_refused_by_name():
    ring = [
        table([(20, 20), (20, 20)], name="A", row_dimension="sex", rows="fm", column_dimension="region", columns="XY"),
        table([(20, 20), (20, 20)], name="B", row_dimension="age", rows="12", column_dimension="region", columns="XY"),
        table([(20, 20), (20, 20)], name="C", row_dimension="sex", rows="fm", column_dimension="age", columns="12"),
    ]
    protect(ring[:2], RULES)
    with pytest.raises(Refused) as refusal:
        protect(ring, RULES)
    assert list(refusal.value.tables) == ["C"]


def test_a_zero_is_published_as_a_zero_and_what_is_not_known_as_nothing():
    figure = table([(0, 40), (20, 30), (3, 2), (9, 9)])
    figure = replace(figure, cells=((0, None, 40), *figure.cells[1:]))
    [shown] = protect([figure], RULES).figures
    assert shown.cells[0][:2] == (0, None)
    assert (0, 0) not in shown.withheld and (0, 1) not in shown.withheld


def test_zeros_are_small_counts_where_they_are_not_published():
    rules = replace(RULES, zeros_are_published=False)
    [shown] = protect([table([(0, 40), (20, 30), (12, 14)])], rules).figures
    assert shown.cells[0][0] is None and (0, 0) in shown.withheld


def test_percentages_come_from_published_figures_and_not_from_a_small_base():
    [shown] = protect([table([(40, 12), (25, 2), (9, 14), (6, 18)])], RULES).figures
    assert [str(share_to_print(shown, row, 0)) for row in range(4)] == ["50.0", "None", "None", "7.5"]
    [shown] = protect([table([(40, 5), (25, 0), (9, 10)])], RULES).figures
    assert not shown.withheld and shown.bases[1] == 15 < shown.smallest_base == 20
    assert [share_to_print(shown, row, 1) for row in range(3)] == [None, None, None]


def test_tables_too_large_for_the_best_pattern_get_one_that_is_safe_and_not_much_worse():
    ours, stepwise = 0, 0
    for figure, best in protected_tables(15, 5, RULES):
        protected = protect([figure], replace(RULES, largest_exact=0))
        truth, shown = grid_of(figure), grid_of(protected.figures[0])
        assert all(one.narrowest is None or one.narrowest >= 5 for one in protected.audited.values())
        ours += loss_of(truth, grid_of(best.figures[0]) < 0, RULES)
        stepwise += loss_of(truth, shown < 0, RULES)
    assert ours < stepwise < 3 * ours
