import tomllib
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

import connectors
from connectors.records import records_frame
from connectors.register import REGISTERS, Retention, load_register, register_from
from connectors.retention import PAST_TERM, mark_past_term, terms_of, within_term, years_after

NIGHT = date(2006, 4, 6)


def rows_until(*terms: date | None, keys: str = "") -> pd.DataFrame:
    ids = list(keys) or [str(place) for place in range(len(terms))]
    return pd.DataFrame(
        {"record_id": ids, "retained_until": pd.Series(terms, dtype=object), "problems": [[] for _ in terms]}
    )


def past(rows: pd.DataFrame) -> list[bool]:
    return [PAST_TERM in problems for problems in rows["problems"]]


def declared(name: str, **retention: object) -> dict:
    path = Path(connectors.__file__).parent / "registers" / f"{name}.toml"
    return tomllib.loads(path.read_text()) | {"retention": retention}


def test_two_years_after_a_leap_day() -> None:
    assert years_after(date(2004, 2, 29), 2) == date(2006, 2, 28)
    assert years_after(None, 2) is None


def test_the_first_date_that_is_recorded_counts() -> None:
    columns = {"departed_on": [date(2004, 1, 2), None, None], "arrived_on": [date(2003, 1, 2), date(2003, 5, 6), None]}
    retention = Retention(years=3, counts_from=("departed_on", "arrived_on"))
    assert terms_of(retention, 3, columns.__getitem__) == [date(2007, 1, 2), date(2006, 5, 6), None]


def test_ikps_keeps_two_years_and_the_report_is_silent_on_the_others() -> None:
    terms = {name: load_register(name).retention for name in REGISTERS}
    assert (terms["ikps"].years, terms["ikps"].counts_from, terms["ikps"].keeps) == (2, ("registered_on",), "nothing")
    assert {name for name in REGISTERS if terms[name].years} == {"ikps"}
    assert all(t.withdrawn_days and t.superseded_days and t.reports_days for t in terms.values())


def test_a_row_counts_on_the_last_day_of_its_term_and_not_after() -> None:
    rows = rows_until(NIGHT, date(2006, 4, 5), None)
    assert past(mark_past_term(load_register("ikps"), rows, NIGHT)) == [False, True, False]
    assert past(rows) == [False, False, False]


def test_a_case_is_kept_whole_until_the_term_of_its_last_message() -> None:
    register = register_from(declared("telex", years=2, **{"from": "reported_on"}))
    rows = mark_past_term(register, rows_until(date(2006, 1, 1), date(2007, 1, 1), date(2006, 1, 1), keys="aab"), NIGHT)
    assert past(rows) == [False, False, True]
    assert rows["retained_until"].tolist() == [date(2007, 1, 1), date(2007, 1, 1), date(2006, 1, 1)]


def test_without_a_term_no_row_is_past_it() -> None:
    rows = rows_until(date(1999, 1, 1))
    assert past(mark_past_term(load_register("stv"), rows, NIGHT)) == [False]


@pytest.mark.parametrize(
    ("retention", "said"),
    [
        ({"years": 2}, "dates that it counts from"),
        ({"years": 2, "from": ["birth_year"]}, "birth_year"),
        ({"years": 2, "from": ["registered_on"], "keeps": "everything"}, "keeps must be one of"),
    ],
)
def test_a_declaration_that_cannot_be_is_refused_by_name(retention: dict, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        register_from(declared("ikps", **retention))


def test_of_no_records_none_is_past_its_term():
    empty = records_frame([])
    assert list(within_term(empty, date(2005, 2, 1)).columns) == list(empty.columns)
