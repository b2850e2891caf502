"""The upgrade path: an installation of the release before, with data in it, goes forward, back and forward again."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from monitoring.backups.tables import SCHEMAS
from monitoring.database import downgrade, upgrade
from monitoring.revision import newest_revision, revision_of, revisions

RELEASE = "0006"
ROWS = Path(__file__).with_name("release_0006.sql")
# Made anew by Django's own migrations, or told by the revision itself.
NOT_COMPARED = re.compile(r"portal\.(django|auth|axes)_.*|registers\.alembic_version")


def write_rows(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.connection.cursor().execute(ROWS.read_text(encoding="utf-8"))


def revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return revision_of(connection)


def contents(engine: Engine, columns: dict[str, list[str]] | None = None) -> dict[str, list]:
    """All rows of all tables as JSON; of the columns given, those that an earlier revision had."""
    tables = "SELECT table_schema || '.' || table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE' "
    tables += "AND table_schema = ANY (:schemas) ORDER BY 1"
    found = {}
    with engine.connect() as connection:
        for name in connection.execute(text(tables), {"schemas": list(SCHEMAS)}).scalars().all():
            if NOT_COMPARED.fullmatch(name) or (columns is not None and name not in columns):
                continue
            rows = connection.execute(text(f"SELECT to_jsonb(line) FROM {name} AS line")).scalars().all()
            kept = [row if columns is None else {key: row[key] for key in columns[name] if key in row} for row in rows]
            found[name] = sorted(kept, key=lambda row: json.dumps(row, sort_keys=True))
    return found


def columns_of(rows: dict[str, list]) -> dict[str, list[str]]:
    return {name: sorted(of_table[0]) for name, of_table in rows.items() if of_table}


@pytest.fixture
def release(engine) -> Engine:
    """The database as the release before left it."""
    downgrade(engine, RELEASE)
    write_rows(engine)
    assert revision(engine) == RELEASE
    return engine


def test_the_release_before_is_the_one_before_the_newest():
    # A new revision: write down an installation of the release that was the newest, and name it here.
    # 0007 to 0009 are of one release.
    assert revisions().index(RELEASE) >= len(revisions()) - 4


def test_the_rows_of_the_release_before_come_from_every_stage():
    written = set(re.findall(r"^INSERT INTO (\S+)", ROWS.read_text(encoding="utf-8"), re.M))
    assert written >= {
        "registers.record", "registers.record_version", "registers.delivery", "registers.membership",
        "monitoring.person", "monitoring.person_event", "monitoring.link", "monitoring.resurfacing", "monitoring.night",
        "history.person", "history.link", "portal.audit", "portal.saved_view",
    }  # fmt: skip


def test_forward_back_and_forward_again_loses_no_row_and_no_value(release):
    before = contents(release)
    known = columns_of(before)
    assert sum(len(rows) for rows in before.values()) > 100
    filled = {name: rows for name, rows in before.items() if rows}
    for _ in range(2):
        upgrade(release)
        assert revision(release) == newest_revision()
        assert contents(release, known) == filled
        downgrade(release, RELEASE)
        assert revision(release) == RELEASE
        assert contents(release) == before


def test_back_to_the_release_before_that_only_what_came_after_it_goes(release):
    upgrade(release)
    downgrade(release, "0005")
    older = contents(release)
    assert not [name for name in older if name.startswith("portal.")]
    upgrade(release)
    again = contents(release, columns_of(older))
    assert again == {name: rows for name, rows in older.items() if rows}
    # The page's own log went with its tables, as the migration says.
    assert contents(release)["portal.audit"] == []


def test_what_was_upgraded_is_read_as_before(release):
    from monitoring.held import published_origin, published_records
    from monitoring.ledger import read_ledger
    from monitoring.ledger_lines import ledger_lines
    from monitoring.published_tables import published_tables

    upgrade(release)
    origin = published_origin(release)
    assert len(published_records(release)) == 10
    assert len(published_tables(release).person) == 7
    assert len(read_ledger(release, origin).membership) == 10
    assert len(list(ledger_lines(release, origin))) > 30
    with release.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM history.person_of('2005-06-29')")).scalar_one() == 7


def test_the_next_line_of_the_log_has_a_number_of_its_own(release):
    upgrade(release)
    with release.begin() as connection:
        add = "INSERT INTO portal.audit (account, roles, action) VALUES ('r', '{}', 'denied') RETURNING entry_id"
        assert connection.execute(text(add)).scalar_one() == 3
