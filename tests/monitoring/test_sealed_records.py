"""Names in the database under a key: written, kept, read and purged as without one, and never in plain text."""

from __future__ import annotations

import base64
import json
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import text

from connectors.installation import Installation, OneLineError
from connectors.record_sealing import KEY, KEY_FILE, SEALED
from connectors.records import IDENTIFYING, records_frame
from monitoring.database import downgrade, upgrade
from monitoring.held import held_records, published_records
from monitoring.history import keep_versions, versions_of
from monitoring.judgement_log import judge
from monitoring.purging import Ended, remove_from_tables
from monitoring.resealing import decrypt, encrypt
from monitoring.revision import newest_revision, revision_of
from monitoring.sealed_records import check_sealing, opened_reference, replace_records, sealed_reference
from tests.monitoring.conftest import JUDGED_AT, NIGHT
from tests.monitoring.databases import NIGHTLY, UPGRADING, as_login, made_by_its_administrator

ONE, OTHER = (base64.b64encode(bytes([digit]) * 32).decode() for digit in (1, 2))
NEXT = NIGHT + timedelta(1)
WORDS = ("Verzonnen", "600000001")
SALT = {"salt": "a1b2c3", "records": {"stv": 1}, "content": {}}


@pytest.fixture
def key(monkeypatch):
    """Sets the keys of the database; none at first."""
    monkeypatch.delenv(KEY_FILE, raising=False)

    def give(*words: str) -> None:
        monkeypatch.setenv(KEY, " ".join(words))

    give()
    return give


@pytest.fixture
def night(engine, children):
    """Keeps the children of a night as publishing does; returns the counts that are not 0."""

    def make(night: date = NIGHT, records: list[dict[str, Any]] | None = None) -> dict[str, int]:
        frame = records_frame(children if records is None else records)
        with engine.begin() as connection:
            replace_records(connection, frame, "")
            return {name: count for name, count in keep_versions(connection, night, "").items() if count}

    return make


@pytest.fixture
def home(tmp_path) -> Installation:
    (tmp_path / "home").mkdir()
    return Installation(tmp_path / "home")


def rows(engine, *tables: str) -> list[str]:
    names = tables or ("registers.record", "registers.record_version", "registers.value_reference")
    with engine.connect() as connection:
        return [
            line
            for name in names
            for line in sorted(connection.scalars(text(f"SELECT to_jsonb(line)::text FROM {name} AS line")))
        ]


def keep_reference(engine) -> None:
    content = json.dumps(sealed_reference(SALT, "", 1))
    with engine.begin() as connection:
        insert = "INSERT INTO registers.value_reference VALUES ('', 1, :night, 'm', CAST(:content AS jsonb))"
        connection.execute(text(insert), {"night": NIGHT, "content": content})


def test_what_is_kept_under_a_key_holds_no_name_and_is_read_as_it_was(engine, key, night, children):
    key(ONE)
    night()
    kept = rows(engine)
    assert len(kept) == 2 * len(children)
    assert not [row for row in kept for word in WORDS if word in row]
    for row in map(json.loads, rows(engine, "registers.record")):
        assert all(row[name] in (None, []) for name in IDENTIFYING if name != "raw") and row[SEALED]
    held = pd.concat([held_records(engine, register, "") for register in ("stv", "telex", "mob")], ignore_index=True)
    key()
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM registers.record"))
    night()
    plain = pd.concat([held_records(engine, register, "") for register in ("stv", "telex", "mob")], ignore_index=True)
    assert [word for word in WORDS if any(word in row for row in rows(engine))] == list(WORDS)
    pd.testing.assert_frame_equal(held, plain)


def test_a_night_on_which_nothing_changed_has_no_changed_record_and_a_corrected_name_is_one(
    engine, key, night, children
):
    key(ONE)
    assert night()["records_new"] == 3
    assert night(NEXT) == {}
    corrected = [{**children[0], "given_names": "Verzonnen Anna"}, *children[1:]]
    assert night(NEXT + timedelta(1), corrected) == {"records_changed": 1, "records_changed_stv": 1}
    said = [version["content"]["given_names"] for version in versions_of(engine, "", children[0]["record_id"])]
    assert said == ["Verzonnen", "Verzonnen Anna"]


def test_a_past_night_is_read_from_its_sealed_versions(engine, key, night, children):
    key(ONE)
    night()
    night(NEXT, [{**children[0], "given_names": "Anders"}, *children[1:]])
    with engine.begin() as connection:
        insert = "INSERT INTO monitoring.night VALUES (:night, '', false, :shown, 'm', '0', '{}', '{}')"
        for day in (NIGHT, NEXT):
            connection.execute(text(insert), {"night": day, "shown": day == NEXT})
    assert held_records(engine, "stv", "", NIGHT)["given_names"].tolist() == ["Verzonnen"]
    assert held_records(engine, "stv", "", NEXT)["given_names"].tolist() == ["Anders"]


def test_turning_it_on_going_over_to_another_key_and_turning_it_off_change_nothing_else(engine, key, night, home):
    night()
    keep_reference(engine)
    plain = rows(engine)
    key(ONE)
    done = encrypt(engine, home)
    assert (sum(done.changed.values()), done.already) == (7, 0)
    first = rows(engine)
    assert not [row for row in first for word in (*WORDS, SALT["salt"]) if word in row]
    again = encrypt(engine, home)
    assert (sum(again.changed.values()), again.already, rows(engine)) == (0, 7, first)
    assert night(NEXT) == {}
    key(OTHER, ONE)
    assert sum(encrypt(engine, home).changed.values()) == 7
    key(OTHER)
    assert night(NEXT + timedelta(1)) == {}
    second = rows(engine)
    assert len(second) == len(first) and not set(first) & set(second)
    with engine.connect() as connection:
        content = connection.execute(text("SELECT content FROM registers.value_reference")).scalar_one()
    assert opened_reference(content, "", 1) == SALT
    for left in (0, 7):
        done = decrypt(engine)
        assert (sum(done.changed.values()), done.already) == (7 - left, left)
    assert rows(engine) == plain
    assert not (home.home / "database.to_rewrite").exists()


