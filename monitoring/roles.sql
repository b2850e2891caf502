-- What the administrator of a PostgreSQL server does once, as its superuser. What each role may do: docs/database.md.

-- The roles: nobody signs in as one of them.
DO $$
DECLARE
  made text;
BEGIN
  FOREACH made IN ARRAY ARRAY['weerzien_owner', 'weerzien_pipeline', 'weerzien_portal', 'weerzien_bureau', 'weerzien_auditor'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = made) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', made);
    END IF;
  END LOOP;
END
$$;

-- The database; of one that exists: ALTER DATABASE weerzien OWNER TO weerzien_owner.
CREATE DATABASE weerzien OWNER weerzien_owner ENCODING 'UTF8' TEMPLATE template0;

-- The logins, each a member of one role. Give a password (\password NAME in psql) or a certificate to each.
CREATE ROLE weerzien_upgrading LOGIN IN ROLE weerzien_owner;
CREATE ROLE weerzien_nightly LOGIN IN ROLE weerzien_pipeline;
CREATE ROLE weerzien_page LOGIN IN ROLE weerzien_portal;

-- So that a purge leaves nothing in the log of changes (WAL) of the server either: for a server of this program's own.
GRANT pg_checkpoint TO weerzien_pipeline;

-- In the database weerzien, for the same purpose: where the files of that log are, to begin a new one, and the planner's
-- samples of tables that are gone.
\connect weerzien
GRANT EXECUTE ON FUNCTION pg_catalog.pg_switch_wal, pg_catalog.pg_ls_waldir() TO weerzien_pipeline;
GRANT MAINTAIN ON pg_catalog.pg_statistic TO weerzien_pipeline;
