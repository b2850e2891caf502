"""The DAG of the watch: its policies, and runs of it by Airflow itself."""

import ast
import logging
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from connectors.register import load_register
from dags.airflow_home import DAGS_FOLDER
from dags.places import AMSTERDAM

pytestmark = pytest.mark.airflow

FILE = DAGS_FOLDER / "watch.py"
HEAVY = {"connectors", "expectations", "linkage", "monitoring", "numpy", "pandas", "sqlalchemy"}


@pytest.fixture
def quiet() -> Iterator[None]:
    """Airflow has all logging print to what pytest captures, and closes, before the process ends."""
    handlers = list(logging.getLogger().handlers)
    yield
    logging.getLogger().handlers = handlers


@pytest.fixture(scope="module")
def dag() -> Any:
    handlers = list(logging.getLogger().handlers)
    from airflow.dag_processing.dagbag import DagBag

    logging.getLogger().handlers = handlers
    bag = DagBag(str(FILE), safe_mode=False)
    assert bag.import_errors == {}
    assert list(bag.dags) == ["watch"]
    return bag.dags["watch"]


def test_the_watch_has_an_owner_known_tags_and_a_page(dag):
    assert dag.owner == "data-engineering"
    assert set(dag.tags) == {"weerzien", "nightly"}
    assert "weerzien watch" in dag.doc_md


def test_the_watch_looks_once_a_morning_after_the_night_should_be_published(dag):
    from dags.places import NIGHT_HOUR
    from dags.watching import GRACE

    assert dag.timetable.expression == "30 6 * * *"
    assert str(dag.timetable.timezone) == "Europe/Amsterdam"
    assert dag.catchup is False
    assert dag.max_active_runs == 1
    assert timedelta(hours=NIGHT_HOUR) + GRACE <= timedelta(hours=6, minutes=30)


def test_the_watch_waits_for_nothing_of_the_night(dag):
    (task,) = dag.tasks
    assert task.upstream_task_ids == set()
    assert task.retries == 0
    assert timedelta(0) < task.execution_timeout < dag.dagrun_timeout
    assert task.python_callable.__doc__


def test_nothing_heavy_is_imported_when_it_is_parsed(dag):
    imported = set()
    for node in ast.parse(FILE.read_text()).body:
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(str(node.module).split(".")[0])
    assert not imported & HEAVY


def test_it_is_parsed_within_two_seconds(dag):
    from airflow.dag_processing.dagbag import DagBag

    began = time.monotonic()
    DagBag(str(FILE), safe_mode=False)
    assert time.monotonic() - began < 2


@pytest.fixture(scope="module")
def airflow_database(dag) -> None:
    handlers = list(logging.getLogger().handlers)
    from connectors.installation import Installation
    from dags.airflow_home import prepare

    prepare(Installation.from_environment(), "tests.db")
    logging.getLogger().handlers = handlers


@pytest.fixture
def exports(tmp_path, monkeypatch):
    """Exports in which every register delivered on the last of June 2005."""
    monkeypatch.delenv("WEERZIEN_DATABASE_URL", raising=False)
    names = {
        "ikps": "ikps_20050630.csv", "stv": "stv_aanmeldingen_2005.xlsx", "youth_care": "jeugdzorg_20050630.xml",
        "telex": "telex_20050630.txt", "mob": "mob_200505_OC.csv",
    }  # fmt: skip
    for register, name in names.items():
        place = tmp_path / load_register(register).folder
        place.mkdir()
        (place / name).write_bytes(b"x")
    return tmp_path


@pytest.fixture
def run(quiet, dag, airflow_database, exports):
    def run_at(moment: datetime, at: str | None = None) -> str:
        from dags.watch import watch_dag

        # Always both: Airflow's in-process runner keeps what the run before was given.
        done = watch_dag.test(logical_date=moment, run_conf={"exports": str(exports), "at": at})
        (task,) = done.get_task_instances()
        return str(task.state)

    return run_at


def test_it_is_green_when_all_is_in_time(run, monkeypatch):
    from dags import watching
    from dags.arrivals import Came

    published = datetime(2005, 6, 30).date()
    monkeypatch.setattr(watching, "what_came", lambda *_: Came(published=published))
    assert run(datetime(2005, 6, 30, 6, 30, tzinfo=AMSTERDAM)) == "success"
    assert run(datetime(2005, 7, 1, 6, 30, tzinfo=AMSTERDAM)) == "failed", "the night of the first of July did not come"
    assert run(datetime(2005, 7, 2, 6, 30, tzinfo=AMSTERDAM), at="2005-06-30T06:30:00+02:00") == "success"


def test_it_is_red_and_says_why_in_one_line_where_no_night_ever_ran(run, caplog):
    with caplog.at_level(logging.INFO, logger="weerzien.night"):
        assert run(datetime(2005, 7, 3, 6, 30, tzinfo=AMSTERDAM)) == "failed"
    said = [record.getMessage() for record in caplog.records if record.name == "weerzien.night"]
    assert said[-1] == (
        "watch failed did not come: ikps (1 night late), telex (1 night late), "
        "the night of 2005-07-03 (none is published)"
    )
    assert len(said) == 7
