"""Look at the table with psql, in the rights of the bureau: `python -m monitoring.psql ["SELECT ..."]`.

For installations with the embedded server, which runs only as long as somebody uses it. Environment read:
WEERZIEN_HOME.
"""

from __future__ import annotations

import os
import subprocess
import sys

from connectors.installation import Installation, OneLineError
from monitoring import server
from monitoring.database import BUREAU_ROLE, connect, upgrade


def main(statement: str | None = None) -> int:
    """Start the embedded server, run psql on it as the bureau's role, and return psql's exit code."""
    installation = Installation.from_environment()
    engine = connect(installation)
    upgrade(engine)
    address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    command = [str(server.tool("psql")), "--no-psqlrc", address]
    command += ["--command", statement] if statement else []
    environment = {**os.environ, "PGOPTIONS": f"-c role={BUREAU_ROLE} -c search_path=monitoring"}
    return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    try:
        sys.exit(main(" ".join(sys.argv[1:]) or None))
    except OneLineError as error:
        sys.exit(f"weerzien: {error}")
