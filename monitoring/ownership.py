"""Who owns the schemas and who may enter the database: kept so by whoever brings them to their newest version.

Everything belongs to the role `weerzien_owner`, which nobody signs in as; who migrates is a member of it. The embedded
server's own user is its superuser and therefore is. Rights on the database itself are not part of a revision, because a
copy of a database does not take them along.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from connectors.installation import OneLineError
from monitoring.revision import newest_revision, revision_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

OWNER_ROLE = "weerzien_owner"
PIPELINE_ROLE = "weerzien_pipeline"
SCHEMAS = ("registers", "monitoring", "history", "portal")
# Where there are no schemas yet, who may make them shows when they are made.
MAY_CHANGE = """
    SELECT coalesce(bool_and(pg_has_role(current_user, nspowner, 'USAGE')), true)
    FROM pg_namespace WHERE nspname = ANY (:schemas)
"""
MAY_LOOK = "SELECT coalesce(has_schema_privilege(to_regnamespace('registers'), 'USAGE'), false)"
# Without this right a purge would leave its rows in the files, and the server says so by no error.
MAY_NOT_REWRITE = """
    SELECT CASE WHEN current_setting('server_version_num')::integer < 170000 THEN true
      ELSE NOT has_table_privilege('registers.record', 'MAINTAIN') END
"""
# Tables of the page are made by Django and functions of past nights by this program: as whoever runs it.
HAND_OVER = """
DO $$
DECLARE
  owned record;
BEGIN
  FOR owned IN
    SELECT pg_class.oid::regclass AS relation FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname IN ('registers', 'monitoring', 'history', 'portal') AND relowner <> 'weerzien_owner'::regrole
      AND (relkind IN ('r', 'v') OR relkind = 'S' AND NOT EXISTS (
        SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype IN ('a', 'i')))
  LOOP
    EXECUTE format('ALTER TABLE %s OWNER TO weerzien_owner', owned.relation);
  END LOOP;
  FOR owned IN
    SELECT pg_proc.oid::regprocedure AS routine FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
    WHERE nspname IN ('registers', 'monitoring', 'history', 'portal') AND proowner <> 'weerzien_owner'::regrole
  LOOP
    EXECUTE format('ALTER ROUTINE %s OWNER TO weerzien_owner', owned.routine);
    EXECUTE format('REVOKE ALL ON ROUTINE %s FROM PUBLIC', owned.routine);
  END LOOP;
  IF has_database_privilege('public', current_database(), 'CONNECT')
    OR has_database_privilege('public', current_database(), 'TEMPORARY') THEN
    -- An administrator's database may be closed by its administrator only; `weerzien database check` tells.
    BEGIN
      EXECUTE format('GRANT CONNECT ON DATABASE %I TO weerzien_owner, weerzien_pipeline', current_database());
      EXECUTE format('GRANT CONNECT ON DATABASE %I TO weerzien_portal', current_database());
      EXECUTE format('GRANT CONNECT ON DATABASE %I TO weerzien_bureau, weerzien_auditor', current_database());
      EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO weerzien_owner, weerzien_pipeline', current_database());
      EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXCEPTION WHEN insufficient_privilege THEN NULL;
    END;
  END IF;
END
$$
"""


def may_change(connection: Connection) -> bool:
    """Whether this login may bring the schemas to another version: it is a member of their owner."""
    return bool(connection.execute(text(MAY_CHANGE), {"schemas": list(SCHEMAS)}).scalar_one())


def hand_over(connection: Connection) -> None:
    """Give what is in the schemas to their owner and close the database to who has none of the roles.

    In the connection's transaction; nothing happens where it is so already.
    """
    connection.connection.cursor().execute(HAND_OVER)


def check_is_newest(connection: Connection) -> None:
    """Raise OneLineError unless a login that may not change the schemas can do a night's work with them as they are."""
    if not connection.execute(text(MAY_LOOK)).scalar_one():
        raise OneLineError(
            f"this login of the database may not see the registers; take one that is a member of {PIPELINE_ROLE} "
            "(docs/database.md)"
        )
    found, newest = revision_of(connection), newest_revision()
    if found != newest:
        raise OneLineError(
            f"the database is at revision {found or 'none'} and this program at {newest}; let its administrator run "
            f"`weerzien database upgrade` with the version of this program, under a login that is a member of "
            f"{OWNER_ROLE}"
        )
    if connection.execute(text(MAY_NOT_REWRITE)).scalar_one():
        raise OneLineError(
            f"this login could not erase what is purged from the files of the database; it has to be a member of "
            f"{PIPELINE_ROLE}, on PostgreSQL 17 or newer"
        )
