"""The table: one row per child in PostgreSQL, published whole or not at all, and what is read from it."""
