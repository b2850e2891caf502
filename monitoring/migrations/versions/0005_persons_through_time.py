"""The ledger of person ids, judgements, value references, purges, and the tables of earlier nights."""

from pathlib import Path

from alembic import op

revision = "0005"
down_revision = "0004"

DOWN = """
DROP SCHEMA history CASCADE;
CREATE TABLE registers.person_before (LIKE monitoring.person);
ALTER TABLE registers.person_before DROP COLUMN earlier_history;
ALTER TABLE monitoring.alert DROP CONSTRAINT alert_kind;
DELETE FROM monitoring.alert WHERE kind IN ('judgements_contradict', 'judgement_stale');
ALTER TABLE monitoring.alert ADD CONSTRAINT alert_kind CHECK (kind IN ('resurfaced', 'mob_without_guardian',
  'mob_without_missing_report', 'identity_reused', 'same_person_two_places', 'register_late', 'register_refused',
  'delivery_gap'));
ALTER TABLE monitoring.registration DROP COLUMN is_purged;
ALTER TABLE monitoring.person DROP COLUMN earlier_history;
DROP TABLE monitoring.revocation;
ALTER TABLE monitoring.change DROP COLUMN causes;
ALTER TABLE registers.delivery DROP COLUMN redacted_night, DROP COLUMN redacted_rows, DROP COLUMN removed_night;
DROP TABLE monitoring.purge;
DROP TABLE registers.retained_fact;
DROP TABLE registers.value_reference;
DROP TABLE monitoring.judgement;
DROP TABLE registers.judgement;
DROP TABLE monitoring.successor;
CREATE TABLE registers.person_number (
  person_id text PRIMARY KEY, number bigint NOT NULL UNIQUE, origin text NOT NULL, first_night date NOT NULL,
  last_night date NOT NULL, became text
);
INSERT INTO registers.person_number
  SELECT person_id, CAST(substr(person_id, 3) AS bigint), origin, min(night), max(night),
    max(other_person_id) FILTER (WHERE kind = 'merged_into')
  FROM monitoring.person_event GROUP BY person_id, origin;
ALTER TABLE registers.membership DROP COLUMN register, DROP COLUMN content, DROP COLUMN retained_until,
  DROP COLUMN is_in_force;
DROP TABLE monitoring.person_event;
"""


def upgrade() -> None:
    """Make the tables; persons of before enter the ledger, earlier nights do not enter history."""
    _run(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Drop the tables; the ledger and all judgements are lost."""
    _run(DOWN)


def _run(statements: str) -> None:
    # The driver's own cursor: several statements in one text are only taken without parameters.
    op.get_bind().connection.cursor().execute(statements)
