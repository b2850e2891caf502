from collections.abc import Callable
from pathlib import Path

import pytest

from connectors import reading, row_parts, side_by_side, tables
from connectors.deliveries import Delivery, DeliveryRefused
from connectors.reading import read_into, read_register
from connectors.register import load_register
from connectors.row_parts import RowStore, part_names, read_parts, whole

Deliver = Callable[..., Delivery]
Text = Callable[..., str]
NAME = "ikps_20040410.csv"


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "BATCH_ROWS", 7)
    monkeypatch.setattr(row_parts, "BATCH_ROWS", 7)


@pytest.fixture
def snapshot(deliver: Deliver, ikps_text: Text) -> Delivery:
    numbers = [*range(30), 3, 29]  # two keys come a second time, each in another batch
    return deliver("ikps", NAME, ikps_text(*({"registratienummer": f"IK-{n:03}"} for n in numbers)))


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("shared", [False, True])
def test_a_file_read_in_parts_gives_the_rows_of_a_file_read_at_once(
    snapshot: Delivery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shared: bool
) -> None:
    register = load_register("ikps")
    at_once = read_register(register, [snapshot])
    if shared:
        # Two turns in this process: what two processes do.
        monkeypatch.setattr(reading, "LARGE_BYTES", 0)
        monkeypatch.setattr(reading, "processes", lambda: 2)
        monkeypatch.setattr(row_parts, "processes", lambda: 2)
        monkeypatch.setattr(row_parts, "side_by_side", lambda work, jobs: [work(*job) for job in jobs])
    in_parts = read_into(tmp_path, register, [snapshot])
    assert in_parts.delivered == at_once.delivered == 32
    assert len(part_names(tmp_path)) == 5
    rows = whole(read_parts(tmp_path))
    assert rows.to_dict("records") == at_once.rows.to_dict("records")
    twice = [row_key for row_key, told in zip(rows["row_key"], rows["problems"], strict=True) if told]
    assert twice == ["IK-003", "IK-029"]
    assert rows["row_number"].tolist() == list(range(1, 33))


@pytest.mark.usefixtures("small_batches")
def test_nothing_is_left_of_a_file_that_turns_out_to_be_cut_off(
    deliver: Deliver, ikps_text: Text, tmp_path: Path
) -> None:
    text = ikps_text(*({"registratienummer": f"IK-{n}"} for n in range(30)))
    outcome = read_into(tmp_path, load_register("ikps"), [deliver("ikps", NAME, text[:-40])])
    assert (outcome.delivered, outcome.refused) == (0, [(NAME, "cut_off")])
    assert list(read_parts(tmp_path)) == []
    assert [path.name for path in tmp_path.glob("*.parquet")] == []


@pytest.mark.usefixtures("small_batches")
def test_parts_can_be_read_from_the_last_one_back_and_keep_their_numbers(snapshot: Delivery, tmp_path: Path) -> None:
    read_into(tmp_path, load_register("ikps"), [snapshot])
    numbers = [rows["applies_order"].tolist() for rows in read_parts(tmp_path, newest_first=True)]
    assert [part[0] for part in numbers] == [29, 22, 15, 8, 1]
    assert sorted(number for part in numbers for number in part) == list(range(1, 33))


def test_small_deliveries_are_joined_in_one_part(deliver: Deliver, mob_text: Text, tmp_path: Path) -> None:
    lists = [
        deliver("mob", f"mob_20040{month}_VUGHT.csv", mob_text({"naam": f"A{month}"}), sequence=month)
        for month in (1, 2, 3)
    ]
    read_into(tmp_path, load_register("mob"), lists)
    assert len(part_names(tmp_path)) == 1
    assert whole(read_parts(tmp_path))["file"].tolist() == [f"mob_20040{month}_VUGHT.csv" for month in (1, 2, 3)]


def test_a_store_that_is_broken_off_keeps_nothing(snapshot: Delivery) -> None:
    def broken():
        yield whole([])
        raise DeliveryRefused("cut_off")

    store = RowStore()
    with pytest.raises(DeliveryRefused):
        store.keep("one", broken())
    assert list(store.in_order(["one"])) == []


def test_jobs_side_by_side_give_their_results_in_order_and_the_first_exception_whole() -> None:
    assert side_by_side.side_by_side(len, [("a",), ("bcd",), ("ef",)]) == [1, 3, 2]
    with pytest.raises(DeliveryRefused) as raised:
        side_by_side.side_by_side(refuse, [("cut_off", "row 3"), ("unreadable", "")])
    assert (raised.value.rule, raised.value.detail) == ("cut_off", "row 3")


def refuse(rule: str, detail: str) -> None:
    raise DeliveryRefused(rule, detail)


def test_a_job_that_is_killed_is_said_to_be_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(side_by_side, "processes", lambda: 2)
    with pytest.raises(side_by_side.JobLost):
        side_by_side.side_by_side(killed, [(), ()])


def killed() -> None:
    import os

    os._exit(9)
