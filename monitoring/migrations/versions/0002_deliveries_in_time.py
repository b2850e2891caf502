"""Deliveries over many nights: repeats and sizes, deliveries accepted by hand, versions of records."""

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"

DOWN = """
DROP TABLE registers.record_version, registers.delivery_accepted;
ALTER TABLE registers.delivery DROP COLUMN repeats, DROP COLUMN rows;
ALTER TABLE registers.delivery ADD CONSTRAINT delivery_bytes_once UNIQUE (origin, register, sha256);
ALTER TABLE registers.finding DROP COLUMN detail;
"""


def upgrade() -> None:
    """Make the tables."""
    _run(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Drop the tables; fails where the same bytes were delivered under two dates, because 0001 cannot hold that."""
    _run(DOWN)


def _run(statements: str) -> None:
    # The driver's own cursor: several statements in one text are only taken without parameters.
    op.get_bind().connection.cursor().execute(statements)
