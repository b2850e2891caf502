"""Attempts to read an identifying value without the right to: what is tried, and the statements that try it.

Every statement is tried as it is written, by the bureau, the page and the auditor, and undone.
"""

from __future__ import annotations

# Invented; they stand in every place of the closed tables where a registration's own words or numbers are.
NAME, PHONE, NUMBER = "Verzonnen-Geheimhouder", "+31699887766", "9988776655"
SECRETS = (NAME, PHONE, NUMBER)
PLANTED = f"""
INSERT INTO monitoring.night VALUES ('2005-02-01', '', false, true, 'test', '0', '{{}}', '{{}}');
INSERT INTO registers.record (record_id, register, source_key, given_names, family_name, aliases, birth_place, v_number,
  phones, plates, contacts, place, description, reporter, raw, origin, nationality, exploitation_forms, vulnerabilities,
  signals)
SELECT 'stv-' || n, 'stv', n::text, '{NAME}', '{NAME}', ARRAY['{NAME}'], '{NAME}', '{NUMBER}', ARRAY['{PHONE}'],
  ARRAY['{NUMBER}'], ARRAY['{NAME}'], '{NAME}', '{NAME}', '{NAME}', '{{"naam": "{NAME}"}}', '', '{{}}', '{{}}', '{{}}',
  '{{}}' FROM generate_series(1, 50) AS n;
INSERT INTO registers.membership (origin, record_id, person_id, last_night, register, content)
SELECT '', record_id, 'W-00000001', '2005-02-01', 'stv', md5('{NAME}') FROM registers.record;
INSERT INTO registers.record_version (origin, record_id, version, register, source_key, from_night, content)
SELECT '', record_id, 1, 'stv', source_key, '2005-02-01', to_jsonb(record) FROM registers.record;
INSERT INTO registers.judgement (judgement_id, origin, record_id_l, record_id_r, verdict, reason, judged_by, judged_at,
  night, seen_l) VALUES (1, '', 'stv-1', 'stv-2', 'same', '{NAME}', 'reviewer', now(), '2005-02-01', '{NAME}');
INSERT INTO registers.finding VALUES ('stv', '{NAME}', '{NUMBER}', 'warning', 'a_rule', 'family_name', '{NAME}');
INSERT INTO registers.retained_fact VALUES ('', 'stv-3', 'stv', '2005-02-01', '{{"naam": "{NAME}"}}');
INSERT INTO registers.delivery (origin, delivery_id, register, file_name, sha256, size_bytes, dated, landed_night,
  sequence, path) VALUES ('', 'd', 'stv', '{NAME}', '{NAME}', 1, '2005-02-01', '2005-02-01', 1, '{NAME}');
INSERT INTO registers.delivery_accepted VALUES ('', 'd', 'somebody', '{NAME}');
INSERT INTO monitoring.link (record_id_l, record_id_r, person_id_l, person_id_r, register_l, register_r, match_weight,
  match_probability, status, certainty, decided_by, levels, weights, night, explanation_nl, explanation_en)
VALUES ('stv-1', 'stv-2', 'W-00000001', 'W-00000001', 'stv', 'stv', 1, 0.5, 'review', 'possible', 'model', '{{}}',
  '{{}}', '2005-02-01', '', '');
-- Samples for the planner as a careless administrator would have them taken.
ALTER TABLE registers.record ALTER COLUMN family_name SET STATISTICS 100, ALTER COLUMN phones SET STATISTICS 100;
CREATE STATISTICS registers.careless (mcv) ON given_names, family_name FROM registers.record;
ALTER TABLE registers.record ALTER COLUMN given_names SET STATISTICS 100;
ANALYZE registers.record;
"""
# What a superuser is told a secret by: so each of these would tell, were it not refused.
TELLING = {
    "a plain query": "SELECT family_name FROM registers.record",
    "the whole row": "TABLE registers.record",
    "a row as text": "SELECT record::text FROM registers.record",
    "a row as JSON": "SELECT to_jsonb(record) FROM registers.record AS record",
    "an earlier version": "SELECT content FROM registers.record_version",
    "a reviewer's reason": "SELECT reason FROM registers.judgement",
    "a finding": "SELECT * FROM registers.finding",
    "kept facts": "SELECT content FROM registers.retained_fact",
    "a delivery": "SELECT file_name, path FROM registers.delivery",
    "why it was accepted": "SELECT reason FROM registers.delivery_accepted",
    "a copy out": "COPY registers.record TO STDOUT",
    "a copy of a query": "COPY (SELECT phones FROM registers.record) TO STDOUT",
    "words of a text search": "SELECT * FROM ts_stat('SELECT to_tsvector(''simple'', v_number) FROM registers.record')",
    "the planner's samples": "SELECT most_common_vals::text FROM pg_stats WHERE schemaname = 'registers'",
    "samples of elements": "SELECT most_common_elems::text FROM pg_stats WHERE schemaname = 'registers'",
    "samples as they are kept": "SELECT stavalues1::text, stavalues2::text, stavalues3::text FROM pg_statistic",
    "samples of several columns": "SELECT most_common_vals::text FROM pg_stats_ext",
    "samples of several as kept": (
        "SELECT most.values::text FROM pg_statistic_ext_data, LATERAL pg_mcv_list_items(stxdmcv) AS most"
    ),
    "a cast that fails": "SELECT family_name::integer FROM registers.record",
    "a cast to a date that fails": "SELECT max(family_name)::date FROM registers.record",
    "a division by what is true": (
        "SELECT CASE WHEN v_number IS NULL THEN '' ELSE v_number END::numeric::text::json FROM registers.record"
    ),
    "a notice": """
        DO $$ DECLARE one record; BEGIN
          FOR one IN SELECT family_name FROM registers.record LIMIT 1 LOOP RAISE NOTICE '%', one.family_name; END LOOP;
        END $$""",
    "an error of one's own": """
        DO $$ BEGIN RAISE EXCEPTION '%', (SELECT max(family_name) FROM registers.record); END $$""",
    "a cursor": "DECLARE c CURSOR FOR SELECT family_name FROM registers.record; FETCH ALL FROM c",
    "a cursor that stays": "DECLARE c CURSOR WITH HOLD FOR SELECT phones FROM registers.record; FETCH ALL FROM c",
    "a prepared statement": "PREPARE p AS SELECT family_name FROM registers.record; EXECUTE p",
    "a row that is locked": "SELECT family_name FROM registers.record FOR UPDATE",
    "a sample of the table": "SELECT family_name FROM registers.record TABLESAMPLE SYSTEM (100)",
    "only that table": "SELECT family_name FROM ONLY registers.record",
    "a row that is returned": "UPDATE registers.record SET place = place RETURNING family_name",
    "a row that is deleted": "DELETE FROM registers.finding RETURNING detail",
    "a row that would clash": """
        INSERT INTO registers.judgement SELECT * FROM registers.judgement
        ON CONFLICT (judgement_id) DO UPDATE SET night = excluded.night RETURNING registers.judgement.reason""",
    "a merge": """
        MERGE INTO registers.judgement AS into_it USING monitoring.night ON true
        WHEN MATCHED THEN UPDATE SET night = into_it.night RETURNING into_it.reason""",
    "a table made of it": "CREATE TEMPORARY TABLE mine AS SELECT family_name FROM registers.record; TABLE mine",
    "a table in the schema public": "CREATE TABLE public.mine AS SELECT family_name FROM registers.record; TABLE mine",
    "a view on it": "CREATE TEMPORARY VIEW mine AS SELECT family_name FROM registers.record; TABLE mine",
    "a view in the page's schema": "CREATE VIEW portal.mine AS SELECT phones FROM registers.record; TABLE portal.mine",
    "a table above it": (
        "CREATE TABLE public.above (family_name text); ALTER TABLE registers.record INHERIT public.above; "
        "TABLE public.above"
    ),
    "another name for it": "ALTER TABLE registers.record SET SCHEMA public; SELECT family_name FROM public.record",
    "a rule": (
        "CREATE RULE told AS ON UPDATE TO registers.finding DO ALSO SELECT detail FROM registers.finding; "
        "UPDATE registers.finding SET level = level; SELECT detail FROM registers.finding"
    ),
    "a trigger": """
        CREATE FUNCTION public.tell() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN RAISE NOTICE '%', OLD.reason; RETURN OLD; END $$;
        CREATE TRIGGER tell BEFORE UPDATE ON registers.judgement FOR EACH ROW EXECUTE FUNCTION public.tell();
        UPDATE registers.judgement SET night = night""",
    "a function of one's own": """
        CREATE FUNCTION pg_temp.mine() RETURNS SETOF text LANGUAGE sql AS
          $$ SELECT family_name FROM registers.record $$; SELECT pg_temp.mine()""",
    "a function that claims its maker's rights": """
        CREATE FUNCTION public.mine() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER AS
          $$ SELECT family_name FROM registers.record $$; SELECT public.mine()""",
    "another body for a function of the page": """
        CREATE OR REPLACE FUNCTION portal.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
        SELECT reason FROM registers.judgement""",
    "a weakened function": (
        "ALTER FUNCTION portal.lease_pair RESET search_path; SELECT reason FROM registers.judgement"
    ),
    "a policy": (
        "CREATE POLICY mine ON registers.record USING (true); SELECT family_name FROM registers.record"
    ),
    "a right given to oneself": (
        "GRANT SELECT ON ALL TABLES IN SCHEMA registers TO PUBLIC; SELECT family_name FROM registers.record"
    ),
    "rights to come": (
        "ALTER DEFAULT PRIVILEGES FOR ROLE weerzien_owner GRANT SELECT ON TABLES TO PUBLIC; "
        "SELECT family_name FROM registers.record"
    ),
    "another owner": (
        "ALTER TABLE registers.record OWNER TO CURRENT_USER; SELECT family_name FROM registers.record"
    ),
    "the owner's role": "SET ROLE weerzien_owner; SELECT family_name FROM registers.record",
    "the night's role": "SET ROLE weerzien_pipeline; SELECT family_name FROM registers.record",
    "the superuser": "SET ROLE postgres; SELECT family_name FROM registers.record",
    "no role": "RESET ROLE; SELECT family_name FROM registers.record",
    "another session": "SET SESSION AUTHORIZATION postgres; SELECT family_name FROM registers.record",
    "membership": "GRANT weerzien_pipeline TO CURRENT_USER; SELECT family_name FROM registers.record",
    "a role above": "ALTER ROLE CURRENT_USER SUPERUSER; SELECT family_name FROM registers.record",
    "rules for rows turned off": "SET row_security = off; SELECT family_name FROM registers.record",
    "a large object of the table": (
        "SELECT lo_from_bytea(424242, (SELECT raw::bytea FROM registers.record LIMIT 1)); "
        "SELECT convert_from(lo_get(424242), 'UTF8')"
    ),
    "a lease as it is kept": (
        "INSERT INTO portal.lease VALUES ('reviewer', 'stv-1', 'stv-2', '', '2005-02-01', "
        f"'{NAME}', '', 'review', now() + interval '1 hour'); SELECT seen_l FROM portal.lease"
    ),
    "a parallel query": (
        "SET debug_parallel_query = on; SELECT max(family_name) FROM registers.record"
    ),
    "a guess": f"SELECT '{NAME[:3]}' || substr(max(family_name), 4) FROM registers.record WHERE family_name LIKE 'V%'",
    "a join from open rows": "SELECT family_name FROM monitoring.link JOIN registers.record ON record_id = record_id_l",
    "a search path": "SET search_path = registers; SELECT family_name FROM record",
    "a plan that is carried out": (
        "EXPLAIN (ANALYZE, VERBOSE) SELECT * FROM registers.record "
        "WHERE family_name = (SELECT max(family_name) FROM registers.record)::text OR family_name = "
        f"'{NAME}'; SELECT family_name FROM registers.record"
    ),
}  # fmt: skip
# What tells nobody a secret, or only after more than a statement: here the answer, or the refusal, must hold none.
SILENT = {
    # The embedded server was built without XML; another may have it.
    "a table as XML": "SELECT table_to_xml('registers.record', true, false, '')",
    "a query as XML": "SELECT query_to_xml('SELECT family_name FROM registers.record', true, false, '')",
    "a schema as XML": "SELECT schema_to_xml('registers', true, false, '')",
    "the whole database as XML": "SELECT database_to_xml(true, false, '')",
    "a plan": "EXPLAIN (VERBOSE) SELECT * FROM registers.record WHERE family_name > 'V'",
    "the number of rows": "SELECT relname, reltuples FROM pg_class WHERE relname = 'record'",
    "a lock": "LOCK TABLE registers.record IN ACCESS SHARE MODE",
    "a reference to its key": "CREATE TEMPORARY TABLE mine (r text REFERENCES registers.record (record_id))",
    "a table like it": "CREATE TEMPORARY TABLE mine (LIKE registers.record INCLUDING ALL)",
    "a table below it": "CREATE TEMPORARY TABLE mine () INHERITS (registers.record)",
    "a file of the server": "SELECT pg_read_file('postgresql.conf')",
    "a file of the table": "SELECT pg_read_binary_file(pg_relation_filepath('registers.record'))",
    "files of the server": "SELECT pg_ls_dir('.')",
    "files of the log of changes": "SELECT * FROM pg_ls_waldir()",
    "a file as a table": "CREATE TEMPORARY TABLE mine (line text); COPY mine FROM '/etc/hostname'",
    "a program of the server": "COPY (SELECT 1) TO PROGRAM 'true'",
    "a file of one's own": "COPY (SELECT 1) TO '/tmp/mine'",
    "a large object from a file": "SELECT lo_import('/etc/hostname')",
    "a large object into a file": "SELECT lo_export(lo_create(0), '/tmp/mine')",
    "all large objects": "SELECT * FROM pg_largeobject",
    "dblink": "CREATE EXTENSION dblink; SELECT * FROM dblink('dbname=postgres', 'SELECT 1') AS t (x int)",
    "another server": "CREATE EXTENSION postgres_fdw",
    "pages of the table": "CREATE EXTENSION pageinspect",
    "a language of the server": "CREATE LANGUAGE plpython3u",
    "what others ask now": "SELECT query FROM pg_stat_activity WHERE usename <> current_user AND query LIKE '%registers%'",
    "changes as they come": "SELECT pg_create_logical_replication_slot('mine', 'test_decoding')",
    "a publication": "CREATE PUBLICATION mine FOR ALL TABLES",
    "a subscription": "CREATE SUBSCRIPTION mine CONNECTION 'dbname=postgres' PUBLICATION mine",
    "a trigger on events": """
        CREATE EVENT TRIGGER mine ON ddl_command_end EXECUTE FUNCTION portal.refuse()""",
    "an operator of one's own before that of the server": """
        CREATE FUNCTION pg_temp.leak(text, text) RETURNS boolean LANGUAGE plpgsql AS
          $$ BEGIN RAISE NOTICE '% %', $1, $2; RETURN true; END $$;
        CREATE OPERATOR pg_temp.= (LEFTARG = text, RIGHTARG = text, FUNCTION = pg_temp.leak);
        SET search_path = pg_temp, pg_catalog; SELECT portal.lease_pair('reviewer', 'stv-1', 'stv-2', 'review')""",
    "a table before that of the page's functions": """
        CREATE TEMPORARY TABLE lease (account text, record_id_l text, record_id_r text, origin text, made_by xid8);
        SET search_path = pg_temp, portal; SELECT portal.leased_records('reviewer')""",
    "an operator in the schema public": """
        CREATE FUNCTION public.leak(text, text) RETURNS boolean LANGUAGE plpgsql AS
          $$ BEGIN RAISE NOTICE '% %', $1, $2; RETURN true; END $$;
        CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = text, FUNCTION = public.leak);
        SET search_path = public, pg_catalog; SELECT portal.leased_records('reviewer')""",
    "a function in the WHERE of a view": """
        CREATE FUNCTION pg_temp.leak(text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS
          $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$;
        SELECT * FROM portal.verdict WHERE pg_temp.leak(judged_by)""",
    "an error in the WHERE of a view": "SELECT * FROM portal.verdict WHERE record_id_l::integer = 0",
    "an error in the WHERE of a count": "SELECT * FROM portal.finding WHERE (register || rule)::integer = 0",
    "every view": "SELECT * FROM portal.verdict, portal.leased, portal.finding",
    "a past night": "SELECT history.registration_of('2005-02-01')",
    "a reviewer's records without a lease": "SELECT * FROM portal.leased_records('reviewer')",
    "a lease and its records in one transaction": """
        DO $$ DECLARE one jsonb; BEGIN
          PERFORM portal.lease_pair('reviewer', 'stv-1', 'stv-2', 'review');
          FOR one IN SELECT * FROM portal.leased_records('reviewer') LOOP RAISE NOTICE '%', one; END LOOP;
        END $$""",
    "a lease for who is no reviewer": """
        SELECT portal.lease_pair('reader', 'stv-1', 'stv-2', 'review'); SELECT portal.leased_records('reader')""",
    "the inner function of a lease": "SELECT portal.held_lease('reviewer')",
    "a verdict without a lease": "SELECT portal.judge('reviewer', 'same', 'because')",
    "an account of one's own": """
        INSERT INTO portal.auth_user (username, is_active) VALUES ('mine', true);
        SELECT portal.lease_pair('mine', 'stv-1', 'stv-2', 'review')""",
    "a role of one's own": "INSERT INTO portal.auth_user_groups (user_id, group_id) VALUES (1, 1)",
    "the definition of a view": "SELECT pg_get_viewdef('portal.verdict'), pg_get_functiondef('portal.judge'::regproc)",
    "messages to others": "LISTEN mine; SELECT pg_notification_queue_usage()",
    "a snapshot": "SELECT pg_export_snapshot()",
    "settings of the server": "SELECT name, setting FROM pg_settings",
    "a setting of the server": "ALTER SYSTEM SET log_statement = 'all'",
    "comments": "SELECT description FROM pg_description",
    "defaults and rules": "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef",
    "another encoding of a text": "SELECT convert_to(string_agg(judged_by, ''), 'LATIN1') FROM portal.verdict",
}
