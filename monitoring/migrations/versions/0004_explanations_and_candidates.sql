-- Fourth revision. Frozen: a later change is a new revision.

-- Rows published before have no words; from the next night on they must.
ALTER TABLE monitoring.link ADD COLUMN explanation_nl text NOT NULL DEFAULT '', ADD COLUMN explanation_en text NOT NULL DEFAULT '';
ALTER TABLE monitoring.link ALTER COLUMN explanation_nl DROP DEFAULT, ALTER COLUMN explanation_en DROP DEFAULT;
ALTER TABLE monitoring.resurfacing ADD COLUMN reason_en text NOT NULL DEFAULT '';
ALTER TABLE monitoring.resurfacing ALTER COLUMN reason_en DROP DEFAULT;

CREATE TABLE monitoring.candidate (
  missing_record_id text NOT NULL,
  person_id text NOT NULL,
  rank integer NOT NULL,
  victim_record_id text NOT NULL,
  victim_person_id text NOT NULL,
  victim_register text NOT NULL,
  victim_on date NOT NULL,
  days_missing integer NOT NULL,
  match_probability double precision NOT NULL,
  match_weight double precision NOT NULL,
  status text NOT NULL,
  shared_contact boolean NOT NULL,
  reason_nl text NOT NULL,
  reason_en text NOT NULL,
  night date NOT NULL,
  PRIMARY KEY (person_id, rank),
  CONSTRAINT candidate_victim_register CHECK (victim_register IN ('ikps', 'stv', 'youth_care')),
  CONSTRAINT candidate_status CHECK (status IN ('review', 'weak'))
);
