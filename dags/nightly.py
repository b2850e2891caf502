"""### The night

Every night at 04:00 (Amsterdam): pull what five registers delivered, read and check it, link the records of one child
across them, and publish one monitoring table.

- One register that is late keeps its last state, with its age shown. One that is refused, fails or never delivered does
  not stop the other four: the table is published without news of it, and **verdict** fails so that somebody looks.
- When **link**, **consolidate** or **publish** fails, last night's table stands. Run the night again: the same input
  gives the same table, bytes and all.
- `night` runs another night than the schedule's; `exports` reads from another place than the configured one; `full`
  compares every pair again.
- Logs, XComs and this page hold codes, counts and dates, never a value about a person. The work folder does hold them
  and is removed at the end, also after a failure.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import CronTriggerTimetable, Param, dag, get_current_context, task

from connectors.register import REGISTERS
from dags import lineage
from dags.gauging import night_published
from dags.notifying import after_publish, task_done, task_failed

OWNER = "data-engineering"
TAGS = ["weerzien", "nightly", "personal-data"]


def together(outcomes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the outcomes of a mapped task, by number: Airflow's iterator asks for one too many and logs an error."""
    return [outcomes[number] for number in range(len(outcomes))]


@task
def open_night() -> dict[str, Any]:
    """Decide which night and which exports; empty the work folder; bring the database to its newest version."""
    from dags import stages

    context = get_current_context()
    params = context["params"]
    run = context["dag_run"]
    # A run by hand has no logical date; what it was asked to run after is then the only moment there is.
    moment = run.logical_date or run.run_after
    return stages.open_night(params["exports"], params["night"], moment, params["full"])


@task(
    map_index_template="{{ register }}",
    inlets=lineage.assets("nightly.pull", "inputs"),
    # No outlet: asset by asset it would say that all five registers landed.
)
def pull(opened: dict[str, Any], register: str) -> dict[str, Any]:
    """Land what is new of one register."""
    from dags import stages

    get_current_context()["register"] = register  # type: ignore[typeddict-unknown-key]
    return stages.pull(opened, register)


@task(map_index_template="{{ register }}")
def read(opened: dict[str, Any], pulled: dict[str, Any]) -> dict[str, Any]:
    """Read one register's deliveries in force into rows of the common record."""
    from dags import stages

    get_current_context()["register"] = pulled["register"]  # type: ignore[typeddict-unknown-key]
    return stages.read(opened, pulled)


@task(map_index_template="{{ register }}")
def check(opened: dict[str, Any], was_read: dict[str, Any]) -> dict[str, Any]:
    """Set aside rows that break a rule, fold mutations, keep the records, report back to the register."""
    from dags import checking

    get_current_context()["register"] = was_read["register"]  # type: ignore[typeddict-unknown-key]
    return checking.check(opened, was_read)


@task
def link(opened: dict[str, Any], checked: list[dict[str, Any]]) -> dict[str, Any]:
    """Link the records of one child across the five registers."""
    from dags import stages

    return stages.link(opened, together(checked))


@task
def consolidate(opened: dict[str, Any], checked: list[dict[str, Any]], linked: dict[str, Any]) -> dict[str, Any]:
    """Make the candidate tables."""
    from dags import stages

    return stages.consolidate(opened, together(checked), linked)


@task(
    on_success_callback=[task_done, after_publish, night_published],
    inlets=lineage.assets("nightly.publish", "inputs"),
    # Another DAG may be scheduled on a table that was published.
    outlets=lineage.assets("nightly.publish", "outputs"),
)
def publish(
    opened: dict[str, Any], checked: list[dict[str, Any]], linked: dict[str, Any], tables: dict[str, Any]
) -> dict[str, Any]:
    """Check the candidate and switch it in one transaction."""
    from dags import stages

    return stages.publish(opened, together(checked), linked)


@task(retries=0)
def verdict(checked: list[dict[str, Any]], published: dict[str, Any]) -> dict[str, Any]:
    """Fail, after everything has been published, when a register was refused, failed or never delivered."""
    from dags import stages

    return stages.verdict(together(checked))


@task
def close_night(opened: dict[str, Any]) -> None:
    """Remove the work files."""
    from dags import stages

    stages.close_night(opened)


@dag(
    schedule=CronTriggerTimetable("0 4 * * *", timezone="Europe/Amsterdam"),
    # Before the oldest delivery that may be worked again: Airflow runs no night before it.
    start_date=datetime(1998, 1, 1),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=6),
    default_args={
        "owner": OWNER,
        # Every stage starts from scratch, so a worker that was lost costs one more try and nothing else.
        "retries": 1,
        "retry_delay": timedelta(minutes=2),
        "execution_timeout": timedelta(hours=3),
        # Where a setting says whom to tell; what they cannot do is a line in the log (docs/runbook.md).
        "on_failure_callback": task_failed,
        "on_success_callback": task_done,
    },
    params={
        "night": Param(None, type=["null", "string"], format="date", description="Another night than the schedule's"),
        "exports": Param(None, type=["null", "string"], description="Folder or URL of the five register folders"),
        "full": Param(False, type="boolean", description="Take nothing over from earlier nights: compare every pair"),
    },
    tags=TAGS,
    doc_md=__doc__,
)
def nightly() -> None:
    """Five registers in, one monitoring table out."""
    # What goes between the tasks only stands for what they will return, so to a type checker it is anything.
    opened: Any = open_night().as_setup()
    pulled = pull.partial(opened=opened).expand(register=list(REGISTERS))
    was_read = read.partial(opened=opened).expand(pulled=pulled)
    checked: Any = check.partial(opened=opened).expand(was_read=was_read)
    linked: Any = link(opened, checked)
    tables: Any = consolidate(opened, checked, linked)
    published: Any = publish(opened, checked, linked, tables)
    verdict(checked, published) >> close_night(opened).as_teardown(setups=opened)


nightly_dag = lineage.only_declared(nightly())
