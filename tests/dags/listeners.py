"""Servers that take one kind of message on this machine and keep what they got: mail, webhook, StatsD."""

from __future__ import annotations

import json
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any


class _Mail(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"220 test\r\n")
        for line in self.rfile:
            word = line.split()[0].upper() if line.split() else b""
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                message = b""
                while (more := self.rfile.readline()) != b".\r\n":
                    message += more
                self.server.got.append(message)  # type: ignore[attr-defined]
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
            if word == b"QUIT":
                return


class _Hook(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server: Any = self.server
        server.got.append((self.path, dict(self.headers), body))
        self.send_response(server.answers.pop(0) if server.answers else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def _serving(server: Any) -> Iterator[Any]:
    server.got, server.answers = [], []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def mail_server() -> Any:
    """A mail server: `got` holds the messages as bytes."""
    return _serving(socketserver.TCPServer(("127.0.0.1", 0), _Mail))


def hook_server() -> Any:
    """A web server: `got` holds path, headers and body; `answers`: the statuses it gives, then 200."""
    return _serving(HTTPServer(("127.0.0.1", 0), _Hook))


@contextmanager
def statsd_server() -> Iterator[Any]:
    """A socket that takes StatsD: call it for the lines that came."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(0.3)

        def lines() -> list[str]:
            found = []
            try:
                while True:
                    found += listener.recv(65536).decode().splitlines()
            except TimeoutError:
                return found

        lines.port = listener.getsockname()[1]  # type: ignore[attr-defined]
        yield lines


def objects(server: Any) -> list[dict[str, Any]]:
    """What a web server got, as objects."""
    return [json.loads(body) for _, _, body in server.got]
