-- Third revision. Frozen: a later change is a new revision.

-- Per night, register and field: of how many records the field is recorded.
CREATE TABLE registers.completeness_night (
  origin text NOT NULL,
  night date NOT NULL,
  register text NOT NULL,
  field text NOT NULL,
  records integer NOT NULL,
  recorded integer NOT NULL,
  PRIMARY KEY (origin, night, register, field)
);
CREATE TABLE monitoring.completeness (
  register text NOT NULL,
  field text NOT NULL,
  records integer NOT NULL,
  recorded integer NOT NULL,
  recorded_share double precision,
  baseline_share double precision,
  usual_share double precision,
  night date NOT NULL,
  PRIMARY KEY (register, field)
);

ALTER TABLE monitoring.alert DROP CONSTRAINT alert_kind;
ALTER TABLE monitoring.alert ADD CONSTRAINT alert_kind CHECK (kind IN ('resurfaced', 'mob_without_guardian', 'mob_without_missing_report', 'identity_reused', 'same_person_two_places', 'register_late', 'register_refused', 'delivery_gap'));
