"""Airflow reads its settings once, at its first import: they are set here, before any test module is loaded."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_HOME = Path(tempfile.mkdtemp(prefix="weerzien-tests-"))
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)
os.environ["WEERZIEN_HOME"] = str(_HOME)

from connectors.installation import Installation  # noqa: E402
from dags.airflow_home import airflow_environment  # noqa: E402

os.environ.update(airflow_environment(Installation(_HOME), "tests.db"))
