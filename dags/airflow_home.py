"""How Airflow is set up inside one installation: everything under its folder, nothing outside this machine.

The night by hand keeps its run in a metadata database of its own, so that it never waits for a scheduler's locks and
may be thrown away at any time.
"""

from importlib.metadata import version
from pathlib import Path

from connectors.installation import Installation

DAGS_FOLDER = Path(__file__).resolve().parent
HOST = "127.0.0.1"
THIS_MACHINE = (HOST, "localhost", "::1")


def airflow_environment(installation: Installation, database: str, port: int = 8080) -> dict[str, str]:
    """Return Airflow's settings as environment variables; they count only when set before Airflow is imported."""
    home = installation.airflow
    return {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS_FOLDER),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__DEFAULT_TIMEZONE": "Europe/Amsterdam",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / database}",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        "AIRFLOW__LOGGING__COLORED_CONSOLE_LOG": "False",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "AIRFLOW__API__HOST": HOST,
        "AIRFLOW__API__PORT": str(port),
        # Without it every task calls the default port, and dies when another one was chosen.
        "AIRFLOW__API__BASE_URL": f"http://{HOST}:{port}",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "admin:admin",
        "WEERZIEN_HOME": str(installation.home),
    }


def prepare(installation: Installation, database: str) -> None:
    """Make the metadata database of nights by hand, once for each version of Airflow.

    A marker is written last: a database whose making was broken off has none and is made anew.
    """
    installation.airflow.mkdir(mode=0o700, parents=True, exist_ok=True)
    marker = installation.airflow / f"{database}.made-by-{version('apache-airflow')}"
    if marker.exists():
        return
    for leftover in installation.airflow.glob(f"{database}*"):
        leftover.unlink()
    from airflow.utils.db import initdb

    initdb()
    marker.touch()
