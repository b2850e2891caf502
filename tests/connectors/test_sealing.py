from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import sealing
from connectors.deliveries import DeliveryRefused
from connectors.installation import OneLineError
from connectors.reading import READERS, read_register
from connectors.register import load_register
from connectors.resealing import reseal
from connectors.sealing import HEADER_BYTES, KEY, KEY_FILE, MAGIC, Damaged, LandingKeys, Sealing, key_id, opened

ONE, OTHER = (base64.b64encode(bytes([digit]) * 32).decode() for digit in (1, 2))
NAME = "Wit"


def keys(*words):
    return LandingKeys.from_environment({KEY: " ".join(words)})


def seal(folder, content, *words):
    """A file of the landing area, named by the checksum of its plain bytes."""
    path = folder / hashlib.sha256(content).hexdigest()
    with path.open("wb") as target:
        written = Sealing(target, keys(*words))
        written.write(content)
        written.finish()
    assert (written.sha256, written.size) == (path.name, len(content))
    return path


def plain(path, *words):
    with opened(path, keys(*words)) as file:
        return file.read()


@pytest.fixture
def small_pieces(monkeypatch):
    """Sixteen bytes to a piece, so that a short text has many."""
    monkeypatch.setattr(sealing, "PIECE_BYTES", 16)


def test_a_sealed_file_holds_nothing_that_can_be_read_and_opens_to_the_same_bytes(tmp_path):
    path = seal(tmp_path, b"achternaam;Wit\r\n" * 1000, ONE)
    lying = path.read_bytes()
    assert lying.startswith(MAGIC) and NAME.encode() not in lying
    assert plain(path, ONE) == b"achternaam;Wit\r\n" * 1000


def test_two_files_of_the_same_bytes_do_not_look_alike(tmp_path):
    first = seal(tmp_path, b"list", ONE).read_bytes()
    assert first[HEADER_BYTES:] != seal(tmp_path, b"list", ONE).read_bytes()[HEADER_BYTES:]


def test_without_a_key_files_lie_as_they_were_delivered_and_old_ones_are_read_with_a_key(tmp_path):
    path = seal(tmp_path, b"list")
    assert path.read_bytes() == b"list"
    assert plain(path, ONE) == b"list"


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.data())
def test_any_place_of_a_sealed_file_can_be_read_as_of_a_plain_one(tmp_path_factory, data):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealing, "PIECE_BYTES", 16)
        content = data.draw(st.binary(max_size=100))
        path = seal(tmp_path_factory.mktemp("any"), content, ONE)
        with opened(path, keys(ONE)) as sealed, io.BytesIO(content) as lying:
            for at, length in data.draw(st.lists(st.tuples(st.integers(0, 120), st.integers(0, 120)), max_size=5)):
                assert sealed.seek(at) == lying.seek(at)
                assert sealed.read(length) == lying.read(length)
            assert sealed.seek(0, os.SEEK_END) == len(content)


def test_a_workbook_is_opened_in_place(tmp_path):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("one", b"1" * 1_000_000)
        archive.writestr("two", os.urandom(1_000_000))
    with opened(seal(tmp_path, made.getvalue(), ONE), keys(ONE)) as file, zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None


def test_no_byte_can_be_changed_unseen(tmp_path, small_pieces):
    path = seal(tmp_path, b"a text of more pieces than three, in all", ONE)
    sealed = path.read_bytes()
    for place in range(len(MAGIC), len(sealed)):
        path.write_bytes(sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :])
        with pytest.raises((Damaged, OneLineError)):
            plain(path, ONE)


