"""Airflow's settings as they stand in the environment and in airflow.cfg, and whether the DAGs can be read.

Airflow itself is not loaded here: it would write its settings. The DAGs are read in a process of its own, in a folder
that is removed.
"""

from __future__ import annotations

import configparser
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from importlib.metadata import requires, version
from importlib.util import find_spec
from pathlib import Path

from connectors.installation import Installation
from dags.airflow_home import DAGS_FOLDER, THIS_MACHINE
from dags.doctor.finding import Finding, ok, warn, wrong

DAGS = ("nightly", "retention", "watch")
SECONDS_TO_READ = 180
READ = f"""
import sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(sys.argv[1], safe_mode=False)
sys.exit(bool(bag.import_errors) or not {set(DAGS)!r} <= set(bag.dags))
"""


class Settings:
    """Airflow's settings of one installation, read without Airflow."""

    def __init__(self, environment: Mapping[str, str], fallback: Path) -> None:
        self.environment = environment
        self.file = configparser.ConfigParser(interpolation=None, strict=False)
        home = Path(environment.get("AIRFLOW_HOME") or fallback)
        self.file.read(environment.get("AIRFLOW_CONFIG") or home / "airflow.cfg", encoding="utf-8")

    @property
    def are_given(self) -> bool:
        """Whether anybody set Airflow up here; nights by hand bring their own settings."""
        return any(name.startswith("AIRFLOW__") or name == "AIRFLOW_HOME" for name in self.environment)

    def value(self, section: str, key: str) -> str:
        """Return a setting, empty when it is not given; one that a command or a vault gives is "(elsewhere)"."""
        name = f"AIRFLOW__{section.upper()}__{key.upper()}"
        if name in self.environment:
            return self.environment[name]
        if f"{name}_CMD" in self.environment or f"{name}_SECRET" in self.environment:
            return "(elsewhere)"
        for variant in ("_cmd", "_secret"):
            if self.file.get(section, key + variant, fallback=""):
                return "(elsewhere)"
        return self.file.get(section, key, fallback="")


def airflow(installation: Installation, environment: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    """Look at Airflow's version and settings; an installation of nights by hand has none and needs none."""
    wanted = next(
        (line.split("==")[1] for line in requires("weerzien") or () if line.startswith("apache-airflow==")), ""
    )
    found = version("apache-airflow")
    if wanted and found != wanted:
        yield wrong("Airflow", f"{found}, this version was tried with {wanted}", f"install apache-airflow=={wanted}")
    else:
        yield ok("Airflow", found)
    settings = Settings(environment, installation.home / "airflow")
    if not settings.are_given:
        yield ok("Airflow settings", "none: nights by hand only (a scheduler: deploy/weerzien.env.example)")
        return
    yield from _settings(settings)


def _settings(settings: Settings) -> Iterator[Finding]:
    executor = settings.value("core", "executor") or "LocalExecutor"
    if any(name in executor for name in ("Celery", "Kubernetes")):
        shared = "WEERZIEN_HOME and WEERZIEN_WORK have to lie on a file system of all workers"
        yield warn("executor", executor, f"{shared}: docs/deployment.md")
    else:
        yield ok("executor", executor)
    metadata = settings.value("database", "sql_alchemy_conn")
    if metadata.startswith("postgresql") or metadata == "(elsewhere)":
        yield ok(
            "metadata database", "PostgreSQL" if metadata.startswith("postgresql") else "given by a command or vault"
        )
    else:
        yield wrong("metadata database", "is SQLite or not set", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN: PostgreSQL")
    asynchronous = settings.value("database", "sql_alchemy_conn_async")
    if metadata.startswith("postgresql") and not asynchronous and find_spec("asyncpg") is None:
        name = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC"
        yield wrong(
            "metadata database", "needs a second driver that is not installed", f"set {name} to the same address"
        )
    folder = settings.value("core", "dags_folder")
    if not folder or Path(folder).resolve() != DAGS_FOLDER:
        yield wrong("DAGs folder", "is not this program's", f"AIRFLOW__CORE__DAGS_FOLDER={DAGS_FOLDER}")
    for section, key in (("core", "fernet_key"), ("api_auth", "jwt_secret"), ("api", "secret_key")):
        if not settings.value(section, key):
            name = f"AIRFLOW__{section.upper()}__{key.upper()}"
            yield wrong(f"secret {key}", "is not set: each process would make another", f"set {name}")
    if settings.value("core", "load_examples").lower() != "false":
        yield warn("examples", "Airflow's own examples are loaded", "AIRFLOW__CORE__LOAD_EXAMPLES=False")
    host = settings.value("api", "host")
    if host not in THIS_MACHINE:
        yield warn(
            "API server", "listens on every address", "AIRFLOW__API__HOST=127.0.0.1, and a proxy with TLS before it"
        )
    if not settings.value("core", "auth_manager") or "SimpleAuthManager" in settings.value("core", "auth_manager"):
        yield warn("auth manager", "is Airflow's simple one, for trials", "set one with accounts: docs/deployment.md")


def dags_can_be_read(environment: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    """Read the DAGs as a scheduler would, without one."""
    with tempfile.TemporaryDirectory(prefix="weerzien-doctor-") as folder:
        own = {name: value for name, value in environment.items() if not name.startswith("AIRFLOW_")}
        own |= {"AIRFLOW_HOME": folder, "AIRFLOW__CORE__LOAD_EXAMPLES": "False", "WEERZIEN_HOME": f"{folder}/home"}
        own |= {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{folder}/doctor.db"}
        own["PYTHONPATH"] = str(DAGS_FOLDER.parent)
        try:
            read = subprocess.run(
                [sys.executable, "-c", READ, str(DAGS_FOLDER)],
                env=own, cwd=folder, capture_output=True, timeout=SECONDS_TO_READ, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            yield wrong("DAGs", f"are not read within {SECONDS_TO_READ} seconds", "airflow dags list-import-errors")
            return
    if read.returncode:
        yield wrong("DAGs", "cannot be read", "airflow dags list-import-errors")
    else:
        yield ok("DAGs", f"{', '.join(DAGS)} can be read")
