-- Fifth revision. Frozen: a later change is a new revision. What the columns of monitoring mean stands in columns.toml.

-- The ledger of person ids: appended to, never changed. Its fold is registers.membership.
CREATE TABLE monitoring.person_event (
  event_id bigint NOT NULL,
  origin text NOT NULL,
  night date NOT NULL,
  kind text NOT NULL,
  person_id text NOT NULL,
  other_person_id text,
  record_id text,
  cause text NOT NULL,
  model_version text NOT NULL,
  PRIMARY KEY (event_id),
  CONSTRAINT person_event_kind CHECK (kind IN ('created', 'joined', 'left', 'merged_into', 'split_from', 'retired', 'returned')),
  CONSTRAINT person_event_cause CHECK (cause IN ('new_record', 'correction', 'withdrawal', 'purge', 'judgement', 'model', 'reference', 'evidence'))
);
CREATE INDEX person_event_night ON monitoring.person_event (origin, night);

CREATE TABLE monitoring.successor (
  person_id text NOT NULL,
  current_person_id text,
  status text NOT NULL,
  since date NOT NULL,
  night date NOT NULL,
  PRIMARY KEY (person_id),
  CONSTRAINT successor_status CHECK (status IN ('current', 'merged', 'retired'))
);

-- What each registration said when it was last published (a digest), so that a night knows what changed.
ALTER TABLE registers.membership ADD COLUMN register text, ADD COLUMN content text, ADD COLUMN retained_until date,
  ADD COLUMN is_in_force boolean NOT NULL DEFAULT true;
UPDATE registers.membership SET is_in_force = EXISTS (SELECT FROM registers.record WHERE record.record_id = membership.record_id);

-- Verdicts of reviewers, appended to. The reason is free text, so it stays here; it goes when a record is purged.
-- seen_l, seen_r: digests of the records as the reviewer saw them; a verdict on a record that changed since is stale.
CREATE TABLE registers.judgement (
  judgement_id bigint NOT NULL,
  origin text NOT NULL,
  record_id_l text NOT NULL,
  record_id_r text NOT NULL,
  key_l text,
  key_r text,
  verdict text NOT NULL,
  undoes bigint,
  reason text,
  judged_by text NOT NULL,
  judged_at timestamptz NOT NULL,
  night date NOT NULL,
  seen_l text,
  seen_r text,
  PRIMARY KEY (judgement_id),
  CONSTRAINT judgement_verdict CHECK (verdict IN ('same', 'different', 'unsure', 'undo')),
  CONSTRAINT judgement_undoes CHECK ((verdict = 'undo') = (undoes IS NOT NULL)),
  CONSTRAINT judgement_order CHECK (record_id_l COLLATE "C" < record_id_r COLLATE "C")
);
CREATE INDEX judgement_pair ON registers.judgement (origin, record_id_l, record_id_r);

CREATE TABLE monitoring.judgement (
  judgement_id bigint NOT NULL,
  record_id_l text NOT NULL,
  record_id_r text NOT NULL,
  person_id_l text,
  person_id_r text,
  verdict text NOT NULL,
  state text NOT NULL,
  contradicts bigint[] NOT NULL,
  judged_by text NOT NULL,
  judged_night date NOT NULL,
  night date NOT NULL,
  PRIMARY KEY (judgement_id),
  CONSTRAINT judgement_verdict CHECK (verdict IN ('same', 'different', 'unsure')),
  CONSTRAINT judgement_state CHECK (state IN ('in_force', 'stale', 'contradicted', 'waiting'))
);

-- How common values were when a model began to be used: digests and shares, no value itself.
CREATE TABLE registers.value_reference (
  origin text NOT NULL,
  reference_id integer NOT NULL,
  night date NOT NULL,
  model_version text NOT NULL,
  content jsonb NOT NULL,
  PRIMARY KEY (origin, reference_id)
);

-- What a person's purged registrations leave behind where the policy keeps coded facts.
CREATE TABLE registers.retained_fact (
  origin text NOT NULL,
  record_id text NOT NULL,
  register text NOT NULL,
  night date NOT NULL,
  content jsonb NOT NULL,
  PRIMARY KEY (origin, record_id)
);

-- What was removed after its term, or because its register had purged it: keys and counts.
CREATE TABLE monitoring.purge (
  origin text NOT NULL,
  record_id text NOT NULL,
  register text NOT NULL,
  person_id text,
  cause text NOT NULL,
  kept text NOT NULL,
  night date NOT NULL,
  removed jsonb NOT NULL,
  PRIMARY KEY (origin, record_id, night),
  CONSTRAINT purge_register CHECK (register IN ('ikps', 'stv', 'youth_care', 'telex', 'mob')),
  CONSTRAINT purge_cause CHECK (cause IN ('term', 'source')),
  CONSTRAINT purge_kept CHECK (kept IN ('nothing', 'coded_facts'))
);
ALTER TABLE registers.delivery ADD COLUMN redacted_night date, ADD COLUMN redacted_rows integer, ADD COLUMN removed_night date;

-- Which cause made a person differ; what no longer stands, and why.
ALTER TABLE monitoring.change ADD COLUMN causes text[] NOT NULL DEFAULT ARRAY[]::text[];
ALTER TABLE monitoring.change ALTER COLUMN causes DROP DEFAULT;
CREATE TABLE monitoring.revocation (
  subject text NOT NULL,
  kind text NOT NULL,
  person_id text,
  current_person_id text,
  was text,
  now text,
  cause text NOT NULL,
  reason_nl text NOT NULL,
  reason_en text NOT NULL,
  night date NOT NULL,
  PRIMARY KEY (subject),
  CONSTRAINT revocation_cause CHECK (cause IN ('correction', 'withdrawal', 'purge', 'judgement', 'model', 'reference', 'evidence', 'news'))
);

