"""### Housekeeping

Every morning at 05:30 (Amsterdam), after the night: what a register's term no longer allows to be kept is removed, from
tables, landed files and reports, and the files of the database are written anew.

- What was removed is written down in `monitoring.purge`: keys and counts. The published table changes with the next
  night; no identifying value ever stands in it.
- A night that is still at work is waited for. A night that never ran changes nothing: the terms are those of the
  published night.
- Run it again after a failure: it goes on where it stopped, and the same night again does nothing more.
- `weerzien housekeep --dry-run` tells beforehand. Terms: `connectors/registers/*.toml`; backups and a server elsewhere:
  `docs/retention.md`.
"""

from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import CronTriggerTimetable, Param, dag, get_current_context, task

from dags import lineage
from dags.notifying import task_done, task_failed

OWNER = "data-engineering"
TAGS = ["weerzien", "nightly", "personal-data"]
PATIENCE = timedelta(hours=6)


@task(inlets=lineage.assets("retention.housekeep", "inputs"), outlets=lineage.assets("retention.housekeep", "outputs"))
def housekeep() -> dict[str, Any]:
    """Remove what the terms ask for."""
    from dags import keeping

    params = get_current_context()["params"]
    return keeping.housekeep(params["night"], PATIENCE.total_seconds())


@dag(
    schedule=CronTriggerTimetable("30 5 * * *", timezone="Europe/Amsterdam"),
    start_date=datetime(1998, 1, 1),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=10),
    default_args={
        "owner": OWNER,
        # It goes on where it stopped, so a worker that was lost costs one more try.
        "retries": 1,
        "retry_delay": timedelta(minutes=2),
        "execution_timeout": PATIENCE + timedelta(hours=3),
        "on_failure_callback": task_failed,
        "on_success_callback": task_done,
    },
    params={
        "night": Param(None, type=["null", "string"], format="date", description="Another night than the published one")
    },
    tags=TAGS,
    doc_md=__doc__,
)
def retention() -> None:
    """What may no longer be kept goes."""
    housekeep()


retention_dag = lineage.only_declared(retention())
