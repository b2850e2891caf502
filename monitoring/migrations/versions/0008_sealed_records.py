"""A column for what identifies in a registration, encrypted by a key outside the database."""

from alembic import op
from sqlalchemy import text

from connectors.installation import OneLineError

revision = "0008"
down_revision = "0007"

# Who may read and write `registers.record` may do so with a new column of it: no grant is needed.
UP = """
ALTER TABLE registers.record ADD COLUMN sealed text;
COMMENT ON COLUMN registers.record.sealed IS
  'Identifying columns but raw, encrypted by a key outside the database; raw holds its own. Null: they lie plain.';
"""
DOWN = "ALTER TABLE registers.record DROP COLUMN sealed"
IS_SEALED = """
    SELECT EXISTS (SELECT FROM registers.record WHERE sealed IS NOT NULL)
      OR EXISTS (SELECT FROM registers.record_version WHERE content ? 'sealed')
      OR EXISTS (SELECT FROM registers.value_reference WHERE starts_with(content->>'salt', 'wz1.'))
"""


def upgrade() -> None:
    """Add the column, empty; `weerzien database encrypt` fills it."""
    _run(UP)


def downgrade() -> None:
    """Drop the column. Raises OneLineError while anything is encrypted: an older program could not read it."""
    if op.get_bind().execute(text(IS_SEALED)).scalar_one():
        raise OneLineError("names in the database are encrypted; run `weerzien database decrypt` first")
    _run(DOWN)


def _run(statements: str) -> None:
    # The driver's own cursor: several statements in one text are only taken without parameters.
    op.get_bind().connection.cursor().execute(statements)
