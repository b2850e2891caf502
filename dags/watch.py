"""### The watch

Every morning at 06:30 (Amsterdam), apart from the night and whether or not it ran: which register did not deliver, and
was the night published that should be by now?

- A register is late when its newest delivery, landed or waiting in its place, is older than the register may be silent
  (`late_after_days` in its declaration). A file that waits comes in with the next night.
- A night is late two hours after its 04:00. Look at **nightly** first: paused, still running, red
  before **publish**.
- Red here changes nothing: the last table stands. The task's log has a line for each register; `weerzien watch` tells
  the same without Airflow, for the day on which Airflow itself does not run.
- `at` asks about another moment; `exports` looks at another place than the configured one.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import CronTriggerTimetable, Param, dag, get_current_context, task

from dags import lineage

OWNER = "data-engineering"
TAGS = ["weerzien", "nightly"]


def tell_operators(context: Mapping[str, Any]) -> None:
    """Tell what was seen, and what is over, where a setting says whom (docs/runbook.md)."""
    from dags.notifying import after_watch

    after_watch(context)


@task(on_failure_callback=tell_operators, on_success_callback=tell_operators)
def notice_what_did_not_come() -> dict[str, Any]:
    """Fail, in one line, when a register or the night itself is late."""
    from dags import watching

    context = get_current_context()
    return watching.watch(context["params"]["exports"], watching.moment_of_run(context))


@dag(
    schedule=CronTriggerTimetable("30 6 * * *", timezone="Europe/Amsterdam"),
    start_date=datetime(1998, 1, 1),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(minutes=30),
    # Not tried again: what did not come is not there two minutes later.
    default_args={"owner": OWNER, "retries": 0, "execution_timeout": timedelta(minutes=20)},
    params={
        "at": Param(None, type=["null", "string"], format="date-time", description="Another moment than the run's"),
        "exports": Param(None, type=["null", "string"], description="Folder or URL of the five register folders"),
    },
    tags=TAGS,
    doc_md=__doc__,
)
def watch() -> None:
    """Who did not deliver, which night did not come."""
    notice_what_did_not_come()


watch_dag = lineage.only_declared(watch())
