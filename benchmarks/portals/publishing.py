"""Publish one night after another until told to stop: `python -m benchmarks.portals.publishing PAUSE`.

The publishing is the real one (`monitoring.publish.publish`: the check of the candidate, all tables staged, compared
with the night before, switched and kept in one transaction, then VACUUM), on the tables of the shown night with the
next day in them and one in a hundred persons changed. What comes before it in a night (reading, linking,
consolidating) is not done. Prints a JSON line when a publication begins (`under way`), and one when it ended: began,
switched (committed), ended (Unix time), changes. Stops after the publication under way when its standard input is
closed. Environment read: WEERZIEN_HOME.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from datetime import date, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import Engine, text

from connectors.installation import Installation
from monitoring import publish as publishing
from monitoring.database import connect
from monitoring.dictionary import CANDIDATE_TABLES, TABLES
from monitoring.export import read_table
from monitoring.held import published_records
from monitoring.ledger import last_person_number, ledger_head, published_before

ONE_IN = 100


def main(pause: float) -> None:
    """Read the shown night once, then publish the days after it."""
    stopped = threading.Event()
    threading.Thread(target=_wait_for_the_end, args=(stopped,), daemon=True).start()
    engine = connect(Installation.from_environment())
    shown = _shown(engine)
    night, number = shown["night"], 0
    tidy = publishing._tidy
    switched: list[float] = []

    def tidied(*given: Any) -> None:
        switched.append(time.time())
        tidy(*given)

    publishing._tidy = tidied  # type: ignore[assignment]
    while not stopped.wait(pause if number else 0):
        number, night = number + 1, night + timedelta(days=1)
        began = time.time()
        print(json.dumps({"under way": began}), flush=True)
        counts = _publish(engine, shown, night, number)
        told = {"began": began, "switched": switched[-1], "ended": time.time(), "changes": counts["changes"]}
        print(json.dumps(told), flush=True)


def _wait_for_the_end(stopped: threading.Event) -> None:
    sys.stdin.read()
    stopped.set()


def _shown(engine: Engine) -> dict[str, Any]:
    """The shown night as the stages before publishing would hand it over."""
    query = "SELECT night, origin, manifest FROM monitoring.night WHERE is_published"
    with engine.connect() as connection:
        night, origin, manifest = connection.execute(text(query)).one()
        tables = {name: read_table(connection, TABLES[name]) for name in CANDIDATE_TABLES}
        findings = connection.execute(text("SELECT * FROM registers.finding")).mappings().all()
        last_number = last_person_number(connection)
    before = published_before(engine, origin)
    return {
        "night": night, "origin": origin, "manifest": manifest, "tables": tables, "records": published_records(engine),
        "findings": pd.DataFrame(findings, columns=list(publishing.FINDING_COLUMNS), dtype=object),
        "last_number": last_number, "contents": before.set_index("record_id")["content"],
    }  # fmt: skip


def _publish(engine: Engine, shown: dict[str, Any], night: date, number: int) -> dict[str, int]:
    tables = {name: table.assign(night=night) for name, table in shown["tables"].items()}
    person = tables["person"]
    changed = person.index % ONE_IN == number % ONE_IN
    tables["person"] = person.assign(last_registered_on=person["last_registered_on"].where(~changed, night))
    shown["tables"]["person"] = tables["person"]
    entry = publishing.LedgerEntry([], ledger_head(engine), shown["last_number"], shown["contents"])
    manifest = shown["manifest"] | {"night": night.isoformat()}
    return publishing.publish(
        engine, night, shown["origin"], tables, shown["records"], shown["findings"], manifest, entry
    )


if __name__ == "__main__":
    main(float(sys.argv[1]))
