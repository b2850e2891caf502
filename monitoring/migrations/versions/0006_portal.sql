-- Sixth revision. Frozen: a later change is a new revision.

-- What the bureau's page keeps: accounts and sessions (Django's own tables, made beside these), who saw what, leases.
CREATE SCHEMA portal;
REVOKE ALL ON SCHEMA portal FROM PUBLIC;

-- The role of the page: reads what the bureau reads, and identifying values only through portal.leased_records.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'weerzien_portal') THEN
    CREATE ROLE weerzien_portal NOLOGIN;
  END IF;
EXCEPTION
  -- Made at the same moment for another database of this server.
  WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;
GRANT USAGE ON SCHEMA monitoring, history, portal TO weerzien_portal;
GRANT SELECT ON ALL TABLES IN SCHEMA monitoring TO weerzien_portal;
GRANT SELECT ON ALL TABLES IN SCHEMA history TO weerzien_portal;
ALTER DEFAULT PRIVILEGES IN SCHEMA monitoring GRANT SELECT ON TABLES TO weerzien_portal;
ALTER DEFAULT PRIVILEGES IN SCHEMA history GRANT SELECT ON TABLES TO weerzien_portal;

-- Who saw or did what, when and for what purpose. Never a value of a registration.
-- The page may add a row, but not say when: columns that it may not write have their default.
CREATE TABLE portal.audit (
  entry_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  database_role text NOT NULL DEFAULT session_user,
  account text NOT NULL,
  roles text[] NOT NULL,
  action text NOT NULL,
  purpose text,
  subject text,
  detail jsonb NOT NULL DEFAULT '{}',
  CONSTRAINT audit_action CHECK (action IN ('signed_in', 'signed_out', 'sign_in_failed', 'purpose_stated',
    'password_changed', 'viewed_page', 'viewed_person', 'exported', 'pair_leased', 'pair_released', 'pair_disclosed',
    'judged', 'undone', 'viewed_report', 'denied'))
);
CREATE INDEX audit_at ON portal.audit (at);
-- A line on a pair names both registrations.
CREATE INDEX audit_subject ON portal.audit USING gin (string_to_array(subject, ' '));
GRANT SELECT ON portal.audit TO weerzien_portal;
GRANT INSERT (account, roles, action, purpose, subject, detail) ON portal.audit TO weerzien_portal;

CREATE FUNCTION portal.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the log of who saw what is only added to';
END
$$;
CREATE TRIGGER audit_is_only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON portal.audit
  FOR EACH STATEMENT EXECUTE FUNCTION portal.refuse();

