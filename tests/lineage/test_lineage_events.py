"""One whole night with OpenLineage and StatsD on: what goes out, and that nothing of a child or of this machine does.

Needs the extras lineage and statsd (requirements-lineage.lock).
"""

import csv
import json
import os
import subprocess
import sys
import threading
from importlib.util import find_spec
from pathlib import Path

import pytest

if find_spec("openlineage") is None or find_spec("statsd") is None:
    pytest.skip("no OpenLineage or statsd (requirements-lineage.lock)", allow_module_level=True)
pytestmark = pytest.mark.lineage

from connectors.register import REGISTERS  # noqa: E402
from dags.lineage import FILTER, datasets  # noqa: E402

sys.path.insert(0, str(Path(__file__).parents[1] / "dags"))
from listeners import statsd_server  # noqa: E402

NIGHT = "from dags.command import main; main()"
TOLD_OF_A_RUN = {"nominalTime", "parent", "processing_engine"}


def environment(home: Path, transport: dict | None) -> dict[str, str]:
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "WEERZIEN", "OPENLINEAGE"))
    }
    # Else the provider takes itself to be tested and answers otherwise.
    inherited.pop("PYTEST_VERSION", None)
    settings = {"WEERZIEN_HOME": str(home), "AIRFLOW__OPENLINEAGE__NAMESPACE": "weerzien"}
    if transport:
        settings["AIRFLOW__OPENLINEAGE__TRANSPORT"] = json.dumps(transport)
    return inherited | settings


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> Path:
    from connectors.sample import write_sample

    folder = tmp_path_factory.mktemp("lineage") / "secretly-named-place"
    write_sample(folder, 40, 7)
    return folder


