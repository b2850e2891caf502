import stat
from datetime import date
from pathlib import Path

import pytest

from connectors.installation import Installation, OneLineError


def test_every_folder_is_made_for_the_owner_only(tmp_path: Path) -> None:
    installation = Installation(tmp_path / "state")
    folders = [
        installation.airflow,
        installation.database,
        installation.landing,
        installation.sample,
        installation.logs,
        installation.work(date(2004, 3, 16)),
    ]
    for folder in [installation.home, *folders]:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert folders[-1] == installation.work_root / "2004-03-16"


def test_the_environment_names_the_home(tmp_path: Path) -> None:
    assert Installation.from_environment({"WEERZIEN_HOME": str(tmp_path)}).home == tmp_path


def test_without_environment_the_home_lies_in_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Installation.from_environment({}).home == tmp_path / ".weerzien"


def test_a_home_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OneLineError, match="WEERZIEN_HOME") as raised:
        _ = Installation(tmp_path / "file").landing
    assert "\n" not in str(raised.value)
