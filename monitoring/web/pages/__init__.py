"""The pages, one module each: what it asks the database, and what it hands to its template."""