CREATE TABLE portal.saved_view (
  account text NOT NULL,
  name text NOT NULL,
  query text NOT NULL,
  PRIMARY KEY (account, name)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON portal.saved_view TO weerzien_portal;

-- The pair that a reviewer has before them: one per reviewer, and one reviewer per pair. made_by: the transaction,
-- also when a part of it made the lease.
CREATE TABLE portal.lease (
  account text PRIMARY KEY,
  record_id_l text NOT NULL,
  record_id_r text NOT NULL,
  origin text NOT NULL,
  night date NOT NULL,
  seen_l text NOT NULL,
  seen_r text NOT NULL,
  purpose text NOT NULL,
  expires_at timestamptz NOT NULL,
  made_by xid8 NOT NULL DEFAULT pg_current_xact_id(),
  CONSTRAINT lease_of_one UNIQUE (record_id_l, record_id_r)
);

CREATE FUNCTION portal.roles_of(of_account text) RETURNS text[] LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN ARRAY(
    SELECT auth_group.name::text FROM portal.auth_user
    JOIN portal.auth_user_groups ON auth_user_groups.user_id = auth_user.id
    JOIN portal.auth_group ON auth_group.id = auth_user_groups.group_id
    WHERE auth_user.username = of_account AND auth_user.is_active ORDER BY 1);
END
$$;

CREATE FUNCTION portal.check_reviewer(of_account text) RETURNS void LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT 'reviewer' = ANY (portal.roles_of(of_account)) THEN
    RAISE EXCEPTION 'that account does not judge pairs' USING ERRCODE = 'WZ001';
  END IF;
END
$$;

-- Lease a pair of the published table to a reviewer, who leaves the one held before. False: another reviewer has it.
CREATE FUNCTION portal.lease_pair(of_account text, one text, other text, for_purpose text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  shown record;
BEGIN
  PERFORM portal.check_reviewer(of_account);
  SELECT night.night, night.origin, l.content AS seen_l, r.content AS seen_r INTO shown
  FROM monitoring.night
  JOIN monitoring.link ON link.record_id_l = one AND link.record_id_r = other
  JOIN registers.membership AS l ON l.origin = night.origin AND l.record_id = one
  JOIN registers.membership AS r ON r.origin = night.origin AND r.record_id = other
  WHERE night.is_published AND l.content IS NOT NULL AND r.content IS NOT NULL;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such pair in the published table' USING ERRCODE = 'WZ002';
  END IF;
  DELETE FROM portal.lease WHERE account = of_account
    OR (record_id_l = one AND record_id_r = other AND expires_at <= clock_timestamp());
  INSERT INTO portal.lease (account, record_id_l, record_id_r, origin, night, seen_l, seen_r, purpose, expires_at)
  VALUES (of_account, one, other, shown.origin, shown.night, shown.seen_l, shown.seen_r, for_purpose,
    clock_timestamp() + interval '30 minutes')
  ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO portal.audit (account, roles, action, purpose, subject)
  VALUES (of_account, portal.roles_of(of_account), 'pair_leased', for_purpose, one || ' ' || other);
  RETURN true;
END
$$;

CREATE FUNCTION portal.held_lease(of_account text) RETURNS portal.lease LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  held portal.lease;
BEGIN
  PERFORM portal.check_reviewer(of_account);
  SELECT * INTO held FROM portal.lease WHERE account = of_account AND expires_at > clock_timestamp();
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no pair is leased to that account' USING ERRCODE = 'WZ003';
  END IF;
  RETURN held;
END
$$;

-- The two registrations of the pair that is leased to a reviewer, with what identifies. Each reading is logged; and as
-- whoever reads could undo the logging with their transaction, the lease, logged too, has to be of an earlier one.
CREATE FUNCTION portal.leased_records(of_account text) RETURNS SETOF jsonb LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  held portal.lease := portal.held_lease(of_account);
BEGIN
  IF held.made_by = pg_current_xact_id_if_assigned() THEN
    RAISE EXCEPTION 'the lease is not kept yet' USING ERRCODE = 'WZ003';
  END IF;
  INSERT INTO portal.audit (account, roles, action, purpose, subject)
  VALUES (of_account, portal.roles_of(of_account), 'pair_disclosed', held.purpose,
    held.record_id_l || ' ' || held.record_id_r);
  RETURN QUERY SELECT to_jsonb(record) - ARRAY['raw', 'origin', 'delivery_id'] FROM registers.record
    WHERE record.origin = held.origin AND record.record_id IN (held.record_id_l, held.record_id_r)
    ORDER BY record.record_id COLLATE "C";
END
$$;

CREATE FUNCTION portal.release_pair(of_account text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  held portal.lease;
BEGIN
  DELETE FROM portal.lease WHERE account = of_account RETURNING * INTO held;
  IF FOUND THEN
    INSERT INTO portal.audit (account, roles, action, purpose, subject)
    VALUES (of_account, portal.roles_of(of_account), 'pair_released', held.purpose,
      held.record_id_l || ' ' || held.record_id_r);
  END IF;
END
$$;

-- Append the verdict of a reviewer on the pair that is leased to them; the rules are those of monitoring/judgement_log.py.
CREATE FUNCTION portal.judge(of_account text, said_verdict text, said_reason text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  held portal.lease := portal.held_lease(of_account);
  newest timestamptz;
  counting bigint;
  given bigint;
BEGIN
  LOCK TABLE registers.judgement IN SHARE ROW EXCLUSIVE MODE;
  IF said_verdict NOT IN ('same', 'different', 'unsure') OR said_reason !~ '[^[:space:]]' THEN
    RAISE EXCEPTION 'a verdict is same, different or unsure, and has a reason' USING ERRCODE = 'WZ004';
  END IF;
  PERFORM FROM monitoring.night
    JOIN registers.membership AS l ON l.origin = night.origin AND l.record_id = held.record_id_l
    JOIN registers.membership AS r ON r.origin = night.origin AND r.record_id = held.record_id_r
    WHERE night.is_published AND night.night = held.night AND night.origin = held.origin
      AND l.content = held.seen_l AND r.content = held.seen_r;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'another table was published meanwhile' USING ERRCODE = 'WZ005';
  END IF;
  SELECT entry.judgement_id INTO counting FROM registers.judgement AS entry
  WHERE entry.origin = held.origin AND entry.record_id_l = held.record_id_l AND entry.record_id_r = held.record_id_r
    AND entry.verdict <> 'undo' AND NOT EXISTS (
      SELECT FROM registers.judgement AS undoing WHERE undoing.undoes = entry.judgement_id)
  ORDER BY entry.judged_at DESC, entry.judgement_id DESC LIMIT 1;
  IF counting IS NOT NULL AND said_verdict = (SELECT verdict FROM registers.judgement WHERE judgement_id = counting) THEN
    RAISE EXCEPTION 'that verdict counts already' USING ERRCODE = 'WZ006';
  END IF;
  SELECT max(judged_at) INTO newest FROM registers.judgement AS entry
  WHERE entry.origin = held.origin AND entry.record_id_l = held.record_id_l AND entry.record_id_r = held.record_id_r;
  INSERT INTO registers.judgement (judgement_id, origin, record_id_l, record_id_r, key_l, key_r, verdict, reason,
    judged_by, judged_at, night, seen_l, seen_r)
  SELECT (SELECT coalesce(max(judgement_id), 0) + 1 FROM registers.judgement), held.origin, l.record_id, r.record_id,
    l.register || '/' || l.source_key, r.register || '/' || r.source_key, said_verdict, said_reason, of_account,
    greatest(clock_timestamp(), newest), held.night, held.seen_l, held.seen_r
  FROM registers.record AS l JOIN registers.record AS r ON r.record_id = held.record_id_r
  WHERE l.record_id = held.record_id_l
  RETURNING judgement_id INTO given;
  DELETE FROM portal.lease WHERE account = of_account;
  INSERT INTO portal.audit (account, roles, action, purpose, subject, detail)
  VALUES (of_account, portal.roles_of(of_account), 'judged', held.purpose,
    held.record_id_l || ' ' || held.record_id_r, jsonb_build_object('judgement', given, 'verdict', said_verdict));
  RETURN given;
END
$$;

-- Append an entry that takes a verdict back, and return its number.
CREATE FUNCTION portal.undo(of_account text, number bigint, said_reason text, for_purpose text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  undone registers.judgement;
  shown record;
  given bigint;
BEGIN
  PERFORM portal.check_reviewer(of_account);
  LOCK TABLE registers.judgement IN SHARE ROW EXCLUSIVE MODE;
  SELECT night, origin INTO shown FROM monitoring.night WHERE is_published;
  SELECT * INTO undone FROM registers.judgement AS entry
  WHERE entry.judgement_id = number AND entry.origin = shown.origin AND entry.verdict <> 'undo'
    AND NOT EXISTS (SELECT FROM registers.judgement AS undoing WHERE undoing.undoes = number);
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such verdict, or undone already' USING ERRCODE = 'WZ007';
  END IF;
  IF said_reason !~ '[^[:space:]]' THEN
    RAISE EXCEPTION 'an undoing has a reason' USING ERRCODE = 'WZ004';
  END IF;
  INSERT INTO registers.judgement (judgement_id, origin, record_id_l, record_id_r, key_l, key_r, verdict, undoes, reason,
    judged_by, judged_at, night)
  SELECT (SELECT max(judgement_id) + 1 FROM registers.judgement), undone.origin, undone.record_id_l, undone.record_id_r,
    undone.key_l, undone.key_r, 'undo', number, said_reason, of_account, clock_timestamp(), shown.night
  RETURNING judgement_id INTO given;
  INSERT INTO portal.audit (account, roles, action, purpose, subject, detail)
  VALUES (of_account, portal.roles_of(of_account), 'undone', for_purpose, undone.record_id_l || ' ' || undone.record_id_r,
    jsonb_build_object('judgement', number, 'undoing', given));
  RETURN given;
END
$$;

-- What the page may know of closed tables: no reason, no key, no file.
CREATE VIEW portal.verdict AS
  SELECT entry.judgement_id, entry.record_id_l, entry.record_id_r, entry.verdict, entry.undoes, entry.judged_by,
    entry.judged_at, entry.night
  FROM registers.judgement AS entry JOIN monitoring.night ON night.is_published AND night.origin = entry.origin;
CREATE VIEW portal.leased AS SELECT account, record_id_l, record_id_r, night, expires_at FROM portal.lease;
CREATE VIEW portal.finding AS
  SELECT register, level, rule, count(*) AS findings FROM registers.finding GROUP BY register, level, rule;
GRANT SELECT ON portal.verdict, portal.leased, portal.finding TO weerzien_portal;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA portal FROM PUBLIC;
GRANT EXECUTE ON FUNCTION portal.lease_pair, portal.leased_records, portal.release_pair, portal.judge, portal.undo
  TO weerzien_portal;

-- What the pages look up. The order of a night's own work does not need them.
CREATE INDEX link_person_l ON monitoring.link (person_id_l);
CREATE INDEX link_person_r ON monitoring.link (person_id_r);
CREATE INDEX link_in_review ON monitoring.link (record_id_l) WHERE status = 'review';
CREATE INDEX resurfacing_person ON monitoring.resurfacing (person_id);
CREATE INDEX alert_person ON monitoring.alert (person_id);
CREATE INDEX person_event_person ON monitoring.person_event (person_id);
CREATE INDEX person_event_other ON monitoring.person_event (other_person_id);
