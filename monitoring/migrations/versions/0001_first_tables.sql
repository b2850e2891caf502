-- First revision. Frozen: a later change is a new revision. What the columns mean stands in columns.toml and records.toml.

-- Closed part: identifying values. Nobody but the owner may look inside.
REVOKE ALL ON SCHEMA registers FROM PUBLIC;

CREATE TABLE registers.delivery (
  origin text NOT NULL,
  delivery_id text NOT NULL,
  register text NOT NULL,
  file_name text NOT NULL,
  sha256 text NOT NULL,
  size_bytes bigint NOT NULL,
  dated date NOT NULL,
  landed_night date NOT NULL,
  sequence integer NOT NULL,
  path text NOT NULL,
  PRIMARY KEY (origin, delivery_id),
  CONSTRAINT delivery_bytes_once UNIQUE (origin, register, sha256)
);

CREATE TABLE registers.record (
  record_id text NOT NULL,
  register text NOT NULL,
  source_key text NOT NULL,
  delivery_id text,
  given_names text,
  name_prefix text,
  family_name text,
  aliases text[] NOT NULL,
  birth_year integer,
  birth_month integer,
  birth_day integer,
  birth_date_precision text,
  birth_place text,
  stated_age integer,
  stated_age_on date,
  sex text,
  nationality text[] NOT NULL,
  country_of_origin text,
  country_of_birth text,
  residence_status text,
  v_number text,
  other_identity_of text,
  phones text[] NOT NULL,
  plates text[] NOT NULL,
  contacts text[] NOT NULL,
  place text,
  region text,
  place_kind text,
  encountered_on date,
  reported_on date,
  registered_on date,
  missing_since date,
  arrived_on date,
  departed_on date,
  found_on date,
  found_place text,
  exploitation_forms text[] NOT NULL,
  main_group text,
  certainty text,
  intent text,
  loverboy boolean,
  vulnerabilities text[] NOT NULL,
  signals text[] NOT NULL,
  signal_points integer,
  living_situation text,
  at_school text,
  exploiter_kind text,
  age_at_recruitment integer,
  b9_stage text,
  complaint_filed boolean,
  document_status text,
  persons_in_case integer,
  reporter_kind text,
  reporter text,
  heading text,
  measure text,
  measure_on date,
  referred_to text,
  shelter text,
  departure_category text,
  unaccompanied boolean,
  guardian_assigned boolean,
  guardian_assigned_on date,
  reported_missing boolean,
  reported_missing_on date,
  missing_category text,
  missing_status text,
  episode_count integer,
  departure_reason text,
  description text,
  retained_until date,
  withdrawn_on date,
  raw text,
  origin text NOT NULL,
  PRIMARY KEY (record_id),
  CONSTRAINT record_register CHECK (register IN ('ikps', 'stv', 'youth_care', 'telex', 'mob'))
);

-- Which person a registration was given to. Rows stay when a register is away for a night, so that its persons keep their ids.
CREATE TABLE registers.membership (
  origin text NOT NULL,
  record_id text NOT NULL,
  person_id text NOT NULL,
  last_night date NOT NULL,
  PRIMARY KEY (origin, record_id)
);

-- Every number ever given out. became: the person that took over the registrations.
CREATE TABLE registers.person_number (
  person_id text PRIMARY KEY,
  number bigint NOT NULL UNIQUE,
  origin text NOT NULL,
  first_night date NOT NULL,
  last_night date NOT NULL,
  became text
);

CREATE TABLE registers.finding (
  register text NOT NULL,
  file text,
  row_key text,
  level text NOT NULL,
  rule text NOT NULL,
  "column" text,
  CONSTRAINT finding_level CHECK (level IN ('refused', 'set_aside', 'warning', 'ignored'))
);

-- Open part: what the bureau reads.
CREATE SCHEMA monitoring;

