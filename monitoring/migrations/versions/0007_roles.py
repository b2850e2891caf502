"""The roles of the database, each with what its work needs; what nobody was given, nobody may."""

from pathlib import Path

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the roles, give the schemas to their owner, and grant."""
    _run(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take back what was granted; no row is touched. The roles belong to the server and stay."""
    _run(Path(__file__).with_suffix(".down.sql").read_text(encoding="utf-8"))


def _run(statements: str) -> None:
    # The driver's own cursor: several statements in one text are only taken without parameters.
    op.get_bind().connection.cursor().execute(statements)
