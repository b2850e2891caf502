import pytest

from connectors.installation import OneLineError
from monitoring.estimates.histories import of_memberships, read_counts

GOOD = "A,B,C,count\n1,0,0,40\n0,1,0,30\n0,0,1,20\n1,1,0,6\n"


@pytest.fixture
def file(tmp_path):
    def written(content):
        path = tmp_path / "counts.csv"
        path.write_text(content, encoding="utf-8")
        return path

    return written


def test_counts_are_read_by_list_whatever_the_order_of_rows(file):
    shuffled = "\n".join([GOOD.splitlines()[0], *reversed(GOOD.splitlines()[1:])]) + "\n"
    for content in (GOOD, shuffled, GOOD.replace("count", "Count"), "\ufeff" + GOOD, GOOD.replace(",", ";")):
        found = read_counts(file(content))
        assert found.lists == ("A", "B", "C")
        assert found.of_lists == {"A": 46, "B": 36, "C": 20}
        assert found.overlaps == {("A", "B"): 6, ("A", "C"): 0, ("B", "C"): 0}


def test_tables_of_statistical_programs_are_read_as_they_write_them(file):
    with_numbers = "\n".join(f'"{number}",{line}' for number, line in enumerate(GOOD.splitlines()))
    for content in (
        with_numbers.replace('"0",', '"",'),
        GOOD.replace("count", "n"),
        GOOD.replace("count", "Freq"),
        GOOD + "0,0,0,NA\n",
        GOOD + "0,0,0,\n",
    ):
        found = read_counts(file(content))
        assert found.lists == ("A", "B", "C")
        assert found.of_lists == {"A": 46, "B": 36, "C": 20}


def test_a_list_may_be_called_as_a_column_of_counts(file):
    assert read_counts(file(GOOD.replace("C,count", "N,count"))).lists == ("A", "B", "N")


def test_the_same_history_twice_is_added_up(file):
    assert read_counts(file(GOOD + "1,1,0,4\n")).overlaps["A", "B"] == 10


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (GOOD.replace("6", "6.5"), "line 5, column count: a whole number from 0 is wanted"),
        (GOOD.replace("40", "-1"), "line 2, column count"),
        (GOOD.replace("0,1,0,30", "0,2,0,30"), "line 3, column B: 0 or 1 is wanted"),
        (GOOD + "0,0,0,12\n", "line 6: a row on no list"),
        (GOOD.replace("count", "D"), "one named count (or, as the last one, counts, n, freq, frequency)"),
        (GOOD.replace("A,B,C,count", "n,B,C,A"), "one named count"),
        (GOOD.replace("count", "n").replace("40", "x"), "line 2, column n: a whole number"),
        (GOOD.replace("C,count", "A,count"), "each once"),
        ("A,B,C,count\n", "no persons are counted"),
        ("", "is not a CSV file of counts"),
        ("A,count\n1,5\n", "1 lists; from 2 to 10 can be read"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_line(file, content, said):
    with pytest.raises(OneLineError) as told:
        read_counts(file(content))
    assert said in str(told.value)
    assert "\n" not in str(told.value)


def test_a_file_that_is_not_there_is_told_in_one_line(tmp_path):
    with pytest.raises(OneLineError, match="cannot be read"):
        read_counts(tmp_path / "none.csv")


def test_who_is_on_no_list_is_left_out():
    found = of_memberships(["A", "B"], [{"A"}, {"A", "B"}, set(), {"telex"}, {"B", "telex"}])
    assert found.counts.tolist() == [1, 1, 1]


def test_fewer_lists_see_fewer_persons(published):
    narrower = published("western").of(["A", "E"])
    assert narrower.of_lists == {"A": 64, "E": 30}
    assert narrower.overlaps == {("A", "E"): 6}
