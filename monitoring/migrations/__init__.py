"""Migrations of the schemas `registers` (closed) and `monitoring` (what the bureau reads), by Alembic."""
