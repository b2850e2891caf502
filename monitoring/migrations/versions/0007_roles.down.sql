-- Back to the sixth revision: whoever does this owns the schemas again.
DO $$
DECLARE
  many text;
BEGIN
  FOREACH many IN ARRAY ARRAY['history.person', 'history.registration', 'history.link', 'history.resurfacing', 'history.candidate', 'history.alert', 'history.change', 'history.revocation', 'history.judgement', 'monitoring.person_event', 'monitoring.purge'] LOOP
    EXECUTE format('DROP POLICY of_the_published_exports ON %s', many);
    EXECUTE format('DROP POLICY of_all_exports ON %s', many);
  END LOOP;
END
$$;
DROP POLICY of_all_exports_to_audit ON monitoring.purge;
DO $$
DECLARE
  many text;
BEGIN
  FOREACH many IN ARRAY ARRAY['history.person', 'history.registration', 'history.link', 'history.resurfacing', 'history.candidate', 'history.alert', 'history.change', 'history.revocation', 'history.judgement', 'monitoring.person_event', 'monitoring.purge'] LOOP
    EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', many);
  END LOOP;
END
$$;
REVOKE ALL ON ALL TABLES IN SCHEMA registers, monitoring, history, portal FROM weerzien_pipeline, weerzien_auditor;
REVOKE ALL ON SCHEMA registers, monitoring, history, portal FROM weerzien_pipeline, weerzien_auditor;
ALTER VIEW portal.verdict RESET (security_barrier);
ALTER VIEW portal.leased RESET (security_barrier);
ALTER VIEW portal.finding RESET (security_barrier);
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA history FROM weerzien_bureau, weerzien_portal;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA history TO PUBLIC;
GRANT EXECUTE ON FUNCTION portal.refuse TO PUBLIC;
DO $$
DECLARE
  owned record;
BEGIN
  FOR owned IN
    SELECT nspname, relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname IN ('registers', 'monitoring', 'history', 'portal') AND (relkind IN ('r', 'v') OR relkind = 'S' AND NOT EXISTS (
      SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype IN ('a', 'i')))
  LOOP
    EXECUTE format('ALTER TABLE %I.%I OWNER TO CURRENT_USER', owned.nspname, owned.relname);
  END LOOP;
  FOR owned IN
    SELECT pg_proc.oid::regprocedure AS routine FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
    WHERE nspname IN ('registers', 'monitoring', 'history', 'portal')
  LOOP
    EXECUTE format('ALTER ROUTINE %s OWNER TO CURRENT_USER', owned.routine);
  END LOOP;
  FOR owned IN SELECT nspname FROM pg_namespace WHERE nspname IN ('registers', 'monitoring', 'history', 'portal') LOOP
    EXECUTE format('ALTER SCHEMA %I OWNER TO CURRENT_USER', owned.nspname);
  END LOOP;
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM weerzien_pipeline, weerzien_auditor, weerzien_bureau, weerzien_portal', current_database());
  EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO PUBLIC', current_database());
END
$$;
ALTER DEFAULT PRIVILEGES IN SCHEMA monitoring GRANT SELECT ON TABLES TO weerzien_bureau, weerzien_portal;
ALTER DEFAULT PRIVILEGES IN SCHEMA history GRANT SELECT ON TABLES TO weerzien_bureau, weerzien_portal;
