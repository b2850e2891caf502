"""Explanations of links and resurfacings in words, and candidates for the children still missing."""

from pathlib import Path

from alembic import op

revision = "0004"
down_revision = "0003"

DOWN = """
DROP TABLE monitoring.candidate;
ALTER TABLE monitoring.resurfacing DROP COLUMN reason_en;
ALTER TABLE monitoring.link DROP COLUMN explanation_nl, DROP COLUMN explanation_en;
"""


def upgrade() -> None:
    """Make the columns and the table; of a table published before the words are empty until the next night."""
    _run(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Drop the columns and the table."""
    _run(DOWN)


def _run(statements: str) -> None:
    # The driver's own cursor: several statements in one text are only taken without parameters.
    op.get_bind().connection.cursor().execute(statements)
