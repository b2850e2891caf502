"""How fast the bureau's page answers: 100,000 persons, 20 readers at once, while a night is publishing.

`python -m benchmarks.portal [--home DIR]`, on a sample of synthetic children of which two nights are published by
`weerzien night` and that is then multiplied by SQL under other ids (`benchmarks.portals.multiplied`); nothing in it is
of an existing child. The page is served by `weerzien portal` as users start it. Readers sign in and go through the
pages in a random order with a pause between two requests (`--think`), first without a night and then while real
publications of that table follow each other (`benchmarks.portals.publishing`: a night's publishing, not its linking);
then once more without a pause, which shows the limit and is no measure of what readers notice.

A publication follows the one before at once, where a bureau has one a night: what a page reckons once for a table
(`monitoring.web.shown.once_a_night`) it reckons that much oftener here, and the seconds after a switch, printed apart,
weigh more than in any real hour.

Printed per page: milliseconds at the server by gunicorn's access log, and at the reader, which also holds the wait for
a free thread and the reading. Target: every page within 300 ms at the server at the 95th percentile.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Engine, text

from benchmarks.portals.multiplied import multiply
from benchmarks.portals.served import Served, run_night, sample_nights, served, weerzien, with_server_time

TARGET_MS = 300
PASSWORD = "een lang wachtwoord {}"
AFTER_A_SWITCH = 5
FILTERS = "is_counted=yes&victim_status=actual&age_band=13-15&age_band=16-17&registers=ikps&registration_count_min=2"
# Of so many readers one judges pairs; the queue is every fourth page of theirs.
REVIEWER_OF = 5


def main(given: list[str] | None = None) -> None:
    """Make the installation, measure and print."""
    asked = _asked(given)
    with tempfile.TemporaryDirectory(prefix="weerzien-") as folder:
        home = asked.home or Path(folder) / "home"
        os.environ["WEERZIEN_HOME"] = str(home)
        from connectors.installation import Installation
        from monitoring import database

        if not home.exists():
            prepare(home, asked.children, asked.seed)
        installation = Installation(home)
        engine = database.connect(installation)
        try:
            print(_of_the_table(engine, multiply(engine, asked.persons)), flush=True)
            measure(home, engine, asked)
        finally:
            database.stop(installation)


def _asked(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.portal", description=__doc__)
    parser.add_argument("--persons", type=int, default=100_000)
    parser.add_argument("--children", type=int, default=2000, help="of the sample that is multiplied")
    parser.add_argument("--readers", type=int, default=20)
    parser.add_argument("--think", type=float, default=3.0, metavar="SECONDS", help="mean pause of a reader")
    parser.add_argument("--seconds", type=float, default=60.0, help="of each measurement")
    parser.add_argument("--pause", type=float, default=5.0, help="seconds between two publications")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--home", type=Path, help="an installation that is kept, and used again when it is there")
    parser.add_argument("--no-downloads", action="store_true")
    return parser.parse_args(given)


def prepare(home: Path, children: int, seed: int) -> None:
    """Publish two nights of a sample, and make the accounts."""
    with tempfile.TemporaryDirectory(prefix="weerzien-") as folder:
        exports = Path(folder) / "sample"
        for night in sample_nights(home, exports, children, seed, nights=2):
            run_night(home, exports, night)
    for role in ("reader", "reviewer"):
        weerzien(home, "accounts", "add", role, "--role", role, "--password-stdin", given=PASSWORD.format(role) + "\n")


def measure(home: Path, engine: Engine, asked: argparse.Namespace) -> None:
    """Let the readers read without a night, while nights are published, and without a pause; then the downloads."""
    pages = pages_of(engine)
    with served(home) as page:
        _read(page, [_reader("reader", [*pages["both"], *pages["reader"]]),
                     _reader("reviewer", pages["reviewer"])], 0, 0, 0)  # fmt: skip
        readers = _readers(pages, asked.readers)
        told = f"pause of {asked.think:g} s on average"
        show(f"no night publishing, {told}", *_read(page, readers, asked.seconds, asked.think, asked.seed))
        with publishing(asked.pause) as publications:
            publications.started()
            found = _read(page, readers, asked.seconds, asked.think, asked.seed + 1)
            show(f"a night publishing, {told}", *found, publications.told())
            if asked.think:
                found = _read(page, readers, asked.seconds, 0, asked.seed + 2)
                show("a night publishing, no pause (the limit)", *found, publications.told())
        if not asked.no_downloads:
            downloads(page)


def pages_of(engine: Engine) -> dict[str, list[tuple[str, str]]]:
    """Return the pages that are read, name and address: by both roles, by readers only, by reviewers only."""
    most = "SELECT person_id FROM monitoring.person ORDER BY registration_count DESC, person_id LIMIT 1 OFFSET 7"
    ordinary = "SELECT person_id FROM monitoring.person WHERE registration_count = 2 ORDER BY 1 LIMIT 1 OFFSET 20"
    with engine.connect() as connection:
        many, two = (connection.execute(text(query)).scalar_one() for query in (most, ordinary))
        night = connection.execute(text("SELECT night FROM monitoring.night WHERE is_published")).scalar_one()
    columns = _all_columns()
    both = [
        ("this morning", "/vanochtend/"),
        ("persons", "/personen/"),
        ("persons, filtered", f"/personen/?{FILTERS}"),
        ("persons, sorted", "/personen/?sort=-registration_count"),
        ("persons, page 1500", "/personen/?page=1500"),
        ("persons, all columns", f"/personen/?{columns}"),
        ("person, many registrations", f"/personen/{many}/"),
        ("person, two registrations", f"/personen/{two}/"),
        ("missing", "/vermist/"),
        ("missing, a band", "/vermist/?band=quarter"),
        ("figures", "/figuren/"),
        ("registers", "/registers/"),
        ("one register", "/registers/youth_care/"),
        ("method", "/werkwijze/"),
    ]
    reviewer = [("review", "/beoordelen/")] * (len(both) // 3)
    return {"both": both, "reader": [("nights", "/nachten/"), ("one night", f"/nachten/{night}/")],
            "reviewer": reviewer}  # fmt: skip


def _all_columns() -> str:
    from monitoring.dictionary import TABLES

    return "&".join(f"columns={name}" for name in TABLES["person"].columns if name not in ("person_id", "night"))


def _readers(pages: dict[str, list[tuple[str, str]]], count: int) -> list[dict[str, Any]]:
    roles = ["reviewer" if number % REVIEWER_OF == 0 else "reader" for number in range(count)]
    return [_reader(role, [*pages["both"], *pages[role]]) for role in roles]


def _reader(role: str, pages: list[tuple[str, str]]) -> dict[str, Any]:
    return {"account": role, "password": PASSWORD.format(role), "pages": pages}


def _read(
    page: Served, readers: list[dict[str, Any]], seconds: float, think: float, seed: int
) -> tuple[list[dict[str, Any]], float]:
    """Let the readers read; return their answers with the time at the server, and the load of the machine before."""
    load = os.getloadavg()[0]
    plan = {"address": page.address, "readers": readers, "seconds": seconds, "think": think, "seed": seed}
    command = [sys.executable, "-m", "benchmarks.portals.readers"]
    run = subprocess.run(command, input=json.dumps(plan), stdout=subprocess.PIPE, text=True, check=True)
    answers = with_server_time(json.loads(run.stdout), page.lines())
    wrong = sorted({(answer["page"], answer["status"]) for answer in answers if answer["status"] != 200})
    if wrong:
        raise SystemExit(f"pages that did not answer as they should: {wrong}")
    return answers, load


class Publications:
    """Nights that are published beside the readers, in a process of its own."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self.process, self.log = process, log

    def started(self) -> None:
        """Wait until the tables are read and the first publication begins."""
        while not self.log.read_text(encoding="utf-8"):
            if self.process.poll() is not None:
                raise SystemExit("publishing ended")
            time.sleep(0.2)

    def told(self) -> list[dict[str, Any]]:
        """The publications: began, switched and ended (Unix time; of one under way both infinity)."""
        lines = [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]
        if self.process.poll() is not None:
            raise SystemExit("publishing broke off")
        ended = [line for line in lines if "began" in line]
        under_way = [line["under way"] for line in lines if "under way" in line][len(ended) :]
        return ended + [{"began": began, "switched": np.inf, "ended": np.inf} for began in under_way]


