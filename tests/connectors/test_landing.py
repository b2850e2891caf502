import hashlib
import logging
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from connectors.deliveries import DELIVERY, Delivery, deliveries_in_force
from connectors.installation import Installation, OneLineError
from connectors.landing import Pulled, pull
from connectors.register import load_register

NIGHT = date(2004, 3, 20)
NEXT = date(2004, 3, 21)
LIST_ID = f"mob-{hashlib.sha256(b'list').hexdigest()[:16]}"
Put = Callable[..., Pulled]
InForce = Callable[..., list[Delivery]]
Recorded = Callable[[], list[tuple[str, str, str | None]]]


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path / "state")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "exports" / "mob"
    made.mkdir(parents=True)
    return made


@pytest.fixture
def pulled(engine: Engine, installation: Installation, folder: Path) -> Put:
    def make(register: str = "mob", night: date = NIGHT, origin: str = "", place: Path = folder) -> Pulled:
        return pull(load_register(register), place, installation, engine, night, origin)

    return make


@pytest.fixture
def in_force(engine: Engine, installation: Installation) -> InForce:
    def make(register: str = "mob", night: date = NIGHT, origin: str = "") -> list[Delivery]:
        return deliveries_in_force(engine, load_register(register), night, origin, installation.landing)

    return make


@pytest.fixture
def recorded(engine: Engine) -> Recorded:
    """Tells what has been recorded, in order of landing: file, delivery_id and the delivery that it repeats."""

    def make() -> list[tuple[str, str, str | None]]:
        columns = (DELIVERY.c.file_name, DELIVERY.c.delivery_id, DELIVERY.c.repeats)
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(select(*columns).order_by(DELIVERY.c.sequence))]

    return make


def test_a_new_file_is_copied_byte_for_byte_and_read_only(pulled: Put, folder: Path, in_force: InForce) -> None:
    (folder / "mob_200403_VUGHT.csv").write_bytes(b"\x00\xffwhatever")
    assert pulled() == Pulled("mob", new=1)
    (delivery,) = in_force()
    assert delivery.path.read_bytes() == b"\x00\xffwhatever"
    assert stat.S_IMODE(delivery.path.stat().st_mode) == 0o400
    assert delivery.path.name == delivery.sha256
    assert delivery.delivery_id == f"mob-{delivery.sha256[:16]}"
    assert (delivery.size_bytes, delivery.dated, delivery.landed_night) == (10, date(2004, 3, 1), NIGHT)


def test_the_same_bytes_again_do_nothing_under_their_name_or_another_of_the_same_date(
    pulled: Put, folder: Path, recorded: Recorded
) -> None:
    (folder / "mob_200403_VUGHT.csv").write_bytes(b"list")
    pulled()
    for name in ("mob_200403_vught.csv", "mob_200403_VUGHT-KOPIE.csv"):
        (folder / name).write_bytes(b"list")
    assert pulled(night=NEXT) == Pulled("mob", known=3)
    assert [name for name, *_ in recorded()] == ["mob_200403_VUGHT.csv"]


def test_the_same_bytes_under_another_date_are_a_delivery_that_says_what_it_repeats(
    pulled: Put, folder: Path, recorded: Recorded, in_force: InForce
) -> None:
    (folder / "mob_200402_VUGHT.csv").write_bytes(b"list")
    pulled()
    (folder / "mob_200403_VUGHT.csv").write_bytes(b"list")
    assert pulled(night=NEXT) == Pulled("mob", known=1, repeated=1)
    assert recorded() == [
        ("mob_200402_VUGHT.csv", LIST_ID, None),
        ("mob_200403_VUGHT.csv", f"{LIST_ID}-2", LIST_ID),
    ]
    first, repeat = in_force(night=NEXT)
    assert (repeat.repeats, repeat.path, repeat.landed_night) == (first.delivery_id, first.path, NEXT)


def test_a_repeat_is_recorded_once_however_often_it_is_pulled(pulled: Put, folder: Path, recorded: Recorded) -> None:
    for month in ("02", "03", "01"):
        (folder / f"mob_2004{month}_VUGHT.csv").write_bytes(b"list")
    assert (pulled().repeated, pulled().repeated, pulled(night=NEXT).known) == (2, 0, 3)
    assert [repeats for *_, repeats in recorded()] == [None, LIST_ID, LIST_ID]


def test_a_correction_that_is_taken_back_is_a_new_version_once(
    pulled: Put, folder: Path, recorded: Recorded, in_force: InForce
) -> None:
    for content in (b"list", b"corrected", b"list"):
        (folder / "mob_200403_VUGHT.csv").write_bytes(content)
        assert pulled().new == 1
    assert pulled().known == 1
    assert [(delivery_id, repeats) for _, delivery_id, repeats in recorded()][::2] == [
        (LIST_ID, None),
        (f"{LIST_ID}-2", None),
    ]
    assert [delivery.path.read_bytes() for delivery in in_force()] == [b"list", b"corrected", b"list"]


