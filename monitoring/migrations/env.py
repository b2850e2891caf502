"""How Alembic reaches the database: over the connection that it was given, in the caller's transaction."""

from alembic import context
from sqlalchemy import text

connection = context.config.attributes["connection"]
# Alembic's own table needs a schema before the first revision; the closed one, which the bureau does not read.
connection.execute(text("CREATE SCHEMA IF NOT EXISTS registers"))
context.configure(connection=connection, version_table_schema="registers")
context.run_migrations()
