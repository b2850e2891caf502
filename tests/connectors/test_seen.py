"""Files that did not change in a register's place are not copied again, and any that did are."""

from __future__ import annotations

import os
from datetime import date

import pytest

from connectors import landing, seen
from connectors.deliveries import DELIVERY
from connectors.installation import Installation
from connectors.landing import pull
from connectors.register import load_register

REGISTER = load_register("telex")
NIGHT, NEXT = date(2004, 3, 20), date(2004, 3, 21)
NAME = "telex_20040316.txt"


@pytest.fixture
def installation(tmp_path):
    return Installation(tmp_path / "state")


@pytest.fixture
def place(tmp_path):
    made = tmp_path / "exports" / "telex"
    made.mkdir(parents=True)
    (made / NAME).write_bytes(b"first")
    return made


@pytest.fixture
def copied(monkeypatch):
    """Names of the files that were copied; a file counts as settled at once."""
    names = []
    copy = landing._copy
    monkeypatch.setattr(landing, "_copy", lambda file, *given: names.append(file.name) or copy(file, *given))
    monkeypatch.setattr(seen, "SECONDS_TO_SETTLE", 0.0)
    return names


@pytest.fixture
def pulled(engine, installation, place):
    def make(night=NIGHT, origin=""):
        told = pull(REGISTER, place, installation, engine, night, origin)
        return told.new, told.known

    return make


def test_a_file_that_did_not_change_is_known_without_being_copied(pulled, copied):
    assert [pulled(), pulled(NEXT), pulled(NEXT)] == [(1, 0), (0, 1), (0, 1)]
    assert copied == [NAME]


def test_a_file_of_other_bytes_lands_also_when_its_size_and_date_are_set_back(pulled, copied, place):
    pulled()
    before = (place / NAME).stat()
    (place / NAME).write_bytes(b"other")
    os.utime(place / NAME, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert [pulled(NEXT), pulled(NEXT)] == [(1, 0), (0, 1)]
    assert copied == [NAME] * 2


def test_a_file_that_changed_a_moment_ago_is_copied_again(pulled, copied, monkeypatch):
    monkeypatch.setattr(seen, "SECONDS_TO_SETTLE", 3600.0)
    assert [pulled(), pulled(NEXT)] == [(1, 0), (0, 1)]
    assert copied == [NAME] * 2


def test_a_landed_file_that_was_lost_comes_back(pulled, copied, installation):
    pulled()
    (path,) = (installation.landing / "telex").iterdir()
    path.unlink()
    assert pulled(NEXT) == (0, 1)
    assert path.read_bytes() == b"first"


def test_what_a_database_of_before_does_not_know_lands_again(pulled, copied, engine):
    pulled()
    with engine.begin() as connection:
        connection.execute(DELIVERY.delete())
    assert pulled(NEXT) == (1, 0)


def test_exports_of_another_origin_are_another_folder(pulled, copied):
    assert [pulled(), pulled(origin="a world")] == [(1, 0), (1, 0)]
    assert copied == [NAME] * 2


def test_a_file_removed_after_its_term_does_not_come_back(pulled, copied, engine, installation):
    pulled()
    with engine.begin() as connection:
        connection.execute(DELIVERY.update().values(removed_night=NIGHT))
    (path,) = (installation.landing / "telex").iterdir()
    path.unlink()
    assert pulled(NEXT) == (0, 1)
    assert not path.exists() and copied == [NAME]


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"a": 1}', b"\xff"])
def test_a_damaged_list_costs_a_copy_and_nothing_else(pulled, copied, installation, damage):
    pulled()
    (file,) = installation.index.glob("*.seen")
    file.write_bytes(damage)
    assert pulled(NEXT) == (0, 1)
    assert copied == [NAME] * 2


def test_the_older_of_two_versions_put_back_is_a_version_of_its_own(pulled, copied, place):
    pulled()
    (place / "kept").write_bytes(b"second")
    os.replace(place / NAME, place / "first")
    os.replace(place / "kept", place / NAME)
    assert pulled(NEXT) == (1, 0)
    os.replace(place / "first", place / NAME)
    assert pulled(NEXT) == (1, 0)
