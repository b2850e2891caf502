"""The table of the standards: which pattern protects it, and what an attacker works out from each."""

import numpy as np
import pytest

from benchmarks.disclosure import table
from monitoring.releases.audit import Interval
from monitoring.releases.cells import Cell, counts_of, totals_of
from monitoring.releases.earlier import joined
from monitoring.releases.protection import joint_task, protect
from monitoring.releases.relations import relations_of
from monitoring.releases.rules import release_rules

# standards 3.3; only the two boys from NG are a small count.
COUNTS = {"NL": (40, 12), "NG": (25, 2), "VN": (9, 14), "SY": (6, 18)}
STANDARD = table(list(COUNTS.values()), rows=list(COUNTS), columns=["f", "m"])
RULES = release_rules()


def cell(nationality: str, sex: str) -> Cell:
    where = (("nationality", (nationality,)), ("sex", (sex,)), ("year", ("2004",)))
    return Cell("counted", "persons", where)


def attack(*withheld: Cell, knows_rules: bool = False):
    """The interval of each withheld cell, and whether the audit passes."""
    joint = joined(counts_of([STANDARD]), relations_of([STANDARD]), "", [], RULES.threshold)
    task = joint_task(joint, totals_of([STANDARD]), RULES)
    mask = np.zeros(len(task.loss), dtype=bool)
    mask[[joint.place[one] for one in withheld]] = True
    found = task.audit(mask, knows_rules)
    return {one: found[joint.place[one]] for one in withheld}, not task.exposed(mask)


def test_withholding_the_two_boys_alone_fails_because_27_less_25_is_2():
    found, passes = attack(cell("NG", "m"))
    assert found[cell("NG", "m")] == Interval(2, 2)
    assert not passes


def test_a_withheld_row_alone_fails_because_the_column_gives_it():
    found, passes = attack(cell("NG", "m"), cell("NG", "f"))
    assert [found[cell("NG", sex)] for sex in "fm"] == [Interval(25, 25), Interval(2, 2)]
    assert not passes


def test_two_withheld_rows_pass_with_the_bounds_of_the_standard():
    pattern = [cell(nationality, sex) for nationality in ("NG", "VN") for sex in "fm"]
    found, passes = attack(*pattern)
    assert [found[one] for one in pattern] == [Interval(11, 27), Interval(0, 16), Interval(7, 23), Interval(0, 16)]
    assert passes


def test_who_knows_that_zeros_are_published_knows_that_a_withheld_count_is_no_zero():
    pattern = [cell(nationality, sex) for nationality in ("NG", "VN") for sex in "fm"]
    found, _ = attack(*pattern, knows_rules=True)
    assert [found[one] for one in pattern] == [Interval(12, 26), Interval(1, 15), Interval(8, 22), Interval(1, 15)]


def test_the_chosen_pattern_is_the_two_rows_of_the_standard():
    protected = protect([STANDARD], RULES)
    withheld = {one for one in protected.counts if one not in protected.shown}
    assert withheld == {cell(nationality, sex) for nationality in ("NG", "VN") for sex in "fm"}
    [figure] = protected.figures
    assert figure.withheld == {(1, 0), (1, 1), (2, 0), (2, 1)}
    assert figure.cells == ((40, 12, 52), (None, None, 27), (None, None, 23), (6, 18, 24))
    assert protected.audited["N1"].narrowest == 14


def test_strictly_counts_below_ten_are_small_too():
    protected = protect([STANDARD], release_rules(is_strict=True))
    withheld = {one for one in protected.counts if one not in protected.shown}
    assert withheld >= {cell("NG", "m"), cell("VN", "f"), cell("SY", "f")}
    assert protected.audited["N1"].narrowest >= 10


@pytest.mark.parametrize(
    "counts",
    [
        [(2, 4), (30, 30)],  # 2 + 4 = 6: each would lie in 1 to 5
        [(1, 1), (1, 1)],
        [(2, 2, 2), (40, 30, 20)],
    ],
)
def test_small_counts_that_are_known_to_share_a_small_total_need_more_than_themselves(counts):
    protected = protect([table(counts)], RULES)
    assert protected.audited["N1"].narrowest is None or protected.audited["N1"].narrowest >= RULES.threshold
    assert any(one not in protected.shown for one in totals_of([table(counts)]))


def test_bounds_are_those_of_whole_numbers_where_fractions_would_reach_further():
    """Three pairs that each sum to 5 leave halves in broken numbers only: 2 a = 5."""
    from scipy import sparse

    from monitoring.releases.audit import intervals
    from monitoring.releases.equations import System

    # a + b = c, a = b: c is even, so with c at most 5 it is at most 4.
    equations = sparse.csr_array(np.array([[1.0, 1, -1], [1, -1, 0]]))
    kinds = np.ones(3, dtype=bool), np.zeros(3, dtype=bool), np.ones(3, dtype=bool)
    system = System(("a", "b", "c"), np.array([1, 1, 2]), *kinds, equations)
    found = intervals(system, np.zeros(3), np.full(3, 5), [0, 2])
    assert found == {0: Interval(0, 2), 2: Interval(0, 4)}
