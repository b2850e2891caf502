"""The commands of the page as an engineer types them: accounts, and where the page is."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from connectors.installation import Installation
from monitoring import database

WEERZIEN = Path(sys.executable).with_name("weerzien")
PASSWORD = "een lang genoeg wachtwoord"


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Iterator[Path]:
    made = tmp_path_factory.mktemp("commands") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("WEERZIEN_DATABASE_URL", raising=False)
        # Held here, so that the server does not start and stop with each command.
        database.connect(Installation(made))
        yield made
        database.stop(Installation(made))


def weerzien(home: Path, *arguments: str, given: str | None = None) -> tuple[int, str, str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WEERZIEN_")}
    run = subprocess.run(
        [str(WEERZIEN), *arguments], env={**environment, "WEERZIEN_HOME": str(home)}, input=given,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return run.returncode, run.stdout, run.stderr


def test_an_account_is_made_listed_changed_and_shut(home):
    assert weerzien(home, "accounts", "list") == (0, "", "")
    made = weerzien(home, "accounts", "add", "jansen", "--role", "reader", "--password-stdin", given=PASSWORD)
    assert made == (0, "jansen: reader\n", "")
    _code, listed, _ = weerzien(home, "accounts", "list")
    assert listed.split() == ["jansen", "reader", "open", "nooit", "/", "never"]
    assert weerzien(home, "accounts", "change", "jansen", "--role", "auditor", "--role", "reviewer", "--shut")[0] == 0
    _code, listed, _ = weerzien(home, "accounts", "list")
    assert "auditor, reviewer" in listed and "dicht / shut" in listed
    assert weerzien(home, "accounts", "password", "jansen", "--password-stdin", given="nog een lang wachtwoord")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "given", "said"),
    [
        (("add", "pieters", "--role", "boss", "--password-stdin"), PASSWORD, "there is no role boss; roles are reader"),
        (("add", "pieters", "--role", "reader", "--password-stdin"), "kort", "at least 12 characters"),
        (("add", "pieters", "--role", "reader", "--password-stdin"), "", "at least 12 characters"),
        (("add", "pieters", "--role", "reader", "--password-stdin"), "password1234", "too common"),
        (("add", "pie ters", "--role", "reader", "--password-stdin"), PASSWORD, "letters, digits"),
        (("change", "nobody", "--role", "reader"), None, "there is no account of that name"),
        (("change", "nobody"), None, "say what changes"),
        (("password", "nobody", "--password-stdin"), PASSWORD, "there is no account of that name"),
    ],
)
def test_a_mistake_ends_in_one_line_and_makes_nothing(home, arguments, given, said):
    code, out, error = weerzien(home, "accounts", *arguments, given=given)
    assert code == 1 and out == ""
    assert said in error and error.count("\n") == 1 and error.startswith("weerzien: ")
    assert "pieters" not in weerzien(home, "accounts", "list")[1]


def test_an_account_for_single_sign_on_has_no_password(home):
    assert weerzien(home, "accounts", "add", "sso", "--role", "reader", "--sign-on-only")[0] == 0
    assert "sso" in weerzien(home, "accounts", "list")[1]


def test_the_page_is_not_served_to_other_machines_without_tls(home):
    code, _out, error = weerzien(home, "portal", "--host", "0.0.0.0")
    assert code == 1 and error.count("\n") == 1 and "WEERZIEN_PORTAL_SECRET_KEY" in error


def test_the_page_is_served_until_ctrl_c_and_ends_without_a_word(home):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WEERZIEN_")}
    served = subprocess.Popen(
        [str(WEERZIEN), "portal", "--port", str(port), "--workers", "2"], env={**environment, "WEERZIEN_HOME": str(home)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert served.stderr is not None
    assert f"http://127.0.0.1:{port}/" in served.stderr.readline()
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            with urlopen(f"http://127.0.0.1:{port}/inloggen/", timeout=5) as answer:
                assert answer.status == 200
                break
        except OSError:
            time.sleep(0.2)
    served.send_signal(signal.SIGINT)
    out, error = served.communicate(timeout=30)
    assert (served.returncode, error) == (0, "")
    # The log of the page: what was asked, without a query or who asked.
    assert all(line.startswith("[") and line.endswith(" ms") for line in out.splitlines())


def test_the_database_is_made_ready_and_nothing_is_served(home):
    code, out, error = weerzien(home, "portal", "--prepare")
    assert (code, error) == (0, "") or "there is no account yet" in error
    assert "the database is ready" in out
