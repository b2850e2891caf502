"""Serve the page: gunicorn in this process, with as many workers as there are processors.

Bound to this machine alone unless an installation says how people reach it: a name, a secret and TLS.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import Any

from connectors.installation import OneLineError
from monitoring.web.environment import HOSTS_VARIABLE, SECRET_VARIABLE, TLS_VARIABLE, is_behind_proxy

THREADS = 8
# A page is broken off by the database after a minute; a download may take longer.
SECONDS_PER_REQUEST = 300


@dataclass(frozen=True)
class Bind:
    """Where the page listens, by how many processes, and with which certificate (None: no TLS of its own)."""

    host: str
    port: int
    workers: int
    certificate: Path | None = None
    key: Path | None = None

    @property
    def address(self) -> str:
        """The address that a browser asks for."""
        scheme = "https" if self.certificate else "http"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{host}:{self.port}/"


def check_bind(bind: Bind) -> None:
    """Raise OneLineError when the page may not be served there, or cannot."""
    if not _is_local(bind.host):
        lacking = [name for name in (SECRET_VARIABLE, HOSTS_VARIABLE) if not os.environ.get(name)]
        if lacking:
            raise OneLineError(f"to be reached from other machines the page needs {' and '.join(lacking)}")
        if bind.certificate is None and not is_behind_proxy():
            raise OneLineError(
                "to be reached from other machines the page needs TLS: --certificate and --key, or "
                f"{TLS_VARIABLE}=proxy when a proxy before it ends TLS"
            )
    if (bind.certificate is None) != (bind.key is None):
        raise OneLineError("--certificate and --key go together")
    for file in (bind.certificate, bind.key):
        if file is not None and not os.access(file, os.R_OK):
            raise OneLineError(f"{file} cannot be read; give a PEM file")
    family = socket.AF_INET6 if ":" in bind.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((bind.host, bind.port))
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise OneLineError(f"{bind.host}:{bind.port} cannot be used ({reason}); give another --port") from None


def serve(bind: Bind) -> None:
    """Serve the page until the process is told to stop."""
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):
        """Gunicorn with the settings of the page."""

        def load_config(self) -> None:
            """Take the settings; no file or environment of gunicorn's own."""
            for name, value in _settings(bind).items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            """Give the application."""
            from monitoring.web.wsgi import application

            return application

    Server().run()


def _settings(bind: Bind) -> dict[str, Any]:
    return {
        "bind": bind.address.split("/")[2],
        "workers": bind.workers,
        "worker_class": "gthread",
        "threads": THREADS,
        "preload_app": True,
        "post_worker_init": _stay_ahead,
        "timeout": SECONDS_PER_REQUEST,
        "graceful_timeout": 10,
        "keepalive": 15,
        "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() else None,
        # Neither a query nor an address of origin: the log of who saw what stands in the database.
        "accesslog": "-",
        "access_log_format": "%(t)s %(m)s %(U)s %(s)s %(B)s bytes %(M)s ms",
        "loglevel": "warning",
        "certfile": str(bind.certificate) if bind.certificate else None,
        "keyfile": str(bind.key) if bind.key else None,
        "forwarded_allow_ips": "127.0.0.1,::1",
        "proc_name": "weerzien-portal",
        "control_socket_disable": True,
    }


def _stay_ahead(_worker: Any) -> None:
    """A worker of the server began: from now on it reckons each night's heavy figures before anybody asks."""
    from monitoring.server import leave_to_parent
    from monitoring.web.ahead import stay_ahead

    leave_to_parent()
    Thread(target=stay_ahead, name="ahead", daemon=True).start()


def _is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
