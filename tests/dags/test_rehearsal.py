"""The rehearsal of an installation: it does what the manual says, with files that are there, and the shell takes it."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MANUAL = (ROOT / "docs" / "deployment.md").read_text()
STEPS = MANUAL.split("## Installing on a new machine")[1].split("\n## ")[0]
SCRIPTS = [ROOT / "deploy" / "rehearse", *sorted((ROOT / "deploy" / "rehearsal").glob("*.sh"))]
# Filled in by hand in the manual and by the rehearsal in its own way: names, and the account that is added.
OF_THE_READER = ("apt-get install", "cd /opt/weerzien", "accounts add NAME", "s/weerzien.example.nl/NAME/", "with() {")


def commands_of_the_manual() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", STEPS, re.S)
    return [line.strip() for block in blocks for line in block.splitlines() if line.strip()]


def plain(command: str) -> str:
    """A command without the ways in which manual and rehearsal write the same: folder, prefix, blanks, variables."""
    command = re.sub(r"^with (?:-p \S+upgrading.env )?", "", command)
    for said, meant in (
        ("/opt/weerzien/.venv/bin/", ""), (".venv/bin/", ""), ("$BIN/", ""), ("--quiet ", ""), ("< ", "<"), ("> ", ">"),
        ("/etc/weerzien/weerzien.env", "$own"), ("/etc/weerzien/portal.env", "$portal"),
        ("airflow-scheduler airflow-dag-processor airflow-api-server airflow-triggerer weerzien-portal", "$SERVICES"),
    ):  # fmt: skip
        command = command.replace(said, meant)
    return command


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_the_shell_takes_each_script(script):
    said = subprocess.run(["bash", "-n", str(script)], capture_output=True, text=True, check=False)
    assert (said.returncode, said.stderr) == (0, "")


def test_every_command_of_the_manual_is_rehearsed():
    rehearsed = plain("\n".join(script.read_text() for script in SCRIPTS))
    asked = [line for line in commands_of_the_manual() if not any(part in line for part in OF_THE_READER)]
    parts = [plain(part) for line in asked for part in line.split(" && ")]
    assert len(parts) > 20
    assert [part for part in parts if part not in rehearsed] == []


def test_the_packages_of_the_empty_machine_are_those_of_the_manual():
    installed = re.search(r"^ *apt-get install (.+)$", MANUAL, re.M)
    assert installed is not None
    assert installed[1].split() == ["python3", "python3-venv", "postgresql", "nginx"]


def test_files_that_the_manual_copies_are_there():
    for name in set(re.findall(r"deploy/[a-z.*/_-]+[a-z*]", STEPS)):
        assert list(ROOT.glob(name)), name


def test_the_scheduler_sees_the_processes_of_its_tasks():
    # Airflow makes them unreadable to others, which ProtectProc=invisible would hide from the scheduler itself.
    unit = (ROOT / "deploy" / "systemd" / "airflow-scheduler.service").read_text()
    assert "\nProtectProc=default\n" in unit
