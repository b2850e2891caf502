"""How units fall in rows: nothing lost, nothing counted twice, not known is not zero."""

import pandas as pd
import pytest

from monitoring.figures.counting import Units, as_codes, codes_by_person, counted_figure
from monitoring.figures.declared import ReportTable, Row
from monitoring.figures.figure import TOTAL, UNKNOWN, Heading

WORDS = {"nl": "kolom", "en": "column"}


def row(code, codes=None, label=None, **facts):
    return Row(code, {"nl": label or code, "en": code}, tuple(codes if codes is not None else [code]), **facts)


def declared(rows, response="single", order="declared"):
    return ReportTable("T0", WORDS, "L1", "p", "persons", "sex", tuple(rows), (TOTAL,), response, order, True, (), ())


def units(*codes, **facts):
    return Units(Heading(TOTAL, WORDS), pd.Series(list(codes), dtype=object), **facts)


def counts(figure):
    return {heading.code: cells[0] for heading, cells in zip(figure.rows, figure.cells, strict=True)}


@pytest.mark.parametrize(
    ("value", "codes"),
    [(["b", "a", "b"], ("a", "b")), ([], ()), ("a", ("a",)), (None, ()), (float("nan"), ()), (pd.NA, ()), ([None], ())],
)
def test_the_codes_of_a_value_are_each_code_once_and_not_recorded_is_none(value, codes):
    assert list(as_codes(pd.Series([value], dtype=object))) == [codes]


def test_a_person_has_the_codes_of_all_its_registrations_and_may_have_none():
    found = codes_by_person(pd.Series(["b", "a", None]), pd.Series(["P", "P", "Q"]), pd.Index(["P", "Q", "R"]))
    assert found.to_dict() == {"P": ("a", "b"), "Q": (), "R": ()}


def test_undeclared_codes_come_before_unknown_and_the_total():
    figure = counted_figure(
        declared([row("a"), row(UNKNOWN), row(TOTAL, (), is_total=True)]), [units(("z",), ("b",), ("a",), ())], "p"
    )
    assert list(counts(figure).items()) == [("a", 1), ("b", 1), ("z", 1), (UNKNOWN, 1), (TOTAL, 4)]


def test_unknown_without_a_declared_row_still_has_one_and_stands_last():
    figure = counted_figure(declared([row("a"), row("x")], order="alphabetical"), [units((), ("b",))], "p")
    assert list(counts(figure).items()) == [("a", 0), ("b", 1), ("x", 0), (UNKNOWN, 1)]
    assert figure.rows[-1].words["nl"] == "Onbekend"


def test_alphabetical_rows_are_sorted_without_capitals_and_accents():
    rows = [
        row("1", label="Zweden"),
        row("2", label="Égypte"),
        row("3", label="egaal"),
        row(UNKNOWN, label="Aonbekend"),
    ]
    figure = counted_figure(declared(rows, order="alphabetical"), [units()], "p")
    assert [heading.code for heading in figure.rows] == ["3", "2", "1", UNKNOWN]


def test_a_row_of_the_rest_takes_every_other_code_and_says_which():
    rows = [row("a"), row(UNKNOWN), row("other", (), takes_rest=True)]
    figure = counted_figure(declared(rows), [units(("z",), ("b",), ("a",), ())], "p")
    assert list(counts(figure).items()) == [("a", 1), (UNKNOWN, 1), ("other", 2)]
    assert figure.rows[-1].of == ("b", "z")


def test_a_total_of_rows_does_not_make_a_table_overlap():
    rows = [row("a"), row("b"), row("both", ("a", "b"), is_total=True)]
    figure = counted_figure(declared(rows, response="as_counted"), [units(("a",), ("b",))], "p")
    assert not figure.is_multiple
    assert counts(figure) == {"a": 1, "b": 1, "both": 2}
    overlapping = counted_figure(declared(rows, response="as_counted"), [units(("a", "b"))], "p")
    assert overlapping.is_multiple
    assert counts(overlapping) == {"a": 1, "b": 1, "both": 1}


def test_two_answers_where_one_is_allowed_are_refused():
    with pytest.raises(ValueError, match="T0: more than one answer"):
        counted_figure(declared([row("a"), row("b")]), [units(("a", "b"))], "p")


def test_a_weight_counts_in_the_cell_and_in_the_base():
    figure = counted_figure(declared([row("a"), row("b")]), [units(("a",), ("b",), weights=pd.Series([3, 1]))], "p")
    assert counts(figure) == {"a": 3, "b": 1}
    assert figure.bases == (4,)


def test_what_is_not_known_or_not_recorded_is_a_dash_and_never_zero():
    rows = [row("a"), row("b")]
    assert counts(counted_figure(declared(rows), [units(is_known=False)], "p")) == {"a": None, "b": None}
    assert counted_figure(declared(rows), [units(is_known=False)], "p").bases == (None,)
    figure = counted_figure(declared(rows), [units(("b",), unrecorded=("a",), has_base=False)], "p")
    assert counts(figure) == {"a": None, "b": 1}
    assert figure.bases == (None,)
