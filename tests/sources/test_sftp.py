"""Exports at a real SSH server: what lands, and what is said when something is in the way."""

import hashlib
import os
import resource
import signal
import threading
import time

import pytest

from connectors.installation import OneLineError

pytest.importorskip("sshfs", reason="the extra sftp is not installed (make sources)")
pytestmark = pytest.mark.sources

PLACE = "sftp://police@127.0.0.1"
NAME = "ikps_20040320.csv"


@pytest.fixture
def export(sshd):
    """Writes one IKPS export, half a megabyte that does not compress; nothing else lies there."""
    for old in (sshd.folder / "ikps").iterdir():
        old.unlink()

    def write(size: int = 500_000, name: str = NAME) -> bytes:
        content = b"".join(hashlib.sha256(str(n).encode()).digest() for n in range(size // 32))
        (sshd.folder / "ikps" / name).write_bytes(content)
        return content

    return write


@pytest.fixture
def address(sshd, monkeypatch):
    monkeypatch.setenv("AIRFLOW_CONN_POLICE", sshd.connection())
    return f"{PLACE}{sshd.folder}"


def test_an_export_lands_byte_for_byte_and_is_known_the_next_time(export, address, landed):
    content = export()
    assert landed.pull(address).new == 1
    assert landed.files == {hashlib.sha256(content).hexdigest(): content}
    assert landed.pull(address).known == 1


def test_a_file_of_known_hosts_pins_as_well(sshd, export, address, landed, monkeypatch, tmp_path):
    export()
    known = tmp_path / "known_hosts"
    known.write_text(f"[127.0.0.1]:{sshd.port} {sshd.host_key}\n")
    monkeypatch.setenv("AIRFLOW_CONN_POLICE", sshd.connection(host_key=None, known_hosts=str(known)))
    assert landed.pull(address).new == 1


def test_a_folder_that_is_not_there_is_missing(sshd, export, address, landed):
    assert landed.pull(f"{address}/elsewhere").missing


def test_another_host_key_than_the_pinned_one_is_refused(sshd, export, address, landed, monkeypatch):
    export()
    other = sshd.client_key.with_suffix(".pub").read_text()
    monkeypatch.setenv("AIRFLOW_CONN_POLICE", sshd.connection(host_key=other))
    with pytest.raises(OneLineError, match="shows another host key than connection 'police' pins"):
        landed.pull(address)
    assert landed.files == {}


def test_a_connection_without_a_pinned_key_is_refused_and_says_what_to_set(sshd, export, address, landed, monkeypatch):
    monkeypatch.setenv("AIRFLOW_CONN_POLICE", sshd.connection(host_key=None))
    with pytest.raises(OneLineError, match="set host_key"):
        landed.pull(address)
    monkeypatch.setenv("AIRFLOW_CONN_POLICE", sshd.connection(no_host_key_check="true"))
    with pytest.raises(OneLineError, match="no_host_key_check"):
        landed.pull(address)


def test_an_expired_key_is_said_in_one_line_and_what_landed_stands(sshd, export, address, landed):
    export()
    landed.pull(address)
    before = landed.files
    valid = sshd.authorized.read_text()
    sshd.authorized.write_text(f'expiry-time="20200101" {valid}')
    try:
        with pytest.raises(OneLineError, match="does not let connection 'police' in: renew its key") as caught:
            landed.pull(address)
    finally:
        sshd.authorized.write_text(valid)
    assert str(sshd.client_key) not in str(caught.value)
    assert landed.files == before


def test_a_line_that_is_cut_twice_in_mid_transfer_still_brings_the_whole_file(
    sshd, export, address, landed, line, monkeypatch
):
    content = export()
    cut = line(sshd.port, cuts=2)
    monkeypatch.setenv("AIRFLOW_CONN_POLICE", sshd.connection(port=cut.port))
    assert landed.pull(address).new == 1
    assert landed.files == {hashlib.sha256(content).hexdigest(): content}
    assert (cut.cuts, cut.connections) == (0, 3)


def test_a_line_that_is_always_cut_leaves_no_half_file(sshd, export, address, landed, line, monkeypatch):
    export()
    cut = line(sshd.port, cuts=1000)
    monkeypatch.setenv("AIRFLOW_CONN_POLICE", sshd.connection(port=cut.port))
    with pytest.raises(OneLineError, match="broke off in mid-transfer 3 times"):
        landed.pull(address)
    assert landed.files == {}


def test_a_slow_line_brings_the_whole_file(sshd, export, address, landed, line, monkeypatch):
    content = export(100_000)
    slow = line(sshd.port, per_second=50_000)
    monkeypatch.setenv("AIRFLOW_CONN_POLICE", sshd.connection(port=slow.port))
    began = time.monotonic()
    assert landed.pull(address).new == 1
    assert time.monotonic() - began > 1.5
    assert list(landed.files.values()) == [content]


def test_a_server_that_is_down_is_said_in_one_line(sshd, export, address, landed, monkeypatch):
    monkeypatch.setenv("AIRFLOW_CONN_POLICE", sshd.connection(port=1))
    with pytest.raises(OneLineError, match="the place of ikps does not answer"):
        landed.pull(address)


def test_a_file_that_still_grows_is_not_taken_this_night_and_the_others_are(sshd, export, address, landed):
    whole = export(1000, "ikps_20040319.csv")
    growing = sshd.folder / "ikps" / NAME
    is_done = threading.Event()

    def write():
        with growing.open("ab", buffering=0) as file:
            while not is_done.is_set():
                file.write(b"another row\n")
                time.sleep(0.02)

    growing.touch()
    writer = threading.Thread(target=write)
    writer.start()
    try:
        pulled = landed.pull(address)
    finally:
        is_done.set()
        writer.join()
    assert (pulled.new, pulled.still_written) == (1, (NAME,))
    assert list(landed.files.values()) == [whole]
    assert landed.pull(address).new == 1


@pytest.mark.parametrize("kind", ["tmpfs", "limit"])
def test_a_full_disk_is_said_in_one_line_and_leaves_no_half_file(kind, export, address, landed):
    export(3_000_000)
    with full_disk(kind, landed.folder), pytest.raises(OneLineError, match="the disk of landing/ is full"):
        landed.pull(address)
    assert landed.files == {}


class full_disk:
    """A landing area for a megabyte: a small file system where this user may mount one, else a limit on files."""

    def __init__(self, kind, folder):
        self.kind, self.folder = kind, folder

    def __enter__(self):
        self.folder.mkdir(parents=True)
        if self.kind == "tmpfs":
            if os.geteuid() != 0 or os.system(f"mount -t tmpfs -o size=1m tmpfs {self.folder} 2>/dev/null"):
                pytest.skip("this user may not mount")
        else:
            self.before = resource.getrlimit(resource.RLIMIT_FSIZE)
            self.handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, self.before[1]))

    def __exit__(self, *error):
        if self.kind == "tmpfs":
            self.left = list(self.folder.iterdir())
            os.system(f"umount {self.folder}")
            assert self.left == []
        else:
            resource.setrlimit(resource.RLIMIT_FSIZE, self.before)
            signal.signal(signal.SIGXFSZ, self.handler)
