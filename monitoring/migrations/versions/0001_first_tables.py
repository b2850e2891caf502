"""The first tables: deliveries, records, memberships, person numbers and findings; the monitoring schema; the bureau's
role.
"""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None

DOWN = """
DROP SCHEMA monitoring CASCADE;
DROP TABLE registers.person_before, registers.finding, registers.person_number, registers.membership,
  registers.record, registers.delivery;
"""


def upgrade() -> None:
    """Make the tables and the role `weerzien_bureau`."""
    _run(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Drop the tables; the role stays, because it belongs to the whole server and may be granted to people."""
    _run(DOWN)


def _run(statements: str) -> None:
    # The driver's own cursor: several statements in one text are only taken without parameters.
    op.get_bind().connection.cursor().execute(statements)
