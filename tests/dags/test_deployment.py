"""The deployment files: units that systemd takes, commands that exist, every setting in the one documented place."""

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from connectors.register import REGISTERS
from dags.doctor.machine import NOT_SET_BY_HAND, SETTINGS

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
ENVIRONMENT = (DEPLOY / "weerzien.env.example").read_text()
BIN = "/opt/weerzien/.venv/bin/"
HARDENED = {
    "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes", "UMask": "0077",
    "StateDirectoryMode": "0700", "CapabilityBoundingSet": "",
}  # fmt: skip


def service(unit: Path) -> configparser.SectionProxy:
    read = configparser.ConfigParser(interpolation=None, strict=True)
    read.optionxform = str
    read.read(unit)
    return read["Service"]


def set_in(environment: str) -> list[str]:
    """Settings of the example, also those that are not set, in their order."""
    return re.findall(r"^#?([A-Z][A-Z0-9_]+)=", environment, re.M)


def read_by_the_code() -> set[str]:
    found = set()
    for room in ("connectors", "expectations", "linkage", "monitoring", "dags", "benchmarks"):
        for path in (ROOT / room).rglob("*.py"):
            found |= set(re.findall(r"WEERZIEN_[A-Z_]*[A-Z]", path.read_text()))
    return found - {"WEERZIEN_EXPORTS_", "WEERZIEN_PORTAL", "WEERZIEN_OIDC", "WEERZIEN_ALERT"}


def test_there_is_a_unit_for_each_part_of_the_scheduler_for_the_page_and_for_the_watch():
    assert [unit.stem for unit in UNITS] == [
        "airflow-api-server", "airflow-dag-processor", "airflow-scheduler", "airflow-triggerer", "weerzien-portal",
        "weerzien-watch",
    ]  # fmt: skip


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_runs_a_command_that_exists_under_its_own_account_and_no_more_rights(unit):
    from airflow.cli.cli_config import core_commands

    from dags.command import weerzien

    settings = service(unit)
    program, command, *_ = settings["ExecStart"].removeprefix(BIN).split()
    assert settings["ExecStart"].startswith(BIN)
    assert (Path(sys.executable).parent / program).is_file()
    known = {"airflow": {known.name for known in core_commands}, "weerzien": set(weerzien.commands)}
    assert command in known[program]
    assert {name: settings[name] for name in HARDENED} == HARDENED
    assert settings["EnvironmentFile"].startswith("/etc/weerzien/")
    assert settings["User"] != "root"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze on this machine")
def test_systemd_takes_the_units(tmp_path):
    for unit in (DEPLOY / "systemd").iterdir():
        here = unit.read_text().replace(BIN, f"{Path(sys.executable).parent}/")
        (tmp_path / unit.name).write_text(here)
    units = sorted(str(path) for path in tmp_path.iterdir())
    said = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    told = [line for line in said.stderr.splitlines() if any(Path(unit).name in line for unit in units)]
    assert (said.returncode, told) == (0, [])


def test_the_page_does_not_know_the_login_of_the_owner():
    assert service(DEPLOY / "systemd" / "weerzien-portal.service")["EnvironmentFile"] == "/etc/weerzien/portal.env"
    of_owner, of_page = ENVIRONMENT.split("# ---- portal.env")
    assert "WEERZIEN_DATABASE_URL" in set_in(of_owner)
    assert set(set_in(of_page)) >= {"WEERZIEN_PORTAL_DATABASE_URL", "WEERZIEN_PORTAL_SECRET_KEY"}
    own = ("WEERZIEN_PORTAL_", "WEERZIEN_OIDC_", "WEERZIEN_RECORDS_KEY")
    assert not [name for name in set_in(of_page) if not name.startswith(own)]


def test_every_setting_that_the_code_reads_is_in_the_example_once_and_known_to_the_doctor():
    nights, page = (
        [name for name in set_in(part) if name.startswith("WEERZIEN_")]
        for part in ENVIRONMENT.split("# ---- portal.env")
    )
    # Of both, because both open what is encrypted in the database.
    assert set(nights) & set(page) == {"WEERZIEN_RECORDS_KEY_FILE"}
    assert len(nights) + len(page) == len(set(nights)) + len(set(page))
    given = [*nights, *page]
    assert set(given) == set(SETTINGS)
    of_registers = {f"WEERZIEN_EXPORTS_{register.upper()}" for register in REGISTERS}
    assert read_by_the_code() | of_registers == set(SETTINGS) | set(NOT_SET_BY_HAND)


def test_the_example_holds_no_secret():
    for line in ENVIRONMENT.splitlines():
        name, _, value = line.partition("=")
        if re.fullmatch(r"#?[A-Z_]+(KEY|SECRET)", name):
            assert value == "", name
        if "://" in value and "@" in value:
            assert ":CHANGE@" in value, name


def test_a_proxy_with_tls_stands_before_the_page_and_says_so():
    proxy = (DEPLOY / "nginx.conf.example").read_text()
    port = re.search(r"--port (\d+)", service(DEPLOY / "systemd" / "weerzien-portal.service")["ExecStart"]).group(1)
    assert f"proxy_pass http://127.0.0.1:{port};" in proxy
    assert "proxy_set_header X-Forwarded-Proto https;" in proxy
    assert proxy.count("{") == proxy.count("}")
