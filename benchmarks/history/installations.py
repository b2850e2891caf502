"""Two installations of one world: a fresh one, and one that had worked for years before; and what each night brings."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks.history.deliveries import Past, add_deliveries, another_version
from benchmarks.history.measured import Seconds
from benchmarks.history.nights import add_nights, add_trial
from connectors.installation import Installation
from connectors.sample import write_sample

BOTH = ("fresh", "long")
NIGHT_LAST = date(2010, 6, 30)
WORKED = 3  # real nights before the past is made, which tell what a night brings
REPORT_NIGHTS = 365
DAILY = ("ikps", "youth_care", "telex")
BUILT = "built.json"

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Asked:
    """What is built: nights and deliveries of the past, children and seed of the world, nights to be measured, and
    real nights before the past is made.
    """

    nights: int
    deliveries: int
    children: int
    seed: int
    measured: int
    before: int = WORKED

    def worked(self) -> date:
        """The first night that is really worked."""
        return NIGHT_LAST - timedelta(self.measured + self.before - 1)


class Installations:
    """The two homes under `folder`, as built (`kept/`) and as measured (`run/`)."""

    def __init__(self, folder: Path, asked: Asked, tell: Tell) -> None:
        """Point at them; `build` makes them."""
        self.folder, self.asked, self.tell = folder, asked, tell
        self.exports, self.kept, self.run = folder / "exports", folder / "kept", folder / "run"

    def build(self) -> None:
        """Make both installations, unless they were made before for the same."""
        wanted = json.dumps(vars(self.asked))
        marker = self.kept / BUILT
        built = json.loads(marker.read_text(encoding="utf-8")) if marker.is_file() else {}
        if built.get("asked") != wanted:
            for path in (self.exports, self.kept, self.run):
                shutil.rmtree(path, ignore_errors=True)
            self.kept.mkdir(parents=True)
            world = self.asked.nights + self.asked.before + self.asked.measured
            write_sample(self.exports, self.asked.children, self.asked.seed, world, night_last=NIGHT_LAST)
            self.tell("world written")
            self._fresh()
            built = {"asked": wanted}
            marker.write_text(json.dumps(built), encoding="utf-8")
        if "long" not in built:
            shutil.rmtree(self.kept / "long", ignore_errors=True)
            self._long()
            marker.write_text(json.dumps(built | {"long": True}), encoding="utf-8")
        self.tell("built")

    def begin(self) -> None:
        """Put both back to where they were built."""
        shutil.rmtree(self.run, ignore_errors=True)
        self.run.mkdir()
        for name in BOTH:
            _copied(self.kept / name, self.run / name)
            # Left running between the nights, so that no night waits for it to start.
            connect_to(self.run / name)

    def leave(self) -> None:
        """Stop the databases."""
        for name in BOTH:
            _stop(self.run / name)

    def night(self, name: str, night: date, source: Path) -> Seconds:
        """Work one night in a process of its own; return what its stages took."""
        return worked(self.run / name, source, night)

    def source(self, night: date, is_all: bool, name: str) -> Path:
        """Write what lies in the registers' places on a night: only what is new, or all that was ever sent."""
        folder = self.run / f"source_{name}" if is_all else self.run / f"source_{night}"
        if is_all and not folder.exists():
            shutil.copytree(self.exports, folder, copy_function=shutil.copy2)
            if name == "fresh":
                _without_superseded(folder, self.asked.worked())
        for register in (*DAILY, "mob", "stv"):
            (folder / register).mkdir(parents=True, exist_ok=True)
        shutil.copy(self.exports / "SYNTHETIC.toml", folder)
        for register in DAILY:
            for path in (self.exports / register).glob(f"*_{night:%Y%m%d}.*"):
                shutil.copy2(path, folder / register)
        for register in ("mob", "stv"):
            of_year = f"*{night.year}.xlsx" if register == "stv" else "mob_*.csv"
            for path in sorted((self.exports / register).glob(of_year)):
                content = path.read_bytes()
                if content.count(b"\n") > 1 and not path.name.startswith("~"):
                    (folder / register / path.name).write_bytes(another_version(register, content, night.toordinal()))
        return folder

    def past(self) -> Past:
        """Return the past that the long one gets."""
        worked_on = self.asked.worked()
        first = worked_on - timedelta(self.asked.nights)
        return Past(_origin(self.exports), first, worked_on - timedelta(1), self.asked.deliveries)

    def _fresh(self) -> None:
        """A fresh installation and its first nights."""
        home, worked_on = self.kept / "fresh", self.asked.worked()
        in_force = self.kept / "in_force"
        shutil.copytree(self.exports, in_force, copy_function=shutil.copy2)
        _without_superseded(in_force, worked_on)
        from monitoring.database import upgrade

        engine = connect_to(home)
        upgrade(engine)
        add_trial(engine, self.past())
        for number in range(self.asked.before):
            night = worked_on + timedelta(number)
            worked(home, in_force, night)
            self.tell(f"fresh: night {night}")
        _stop(home)

    def _long(self) -> None:
        """The same with a past before it."""
        home, past = self.kept / "long", self.past()
        _copied(self.kept / "fresh", home)
        engine = connect_to(home)
        count = add_deliveries(engine, home / "landing", self.exports, past)
        self.tell(f"long: {count} deliveries")
        add_nights(engine, past, self.asked.worked(), lambda step: self.tell(f"long: {step}"))
        reports = home / "feedback" / self.asked.worked().isoformat()
        for number in range(min(REPORT_NIGHTS, self.asked.nights)):
            night = (past.last - timedelta(number)).isoformat()
            shutil.copytree(reports, reports.with_name(night))
            for path in reports.with_name(night).iterdir():
                path.rename(path.with_name(path.name.replace(reports.name, night)))
        with engine.connect() as connection:
            size = connection.execute(text("SELECT pg_size_pretty(pg_database_size(current_database()))")).scalar_one()
        self.tell(f"long: database {size}")
        _stop(home)


def worked(home: Path, exports: Path, night: date) -> Seconds:
    """Work one night of an installation. Raises SystemExit with the end of what it said when it fails."""
    out, log = home.parent / f"{home.name}.json", home.parent / f"{home.name}.log"
    with log.open("w", encoding="utf-8") as said:
        run = subprocess.run(
            [sys.executable, "-m", "benchmarks.history.measured", str(exports), night.isoformat(), str(out)],
            env=os.environ | {"WEERZIEN_HOME": str(home)},
            stdout=said,
            stderr=said,
            check=False,
        )
    if run.returncode:
        raise SystemExit(f"the night of {night} failed:\n{log.read_text(encoding='utf-8')[-2000:]}")
    seconds: Seconds = json.loads(out.read_text(encoding="utf-8"))
    return seconds


def connect_to(home: Path) -> Any:
    """Return an engine on the database of an installation, started by this process."""
    from monitoring.database import connect

    return connect(Installation(home))


def _stop(home: Path) -> None:
    from monitoring.database import stop

    stop(Installation(home))


def _copied(home: Path, target: Path) -> None:
    # Owners and rights too: started by root, the server's files are another user's.
    subprocess.run(["cp", "-a", str(home), str(target)], check=True)


def _without_superseded(exports: Path, first: date) -> None:
    """Take away the snapshots of the police of before a night: the newest counts alone."""
    for path in (exports / "ikps").glob("ikps_*.csv"):
        if path.stem < f"ikps_{first:%Y%m%d}":
            path.unlink()


def _origin(exports: Path) -> str:
    from dags.places import synthetic_marker

    marker = synthetic_marker(str(exports))
    return str(marker["world"]) if marker else ""
