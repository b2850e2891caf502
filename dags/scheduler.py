"""Airflow with the nightly DAG on this machine, for looking at it: `make airflow`.

Scheduler, DAG processor and API server, all bound to 127.0.0.1; the log servers that would listen on every address are
left out, since all logs lie on this disk. The port is WEERZIEN_AIRFLOW_PORT, 8080 when not set. Production runs Airflow
as its own service with PostgreSQL and a real auth manager; then only the DAGs folder and WEERZIEN_HOME matter.
"""

import os
import signal
import subprocess
import sys
import time

from connectors.installation import Installation, OneLineError
from dags.airflow_home import HOST, airflow_environment

DATABASE = "airflow.db"
PARTS = (["api-server"], ["dag-processor"], ["scheduler", "--skip-serve-logs"])


def port_from_environment() -> int:
    """Return the port of the API server; raises OneLineError when it is not a number."""
    text = os.environ.get("WEERZIEN_AIRFLOW_PORT", "8080")
    if not text.isdigit():
        raise OneLineError(f"WEERZIEN_AIRFLOW_PORT is {text!r}; write a port number")
    return int(text)


def serve() -> int:
    """Start the parts, wait until one ends or Ctrl-C, and stop the others."""
    installation = Installation.from_environment()
    installation.airflow.mkdir(mode=0o700, parents=True, exist_ok=True)
    port = port_from_environment()
    # Everything Airflow writes, its generated passwords too, is for the owner only.
    os.umask(0o077)
    environment = os.environ | airflow_environment(installation, DATABASE, port)
    airflow = [sys.executable, "-m", "airflow"]
    subprocess.run([*airflow, "db", "migrate"], env=environment, check=True, stdout=subprocess.DEVNULL)
    password_file = installation.airflow / "simple_auth_manager_passwords.json.generated"
    print(f"Airflow: http://{HOST}:{port}  user admin, password in {password_file}  (Ctrl-C stops)", flush=True)
    parts = [subprocess.Popen([*airflow, *part], env=environment) for part in PARTS]
    try:
        while all(part.poll() is None for part in parts):
            time.sleep(1)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        for part in parts:
            part.send_signal(signal.SIGTERM)
        for part in parts:
            part.wait()


if __name__ == "__main__":
    try:
        sys.exit(serve())
    except OneLineError as error:
        sys.exit(f"weerzien: {error}")
