"""Completeness per field, register and night; the alert for a gap in the numbers of messages."""

from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0002"

DOWN = """
DROP TABLE monitoring.completeness, registers.completeness_night;
DELETE FROM monitoring.alert WHERE kind = 'delivery_gap';
ALTER TABLE monitoring.alert DROP CONSTRAINT alert_kind;
ALTER TABLE monitoring.alert ADD CONSTRAINT alert_kind CHECK (kind IN ('resurfaced', 'mob_without_guardian',
  'mob_without_missing_report', 'identity_reused', 'same_person_two_places', 'register_late', 'register_refused'));
"""


def upgrade() -> None:
    """Make the tables."""
    _run(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Drop the tables."""
    _run(DOWN)


def _run(statements: str) -> None:
    # The driver's own cursor: several statements in one text are only taken without parameters.
    op.get_bind().connection.cursor().execute(statements)
