"""Which revision of the schemas this program has, and which one a database has. Only looks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection


def newest_revision() -> str:
    """Return the revision that this program brings a database to."""
    return revisions()[-1]


def revisions() -> list[str]:
    """Return the revisions that this program knows, the first one first."""
    from alembic.script import ScriptDirectory

    with migrations() as config:
        return [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()][::-1]


@contextmanager
def migrations() -> Iterator[Config]:
    """Give Alembic's settings, which say where the migrations of this program lie."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("path_separator", "os")
    with as_file(files("monitoring") / "migrations") as folder:
        # Alembic reads "%" as the start of an interpolation.
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        yield config


def revision_of(connection: Connection) -> str | None:
    """Return the revision of the schemas in a database, None where there are none."""
    if connection.execute(text("SELECT to_regclass('registers.alembic_version')")).scalar_one() is None:
        return None
    found = connection.execute(text("SELECT version_num FROM registers.alembic_version")).scalar_one_or_none()
    return None if found is None else str(found)
