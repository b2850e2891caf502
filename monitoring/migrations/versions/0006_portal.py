"""What the bureau's page keeps, and the functions by which a reviewer reads and judges a pair."""

from pathlib import Path

from alembic import op

revision = "0006"
down_revision = "0005"

# The role belongs to the server and stays; what it was granted here goes.
DOWN = """
DROP SCHEMA portal CASCADE;
DROP INDEX monitoring.link_person_l, monitoring.link_person_r, monitoring.link_in_review, monitoring.resurfacing_person,
  monitoring.alert_person, monitoring.person_event_person, monitoring.person_event_other;
ALTER DEFAULT PRIVILEGES IN SCHEMA monitoring REVOKE SELECT ON TABLES FROM weerzien_portal;
ALTER DEFAULT PRIVILEGES IN SCHEMA history REVOKE SELECT ON TABLES FROM weerzien_portal;
REVOKE ALL ON ALL TABLES IN SCHEMA monitoring, history FROM weerzien_portal;
REVOKE ALL ON SCHEMA monitoring, history FROM weerzien_portal;
"""


def upgrade() -> None:
    """Make the schema, the role and the functions."""
    _run(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Drop them; accounts and the log of who saw what are lost."""
    _run(DOWN)


def _run(statements: str) -> None:
    # The driver's own cursor: several statements in one text are only taken without parameters.
    op.get_bind().connection.cursor().execute(statements)
