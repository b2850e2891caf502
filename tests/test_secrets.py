"""No tracked file holds a key, a token or a password: the known forms are searched for, and planted ones are found.

Forms as their makers document them, and as the rules of gitleaks (config/gitleaks.toml) and detect-secrets have them;
neither is in requirements.lock.
"""

import base64
import hashlib
import math
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FORMS = {
    "a private key": re.compile(rb"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"),
    "a key of PuTTY": re.compile(rb"PuTTY-User-Key-File-\d"),
    "a key of age": re.compile(rb"AGE-SECRET-KEY-1[0-9A-Z]{58}"),
    "a token of GitHub": re.compile(rb"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{80,})"),
    "a token of GitLab": re.compile(rb"\bglpat-[A-Za-z0-9_-]{20,}"),
    "a key of AWS": re.compile(rb"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b"),
    "a key of Google": re.compile(rb"\bAIza[A-Za-z0-9_-]{35}"),
    "a token of PyPI": re.compile(rb"\bpypi-AgE[A-Za-z0-9_-]{50,}"),
    "a token of npm": re.compile(rb"\bnpm_[A-Za-z0-9]{36}\b"),
    "a token of Slack": re.compile(rb"\bxox[abeoprs]-[A-Za-z0-9-]{10,}"),
    "a key of a language model": re.compile(rb"\bsk-(?:[a-z]+[0-9]*-)*[A-Za-z0-9_-]{32,}"),
    "a JSON web token": re.compile(rb"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"),
    "a password in a URL": re.compile(rb"\b[a-z][a-z0-9+.-]*://[^\s/:@'\"{}<>$]+:([^\s/@'\"{}<>$]+)@[\w.\[-]"),
}
# `name = "value"` where the name says that it is secret; a value counts when it looks drawn, not written.
ASSIGNED = re.compile(
    rb"(?i)(?:secret|passw(?:or)?d|token|api_?key|fernet_?key|landing_key|private_?key)\w*[\"']?\s*[:=]\s*[\"']?"
    rb"([A-Za-z0-9+/_=-]{20,})"
)
FEWEST_BITS = 4.2
# Words that stand for a password in an example or a test; whoever leaves one of them in use has another problem.
NO_PASSWORD = re.compile(
    rb"(?i)(?:pass(?:word)?|secret|geheim(?:-\d)?|hemelsleutel|wachtwoord|change(?:me)?|pw|x+|\.\.\.|\xe2\x80\xa6)"
)


def tracked_files() -> list[Path]:
    """What is or will be in the repository; without git (a source archive), every file but what tools leave behind."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        return sorted(path for path in ROOT.rglob("*") if path.is_file() and path.relative_to(ROOT).parts[0][0] != ".")
    return sorted(path for name in listed.stdout.split("\0") if (path := ROOT / name).is_file())


def bits_per_sign(text: bytes) -> float:
    """The entropy of a text by its own signs."""
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())


def secrets_in(content: bytes) -> list[str]:
    """What is found in a file, with the line; never the secret."""
    found = []
    for what, form in FORMS.items():
        for match in form.finditer(content):
            if not (match.groups() and NO_PASSWORD.fullmatch(match[1])):
                found.append((content.count(b"\n", 0, match.start()) + 1, what))
    for match in ASSIGNED.finditer(content):
        if bits_per_sign(match[1]) > FEWEST_BITS and re.search(rb"\d", match[1]) and re.search(rb"[A-Za-z]", match[1]):
            found.append((content.count(b"\n", 0, match.start()) + 1, "a value of a secret name"))
    return [f"{line}: {what}" for line, what in sorted(found)]


def test_no_tracked_file_holds_a_secret() -> None:
    files = tracked_files()
    assert ROOT / "connectors" / "sealing.py" in files
    found = {path.relative_to(ROOT).as_posix(): secrets_in(path.read_bytes()) for path in files}
    assert {name: told for name, told in found.items() if told} == {}


def drawn(length: int, seed: str = "1") -> str:
    """Letters and digits as of a token, put together here so that this file holds none."""
    stream = b"".join(hashlib.sha512(f"{seed}{n}".encode()).digest() for n in range(4))
    return re.sub(r"[^A-Za-z0-9]", "", base64.b64encode(stream).decode())[:length]


PLANTED = {
    "a private key": f"-----BEGIN OPENSSH {'PRIVATE'} KEY-----\nb3BlbnNzaC1rZXk",
    "a key of PuTTY": f"PuTTY-User-{'Key'}-File-3: ssh-ed25519",
    "a key of age": f"AGE-SECRET-{'KEY'}-1{drawn(58).upper()}",
    "a token of GitHub": f"{'ghp'}_{drawn(36)}",
    "a token of GitLab": f"{'glpat'}-{drawn(20)}",
    "a key of AWS": f"{'AKIA'}{'ABCDEFGHIJ234567'}",
    "a key of Google": f"{'AIza'}{drawn(35)}",
    "a token of PyPI": f"{'pypi'}-AgE{drawn(60)}",
    "a token of npm": f"{'npm'}_{drawn(36)}",
    "a token of Slack": f"{'xoxb'}-123456789012-{drawn(24)}",
    "a key of a language model": f"{'sk'}-proj-{drawn(40)}",
    "a JSON web token": f"{'eyJ'}{drawn(20)}.{'eyJ'}{drawn(30)}.{drawn(43)}",
    "a password in a URL": f"postgresql://weerzien:{drawn(8)}@db.example/weerzien",
}


@pytest.mark.parametrize("what", FORMS)
def test_a_planted_secret_is_found(what: str) -> None:
    assert secrets_in(f"first line\n# {PLANTED[what]} and more\n".encode()) == [f"2: {what}"]


def test_a_drawn_value_of_a_secret_name_is_found_and_a_written_one_is_not() -> None:
    name = "WEERZIEN_LANDING" + "_KEY"
    key = base64.b64encode(hashlib.sha256(b"1").digest()).decode()
    assert secrets_in(f'{name} = "{key}"'.encode()) == ["1: a value of a secret name"]
    assert secrets_in(f"{name}: {key}\n".encode()) == ["1: a value of a secret name"]
    assert secrets_in(f'{name} = "a-word-that-somebody-wrote"'.encode()) == []


def test_what_stands_for_a_password_is_none() -> None:
    for word in ("password", "geheim", "…", "{password}", "$PASSWORD"):
        assert secrets_in(f"postgresql://name:{word}@db.example/weerzien".encode()) == []
    assert secrets_in(b"git@github.com:owner/name and https://example.org/a:b@c") == []
