"""The runbook: a section for each kind of alert, and no command in it that is not there."""

import re
import shlex
from pathlib import Path

import click
import pytest

from dags import lineage
from dags.alert_commands import alerts
from dags.command import weerzien
from monitoring.operational.declared import declared, stages

RUNBOOK = (Path(__file__).parents[2] / "docs" / "runbook.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", RUNBOOK, re.MULTILINE | re.DOTALL))
SAID = [
    command.format(expected="2005-06-30", since="2005-06-30")
    for kind in declared()["kinds"].values()
    for command in kind["do"]
]
COMMANDS = sorted({*re.findall(r"`(weerzien [^`]+)`", RUNBOOK), *SAID})


@pytest.mark.parametrize("kind", declared()["kinds"])
def test_every_kind_of_alert_has_a_section_that_says_what_to_do(kind):
    for part in ("Means", "Look", "Do", "Over"):
        assert f"**{part}.**" in SECTIONS[kind]


def test_every_section_of_an_alert_is_of_a_declared_kind():
    assert set(SECTIONS) - {"Metrics", "Lineage"} == set(declared()["kinds"])


def test_every_task_that_is_told_has_its_row():
    assert set(re.findall(r"`(\w+\.\w+)`(?=[,| ])", SECTIONS["task_failed"].split("**verdict**")[0])) >= stages()


def test_the_gauges_are_those_that_are_declared_with_unit_and_meaning():
    rows = re.findall(r"^\| `(weerzien\.\w+)(?:\.<(\w+)>)?` \| (.+?) \| (.+?) \|$", SECTIONS["Metrics"], re.MULTILINE)
    gauges = declared()["gauges"].items()
    assert rows == [(name, said.get("per", ""), said["unit"], said["en"]) for name, said in gauges]


def test_the_jobs_with_datasets_are_those_that_are_declared():
    assert re.findall(r"^\| `(\w+\.\w+)`", SECTIONS["Lineage"], re.MULTILINE) == list(lineage.declared()["tasks"])
    assert lineage.FILTER in SECTIONS["Lineage"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_that_is_named_exists_with_its_options(command):
    known = {**weerzien.commands, "alerts": alerts}
    _, *words = shlex.split(command)
    found: click.Command = known[words.pop(0)]
    while isinstance(found, click.Group) and words:
        found = found.commands[words.pop(0)]
    options = {name for parameter in found.params for name in parameter.opts} | {"--help"}
    assert [word for word in words if word.startswith("--") and word not in options] == []
