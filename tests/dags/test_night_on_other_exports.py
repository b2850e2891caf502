"""A whole night on exports that the generator did not make: the fixture rows of the rule book in the five layouts."""

import csv
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.night

COMMAND = [sys.executable, "-c", "from dags.command import main; main()"]
FIXTURES = Path(__file__).parents[1] / "linkage" / "fixture_rows.py"
KEYS = [
    ("ikps", "IK-04-000001"), ("ikps", "IK-04-000002"), ("ikps", "IK-04-000003"), ("ikps", "IK-04-000022"),
    ("ikps", "IK-04-000023"), ("ikps", "IK-04-000031"), ("ikps", "IK-05-000005"), ("mob", "mob_200403_OC.csv#1"),
    ("mob", "mob_200501_OC.csv#1"), ("stv", "2004/2"), ("telex", "2004/03/0412"), ("telex", "2004/03/0520"),
    ("youth_care", "AM-2004-00006"), ("youth_care", "AM-2004-00007"), ("youth_care", "UT-2003-00001"),
]  # fmt: skip


@pytest.fixture(scope="module")
def exported(tmp_path_factory) -> Path:
    """The export of a night on the fixture rows, run and exported by the command."""
    spec = importlib.util.spec_from_file_location("fixture_rows", FIXTURES)
    assert spec and spec.loader
    rows = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(rows)
    place = tmp_path_factory.mktemp("other_exports")
    exports = rows.write_fixture_exports(place / "exports")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "WEERZIEN"))}
    environment["WEERZIEN_HOME"] = str(place / "home")
    for arguments in (("night", "--exports", str(exports), "--night", "2005-01-31"), ("export", str(place / "out"))):
        done = subprocess.run(
            [*COMMAND, *arguments], env=environment, capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 0, done.stderr
    return place / "out"


def read(exported: Path, name: str) -> list[dict[str, str]]:
    with (exported / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_accepted_registration_is_exported_exactly_once_with_its_source_key(exported):
    assert sorted((row["register"], row["source_key"]) for row in read(exported, "registrations.csv")) == KEYS


def test_the_missing_boy_is_one_child_who_resurfaced_and_anne_is_offered_to_a_reviewer(exported):
    told = {
        (row["missing_source_key"], row["victim_source_key"]): row["status"] for row in read(exported, "resurfaced.csv")
    }
    assert told["mob_200403_OC.csv#1", "IK-05-000005"] == "yes"
    assert told["2004/03/0412", "IK-04-000001"] == "possible"


def test_the_boy_without_a_guardian_gives_an_alert(exported):
    kinds = {row["kind"] for row in read(exported, "alerts.csv")}
    assert {"mob_without_guardian", "resurfaced"} <= kinds
