"""Pulling and redacting where a key is set: nothing that identifies reaches the disk, and what is read is the same."""

from __future__ import annotations

import base64
from datetime import date

import pytest

from connectors import landing
from connectors.deliveries import deliveries_in_force, landed_deliveries
from connectors.installation import Installation, OneLineError
from connectors.landing import pull
from connectors.reading import read_register
from connectors.redaction import redact
from connectors.register import load_register
from connectors.sealing import KEY, KEY_FILE, opened, sealed_by

ONE, OTHER = (base64.b64encode(bytes([digit]) * 32).decode() for digit in (1, 2))
NIGHT, NEXT = date(2004, 4, 10), date(2004, 4, 11)
REGISTER = load_register("ikps")


@pytest.fixture
def installation(tmp_path):
    return Installation(tmp_path / "state")


@pytest.fixture
def pulled(engine, installation, tmp_path, ikps_text, monkeypatch):
    """Pulls a snapshot with two children, of the surnames Wit and Zwart, under the keys given."""
    place = tmp_path / "exports"
    place.mkdir()
    monkeypatch.delenv(KEY_FILE, raising=False)

    def pull_with(*keys, night=NIGHT, name="ikps_20040405.csv", family_name="Zwart"):
        monkeypatch.setenv(KEY, " ".join(keys))
        rows = ({}, {"registratienummer": "IK-04-000124", "achternaam": family_name})
        (place / name).write_bytes(ikps_text(*rows).encode("cp1252"))
        return pull(REGISTER, place, installation, engine, night, "")

    return pull_with


def lying(installation):
    return [path for path in sorted((installation.landing / "ikps").iterdir()) if path.is_file()]


def in_force(engine, installation, night=NIGHT):
    return deliveries_in_force(engine, REGISTER, night, "", installation.landing)


def test_what_lands_with_a_key_is_sealed_under_the_checksum_of_what_came(pulled, engine, installation):
    assert pulled(ONE).new == 1
    (path,) = lying(installation)
    assert b"Zwart" not in path.read_bytes() and sealed_by(path)
    (delivery,) = in_force(engine, installation)
    assert (path.name, path.stat().st_mode & 0o777) == (delivery.sha256, 0o400)
    with opened(path) as file:
        assert len(file.read()) == delivery.size_bytes


def test_the_same_file_on_the_next_night_is_known_also_after_the_key_was_replaced(pulled, installation):
    pulled(ONE)
    assert pulled(OTHER, ONE, night=NEXT).known == 1
    assert pulled(OTHER, night=NEXT).known == 1


def test_nothing_lands_beside_files_whose_key_is_not_set(pulled, installation):
    pulled(ONE)
    for keys in ((), (OTHER,)):
        with pytest.raises(OneLineError, match="landed files are encrypted by key"):
            pulled(*keys, night=NEXT, name="ikps_20040406.csv")
    assert len(lying(installation)) == 1


def test_without_a_key_a_warning_stands_in_the_log_once(pulled, caplog):
    landing._warn_that_files_lie_plain.cache_clear()
    for _ in range(3):
        pulled()
    assert sum("not encrypted" in record.message for record in caplog.records) == 1
    caplog.clear()
    landing._warn_that_files_lie_plain.cache_clear()
    pulled(ONE)
    assert not any("not encrypted" in record.message for record in caplog.records)


def test_rows_taken_out_leave_a_sealed_file_without_them(pulled, engine, installation):
    pulled(ONE)
    before = read_register(REGISTER, in_force(engine, installation)).rows
    gone = before["record_id"].iloc[1]
    (taken,) = redact(engine, REGISTER, "", installation.landing, [gone], NIGHT)
    assert taken.record_id == gone
    (path,) = lying(installation)
    assert sealed_by(path) and b"Wit" not in path.read_bytes()
    (delivery,) = landed_deliveries(engine, REGISTER, "", installation.landing)
    left = read_register(REGISTER, [delivery]).rows
    assert left["record_id"].tolist() == before["record_id"].tolist()[:1]
