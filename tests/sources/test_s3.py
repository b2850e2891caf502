"""Exports at a real object store that speaks S3: what lands, and what is said when something is in the way."""

import hashlib
import shutil
import sys
from pathlib import Path

import pytest

from connectors.installation import OneLineError

if not shutil.which("swift-proxy-server", path=str(Path(sys.executable).parent)):
    pytest.skip("no Swift (make sources)", allow_module_level=True)
pytestmark = pytest.mark.sources

ADDRESS = "s3://police@exports"
NAME = "ikps_20040320.csv"
CONTENT = b"".join(hashlib.sha256(str(n).encode()).digest() for n in range(20_000))


@pytest.fixture
def connected(store, monkeypatch):
    """Tells Airflow how to reach the store, with what is changed of that."""

    def tell(**changed):
        monkeypatch.setenv("AIRFLOW_CONN_POLICE", store.connection(**changed))

    store.put(f"exports/ikps/{NAME}", CONTENT)
    tell()
    return tell


def test_an_export_lands_byte_for_byte_and_is_known_the_next_time(connected, landed):
    assert landed.pull(ADDRESS).new == 1
    assert landed.files == {hashlib.sha256(CONTENT).hexdigest(): CONTENT}
    assert landed.pull(ADDRESS).known == 1


def test_an_empty_folder_is_missing_and_a_bucket_that_is_gone_is_said(store, connected, landed):
    assert landed.pull(f"{ADDRESS}/elsewhere").missing
    store.make("gone")
    store.put(f"gone/ikps/{NAME}", CONTENT)
    assert landed.pull("s3://police@gone").new == 1
    store.remove("gone")
    before = landed.files
    with pytest.raises(OneLineError, match="the bucket gone of connection 'police' does not exist"):
        landed.pull("s3://police@gone")
    assert landed.files == before


@pytest.mark.parametrize("changed", [{"password": "an-old-secret"}, {"login": "registers:nobody"}])
def test_keys_that_no_longer_count_are_said_without_repeating_them(connected, landed, changed):
    connected(**changed)
    with pytest.raises(OneLineError, match="renew them, they may have expired") as caught:
        landed.pull(ADDRESS)
    assert not any(value in str(caught.value) for value in changed.values())


def test_a_line_that_is_cut_in_mid_transfer_still_brings_the_whole_file(store, connected, landed, line):
    cut = line(store.port, cuts=2)
    connected(port=cut.port)
    assert landed.pull(ADDRESS).new == 1
    assert landed.files == {hashlib.sha256(CONTENT).hexdigest(): CONTENT}
    assert cut.cuts == 0


def test_a_line_that_is_always_cut_leaves_no_half_file(store, connected, landed, line):
    cut = line(store.port, cuts=100_000)
    connected(port=cut.port)
    with pytest.raises(OneLineError, match="broke off in mid-transfer 3 times"):
        landed.pull(ADDRESS)
    assert landed.files == {}


def test_a_slow_line_brings_the_whole_file(store, connected, landed, line):
    connected(port=line(store.port, per_second=400_000).port)
    assert landed.pull(ADDRESS).new == 1
    assert list(landed.files.values()) == [CONTENT]