ALTER TABLE monitoring.person ADD COLUMN earlier_history text NOT NULL DEFAULT 'unknown';
ALTER TABLE monitoring.person ALTER COLUMN earlier_history DROP DEFAULT;
ALTER TABLE monitoring.person ADD CONSTRAINT person_earlier_history CHECK (earlier_history IN ('purged', 'unknown'));
ALTER TABLE monitoring.registration ADD COLUMN is_purged boolean NOT NULL DEFAULT false;
ALTER TABLE monitoring.registration ALTER COLUMN is_purged DROP DEFAULT;

ALTER TABLE monitoring.alert DROP CONSTRAINT alert_kind;
ALTER TABLE monitoring.alert ADD CONSTRAINT alert_kind CHECK (kind IN ('resurfaced', 'mob_without_guardian', 'mob_without_missing_report', 'identity_reused', 'same_person_two_places', 'register_late', 'register_refused', 'delivery_gap', 'judgements_contradict', 'judgement_stale'));

-- The table before is read from history from now on.
DROP TABLE registers.person_before;

-- Tables of earlier nights: every row once, with the nights on which it stood.
CREATE SCHEMA history;
REVOKE ALL ON SCHEMA history FROM PUBLIC;
DO $$
DECLARE
  kept text;
BEGIN
  FOREACH kept IN ARRAY ARRAY['person', 'registration', 'link', 'resurfacing', 'candidate', 'alert', 'change', 'revocation', 'judgement'] LOOP
    EXECUTE format('CREATE TABLE history.%I (LIKE monitoring.%I)', kept, kept);
    EXECUTE format('ALTER TABLE history.%I DROP COLUMN night', kept);
    EXECUTE format('ALTER TABLE history.%I ADD COLUMN origin text NOT NULL, ADD COLUMN nights datemultirange NOT NULL', kept);
  END LOOP;
END
$$;
CREATE INDEX person_key ON history.person (origin, person_id);
CREATE INDEX registration_key ON history.registration (origin, record_id);
CREATE INDEX link_key ON history.link (origin, record_id_l, record_id_r);
CREATE INDEX link_key_r ON history.link (origin, record_id_r);
CREATE INDEX resurfacing_key ON history.resurfacing (origin, missing_record_id, victim_record_id);
CREATE INDEX candidate_key ON history.candidate (origin, person_id, rank);
CREATE INDEX alert_key ON history.alert (origin, alert_id);
CREATE INDEX change_key ON history.change (origin, person_id);
CREATE INDEX revocation_key ON history.revocation (origin, subject);
CREATE INDEX judgement_key ON history.judgement (origin, judgement_id);
GRANT USAGE ON SCHEMA history TO weerzien_bureau;
GRANT SELECT ON ALL TABLES IN SCHEMA history TO weerzien_bureau;
GRANT SELECT ON ALL TABLES IN SCHEMA monitoring TO weerzien_bureau;
ALTER DEFAULT PRIVILEGES IN SCHEMA history GRANT SELECT ON TABLES TO weerzien_bureau;

-- The planner's samples of identifying columns would outlive a purge.
DO $$
DECLARE
  sampled record;
BEGIN
  FOR sampled IN
    SELECT attrelid::regclass AS of_table, attname FROM pg_attribute JOIN pg_type ON pg_type.oid = atttypid
    WHERE attrelid IN ('registers.record'::regclass, 'registers.record_version'::regclass, 'registers.judgement'::regclass, 'registers.retained_fact'::regclass)
      AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('record_id', 'register', 'origin', 'source_key', 'record_id_l', 'record_id_r')
      AND typname IN ('text', '_text', 'jsonb', 'date')
  LOOP
    EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET STATISTICS 0', sampled.of_table, sampled.attname);
  END LOOP;
END
$$;

-- Persons of before this revision enter the ledger as they stand; a registration that is not there now has left.
INSERT INTO monitoring.person_event (event_id, origin, night, kind, person_id, other_person_id, record_id, cause, model_version)
SELECT row_number() OVER (ORDER BY step, number, record_id NULLS FIRST), origin, night, kind, person_id, other, record_id, 'new_record', ''
FROM (
  SELECT 1 AS step, number, origin, first_night AS night, 'created' AS kind, person_id, NULL AS other, NULL AS record_id FROM registers.person_number
  UNION ALL
  SELECT 2, number, membership.origin, membership.last_night, 'joined', membership.person_id, NULL, membership.record_id
  FROM registers.membership JOIN registers.person_number USING (person_id)
  UNION ALL
  SELECT 3, number, membership.origin, membership.last_night, 'left', membership.person_id, NULL, membership.record_id
  FROM registers.membership JOIN registers.person_number USING (person_id) WHERE NOT is_in_force
  UNION ALL
  SELECT 4, number, origin, last_night, 'merged_into', person_id, became, NULL FROM registers.person_number WHERE became IS NOT NULL
  UNION ALL
  SELECT 5, number, origin, last_night, 'retired', person_id, NULL, NULL FROM registers.person_number
  WHERE became IS NULL AND NOT EXISTS (
    SELECT FROM registers.membership WHERE membership.person_id = person_number.person_id AND is_in_force)
) AS before;
DROP TABLE registers.person_number;
