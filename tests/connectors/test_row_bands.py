from collections.abc import Callable
from datetime import date, timedelta

import pytest

from connectors.deliveries import Delivery
from connectors.reading import Reading, read_register
from connectors.register import load_register

Deliver = Callable[..., Delivery]
Text = Callable[..., str]
Read = Callable[..., Reading]

# rows of the snapshots before, rows of the last one, whether that one counts
SNAPSHOTS = [
    ([40], 40, True),
    ([40], 20, True),
    ([40], 19, False),
    ([40], 80, True),
    ([40], 81, False),
    ([], 1, True),
    ([19], 1, True),  # too few before it to say what is usual
    ([40, 42, 2, 41], 39, True),  # the small one was refused, so it is no measure
    ([40, 42, 44, 41, 43, 40, 12], 12, False),  # small twice is not usual yet
]


@pytest.fixture
def snapshots(deliver: Deliver, ikps_text: Text) -> Callable[..., list[Delivery]]:
    def make(counts: list[int]) -> list[Delivery]:
        texts = [ikps_text(*({"registratienummer": f"IK-{n}"} for n in range(count))) for count in counts]
        days = [date(2004, 4, 10) + timedelta(day) for day in range(len(counts))]
        return [
            deliver("ikps", f"ikps_{day:%Y%m%d}.csv", text + "\r\n" * at, sequence=at + 1)
            for at, (day, text) in enumerate(zip(days, texts, strict=True))
        ]

    return make


@pytest.mark.parametrize(("before", "last", "counts"), SNAPSHOTS)
def test_a_snapshot_of_far_fewer_or_more_rows_than_usual_is_refused(
    snapshots: Callable[..., list[Delivery]], read: Read, before: list[int], last: int, counts: bool
) -> None:
    deliveries = snapshots([*before, last])
    reading = read(*deliveries)
    assert (reading.used == [deliveries[-1]]) is counts
    refused = reading.findings[reading.findings["rule"].eq("row_count_out_of_band")]
    assert (deliveries[-1].file_name in set(refused["file"])) is not counts


def test_the_finding_says_how_many_rows_there_were_and_how_many_are_usual(
    snapshots: Callable[..., list[Delivery]], read: Read
) -> None:
    finding = read(*snapshots([40, 44, 3])).findings.iloc[0]
    assert (finding["level"], finding["detail"]) == ("refused", "3 rows, usually 42")


def test_a_delivery_that_somebody_let_through_counts_and_becomes_usual(
    snapshots: Callable[..., list[Delivery]],
) -> None:
    deliveries = snapshots([40, 3])
    register = load_register("ikps")
    assert read_register(register, deliveries).used == [deliveries[0]]
    assert read_register(register, deliveries, {deliveries[1].delivery_id}).used == [deliveries[1]]


def test_rows_noted_on_an_earlier_night_need_no_file(snapshots: Callable[..., list[Delivery]], read: Read) -> None:
    old, new = snapshots([40, 3])
    old.path.unlink()
    assert read(new).used == [new]
    noted = Delivery(**{**vars(old), "rows": 40})
    assert read(noted, new).refused[0] == (new.file_name, "row_count_out_of_band")


def test_a_list_of_one_centre_is_not_measured_by_that_of_another(deliver: Deliver, mob_text: Text, read: Read) -> None:
    small = deliver("mob", "mob_200403_VUGHT.csv", mob_text({"naam": "A"}))
    large = deliver("mob", "mob_200404_UTRECHT.csv", mob_text(*({"naam": f"B{n}"} for n in range(150))), sequence=2)
    assert len(read(small, large).used) == 2


def test_the_same_bytes_under_a_new_date_are_refused_unless_they_hold_no_rows(
    deliver: Deliver, ikps_text: Text, mob_text: Text, read: Read
) -> None:
    old = deliver("ikps", "ikps_20040410.csv", ikps_text({}))
    again = deliver("ikps", "ikps_20040411.csv", ikps_text({}), sequence=2)
    again = Delivery(**{**vars(again), "delivery_id": "ikps-again", "repeats": old.delivery_id})
    reading = read(old, again)
    assert (reading.used, reading.refused) == ([old], [("ikps_20040411.csv", "same_bytes_new_date")])
    empty = deliver("mob", "mob_200403_VUGHT.csv", mob_text())
    other = Delivery(**{**vars(empty), "delivery_id": "mob-2", "file_name": "mob_200404_VUGHT.csv", "repeats": "mob-1"})
    assert (len(read(empty, other).used), read(empty, other).refused) == (2, [])
