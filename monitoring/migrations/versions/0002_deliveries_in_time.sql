-- Second revision. Frozen: a later change is a new revision.

-- The same bytes under another date are a delivery of their own, which the night refuses.
ALTER TABLE registers.delivery DROP CONSTRAINT delivery_bytes_once;
ALTER TABLE registers.delivery ADD COLUMN repeats text, ADD COLUMN rows integer;

-- What is said of a whole delivery: counts, shares, message numbers, a police region. Never a value of a row.
ALTER TABLE registers.finding ADD COLUMN detail text;

-- Deliveries that somebody lets through although their size is outside the declared band.
CREATE TABLE registers.delivery_accepted (
  origin text NOT NULL,
  delivery_id text NOT NULL,
  accepted_by text NOT NULL,
  reason text NOT NULL,
  accepted_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (origin, delivery_id)
);

-- Every version of every record, with the delivery that brought it. content is null once the source has purged it.
CREATE TABLE registers.record_version (
  origin text NOT NULL,
  record_id text NOT NULL,
  version integer NOT NULL,
  register text NOT NULL,
  source_key text,
  delivery_id text,
  from_night date NOT NULL,
  until_night date,
  ended_by text,
  content jsonb,
  PRIMARY KEY (origin, record_id, version),
  CONSTRAINT record_version_ended CHECK ((until_night IS NULL) = (ended_by IS NULL)),
  CONSTRAINT record_version_ended_by CHECK (ended_by IN ('changed', 'withdrawn', 'purged'))
);
CREATE UNIQUE INDEX record_version_in_force ON registers.record_version (origin, record_id) WHERE until_night IS NULL;