@pytest.fixture(scope="module")
def night(world, tmp_path_factory):
    """The events and the lines of StatsD of one night, and what it said itself."""
    from connectors.installation import Installation
    from monitoring.database import stop

    home = tmp_path_factory.mktemp("lineage-home") / "home"
    events = home.parent / "events.jsonl"
    to_file = {"type": "file", "log_file_path": str(events), "append": True}
    filtered = {"type": "transform", "transformer_class": FILTER, "transport": to_file}
    lines: list[str] = []
    ended = threading.Event()
    with statsd_server() as arrived:

        def keep() -> None:
            while not ended.is_set():
                lines.extend(arrived())

        settings = {"STATSD_ON": "True", "STATSD_HOST": "127.0.0.1", "STATSD_PORT": str(arrived.port)}
        own = environment(home, filtered) | {f"AIRFLOW__METRICS__{name}": value for name, value in settings.items()}
        listening = threading.Thread(target=keep)
        listening.start()
        done = subprocess.run(
            [sys.executable, "-c", NIGHT, "night", "--exports", str(world)],
            env=own, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        ended.set()
        listening.join()
    stop(Installation(home))
    assert done.returncode == 0, done.stdout + done.stderr
    return [json.loads(line) for line in events.read_text().splitlines()], lines


def values_of(world: Path) -> set[str]:
    """What identifies in the sample: names and keys of registrations, of one register and of all."""
    with (world / "truth" / "records.csv").open() as file:
        values = {row["source_key"] for row in csv.DictReader(file)}
    for path in (world / "ikps").glob("*.csv"):
        for row in csv.DictReader(path.read_bytes().decode("cp1252").splitlines(), delimiter=";"):
            values |= {row["achternaam"], row["voornamen"], row["telefoonnummers"], row["kentekens"]}
    return {value for value in values if len(value or "") > 3}


def names(event: dict, side: str) -> list[str]:
    return [one["name"] for one in event[side]]


def test_every_task_tells_that_it_began_and_ended(night):
    events, _ = night
    told = {(event["job"]["name"], event["eventType"]) for event in events}
    tasks = ("open_night", "pull", "read", "check", "link", "consolidate", "publish", "verdict", "close_night")
    assert {(f"nightly.{task}", state) for task in tasks for state in ("START", "COMPLETE")} <= told
    assert ("nightly", "COMPLETE") in told
    assert {event["job"]["namespace"] for event in events} == {"weerzien"}


def test_the_five_registers_come_in_and_the_tables_go_out(night):
    events, _ = night
    pulled = [event for event in events if event["job"]["name"] == "nightly.pull" and event["eventType"] == "COMPLETE"]
    assert sorted((names(event, "inputs"), names(event, "outputs")) for event in pulled) == sorted(
        ([f"register.{register}"], [f"landed.{register}"]) for register in REGISTERS
    )
    (published,) = [
        event for event in events if event["job"]["name"] == "nightly.publish" and event["eventType"] == "COMPLETE"
    ]
    assert names(published, "inputs") == [f"landed.{register}" for register in REGISTERS]
    assert names(published, "outputs") == datasets("nightly.publish", "outputs")


def test_no_event_and_no_metric_holds_a_value_of_a_child_a_file_or_a_machine(night, world):
    events, lines = night
    values = values_of(world)
    assert len(values) > 50
    said = json.dumps(events, ensure_ascii=False) + "\n".join(lines)
    found = [number for number, value in enumerate(sorted(values)) if value in said]
    assert found == [], "a value of the sample went out"
    files = [path.name for path in world.rglob("*") if path.is_file()]
    places = ("secretly-named-place", str(Path.home()), os.uname().nodename, str(Path(__file__).parents[2]))
    assert [place for place in (*files, *places) if len(place) > 3 and place in said] == []
    assert {facet for event in events for facet in event["run"]["facets"]} == TOLD_OF_A_RUN
    assert {facet for event in events for facet in event["job"].get("facets", {})} == {"jobType"}


def test_the_gauges_of_the_night_arrive_at_statsd(night):
    from monitoring.operational.declared import declared

    _, lines = night
    ours = {line.split(":")[0].removeprefix("airflow.") for line in lines if line.startswith("airflow.weerzien.")}
    for name, said in declared()["gauges"].items():
        register = [f"{name}.{code}" for code in REGISTERS] if said.get("per") == "register" else [name]
        wanted = {"weerzien.stage_seconds.nightly_link"} if said.get("per") == "stage" else set(register)
        assert wanted <= ours, name
    assert any(line.startswith("airflow.ti.finish") for line in lines), "Airflow's own are there too"


def test_a_failure_goes_out_without_its_text_and_another_dag_not_at_all():
    from openlineage.client.event_v2 import Job, Run, RunEvent, RunState
    from openlineage.client.facet_v2 import error_message_run, parent_run

    from dags.lineage_events import OnlyDeclared

    def event(job: str, parent: str) -> RunEvent:
        facets = {
            "errorMessage": error_message_run.ErrorMessageRunFacet("Verzonnen Naam", "python"),
            "parent": parent_run.ParentRunFacet(
                run=parent_run.Run("0104caf8-cd00-7d45-97d7-fadb4f07d9d4"), job=parent_run.Job("weerzien", parent)
            ),
        }
        run = Run(runId="0104caf8-cd00-7d45-97d7-fadb4f07d9d4", facets=facets)
        return RunEvent(
            eventType=RunState.FAIL,
            eventTime="2005-06-30T04:00:00Z",
            run=run,
            job=Job(namespace="weerzien", name=job),
            producer="https://example.org",
        )

    only = OnlyDeclared({})
    kept = only.transform(event("nightly.link", "nightly"))
    assert kept is not None and kept.eventType == RunState.FAIL
    assert sorted(kept.run.facets) == ["parent"]
    assert sorted(only.transform(event("nightly.link", "Verzonnen Naam")).run.facets) == []
    assert only.transform(event("other.task", "other")) is None
    assert only.transform("no event") is None


def last_line_of(program: str, home: Path, transport: dict | None) -> str:
    """What a process with Airflow of its own prints last."""
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment(home, transport) | {"AIRFLOW_HOME": str(home)},
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    ("transport", "is_kept_silent"),
    [
        ({"type": "console"}, True),
        ({"type": "transform", "transformer_class": "some.Other", "transport": {"type": "console"}}, True),
        ({"type": "transform", "transformer_class": FILTER, "transport": {"type": "console"}}, False),
    ],
)
def test_a_dag_emits_nothing_through_a_transport_that_keeps_nothing_back(tmp_path, transport, is_kept_silent):
    program = (
        "from dags.nightly import nightly_dag as dag\n"
        "from airflow.providers.openlineage.utils.emission_policy import resolve_task_emission_policy as asked\n"
        "print([asked(operator=task, dag_id=dag.dag_id, task_id=task.task_id).emit for task in dag.tasks])"
    )
    assert last_line_of(program, tmp_path, transport) == str([not is_kept_silent] * 9)


def test_without_the_setting_nothing_of_it_is_loaded(tmp_path):
    program = (
        "import sys\n"
        "from dags import nightly\n"
        "from airflow.plugins_manager import get_plugin_info\n"
        "get_plugin_info()\n"
        "assert 'airflow.providers.openlineage.plugins.openlineage' in sys.modules\n"
        "print([name for name in sys.modules if name.startswith('openlineage.client')])"
    )
    assert last_line_of(program, tmp_path, None) == "[]"