CREATE TABLE monitoring.person (
  person_id text NOT NULL,
  registers text[] NOT NULL,
  registration_count integer NOT NULL,
  register_count integer NOT NULL,
  is_double_within_register boolean NOT NULL,
  is_double_across_registers boolean NOT NULL,
  first_encountered_on date,
  last_encountered_on date,
  first_registered_on date,
  last_registered_on date,
  victim_status text NOT NULL,
  is_counted boolean NOT NULL,
  not_counted_reason text,
  main_group text,
  exploitation_forms text[] NOT NULL,
  loverboy text NOT NULL,
  vulnerabilities text[] NOT NULL,
  intent text,
  sex text,
  birth_year integer,
  age_at_recruitment integer,
  age_at_encounter integer,
  age_at_registration integer,
  age_band text NOT NULL,
  is_minor_at_encounter text NOT NULL,
  is_minor_at_recruitment text NOT NULL,
  is_minor_when_missing text NOT NULL,
  is_minority_doubtful boolean NOT NULL,
  nationality text,
  country_of_origin text,
  residence_status text,
  living_situation text,
  at_school text,
  exploiter_kind text,
  b9_stage text,
  complaint_filed text NOT NULL,
  reporter_kinds text[] NOT NULL,
  is_ama text NOT NULL,
  missing_since date,
  missing_registers text[] NOT NULL,
  is_mob boolean NOT NULL,
  guardian_assigned text NOT NULL,
  reported_missing text NOT NULL,
  resurfaced_as_victim text NOT NULL,
  resurfaced_on date,
  resurfaced_in text,
  days_missing integer,
  episode_count integer NOT NULL,
  link_probability double precision,
  link_status text NOT NULL,
  open_review_count integer NOT NULL,
  conflicting_fields text[] NOT NULL,
  night date NOT NULL,
  PRIMARY KEY (person_id),
  CONSTRAINT person_victim_status CHECK (victim_status IN ('actual', 'potential', 'none')),
  CONSTRAINT person_main_group CHECK (main_group IN ('prostitution', 'other', 'both')),
  CONSTRAINT person_loverboy CHECK (loverboy IN ('yes', 'no', 'not_recorded')),
  CONSTRAINT person_age_band CHECK (age_band IN ('0-8', '9-12', '13-15', '16-17', '18+', 'unknown')),
  CONSTRAINT person_is_minor_at_encounter CHECK (is_minor_at_encounter IN ('yes', 'no', 'not_recorded')),
  CONSTRAINT person_is_minor_at_recruitment CHECK (is_minor_at_recruitment IN ('yes', 'no', 'not_recorded')),
  CONSTRAINT person_is_minor_when_missing CHECK (is_minor_when_missing IN ('yes', 'no', 'not_recorded')),
  CONSTRAINT person_complaint_filed CHECK (complaint_filed IN ('yes', 'no', 'not_recorded')),
  CONSTRAINT person_is_ama CHECK (is_ama IN ('yes', 'no', 'not_recorded')),
  CONSTRAINT person_guardian_assigned CHECK (guardian_assigned IN ('yes', 'no', 'not_recorded')),
  CONSTRAINT person_reported_missing CHECK (reported_missing IN ('yes', 'no', 'not_recorded')),
  CONSTRAINT person_resurfaced_as_victim CHECK (resurfaced_as_victim IN ('yes', 'possible', 'no')),
  CONSTRAINT person_link_status CHECK (link_status IN ('single', 'certain', 'probable', 'in_review')),
  CONSTRAINT person_reason_only_when_not_counted CHECK (is_counted = (not_counted_reason IS NULL))
);

CREATE TABLE monitoring.registration (
  record_id text NOT NULL,
  person_id text NOT NULL,
  register text NOT NULL,
  delivery_id text,
  birth_date_precision text,
  stated_age integer,
  stated_age_on date,
  sex text,
  nationality text[] NOT NULL,
  country_of_origin text,
  country_of_birth text,
  residence_status text,
  place_kind text,
  encountered_on date,
  reported_on date,
  registered_on date,
  missing_since date,
  arrived_on date,
  departed_on date,
  found_on date,
  exploitation_forms text[] NOT NULL,
  main_group text,
  certainty text,
  intent text,
  loverboy text NOT NULL,
  vulnerabilities text[] NOT NULL,
  signal_points integer,
  living_situation text,
  at_school text,
  exploiter_kind text,
  age_at_recruitment integer,
  b9_stage text,
  complaint_filed text NOT NULL,
  document_status text,
  persons_in_case integer,
  reporter_kind text,
  heading text,
  measure text,
  measure_on date,
  departure_category text,
  unaccompanied text NOT NULL,
  guardian_assigned text NOT NULL,
  guardian_assigned_on date,
  reported_missing text NOT NULL,
  reported_missing_on date,
  missing_category text,
  missing_status text,
  episode_count integer,
  retained_until date,
  withdrawn_on date,
  night date NOT NULL,
  PRIMARY KEY (record_id),
  CONSTRAINT registration_register CHECK (register IN ('ikps', 'stv', 'youth_care', 'telex', 'mob')),
  CONSTRAINT registration_main_group CHECK (main_group IN ('prostitution', 'other', 'both')),
  CONSTRAINT registration_certainty CHECK (certainty IN ('suspicion', 'actual')),
  CONSTRAINT registration_loverboy CHECK (loverboy IN ('yes', 'no', 'not_recorded')),
  CONSTRAINT registration_complaint_filed CHECK (complaint_filed IN ('yes', 'no', 'not_recorded')),
  CONSTRAINT registration_unaccompanied CHECK (unaccompanied IN ('yes', 'no', 'not_recorded')),
  CONSTRAINT registration_guardian_assigned CHECK (guardian_assigned IN ('yes', 'no', 'not_recorded')),
  CONSTRAINT registration_reported_missing CHECK (reported_missing IN ('yes', 'no', 'not_recorded')),
  CONSTRAINT registration_of_a_person FOREIGN KEY (person_id) REFERENCES monitoring.person (person_id)
);

