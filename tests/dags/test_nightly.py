"""Policies that every DAG of this house keeps, checked over what Airflow itself loads from the DAGs folder."""

import ast
import logging
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from connectors.register import REGISTERS
from dags.airflow_home import DAGS_FOLDER

pytestmark = pytest.mark.airflow

KNOWN_TAGS = {"weerzien", "nightly", "personal-data"}
HEAVY = {"great_expectations", "numpy", "pandas", "pyarrow", "recordlinkage", "sklearn", "sqlalchemy"}
ROOMS = {"expectations", "linkage", "monitoring"}


@pytest.fixture(scope="module")
def dag():
    handlers = list(logging.getLogger().handlers)
    from airflow.dag_processing.dagbag import DagBag

    # Airflow, once loaded, has all logging print to what pytest captures, and closes, before the process ends.
    logging.getLogger().handlers = handlers
    bag = DagBag(str(DAGS_FOLDER), safe_mode=False)
    assert bag.import_errors == {}
    assert sorted(bag.dags) == ["nightly", "retention", "watch"], "only the DAG files are parsed"
    return bag.dags["nightly"]


def test_the_night_has_an_owner_known_tags_and_a_page(dag):
    assert dag.owner == "data-engineering"
    assert set(dag.tags) <= KNOWN_TAGS
    assert "04:00" in dag.doc_md


def test_the_night_begins_at_four_in_amsterdam_and_never_catches_up(dag):
    assert dag.timetable.expression == "0 4 * * *"
    assert str(dag.timetable.timezone) == "Europe/Amsterdam"
    assert dag.catchup is False


def test_two_nights_never_run_beside_each_other(dag):
    assert dag.max_active_runs == 1


def test_every_task_has_a_timeout_and_a_description(dag):
    assert dag.dagrun_timeout is not None
    for task in dag.tasks:
        timeout = task.partial_kwargs["execution_timeout"] if task.is_mapped else task.execution_timeout
        assert timedelta(0) < timeout < dag.dagrun_timeout
        assert task.python_callable.__doc__


def test_the_stages_follow_each_other(dag):
    line = ["open_night", "pull", "read", "check", "link", "consolidate", "publish", "verdict", "close_night"]
    assert sorted(task.task_id for task in dag.tasks) == sorted(line)
    for earlier, later in pairwise(line):
        assert later in dag.get_task(earlier).downstream_task_ids


def test_pull_read_and_check_are_mapped_over_the_five_registers(dag):
    mapped = {task.task_id for task in dag.tasks if task.is_mapped}
    assert mapped == {"pull", "read", "check"}
    assert dag.get_task("pull").op_kwargs_expand_input.value == {"register": list(REGISTERS)}


def test_work_files_are_removed_whatever_happens(dag):
    assert dag.get_task("open_night").is_setup
    assert dag.get_task("close_night").is_teardown
    assert dag.get_task("close_night").on_failure_fail_dagrun is False


def test_a_night_can_be_asked_for_by_date_and_place(dag):
    assert {name: dag.params[name] for name in dag.params} == {"night": None, "exports": None, "full": False}


@pytest.mark.parametrize("path", sorted(DAGS_FOLDER.glob("*.py")), ids=lambda path: path.name)
def test_nothing_heavy_is_imported_when_a_dag_file_is_parsed(path: Path):
    tree = ast.parse(path.read_text())
    imported = set()
    for node in tree.body:
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(str(node.module).split(".")[0])
    forbidden = HEAVY | ROOMS if path.name != "__init__.py" else HEAVY | ROOMS | {"connectors"}
    assert not imported & forbidden
    if path.name not in ("nightly.py", "retention.py", "watch.py", "webhook.py"):
        assert "airflow" not in imported
