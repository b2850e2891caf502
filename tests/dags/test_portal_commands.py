"""The commands of the page as an engineer types them: accounts, and where the page is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

WEERZIEN = Path(sys.executable).with_name("weerzien")
PASSWORD = "een lang genoeg wachtwoord"


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("commands") / "home"


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
