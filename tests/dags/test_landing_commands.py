"""The commands of the landing area as a user types them."""

import base64
import hashlib

import pytest
from click.testing import CliRunner

from connectors.installation import OneLineError
from connectors.sealing import KEY, KEY_FILE, LandingKeys, opened, sealed_by
from dags.landing_commands import landing


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An installation in which one list has landed."""
    home = tmp_path / "home"
    monkeypatch.setenv("WEERZIEN_HOME", str(home))
    monkeypatch.delenv(KEY, raising=False)
    monkeypatch.delenv(KEY_FILE, raising=False)
    folder = home / "landing" / "mob"
    folder.mkdir(parents=True)
    (folder / hashlib.sha256(b"list").hexdigest()).write_bytes(b"list")
    return home


def typed(*arguments):
    return CliRunner().invoke(landing, arguments)


def test_a_new_key_is_another_each_time_and_can_be_used():
    first, second = (typed("new-key").output.strip() for _ in range(2))
    assert first != second
    assert len(LandingKeys.from_environment({KEY: f"{first} {second}"}).by_id) == 2


def test_a_landing_area_is_encrypted_and_goes_over_to_another_key(home, tmp_path, monkeypatch):
    (path,) = (home / "landing" / "mob").iterdir()
    file = tmp_path / "keys"
    monkeypatch.setenv(KEY_FILE, str(file))
    old, new = (typed("new-key").output for _ in range(2))
    file.write_text(old)
    assert ": 1 bestanden / files; 0 waren" in typed("encrypt").output
    assert ": 0 bestanden / files; 1 waren" in typed("encrypt").output
    before = sealed_by(path)
    file.write_text(new + old)
    assert ": 1 bestanden / files; 0 waren" in typed("rekey").output
    assert sealed_by(path) not in (None, before)
    file.write_text(new)
    with opened(path) as lying:
        assert lying.read() == b"list"


def test_a_mistake_ends_in_one_line_and_changes_nothing(home, monkeypatch):
    (path,) = (home / "landing" / "mob").iterdir()
    for key, said in (("", "no key is set"), ("abc", "32 bytes"), (base64.b64encode(b"x").decode(), "32 bytes")):
        monkeypatch.setenv(KEY, key)
        told = typed("encrypt")
        assert isinstance(told.exception, OneLineError) and said in str(told.exception)
        assert "\n" not in str(told.exception)
    assert path.read_bytes() == b"list"


def test_a_file_that_is_damaged_is_told_by_its_place(home, monkeypatch):
    (path,) = (home / "landing" / "mob").iterdir()
    path.write_bytes(b"another list")
    monkeypatch.setenv(KEY, typed("new-key").output)
    told = typed("encrypt")
    assert isinstance(told.exception, OneLineError) and f"mob/{path.name}" in str(told.exception)
    assert path.read_bytes() == b"another list"