def test_a_list_corrected_into_what_another_list_of_that_month_holds_is_a_new_version(
    pulled: Put, folder: Path, recorded: Recorded
) -> None:
    (folder / "mob_200403_VUGHT.csv").write_bytes(b"header and rows")
    (folder / "mob_200403_OISTERWIJK.csv").write_bytes(b"header")
    assert pulled().new == 2
    (folder / "mob_200403_VUGHT.csv").write_bytes(b"header")
    assert pulled(night=NEXT) == Pulled("mob", new=1, known=1)
    assert recorded()[-1][0] == "mob_200403_VUGHT.csv"
    assert recorded()[-1][2] is None


def test_two_spellings_of_one_name_in_a_folder_do_not_replace_each_other_every_night(
    pulled: Put, folder: Path, in_force: InForce
) -> None:
    (folder / "mob_200403_VUGHT.csv").write_bytes(b"first")
    pulled()
    (folder / "mob_200403_vught.csv").write_bytes(b"corrected")
    assert pulled().new == 1
    assert pulled(night=NEXT) == Pulled("mob", known=2)
    assert [delivery.path.read_bytes() for delivery in in_force()] == [b"first", b"corrected"]


def test_two_pulls_at_the_same_moment_record_a_file_once(pulled: Put, folder: Path, recorded: Recorded) -> None:
    for number in range(10):
        (folder / f"mob_200403_C{number}.csv").write_bytes(b"%d" % number)
    with ThreadPoolExecutor(2) as both:
        found = list(both.map(lambda _: pulled(), range(2)))
    assert sum(one.new for one in found) == 10
    assert sum(one.known for one in found) == 10
    assert len(recorded()) == 10


def test_files_that_do_not_fit_are_ignored_by_name(pulled: Put, folder: Path) -> None:
    for name in ("README", "~$mob_200403_VUGHT.csv", "mob_200403_VUGHT.csv.part", "mob_200403_VUGHT (1).csv"):
        (folder / name).write_bytes(name.encode())
    (folder / "mob_200403_OUD.csv").mkdir()
    assert pulled().ignored == (
        "README", "mob_200403_VUGHT (1).csv", "mob_200403_VUGHT.csv.part", "~$mob_200403_VUGHT.csv",
    )  # fmt: skip


def test_a_file_dated_after_the_night_waits(pulled: Put, folder: Path) -> None:
    (folder / "mob_200404_VUGHT.csv").write_bytes(b"april")
    assert pulled().waiting == ("mob_200404_VUGHT.csv",)
    assert pulled(night=date(2004, 4, 1)).new == 1


def test_a_folder_that_is_not_there_is_told_and_raises_nothing(pulled: Put, tmp_path: Path) -> None:
    assert pulled(place=tmp_path / "exports" / "ikps").missing


def test_a_folder_that_cannot_be_read_is_one_line(pulled: Put, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OneLineError, match="folder of mob"):
        pulled(place=tmp_path / "file")


def test_a_lost_landing_file_comes_back_with_the_next_pull(pulled: Put, folder: Path, in_force: InForce) -> None:
    (folder / "mob_200403_VUGHT.csv").write_bytes(b"list")
    pulled()
    (delivery,) = in_force()
    delivery.path.unlink()
    assert pulled().known == 1
    assert delivery.path.read_bytes() == b"list"
    assert [path.suffix for path in delivery.path.parent.iterdir()] == [""]


def test_sample_and_real_deliveries_never_mix(pulled: Put, folder: Path, in_force: InForce) -> None:
    (folder / "mob_200403_VUGHT.csv").write_bytes(b"list")
    assert pulled(origin="world-1").new == 1
    assert in_force() == []
    assert pulled().new == 1
    assert [d.origin for d in in_force(origin="world-1")] == ["world-1"]


def test_the_versions_of_a_file_come_in_order_of_landing(pulled: Put, folder: Path, in_force: InForce) -> None:
    for day, content in ((18, b"first"), (19, b"second"), (25, b"third")):
        (folder / "mob_200403_VUGHT.csv").write_bytes(content)
        pulled(night=date(2004, 3, day))
    assert [d.path.read_bytes() for d in in_force()] == [b"first", b"second"]
    assert [d.path.read_bytes() for d in in_force(night=date(2004, 3, 26))] == [b"first", b"second", b"third"]


def test_a_backfilled_night_takes_the_first_version_that_landed_later(
    pulled: Put, folder: Path, in_force: InForce
) -> None:
    for day, content in ((18, b"first"), (19, b"second")):
        (folder / "mob_200403_VUGHT.csv").write_bytes(content)
        pulled(night=date(2004, 3, day))
    assert [d.path.read_bytes() for d in in_force(night=date(2004, 3, 10))] == [b"first"]
    assert in_force(night=date(2004, 2, 28)) == []


def test_mutations_come_in_the_order_of_their_dates_not_of_landing(
    pulled: Put, folder: Path, in_force: InForce
) -> None:
    for name in ("jeugdzorg_20040317.xml", "jeugdzorg_20040315.xml", "jeugdzorg_20040316.xml"):
        (folder / name).write_bytes(name.encode())
        pulled("youth_care")
    assert [d.dated.day for d in in_force("youth_care")] == [15, 16, 17]


def test_the_log_names_no_file(pulled: Put, folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    (folder / "mob_200403_VUGHT.csv").write_bytes(b"list")
    (folder / "Anne de Wit.doc").write_bytes(b"letter")
    pulled()
    assert "Anne" not in caplog.text
    assert "1 new, 0 known, 0 repeated, 1 ignored" in caplog.text
