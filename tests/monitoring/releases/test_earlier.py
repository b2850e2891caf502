"""Two releases together: what was told stays told, and a small difference between them cannot be worked out."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.disclosure import table
from monitoring.releases.earlier import joined
from monitoring.releases.protection import Protected, Refused, joint_task, protect
from monitoring.releases.record import Record
from monitoring.releases.rules import release_rules

RULES = release_rules()
OLD, NEW = "2005-06-30", "2006-06-30"


def remembered(protected: Protected, night: str, release: str = "first", rules=RULES, year=2004) -> Record:
    return Record(
        release=release,
        night=night,
        year=year,
        method=rules.method,
        threshold=rules.threshold,
        is_synthetic=True,
        tables=tuple(figure.name for figure in protected.figures),
        counts=protected.counts,
        shown=protected.shown,
        relations=protected.relations,
        overlapping=protected.overlapping,
    )


BEFORE = table([(40, 12), (25, 22), (9, 14), (16, 18)], rows=["NL", "NG", "VN", "SY"])
# One girl from NG more.
AFTER = table([(40, 12), (26, 22), (9, 14), (16, 18)], rows=["NL", "NG", "VN", "SY"])


def test_a_second_release_that_did_not_look_back_tells_that_one_girl_came():
    first, second = (protect([figure], RULES).figures[0] for figure in (BEFORE, AFTER))
    assert second.cells[1][0] - first.cells[1][0] == 1


def test_one_girl_more_cannot_be_worked_out_from_two_releases():
    first = remembered(protect([BEFORE], RULES, OLD), OLD)
    second = protect([AFTER], RULES, NEW, [first])
    [figure] = second.figures
    # Every number in which she counts is withheld: her cell, her row, her column, the base.
    assert figure.withheld >= {(1, 0), (1, 2), (-1, 0), (-1, 2)}
    assert figure.cells[0] == (40, 12, 52)
    joint = joined(second.counts, second.relations, NEW, [first], RULES.threshold)
    task = joint_task(joint, set(), RULES)
    withheld = np.zeros(len(task.loss), dtype=bool)
    withheld[[unknown for cell, unknown in joint.place.items() if cell not in second.shown]] = True
    found = task.audit(withheld)
    changes = [unknown for unknown in np.flatnonzero(task.system.is_signed) if task.system.counts[unknown] == 1]
    assert changes and all(found[unknown].width is None or found[unknown].width >= 5 for unknown in changes)


def test_a_change_of_many_may_be_seen():
    first = remembered(protect([BEFORE], RULES, OLD), OLD)
    later = table([(40, 12), (35, 22), (9, 14), (16, 18)], rows=["NL", "NG", "VN", "SY"])
    assert not protect([later], RULES, NEW, [first]).figures[0].withheld


def test_what_an_earlier_release_withheld_stays_withheld_and_what_it_told_stays_told():
    counts = [(40, 12), (25, 2), (9, 14), (6, 18)]
    first = protect([table(counts)], RULES, OLD)
    again = protect([table(counts)], RULES, NEW, [remembered(first, OLD)])
    assert dict(again.shown) == dict(first.shown)


def test_a_table_that_overlaps_an_earlier_release_gives_nothing_of_it_away():
    crossed = table([(40, 2), (30, 12), (20, 15)], name="E1", row_dimension="region", column_dimension="sex")
    finer = table(
        [(20, 1, 20, 1), (30, 12, 0, 0), (20, 15, 0, 0)],
        name="E2",
        row_dimension="region",
        column_dimension="sex_and_age",
        columns=["f-", "m-", "f+", "m+"],
    )
    first = protect([crossed], RULES, OLD)
    second = protect([finer], RULES, OLD, [remembered(first, OLD)])
    # Region totals are cells of both: what the first withheld, the second does not tell.
    kept = {cell for cell in first.counts if cell not in first.shown}
    assert not kept & set(second.shown)


def test_the_same_night_with_another_count_is_refused():
    first = remembered(protect([BEFORE], RULES, OLD), OLD)
    with pytest.raises(Refused, match="release first of the same night has other counts"):
        protect([AFTER], RULES, OLD, [first])


def test_another_method_or_threshold_for_the_same_persons_is_refused():
    first = remembered(protect([BEFORE], RULES, OLD), OLD)
    for rules in (release_rules("round"), release_rules(is_strict=True)):
        with pytest.raises(Refused, match="choose the same"):
            protect([BEFORE], rules, OLD, [first])


def test_two_rounded_releases_do_not_tell_a_small_change():
    rules = release_rules("round")
    first = protect([BEFORE], rules, OLD)
    second = protect([AFTER], rules, NEW, [remembered(first, OLD, rules=rules)])
    unchanged = [cell for cell in first.counts if first.counts[cell] == second.counts[cell]]
    assert unchanged and all(first.shown[cell] == second.shown[cell] for cell in unchanged)


def test_a_record_is_read_back_as_it_was_kept():
    record = remembered(protect([BEFORE], RULES, OLD), OLD)
    again = Record.from_json(record.as_json())
    assert again == record
    assert again.as_json() == record.as_json()


def test_a_count_that_was_told_before_and_is_small_cannot_be_protected_any_more():
    counts = [(40, 12), (25, 2), (9, 14), (6, 18)]
    unprotected = protect([table(counts)], RULES, OLD)
    told = replace(remembered(unprotected, OLD), shown=unprotected.counts)
    with pytest.raises(Refused, match="N1: a small count can still be worked out"):
        protect([table(counts)], RULES, OLD, [told])