@contextmanager
def publishing(pause: float) -> Iterator[Publications]:
    """Publish one night after another; the last one is finished before going on."""
    with tempfile.TemporaryDirectory(prefix="weerzien-") as folder:
        log = Path(folder) / "publications.jsonl"
        with log.open("w", encoding="utf-8") as out:
            command = [sys.executable, "-m", "benchmarks.portals.publishing", str(pause)]
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=out, text=True)
            try:
                yield Publications(process, log)
            finally:
                process.communicate()


def show(
    title: str, answers: list[dict[str, Any]], load: float, publications: list[dict[str, Any]] | None = None
) -> None:
    """Print one line per page, and all together."""
    began, ended = min(a["began"] for a in answers), max(a["ended"] for a in answers)
    print(f"\n{title}: {len(answers)} requests in {ended - began:.0f} s (load of the machine before: {load:.2f})")
    print(
        f"{'page':<28}{'requests':>9}{'p50':>7}{'p95':>7}{'max':>7}{'at reader p50':>15}{'p95':>7}  within {TARGET_MS}"
    )
    for page in dict.fromkeys(answer["page"] for answer in sorted(answers, key=lambda answer: answer["page"])):
        _line(page, [answer for answer in answers if answer["page"] == page])
    _line("all", answers)
    if publications is not None:
        switched = [p for p in publications if began <= p["switched"] <= ended]
        busy = sum(max(0, min(p["ended"], ended) - max(p["began"], began)) for p in publications)
        took = ", ".join(f"{p['ended'] - p['began']:.0f}" for p in switched)
        print(f"publications switched meanwhile: {len(switched)} (seconds each took: {took or '-'}); "
              f"one was under way {busy / (ended - began):.0%} of the time")  # fmt: skip
        after = [a for a in answers if any(0 <= a["ended"] - p["switched"] <= AFTER_A_SWITCH for p in switched)]
        if after:
            _line(f"the {AFTER_A_SWITCH} s after a switch", after)


