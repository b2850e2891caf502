"""A long past costs a night nothing: what is there of the deliveries, and the rows of one night, are found by index."""

from alembic import op

revision = "0009"
down_revision = "0008"

KEPT = ("person", "registration", "link", "resurfacing", "candidate", "alert", "change", "revocation", "judgement")
DELIVERIES = """
CREATE INDEX delivery_there ON registers.delivery (origin, register, sequence) WHERE removed_night IS NULL;
CREATE INDEX delivery_sequence ON registers.delivery (origin, register, sequence);
CREATE INDEX delivery_name ON registers.delivery (origin, register, file_name, sequence);
CREATE INDEX delivery_folded ON registers.delivery (origin, register, lower(file_name), sequence);
CREATE INDEX delivery_not_ascii ON registers.delivery (origin, register, dated) WHERE file_name ~ '[^[:ascii:]]';
CREATE INDEX delivery_bytes ON registers.delivery (origin, register, sha256);
CREATE INDEX delivery_path ON registers.delivery (path) WHERE removed_night IS NULL;
"""
NO_DELIVERIES = """
DROP INDEX registers.delivery_there, registers.delivery_sequence, registers.delivery_name, registers.delivery_folded,
  registers.delivery_not_ascii, registers.delivery_bytes, registers.delivery_path;
"""
# The rows that a night has emptied go at once, so the second index holds next to nothing.
HISTORY = """
CREATE INDEX {name}_nights ON history.{name} USING gist (nights);
CREATE INDEX {name}_empty ON history.{name} (origin) WHERE isempty(nights);
"""
NO_HISTORY = "DROP INDEX history.{name}_nights, history.{name}_empty;"
# A night takes the planner's counts anew; of the past a smaller sample says enough. -1: as the server is set.
SAMPLED = """
DO $$
DECLARE
  sampled record;
BEGIN
  FOR sampled IN
    SELECT attrelid::regclass AS of_table, attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'history'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
  LOOP
    EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET STATISTICS TARGET', sampled.of_table, sampled.attname);
  END LOOP;
END
$$;
"""


def upgrade() -> None:
    """Make the indexes."""
    _run(DELIVERIES + "".join(HISTORY.format(name=name) for name in KEPT) + SAMPLED.replace("TARGET", "10"))


def downgrade() -> None:
    """Drop the indexes."""
    _run(NO_DELIVERIES + "".join(NO_HISTORY.format(name=name) for name in KEPT) + SAMPLED.replace("TARGET", "-1"))


def _run(statements: str) -> None:
    # The driver's own cursor: several statements in one text are only taken without parameters.
    op.get_bind().connection.cursor().execute(statements)
