"""The administrator's commands: upgrade, downgrade, roles, check."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from connectors.installation import Installation, OneLineError
from dags.database_commands import database
from monitoring.revision import newest_revision


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    from monitoring.database import connect, stop

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("WEERZIEN_DATABASE_URL", raising=False)
        made = tmp_path_factory.mktemp("administered") / "home"
        patch.setenv("WEERZIEN_HOME", str(made))
        connect(Installation(made))
        yield made
        stop(Installation(made))


def run(*arguments: str, **more):
    return CliRunner().invoke(database, arguments, catch_exceptions=True, **more)


def test_an_installation_of_its_own_is_upgraded_checked_and_taken_back(home):
    done = run("check")
    assert done.exit_code == 1
    assert "the schemas are at revision none" in done.output or "anybody with a login" in done.output
    assert newest_revision() in run("upgrade").output
    done = run("check")
    assert (done.exit_code, "superuser" in done.output) == (0, True), done.output
    assert run("downgrade", "0006", input="n\n").exit_code == 1
    assert newest_revision() in run("check").output
    assert "0006" in run("downgrade", "0006", "--yes").output
    assert "weerzien database upgrade" in run("check").output
    assert run("upgrade").exit_code == 0


def test_only_an_earlier_revision_is_gone_back_to(home):
    run("upgrade")
    for revision in (newest_revision(), "base", "9999"):
        done = run("downgrade", revision, "--yes")
        assert isinstance(done.exception, OneLineError)
        assert "0006" in str(done.exception)


def test_what_the_administrator_carries_out_is_printed():
    done = run("roles")
    assert done.exit_code == 0
    for role in ("weerzien_owner", "weerzien_pipeline", "weerzien_portal", "weerzien_bureau", "weerzien_auditor"):
        assert role in done.output
    assert "PASSWORD" not in done.output