def test_a_wrong_or_missing_key_changes_nothing_and_is_one_line(engine, key, night, home):
    key(ONE)
    night()
    kept = rows(engine)
    for words in ((), (OTHER,)):
        key(*words)
        for do in (lambda: encrypt(engine, home), lambda: decrypt(engine), lambda: night(NEXT),
                   lambda: held_records(engine, "stv", "")):  # fmt: skip
            with pytest.raises(OneLineError) as told:
                do()
            assert "\n" not in str(told.value) and "key" in str(told.value)
        assert rows(engine) == kept
    # Not even under a new key, while the old one is there too: first all of it goes over.
    key(OTHER, ONE)
    with pytest.raises(OneLineError, match="weerzien database encrypt"):
        night(NEXT)
    assert rows(engine) == kept


def test_one_damaged_row_stops_encrypting_and_nothing_of_it_is_done(engine, key, night, home):
    key(ONE)
    night()
    with engine.begin() as connection:
        move = """
            UPDATE registers.record SET sealed = (SELECT sealed FROM registers.record WHERE record_id = 'telex-2004/03/0412')
            WHERE register = 'stv'"""
        assert connection.execute(text(move)).rowcount == 1
    kept = rows(engine)
    key(OTHER, ONE)
    with pytest.raises(OneLineError, match="not what was encrypted"):
        encrypt(engine, home)
    assert rows(engine) == kept
    with pytest.raises(OneLineError, match="not what was encrypted"):
        held_records(engine, "stv", "")


def test_back_to_the_schema_before_is_refused_while_anything_is_encrypted(engine, key, night):
    key(ONE)
    night()
    with pytest.raises(OneLineError, match="weerzien database decrypt"):
        downgrade(engine, "0007")
    with engine.connect() as connection:
        assert revision_of(connection) == newest_revision()
    decrypt(engine)
    before = rows(engine, "registers.record_version")
    downgrade(engine, "0007")
    upgrade(engine)
    assert rows(engine, "registers.record_version") == before
    assert {json.loads(row)[SEALED] for row in rows(engine, "registers.record")} == {None}


def test_a_verdict_on_sealed_registrations_has_the_digests_of_plain_ones(engine, key, show, children):
    given = []
    for words in ((), (ONE,)):
        key(*words)
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM registers.judgement"))
            connection.execute(text("DELETE FROM registers.record"))
        show(*children)
        judge(engine, "stv/2004/12", "telex/2004/03/0412", "same", "seen together", "Reviewer One", JUDGED_AT)
        given += rows(engine, "registers.judgement")
    assert given[0] == given[1]
    assert len(published_records(engine)) == 3
    key()
    with pytest.raises(OneLineError, match="no key is set"):
        judge(engine, "stv/2004/12", "telex/2004/03/0412", "different", "not seen", "Reviewer One", JUDGED_AT)


def test_of_a_purged_registration_the_coded_facts_are_kept_as_without_a_key(engine, key, night, children):
    kept = []
    for words in ((), (ONE,)):
        key(*words)
        with engine.begin() as connection:
            for table in ("record", "record_version", "retained_fact"):
                connection.execute(text(f"DELETE FROM registers.{table}"))
        night()
        ended = [Ended(one["record_id"], one["register"], one["source_key"], "term", "coded_facts") for one in children]
        with engine.begin() as connection:
            remove_from_tables(connection, ended, [], NIGHT, "")
        kept.append(rows(engine, "registers.retained_fact"))
        assert {json.loads(row)["content"] for row in rows(engine, "registers.record_version")} == {None}
    assert kept[0] == kept[1]
    assert {json.loads(row)["content"]["birth_year"] for row in kept[1]} == {1989, 1990}


def test_the_upgrading_login_encrypts_and_a_nights_login_is_told_who_may(template, key, children, home):
    superuser = made_by_its_administrator(template, "sealed_by_a_member")
    upgrading, nightly = (as_login(superuser, login) for login in (UPGRADING, NIGHTLY))
    upgrade(upgrading)
    with nightly.begin() as connection:
        replace_records(connection, records_frame(children), "")
    key(ONE)
    for do in (lambda: encrypt(nightly, home), lambda: decrypt(nightly)):
        with pytest.raises(OneLineError, match="weerzien_owner"):
            do()
    assert encrypt(upgrading, home).changed["registers.record"] == len(children)
    with nightly.begin() as connection:
        check_sealing(connection)
        replace_records(connection, records_frame(children), "")
    assert len(held_records(nightly, "stv", "")) == 1


def test_no_role_but_the_night_reads_the_column(engine):
    may = "SELECT has_column_privilege(:role, 'registers.record', 'sealed', 'SELECT')"
    with engine.connect() as connection:
        readers = [
            role
            for role in ("pipeline", "portal", "bureau", "auditor")
            if connection.execute(text(may), {"role": f"weerzien_{role}"}).scalar_one()
        ]
        check_sealing(connection)
    assert readers == ["pipeline"]