def test_no_piece_can_be_left_out_moved_or_added(tmp_path, small_pieces):
    path = seal(tmp_path, b"0123456789abcdef" * 4, ONE)
    sealed = path.read_bytes()
    head, rest = sealed[:HEADER_BYTES], sealed[HEADER_BYTES:]
    pieces = [rest[at : at + 32] for at in range(0, 128, 32)]
    end = rest[128:]
    for others in (pieces[1:], pieces[:-1], pieces[::-1], [*pieces, pieces[0]], [], pieces[:2] + pieces[3:]):
        path.write_bytes(head + b"".join(others) + end)
        with pytest.raises(Damaged):
            plain(path, ONE)
    for length in range(HEADER_BYTES, len(sealed)):
        path.write_bytes(sealed[:length])
        with pytest.raises(Damaged):
            plain(path, ONE)


def test_a_sealed_file_in_the_place_of_another_is_not_taken_for_it(tmp_path):
    older, newer = seal(tmp_path, b"yesterday", ONE), seal(tmp_path, b"today", ONE)
    newer.write_bytes(older.read_bytes())
    with pytest.raises(Damaged):
        plain(newer, ONE)


def test_a_wrong_or_missing_key_is_one_line_that_names_the_key_and_no_secret(tmp_path):
    path = seal(tmp_path, b"list", ONE)
    for words, said in (((), "no key is set"), ((OTHER,), "another key is set")):
        with pytest.raises(OneLineError, match=said) as told:
            plain(path, *words)
        assert key_id(bytes([1]) * 32) in str(told.value)
        assert ONE not in str(told.value) and OTHER not in str(told.value)
    assert ONE not in repr(keys(ONE)) and repr(bytes([1])) not in repr(keys(ONE))


def test_bytes_of_a_register_that_look_sealed_are_what_was_delivered(tmp_path):
    content = MAGIC + b"\x01" * 200
    for words in ((), (ONE,)):
        assert plain(seal(tmp_path, content, *words), *words) == content
    path = seal(tmp_path, content)
    assert plain(path) == content


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({KEY: "no key"}, "base64"),
        ({KEY: base64.b64encode(b"short").decode()}, "32 bytes"),
        ({KEY: ONE, KEY_FILE: "keys"}, "set one of them"),
        ({KEY_FILE: "missing"}, "cannot be read"),
        ({KEY_FILE: "home/keys", "WEERZIEN_HOME": "home"}, "keep it elsewhere"),
        ({KEY_FILE: "empty"}, "holds no key"),
    ],
)
def test_a_key_that_cannot_be_used_is_told_and_not_passed_over(tmp_path, monkeypatch, environment, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "home").mkdir()
    for name, content in (("keys", ONE), ("home/keys", ONE), ("empty", " \n")):
        (tmp_path / name).write_text(content)
    with pytest.raises(OneLineError, match=said):
        LandingKeys.from_environment(environment)


def test_a_file_of_keys_seals_with_the_first_and_opens_with_all(tmp_path):
    old = seal(tmp_path, b"old", ONE)
    (tmp_path / "keys").write_text(f"{OTHER}\n{ONE}\n")
    held = LandingKeys.from_environment({KEY_FILE: str(tmp_path / "keys")})
    assert held.first == key_id(bytes([2]) * 32)
    with opened(old, held) as file:
        assert file.read() == b"old"


@pytest.fixture
def landing(tmp_path):
    folder = tmp_path / "landing" / "mob"
    folder.mkdir(parents=True)
    return folder


def test_what_lies_plain_is_encrypted_and_goes_over_to_another_key(landing, monkeypatch):
    paths = [seal(landing, content) for content in (b"", b"one", b"two" * 200_000)]
    contents = [path.read_bytes() for path in paths]
    (landing / "unfinished.part").write_bytes(b"left alone")
    monkeypatch.setenv(KEY, ONE)
    assert (reseal(landing.parent, True).sealed, reseal(landing.parent, True).already) == (3, 3)
    assert [plain(path, ONE) for path in paths] == contents
    assert all(path.read_bytes().startswith(MAGIC) and path.stat().st_mode & 0o777 == 0o400 for path in paths)
    monkeypatch.setenv(KEY, f"{OTHER} {ONE}")
    assert reseal(landing.parent, True).sealed == 0
    assert reseal(landing.parent, False).sealed == 3
    assert [plain(path, OTHER) for path in paths] == contents
    assert (landing / "unfinished.part").read_bytes() == b"left alone"


