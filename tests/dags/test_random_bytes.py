"""One register's exports replaced by random bytes: the other four are merged, that one is refused and told so."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from benchmarks.nights.running import work
from connectors.installation import Installation
from connectors.register import REGISTERS, load_register
from connectors.sample import write_sample
from dags import stages
from dags.states import StageFailed

NIGHT = date(2005, 6, 30)
COMMAND = [sys.executable, "-c", "from dags.command import main; main()"]


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("exports") / "sample"
    write_sample(folder, 30, 11)
    return folder


def with_random_bytes(sample: Path, folder: Path, register: str) -> Path:
    """The same exports, every file of one register replaced by as many random bytes."""
    shutil.copytree(sample, folder)
    chance = random.Random(register)
    for path in (folder / register).iterdir():
        if load_register(register).dated(path.name):
            path.write_bytes(chance.randbytes(path.stat().st_size))
    return folder


@pytest.mark.parametrize("register", REGISTERS)
def test_the_other_four_are_merged_and_the_register_is_refused_with_one_clear_finding(
    tmp_path, monkeypatch, request, sample, register
):
    from monitoring.database import connect, stop

    monkeypatch.setenv("WEERZIEN_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("WEERZIEN_DATABASE_URL", raising=False)
    home = Installation(tmp_path / "home")
    request.addfinalizer(lambda: stop(home))
    states = work(with_random_bytes(sample, tmp_path / "exports", register), NIGHT).checked
    with pytest.raises(StageFailed, match=rf"^{register} refused \("):
        stages.verdict(states.values())

    assert {name for name, state in states.items() if state["status"] == "refused"} == {register}
    assert states[register]["registrations"] == 0
    with connect(home).connect() as connection:
        merged = connection.execute(text("SELECT register, count(*) FROM monitoring.registration GROUP BY 1")).all()
        told = connection.execute(
            text("SELECT level, detail FROM registers.finding WHERE register = :register AND file IS NULL"),
            {"register": register},
        ).all()
    assert dict(map(tuple, merged)) == {name: states[name]["registrations"] for name in REGISTERS if name != register}
    assert all(count for _, count in merged)
    files = sum(1 for path in (sample / register).iterdir() if load_register(register).dated(path.name))
    assert [tuple(row) for row in told] == [("refused", str(files))]
    report = (home.feedback(NIGHT) / f"{register}_{NIGHT}.html").read_text("utf-8")
    assert f"Geweigerde bestanden: {files + 1}" in report
    assert "geweigerd" in report


@pytest.mark.night
def test_the_command_ends_with_one_line_and_exit_code_1_after_publishing(tmp_path, request, sample):
    from monitoring.database import stop

    home = Installation(tmp_path / "home")
    request.addfinalizer(lambda: stop(home))
    exports = with_random_bytes(sample, tmp_path / "exports", "telex")
    done = subprocess.run(
        [*COMMAND, "night", "--exports", str(exports)],
        env={"PATH": "/usr/bin:/bin", "WEERZIEN_HOME": str(home.home)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert (
        done.stderr.strip()
        .splitlines()[-1]
        .startswith(f"weerzien: night of {NIGHT} published, but not whole: telex refused")
    )
    assert "geweigerd" in done.stdout
    assert "verdict failed" in done.stdout
