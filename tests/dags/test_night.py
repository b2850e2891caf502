"""Whole nights through the real DAG, each in a process and an installation of its own, on a sample of 60 children."""

import csv
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from connectors.installation import Installation
from connectors.register import REGISTERS

pytestmark = pytest.mark.night

CHILDREN = 60
COMMAND = [sys.executable, "-c", "from dags.command import main; main()"]


class Exported(dict[str, bytes]):
    """Exported files by name; they hold the registers' own keys, so nothing of them is printed."""

    def __repr__(self) -> str:
        return f"{len(self)} exported files"


@dataclass
class Place:
    """One installation of the tests."""

    home: Path

    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "WEERZIEN"))}
        return inherited | {"WEERZIEN_HOME": str(self.home)}

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *arguments], env=self.environment(), capture_output=True, text=True, timeout=300, check=False
        )

    def night(self, exports: Path) -> subprocess.CompletedProcess[str]:
        return self.run("night", "--exports", str(exports))

    def broken_off(self, exports: Path, line: str, by: signal.Signals) -> int:
        """Run a night, send its process a signal as soon as it has said `line`, and return its exit code."""
        command = [*COMMAND, "night", "--exports", str(exports)]
        with subprocess.Popen(
            command, env=self.environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as process:
            assert process.stdout is not None
            reached = any(said.startswith(line) for said in process.stdout)
            process.send_signal(by)
            process.stdout.read()
        assert reached, f"the night never came to {line!r}"
        return process.returncode

    def export(self, name: str) -> dict[str, bytes]:
        """Return every exported file's bytes, in a mapping that a failing test cannot print."""
        folder = self.home.parent / f"{self.home.name}-{name}"
        done = self.run("export", str(folder))
        assert done.returncode == 0, done.stderr
        files = [path for path in folder.rglob("*") if path.is_file()]
        return Exported({path.relative_to(folder).as_posix(): path.read_bytes() for path in files})

    def engine(self):
        from monitoring.database import connect

        return connect(Installation(self.home))


def rows_of(exported: dict[str, bytes], name: str) -> list[dict[str, str]]:
    (path,) = [path for path in exported if Path(path).name == name]
    return list(csv.DictReader(exported[path].decode("utf-8-sig").splitlines()))


@pytest.fixture(scope="module")
def new_place(tmp_path_factory, request):
    def make(name: str) -> Place:
        place = Place(tmp_path_factory.mktemp(name) / "home")

        def stop() -> None:
            from monitoring.database import stop

            stop(Installation(place.home))

        request.addfinalizer(stop)
        return place

    return make


@pytest.fixture(scope="module")
def exports(tmp_path_factory) -> Path:
    from connectors.sample import write_sample

    folder = tmp_path_factory.mktemp("exports") / "sample"
    write_sample(folder, CHILDREN, 7)
    return folder


@pytest.fixture(scope="module")
def undisturbed(new_place, exports) -> tuple[Place, dict[str, bytes], str]:
    place = new_place("undisturbed")
    done = place.night(exports)
    assert done.returncode == 0, done.stdout + done.stderr
    return place, place.export("first"), done.stdout


def manifest_of(place: Place) -> dict:
    from sqlalchemy import text

    with place.engine().connect() as connection:
        return connection.execute(
            text("select manifest from monitoring.night order by night desc limit 1")
        ).scalar_one()


def test_counts_add_up_at_every_stage(undisturbed):
    place, exported, _ = undisturbed
    registers = manifest_of(place)["registers"]
    assert list(registers) == list(REGISTERS) or sorted(registers) == sorted(REGISTERS)
    for name, counts in registers.items():
        assert counts["status"] == "ok", name
        assert counts["delivered"] == counts["accepted"] + counts["set_aside"]
        assert counts["accepted"] == counts["registrations"] + counts["merged"] + counts["withdrawn"]
    registrations = rows_of(exported, "registrations.csv")
    assert Counter(row["register"] for row in registrations) == {
        name: counts["registrations"] for name, counts in registers.items()
    }
    assert len({(row["register"], row["source_key"]) for row in registrations}) == len(registrations)


def test_every_person_of_a_registration_is_in_the_table(undisturbed):
    _, exported, _ = undisturbed
    persons = {row["person_id"] for row in rows_of(exported, "person.csv")}
    assert persons == {row["person_id"] for row in rows_of(exported, "registrations.csv")}


def test_the_summary_names_every_register_and_says_synthetic(undisturbed):
    _, _, said = undisturbed
    assert "synthetic" in said
    assert all(f"pull {name}" in said for name in REGISTERS)


def test_the_same_night_twice_gives_the_same_bytes(undisturbed, exports):
    place, first, _ = undisturbed
    done = place.night(exports)
    assert done.returncode == 0, done.stderr
    again = place.export("again")
    assert sorted(again) == sorted(first)
    assert [name for name in first if first[name] != again[name]] == []


@pytest.fixture(scope="module")
def killed(new_place, exports) -> Place:
    place = new_place("killed")
    for line in ("pull", "check", "link", "consolidate"):
        assert place.broken_off(exports, line, signal.SIGKILL) == -signal.SIGKILL
    done = place.night(exports)
    assert done.returncode == 0, done.stderr
    return place


def test_ctrl_c_ends_the_night_and_leaves_no_work_files(new_place, exports):
    place = new_place("interrupted")
    assert place.broken_off(exports, "check", signal.SIGINT) == 130
    assert [path for path in (place.home / "work").rglob("*") if path.is_file()] == []


def test_a_night_killed_at_several_points_and_run_again_gives_the_same_table(undisturbed, killed):
    _, expected, _ = undisturbed
    exported = killed.export("after")
    assert sorted(exported) == sorted(expected)
    assert [name for name in expected if expected[name] != exported[name]] == []


def test_one_register_of_random_bytes_does_not_stop_the_other_four(undisturbed, new_place, exports, tmp_path):
    _, expected, _ = undisturbed
    broken = tmp_path / "broken"
    shutil.copytree(exports, broken)
    for path in sorted((broken / "stv").iterdir()):
        path.write_bytes(bytes((7 * number + number // 3) % 256 for number in range(2000)))
    place = new_place("broken")
    done = place.night(broken)
    assert done.returncode == 1
    assert "stv refused" in done.stderr
    assert done.stderr.count("\n") == 1
    whole = Counter(row["register"] for row in rows_of(expected, "registrations.csv"))
    del whole["stv"]
    assert Counter(row["register"] for row in rows_of(place.export("four"), "registrations.csv")) == whole


def test_a_register_that_cannot_be_worked_tonight_keeps_its_last_state(undisturbed, killed, exports, tmp_path):
    _, expected, _ = undisturbed
    without = tmp_path / "without"
    shutil.copytree(exports, without, ignore=shutil.ignore_patterns("stv"))
    shutil.rmtree(killed.home / "landing" / "stv")
    done = killed.night(without)
    assert done.returncode == 1
    assert "stv refused" in done.stderr
    now = rows_of(killed.export("held"), "registrations.csv")
    assert now == rows_of(expected, "registrations.csv")


def identifying_values(place: Place) -> set[str]:
    """Return what must not be found elsewhere: long names, whole birth dates, phones and plates of the sample."""
    from sqlalchemy import text

    columns = "given_names, family_name, aliases, phones, plates, birth_year, birth_month, birth_day"
    with place.engine().connect() as connection:
        people = connection.execute(text(f"select {columns} from registers.record")).all()
    values: set[str] = set()
    for person in people:
        names = [person.given_names, person.family_name, *(person.aliases or [])]
        values |= {name for name in names if name and len(name) >= 5}
        # The last eight digits: the same in every notation of a number.
        values |= {phone[-8:] for phone in person.phones or []} | set(person.plates or [])
        if person.birth_day and person.birth_month and person.birth_year:
            year, month, day = int(person.birth_year), int(person.birth_month), int(person.birth_day)
            values |= {f"{year}-{month:02}-{day:02}", f"{day:02}-{month:02}-{year}"}
    assert len(values) > CHILDREN
    return values


def texts_of(place: Place) -> dict[str, str]:
    """Return all text that leaves the closed part: logs, Airflow's database, work files, the monitoring schema."""
    from sqlalchemy import text

    found = {f"log {path.name}": path.read_text() for path in (place.home / "logs").rglob("*") if path.is_file()}
    for path in (place.home / "airflow").rglob("*"):
        if path.suffix == ".db":
            with closing(sqlite3.connect(path)) as database:
                found[f"airflow {path.name}"] = "\n".join(database.iterdump())
        elif path.is_file():
            found[f"airflow {path.name}"] = path.read_text(errors="replace")
    for path in (place.home / "work").rglob("*"):
        if path.is_file():
            found[f"work {path.name}"] = path.read_bytes().decode("latin-1")
    with place.engine().connect() as connection:
        tables = connection.execute(
            text("select table_name from information_schema.tables where table_schema = 'monitoring'")
        ).scalars()
        for table in list(tables):
            rows = connection.execute(text(f"select t::text from monitoring.{table} t")).scalars()
            found[f"monitoring.{table}"] = "\n".join(rows)
    return found


def test_no_identifying_value_leaves_the_closed_part(undisturbed):
    place, _, _ = undisturbed
    values = identifying_values(place)
    pattern = re.compile(
        r"(?<![\w])(?:" + "|".join(sorted(map(re.escape, values), key=len, reverse=True)) + r")(?![\w])"
    )
    # Only where something was found is said, not what.
    assert [name for name, said in texts_of(place).items() if pattern.search(said)] == []


def test_nothing_of_the_work_folder_stays(undisturbed):
    place, _, _ = undisturbed
    assert [path for path in (place.home / "work").rglob("*") if path.is_file()] == []