def test_a_file_that_is_not_what_its_checksum_says_stays_as_it_is(landing, monkeypatch):
    path = seal(landing, b"one")
    path.write_bytes(b"changed")
    monkeypatch.setenv(KEY, ONE)
    told = reseal(landing.parent, True)
    assert (told.sealed, told.damaged) == (0, (f"mob/{path.name}",))
    assert [left.name for left in landing.iterdir()] == [path.name]
    assert path.read_bytes() == b"changed"


def test_encrypting_without_a_key_or_without_that_of_a_file_is_one_line(landing, monkeypatch):
    monkeypatch.delenv(KEY, raising=False)
    monkeypatch.delenv(KEY_FILE, raising=False)
    with pytest.raises(OneLineError, match="new-key"):
        reseal(landing.parent, True)
    seal(landing, b"one", OTHER)
    monkeypatch.setenv(KEY, ONE)
    with pytest.raises(OneLineError, match="another key"):
        reseal(landing.parent, False)


@pytest.fixture
def world(deliver, ikps_text, mob_text, stv_workbook, youth_care_xml, telex_text):
    """A file of each register, as it was landed without a key."""
    return [
        deliver("ikps", "ikps_20040405.csv", ikps_text({}, {"registratienummer": "IK-04-000124"})),
        deliver("mob", "mob_200403_VUGHT.csv", mob_text({}, {"v_nummer": "2401234568"})),
        deliver("stv", "stv_aanmeldingen_2004.xlsx", stv_workbook({}, {"Aanmeldnr": 18.0})),
        deliver("youth_care", "jeugdzorg_20040316.xml", youth_care_xml({})),
        deliver("telex", "telex_20040316.txt", telex_text({})),
    ]


def test_every_register_is_read_the_same_with_a_key_and_without(world, monkeypatch):
    before = [read_register(load_register(delivery.register), [delivery]) for delivery in world]
    for delivery in world:
        seal(delivery.path.parent, delivery.path.read_bytes(), ONE)
        assert delivery.path.read_bytes().startswith(MAGIC)
    monkeypatch.setenv(KEY, ONE)
    for delivery, plainly in zip(world, before, strict=True):
        sealed = read_register(load_register(delivery.register), [delivery])
        assert len(sealed.rows) and not sealed.refused
        pd.testing.assert_frame_equal(sealed.rows, plainly.rows)
        pd.testing.assert_frame_equal(sealed.findings, plainly.findings)


def test_a_damaged_file_is_a_refused_delivery_and_a_missing_key_ends_the_reading(world, monkeypatch):
    for delivery in world:
        path = seal(delivery.path.parent, delivery.path.read_bytes(), ONE)
        monkeypatch.delenv(KEY, raising=False)
        with pytest.raises(OneLineError, match="no key is set"):
            list(READERS[delivery.register](delivery, load_register(delivery.register)))
        path.write_bytes(path.read_bytes()[:-1])
        monkeypatch.setenv(KEY, ONE)
        with pytest.raises(DeliveryRefused, match="Damaged"):
            list(READERS[delivery.register](delivery, load_register(delivery.register)))


LARGE = """
import json, resource, sys
from pathlib import Path
from connectors.sealing import Sealing, opened
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with Path(sys.argv[1]).open("wb") as target:
    written = Sealing(target)
    for _ in range(200):
        written.write(bytes(1 << 20))
    written.finish()
read = 0
with opened(Path(sys.argv[1])) as file:
    while piece := file.read(1 << 20):
        read += len(piece)
print(json.dumps([read, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is told in other units elsewhere")
def test_a_large_file_is_never_whole_in_memory(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", LARGE, str(tmp_path / "large")],
        env={**os.environ, KEY: ONE}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    read, grown_kilobytes = json.loads(told.stdout)
    assert read == 200 << 20
    assert grown_kilobytes < 20_000
