-- The nights of a long past, as a small number of real nights multiplied. :first and :last: its first and last night;
-- :worked: the first night that was really worked; :a_night_*: what a real night brings.

-- statement: nights
INSERT INTO monitoring.night (night, origin, is_synthetic, is_published, model_version, code_version, manifest, counts)
SELECT CAST(day AS date), origin, is_synthetic, false, model_version, code_version,
  manifest || jsonb_build_object('night', to_char(day, 'YYYY-MM-DD'), 'inputs', (
    SELECT coalesce(jsonb_agg(input ORDER BY place), '[]') FROM jsonb_array_elements(manifest->'inputs')
    WITH ORDINALITY AS one (input, place) WHERE input->>'dated' <= to_char(day, 'YYYY-MM-DD'))),
  counts
FROM monitoring.night, generate_series(CAST(:first AS date), CAST(:last AS date), '1 day') AS day
WHERE night = :worked AND origin = :origin;

-- statement: completeness
INSERT INTO registers.completeness_night (origin, night, register, field, records, recorded)
SELECT origin, CAST(day AS date), register, field, records, recorded
FROM registers.completeness_night, generate_series(CAST(:first AS date), CAST(:last AS date), '1 day') AS day
WHERE night = :worked AND origin = :origin;

-- statement: versions. Each registration was corrected so often that a night brings as many corrections as it should.
CREATE TEMPORARY TABLE often ON COMMIT DROP AS
SELECT greatest(CAST(round(:nights * :a_night_corrected / greatest(count(*), 1)) AS integer), 1) AS times
FROM registers.record_version WHERE origin = :origin AND until_night IS NULL;
UPDATE registers.record_version SET version = -version - times FROM often WHERE origin = :origin;
UPDATE registers.record_version SET version = -version WHERE origin = :origin;
INSERT INTO registers.record_version
  (origin, record_id, version, register, source_key, delivery_id, from_night, until_night, ended_by, content)
SELECT origin, record_id, one, register, source_key, delivery_id,
  CAST(:first AS date) + CAST(:nights AS integer) * (one - 1) / times,
  CASE WHEN one = times THEN CAST(:worked AS date) ELSE CAST(:first AS date) + CAST(:nights AS integer) * one / times END,
  'changed', content
FROM registers.record_version, often, generate_series(1, times) AS one
WHERE origin = :origin AND version = times + 1;

-- statement: purged. Registrations that were there for a while and were purged: keys, and nothing that they said.
CREATE TEMPORARY TABLE gone ON COMMIT DROP AS
SELECT number, 'ikps-' || substr(md5('gone ' || number), 1, 12) AS record_id,
  'W-' || lpad(CAST(number AS text), 8, '0') AS person_id,
  CAST(:first AS date) + CAST((:nights - 1) * (number - 1) / (2 * :gone) AS integer) AS came,
  CAST(:first AS date) + CAST((:nights - 1) / 2 + (:nights - 1) * number / (2 * :gone) AS integer) AS went
FROM generate_series(1, CAST(:gone AS integer)) AS number;
INSERT INTO registers.record_version
  (origin, record_id, version, register, source_key, from_night, until_night, ended_by)
SELECT :origin, record_id, 1, 'ikps', 'IK-00-' || lpad(CAST(number AS text), 6, '0'), came, went, 'purged' FROM gone;
INSERT INTO registers.membership (origin, record_id, person_id, last_night, register, is_in_force)
SELECT :origin, record_id, person_id, went - 1, 'ikps', false FROM gone;
INSERT INTO monitoring.purge (origin, record_id, register, person_id, cause, kept, night, removed)
SELECT :origin, record_id, 'ikps', person_id, 'source', 'nothing', went, '{"versions": 1, "earlier_nights": 1}' FROM gone;

-- statement: ledger. Those there came on the first night and went over to each other and back; the others went.
CREATE TEMPORARY TABLE were ON COMMIT DROP AS
SELECT * FROM monitoring.person_event WHERE origin = :origin;
DELETE FROM monitoring.person_event WHERE origin = :origin;
CREATE TEMPORARY TABLE pairs ON COMMIT DROP AS
SELECT number, member.record_id, member.person_id, other.person_id AS other, night
FROM (SELECT number, CAST(:first AS date) + CAST(:nights * number / (:moved + 1) AS integer) AS night
      FROM generate_series(1, CAST(:moved AS integer)) AS number) AS moves
JOIN (SELECT record_id, person_id, row_number() OVER (ORDER BY record_id) AS place, count(*) OVER () AS all_of
      FROM were WHERE night = :worked AND kind = 'joined') AS member
  ON member.place = number % member.all_of + 1
JOIN (SELECT person_id, row_number() OVER (ORDER BY person_id) AS place, count(*) OVER () AS all_of
      FROM were WHERE night = :worked AND kind = 'created') AS other
  ON other.place = (number * 7) % other.all_of + 1
WHERE member.person_id <> other.person_id;
INSERT INTO monitoring.person_event
  (event_id, origin, night, kind, person_id, other_person_id, record_id, cause, model_version)
SELECT (SELECT coalesce(max(event_id), 0) FROM monitoring.person_event) + row_number() OVER (
    ORDER BY step, CASE WHEN step = 2 THEN night END, number, part), :origin, night, kind, person_id, other_person_id, record_id, cause,
  (SELECT min(model_version) FROM were)
FROM (
  SELECT 1 AS step, event_id AS number, 0 AS part, CAST(:first AS date) AS night, kind, person_id, other_person_id, record_id, cause
  FROM were WHERE night = :worked
  UNION ALL SELECT 2, number, part, CASE WHEN part < 2 THEN came ELSE went END,
    (ARRAY['created', 'joined', 'left', 'retired'])[part + 1], person_id, NULL,
    CASE WHEN part IN (1, 2) THEN record_id END, CASE WHEN part < 2 THEN 'new_record' ELSE 'purge' END
  FROM gone, generate_series(0, 3) AS part
  UNION ALL SELECT 2, number, part, night, (ARRAY['left', 'joined', 'left', 'joined'])[part + 1],
    CASE WHEN part IN (0, 3) THEN person_id ELSE other END, NULL, record_id, 'evidence'
  FROM pairs, generate_series(0, 3) AS part
  UNION ALL SELECT 3, event_id, 0, night, kind, person_id, other_person_id, record_id, cause
  FROM were WHERE night > :worked
) AS events;

-- statement: verdicts. Each was taken back.
INSERT INTO registers.judgement (judgement_id, origin, record_id_l, record_id_r, verdict, undoes, reason, judged_by,
  judged_at, night)
SELECT number, :origin, record_id_l, record_id_r, CASE WHEN number % 2 = 1 THEN 'different' ELSE 'undo' END,
  CASE WHEN number % 2 = 0 THEN number - 1 END, 'synthetic', 'Reviewer One', night + time '09:00', night
FROM (SELECT number, CAST(:first AS date) + CAST((:nights - 1) * ((number + 1) / 2) / (:verdicts + 1) AS integer) AS night,
    (number + 1) / 2 AS verdict FROM generate_series(1, 2 * CAST(:verdicts AS integer)) AS number) AS numbers
JOIN (SELECT record_id_l, record_id_r, row_number() OVER (ORDER BY record_id_l, record_id_r) AS place, count(*) OVER () AS all_of
      FROM monitoring.link) AS pair ON pair.place = verdict % pair.all_of + 1
ORDER BY number;