CREATE TABLE monitoring.link (
  record_id_l text NOT NULL,
  record_id_r text NOT NULL,
  person_id_l text NOT NULL,
  person_id_r text NOT NULL,
  register_l text NOT NULL,
  register_r text NOT NULL,
  match_weight double precision NOT NULL,
  match_probability double precision NOT NULL,
  status text NOT NULL,
  certainty text NOT NULL,
  decided_by text NOT NULL,
  levels jsonb NOT NULL,
  weights jsonb NOT NULL,
  night date NOT NULL,
  PRIMARY KEY (record_id_l, record_id_r),
  CONSTRAINT link_status CHECK (status IN ('link', 'review', 'no_link')),
  CONSTRAINT link_certainty CHECK (certainty IN ('certain', 'probable', 'possible', 'none'))
);

CREATE TABLE monitoring.resurfacing (
  person_id text NOT NULL,
  missing_record_id text NOT NULL,
  victim_record_id text NOT NULL,
  victim_person_id text NOT NULL,
  missing_register text NOT NULL,
  victim_register text NOT NULL,
  missing_since date NOT NULL,
  resurfaced_on date NOT NULL,
  days_missing integer NOT NULL,
  status text NOT NULL,
  outcome text NOT NULL,
  match_probability double precision NOT NULL,
  reason text,
  night date NOT NULL,
  PRIMARY KEY (missing_record_id, victim_record_id),
  CONSTRAINT resurfacing_status CHECK (status IN ('yes', 'possible', 'no')),
  CONSTRAINT resurfacing_outcome CHECK (outcome IN ('resurfaced', 'victim_before', 'same_event', 'found_otherwise'))
);

CREATE TABLE monitoring.alert (
  alert_id text NOT NULL,
  kind text NOT NULL,
  status text,
  person_id text,
  register text,
  record_id text,
  since date,
  message_nl text NOT NULL,
  message_en text NOT NULL,
  night date NOT NULL,
  PRIMARY KEY (alert_id),
  CONSTRAINT alert_kind CHECK (kind IN ('resurfaced', 'mob_without_guardian', 'mob_without_missing_report', 'identity_reused', 'same_person_two_places', 'register_late', 'register_refused'))
);

CREATE TABLE monitoring.night (
  night date NOT NULL,
  origin text NOT NULL,
  is_synthetic boolean NOT NULL,
  is_published boolean NOT NULL,
  model_version text NOT NULL,
  code_version text NOT NULL,
  manifest jsonb NOT NULL,
  counts jsonb NOT NULL,
  PRIMARY KEY (night, origin)
);

CREATE TABLE monitoring.change (
  person_id text NOT NULL,
  kind text NOT NULL,
  "columns" text[] NOT NULL,
  night date NOT NULL,
  PRIMARY KEY (person_id),
  CONSTRAINT change_kind CHECK (kind IN ('new', 'changed', 'gone'))
);

CREATE INDEX registration_person ON monitoring.registration (person_id);

-- The person table of the night before, so that the changes of a night are the same when it is run again.
CREATE TABLE registers.person_before (LIKE monitoring.person);

-- The role of the bureau: reads the open part and nothing else. A role belongs to the whole server, so it may be there.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'weerzien_bureau') THEN
    CREATE ROLE weerzien_bureau NOLOGIN;
  END IF;
EXCEPTION
  -- Made at the same moment for another database of this server.
  WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;
REVOKE ALL ON ALL TABLES IN SCHEMA registers FROM PUBLIC;
REVOKE ALL ON SCHEMA monitoring FROM PUBLIC;
GRANT USAGE ON SCHEMA monitoring TO weerzien_bureau;
GRANT SELECT ON ALL TABLES IN SCHEMA monitoring TO weerzien_bureau;
ALTER DEFAULT PRIVILEGES IN SCHEMA monitoring GRANT SELECT ON TABLES TO weerzien_bureau;
