-- Seventh revision. Frozen: a later change is a new revision. Who may do what is told in docs/database.md.

-- A role belongs to the whole server, so it may be there.
DO $$
DECLARE
  made text;
BEGIN
  FOREACH made IN ARRAY ARRAY['weerzien_owner', 'weerzien_pipeline', 'weerzien_auditor'] LOOP
    BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = made) THEN
        EXECUTE format('CREATE ROLE %I NOLOGIN', made);
      END IF;
    EXCEPTION
      -- Made at the same moment for another database of this server.
      WHEN duplicate_object OR unique_violation THEN NULL;
    END;
  END LOOP;
  -- Whoever made the role may give it away, which is not yet to be a member of it.
  IF NOT pg_has_role(current_user, 'weerzien_owner', 'USAGE') THEN
    EXECUTE format('GRANT weerzien_owner TO %I', current_user);
  END IF;
  IF NOT has_database_privilege('weerzien_owner', current_database(), 'CREATE') THEN
    EXECUTE format('GRANT CREATE ON DATABASE %I TO weerzien_owner', current_database());
  END IF;
END
$$;

-- Tables to come were the bureau's and the page's to read before anybody had said so. Also those of a former owner.
DO $$
DECLARE
  given record;
BEGIN
  FOR given IN
    SELECT pg_get_userbyid(defaclrole) AS by_role, nspname FROM pg_default_acl
    JOIN pg_namespace ON pg_namespace.oid = defaclnamespace WHERE nspname IN ('monitoring', 'history')
  LOOP
    EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I REVOKE SELECT ON TABLES FROM weerzien_bureau, weerzien_portal', given.by_role, given.nspname);
  END LOOP;
END
$$;

-- The functions that read closed tables for the page do so in the rights of this owner, not of whoever migrates.
DO $$
DECLARE
  owned record;
BEGIN
  FOR owned IN SELECT nspname FROM pg_namespace WHERE nspname IN ('registers', 'monitoring', 'history', 'portal') LOOP
    EXECUTE format('ALTER SCHEMA %I OWNER TO weerzien_owner', owned.nspname);
  END LOOP;
  FOR owned IN
    SELECT nspname, relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname IN ('registers', 'monitoring', 'history', 'portal') AND (relkind IN ('r', 'v') OR relkind = 'S' AND NOT EXISTS (
      SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype IN ('a', 'i')))
  LOOP
    EXECUTE format('ALTER TABLE %I.%I OWNER TO weerzien_owner', owned.nspname, owned.relname);
  END LOOP;
  FOR owned IN
    SELECT pg_proc.oid::regprocedure AS routine FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
    WHERE nspname IN ('registers', 'monitoring', 'history', 'portal')
  LOOP
    EXECUTE format('ALTER ROUTINE %s OWNER TO weerzien_owner', owned.routine);
  END LOOP;
END
$$;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA registers, monitoring, history, portal FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA history TO weerzien_bureau, weerzien_portal;

-- What these views leave out must not be seen by a function in somebody's WHERE, which would else be asked first.
ALTER VIEW portal.verdict SET (security_barrier = true);
ALTER VIEW portal.leased SET (security_barrier = true);
ALTER VIEW portal.finding SET (security_barrier = true);

-- A night. The ledger, the log of verdicts and what somebody accepted are appended to: of a verdict a night may forget,
-- at its term, what was seen and why, and say on which night it counts.
GRANT USAGE ON SCHEMA registers, monitoring, history, portal TO weerzien_pipeline;
GRANT SELECT ON ALL TABLES IN SCHEMA registers, monitoring, history TO weerzien_pipeline;
GRANT INSERT ON registers.delivery, registers.delivery_accepted, registers.record, registers.finding, registers.membership, registers.record_version, registers.judgement, registers.value_reference, registers.retained_fact, registers.completeness_night TO weerzien_pipeline;
GRANT UPDATE ON registers.delivery, registers.membership, registers.record_version, registers.retained_fact TO weerzien_pipeline;
GRANT UPDATE (night, reason, seen_l, seen_r) ON registers.judgement TO weerzien_pipeline;
GRANT DELETE ON registers.record, registers.finding, registers.record_version, registers.completeness_night TO weerzien_pipeline;
GRANT INSERT ON ALL TABLES IN SCHEMA monitoring TO weerzien_pipeline;
GRANT DELETE ON monitoring.person, monitoring.registration, monitoring.link, monitoring.resurfacing, monitoring.candidate, monitoring.alert, monitoring.completeness, monitoring.judgement, monitoring.night, monitoring.change, monitoring.revocation, monitoring.successor TO weerzien_pipeline;
GRANT UPDATE (is_published) ON monitoring.night TO weerzien_pipeline;
GRANT UPDATE (removed) ON monitoring.purge TO weerzien_pipeline;
GRANT INSERT, DELETE ON ALL TABLES IN SCHEMA history TO weerzien_pipeline;
GRANT UPDATE (nights) ON history.person, history.registration, history.link, history.resurfacing, history.candidate, history.alert, history.change, history.revocation, history.judgement TO weerzien_pipeline;
GRANT UPDATE (is_purged) ON history.registration TO weerzien_pipeline;
-- A purge takes the pair from the reviewer who has it before them.
GRANT SELECT (origin, record_id_l, record_id_r), DELETE ON portal.lease TO weerzien_pipeline;
-- What was purged stays in the files until they are written anew, which this right allows since PostgreSQL 17.
DO $$
BEGIN
  IF current_setting('server_version_num')::integer >= 170000 THEN
    EXECUTE 'GRANT MAINTAIN ON ALL TABLES IN SCHEMA monitoring, history TO weerzien_pipeline';
    EXECUTE 'GRANT MAINTAIN ON registers.record, registers.record_version, registers.membership, registers.judgement, registers.finding, registers.retained_fact, portal.lease TO weerzien_pipeline';
  END IF;
END
$$;

-- The auditor: which nights there were, who saw and judged what, what was purged. No person, no registration.
GRANT USAGE ON SCHEMA monitoring, portal TO weerzien_auditor;
GRANT SELECT ON monitoring.night, monitoring.judgement, monitoring.purge, monitoring.completeness TO weerzien_auditor;
GRANT SELECT ON portal.audit, portal.verdict, portal.leased, portal.finding TO weerzien_auditor;

-- Tables that hold more exports than the published ones: the bureau and the page see the published, so that a query that
-- forgets to say which never counts the synthetic among the real.
DO $$
DECLARE
  many text;
BEGIN
  FOREACH many IN ARRAY ARRAY['history.person', 'history.registration', 'history.link', 'history.resurfacing', 'history.candidate', 'history.alert', 'history.change', 'history.revocation', 'history.judgement', 'monitoring.person_event', 'monitoring.purge'] LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', many);
    EXECUTE format('CREATE POLICY of_the_published_exports ON %s FOR SELECT TO weerzien_bureau, weerzien_portal USING (origin = (SELECT night.origin FROM monitoring.night WHERE is_published))', many);
    EXECUTE format('CREATE POLICY of_all_exports ON %s TO weerzien_pipeline USING (true) WITH CHECK (true)', many);
  END LOOP;
END
$$;
CREATE POLICY of_all_exports_to_audit ON monitoring.purge FOR SELECT TO weerzien_auditor USING (true);