def _line(page: str, answers: list[dict[str, Any]]) -> None:
    ms = np.array([answer["ms"] for answer in answers])
    at_reader = np.array([1000 * (answer["ended"] - answer["began"]) for answer in answers])
    middle, high = np.percentile(ms, [50, 95])
    print(f"{page:<28}{len(ms):>9}{middle:>7.0f}{high:>7.0f}{ms.max():>7.0f}"
          f"{np.percentile(at_reader, 50):>15.0f}{np.percentile(at_reader, 95):>7.0f}"
          f"  {'yes' if high <= TARGET_MS else 'no'} ({np.mean(ms <= TARGET_MS):.1%})", flush=True)  # fmt: skip


def downloads(page: Served) -> None:
    """Take every column of every person once, as CSV and as a workbook."""
    columns = _all_columns()
    for kind in ("csv", "xlsx"):
        pages = [(f"download, {kind}", f"/personen/download/?format={kind}&{columns}")]
        (answer, *_), _load = _read(page, [_reader("reader", pages)], 0, 0, 0)
        print(f"\neverything as {kind}: {answer['bytes'] / 1e6:.1f} MB in {answer['ms'] / 1000:.1f} s at the server, "
              f"{answer['ended'] - answer['began']:.1f} s at the reader", flush=True)  # fmt: skip


def _of_the_table(engine: Engine, persons: int) -> str:
    query = "SELECT (SELECT count(*) FROM monitoring.registration), (SELECT count(*) FROM monitoring.link), version()"
    with engine.connect() as connection:
        registrations, links, postgres = connection.execute(text(query)).one()
    return (
        f"{persons:,} persons, {registrations:,} registrations, {links:,} pairs (a synthetic sample, multiplied); "
        f"Python {platform.python_version()}, Django {version('django')}, gunicorn {version('gunicorn')}, "
        f"{' '.join(postgres.split()[:2])}, {os.cpu_count()} cores, shared by the readers and the publishing"
    )


if __name__ == "__main__":
    main()
