"""Landed files that a newer one replaced go after their term; what is in use stays, and nothing comes back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from connectors.deliveries import ACCEPTED, DELIVERY, deliveries_in_force, keep_row_counts
from connectors.installation import Installation
from connectors.landing import pull
from connectors.reading import read_register
from connectors.register import load_register
from connectors.superseded import remove_superseded, remove_unrecorded

FIRST = date(2004, 3, 1)


@dataclass
class Kept:
    """An installation that pulls, reads and removes."""

    engine: Engine
    installation: Installation
    exports: Path

    def night(self, night: date, register: str, **files: bytes) -> None:
        folder = self.exports / register
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name.replace("__", ".")).write_bytes(content)
        declared = load_register(register)
        pull(declared, folder, self.installation, self.engine, night, "")
        in_force = deliveries_in_force(self.engine, declared, night, "", self.installation.landing)
        keep_row_counts(self.engine, read_register(declared, in_force).row_counts, "")

    def remove(self, register: str, night: date, **more: bool) -> int:
        declared = load_register(register)
        return len(remove_superseded(self.engine, declared, "", self.installation.landing, night, **more))

    def left(self, register: str, night: date) -> list[str]:
        found = deliveries_in_force(self.engine, load_register(register), night, "", self.installation.landing)
        assert all(delivery.path.is_file() for delivery in found)
        return [f"{delivery.file_name} {delivery.sequence}" for delivery in found]


@pytest.fixture
def kept(engine: Engine, tmp_path: Path) -> Kept:
    with engine.begin() as connection:
        connection.execute(ACCEPTED.delete())
    return Kept(engine, Installation(tmp_path / "state"), tmp_path / "exports")


def ikps_of(day: date, text: Callable[..., str]) -> dict[str, bytes]:
    row = {"registratienummer": f"IK-04-0000{day.day:02}", "datum_registratie": f"{FIRST:%d-%m-%Y}",
           "datum_aantreffen": f"{FIRST:%d-%m-%Y}"}  # fmt: skip
    return {f"ikps_{day:%Y%m%d}__csv": text(row).encode("cp1252")}


def test_snapshots_go_two_weeks_after_a_newer_one_and_are_not_landed_again(kept, ikps_text):
    days = [FIRST + timedelta(n) for n in range(3)]
    for day in days:
        kept.night(day, "ikps", **ikps_of(day, ikps_text))
    # The first was replaced on the second day.
    last = days[1] + timedelta(14)
    assert kept.remove("ikps", last) == 0
    assert kept.remove("ikps", last + timedelta(1), dry_run=True) == 1
    assert kept.remove("ikps", last + timedelta(1)) == 1
    kept.night(last + timedelta(1), "ikps")
    assert kept.left("ikps", last + timedelta(1)) == ["ikps_20040302.csv 2", "ikps_20040303.csv 3"]
    assert kept.remove("ikps", last + timedelta(900)) == 1
    assert kept.left("ikps", last + timedelta(900)) == ["ikps_20040303.csv 3"]
    with kept.engine.connect() as connection:
        removed = connection.execute(DELIVERY.select().order_by(DELIVERY.c.sequence)).mappings().all()
    assert [row["removed_night"] for row in removed] == [last + timedelta(1), last + timedelta(900), None]
    assert len([path for path in (kept.installation.landing / "ikps").iterdir()]) == 1


def test_the_last_snapshot_that_can_be_read_stays_when_newer_ones_cannot(kept, ikps_text):
    kept.night(FIRST, "ikps", **ikps_of(FIRST, ikps_text))
    for day in (FIRST + timedelta(1), FIRST + timedelta(2)):
        kept.night(day, "ikps", **{f"ikps_{day:%Y%m%d}__csv": b"\x00" + day.isoformat().encode()})
    later = FIRST + timedelta(100)
    assert kept.remove("ikps", later) == 0
    assert len(kept.left("ikps", later)) == 3


def test_a_list_that_was_corrected_goes_and_the_only_one_of_another_centre_stays(kept, mob_text):
    kept.night(
        FIRST,
        "mob",
        mob_200402_VUGHT__csv=mob_text({}).encode(),
        mob_200402_OTHER__csv=mob_text({"naam": "A B"}).encode(),
    )
    kept.night(FIRST + timedelta(1), "mob", mob_200402_VUGHT__csv=mob_text({"naam": "C D"}).encode())
    assert kept.remove("mob", FIRST + timedelta(1 + 62)) == 0
    assert kept.remove("mob", FIRST + timedelta(1 + 63)) == 1
    assert kept.left("mob", FIRST + timedelta(64)) == ["mob_200402_OTHER.csv 1", "mob_200402_VUGHT.csv 3"]


def test_messages_stay_but_one_that_cannot_be_read_goes_after_newer_ones(kept, telex_text):
    kept.night(FIRST, "telex", telex_20040301__txt=telex_text({}).encode(), telex_20040229__txt=b"ZCZC cut off")
    kept.night(FIRST + timedelta(1), "telex", telex_20040302__txt=telex_text({"GESL  ": "M"}).encode())
    assert kept.remove("telex", FIRST + timedelta(31)) == 0
    assert kept.remove("telex", FIRST + timedelta(32)) == 1
    assert kept.left("telex", FIRST + timedelta(40)) == ["telex_20040301.txt 2", "telex_20040302.txt 3"]


def test_a_correction_taken_back_after_its_first_version_was_removed_is_landed_whole(kept, mob_text):
    one, other = mob_text({}).encode(), mob_text({"naam": "C D"}).encode()
    kept.night(FIRST, "mob", mob_200402_VUGHT__csv=one)
    kept.night(FIRST + timedelta(1), "mob", mob_200402_VUGHT__csv=other)
    assert kept.remove("mob", FIRST + timedelta(80)) == 1
    kept.night(FIRST + timedelta(81), "mob", mob_200402_VUGHT__csv=one)
    assert kept.left("mob", FIRST + timedelta(81)) == ["mob_200402_VUGHT.csv 2", "mob_200402_VUGHT.csv 3"]


def test_a_file_that_no_pull_recorded_goes_once_none_can_still_be_at_work_on_it(kept, mob_text):
    import os

    kept.night(FIRST, "mob", mob_200402_VUGHT__csv=mob_text({}).encode())
    folder = kept.installation.landing / "mob"
    for name, age in (("left.part", 7200), ("just.part", 0)):
        (folder / name).write_bytes(b"x")
        moment = (folder / name).stat().st_mtime - age
        os.utime(folder / name, (moment, moment))
    assert remove_unrecorded(kept.engine, load_register("mob"), kept.installation.landing) == 1
    assert (folder / "just.part").exists() and len(kept.left("mob", FIRST)) == 1
