"""Publishing: whole or not at all, the same when done twice, and comparable with the night before."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest
from sqlalchemy import text

from connectors.installation import OneLineError
from connectors.reading import findings_frame
from connectors.records import records_frame
from monitoring.dictionary import TABLES
from monitoring.ledger import ledger_head, published_before, read_ledger
from monitoring.past_nights import KEPT_TABLES
from monitoring.publish import LedgerEntry, publish

NIGHT = date(2005, 2, 1)


def rows(engine, query: str) -> list[tuple]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def everything(engine) -> dict[str, list]:
    tables = [f"monitoring.{name}" for name in TABLES]
    tables += [f"registers.{name}" for name in ("record", "record_version", "membership", "finding")]
    tables += [f"history.{name}" for name in KEPT_TABLES]
    return {table: sorted(rows(engine, f"SELECT t::text FROM {table} AS t")) for table in tables}


def test_a_published_night_can_be_read_back(engine, publish_night, two):
    counts = publish_night(*two)
    assert {name: counts[name] for name in ("persons", "registrations", "doubles_across", "counted", "changes")} == {
        "persons": 2, "registrations": 3, "doubles_across": 1, "counted": 1, "changes": 2,
    }  # fmt: skip
    assert counts["missing_minors"] == 1
    assert (counts["alerts"], counts["alerts_mob_without_guardian"]) == (2, 1)
    assert rows(engine, "SELECT person_id, registers, is_counted, night FROM monitoring.person ORDER BY person_id") == [
        ("W-00000001", ["ikps", "stv"], True, NIGHT),
        ("W-00000002", ["mob"], False, NIGHT),
    ]
    assert rows(engine, "SELECT family_name, phones, encountered_on FROM registers.record WHERE register = 'stv'") == [
        ("Naam", ["+31600000001"], date(2004, 5, 20))
    ]
    assert rows(engine, "SELECT description FROM registers.record WHERE register = 'mob'") == [("ab",)]
    assert rows(engine, "SELECT is_published, counts->>'persons' FROM monitoring.night") == [(True, "2")]


def test_the_same_night_twice_gives_the_same_rows_everywhere(engine, publish_night, two, pair, candidate):
    (stv, ikps), (mob,) = two
    weak = candidate(("W-00000002", "W-00000001"), mob, {**stv, "encountered_on": date(2005, 1, 1)})
    more = {"pairs": [pair(stv, ikps, "link", "certain", 0.99)], "candidates": [weak]}
    counts = publish_night(*two, **more)
    assert counts["missing_with_candidates"] == 1
    first = everything(engine)
    assert len(first["monitoring.candidate"]) == 1
    publish_night(*two, **more)
    assert everything(engine) == first


def test_a_registration_that_comes_back_finds_its_person_again(engine, publish_night, two):
    publish_night(*two)
    publish_night(two[0], night=NIGHT + timedelta(1))
    ledger = read_ledger(engine, "")
    assert ledger.membership == {"ikps-I1": "W-00000001", "stv-V1": "W-00000001"}
    assert (ledger.former, ledger.last_number) == ({"mob-M1": "W-00000002"}, 2)
    assert ledger.current("W-00000002") is None
    assert published_before(engine, "")["record_id"].tolist() == ["ikps-I1", "stv-V1"]
    publish_night(*two, night=NIGHT + timedelta(2))
    assert read_ledger(engine, "").current("W-00000002") == "W-00000002"
    assert read_ledger(engine, "another world").persons == set()


def test_an_empty_database_has_no_members_and_no_numbers(engine):
    assert published_before(engine, "").empty
    assert read_ledger(engine, "").last_number == ledger_head(engine) == 0


def test_changes_say_who_is_new_changed_and_gone(engine, publish_night, two, registration):
    publish_night(*two)
    changed = [two[0][0] | {"loverboy": True}, two[0][1]]
    new = [registration("stv", "V9", "1990-01-02")]
    publish_night(changed, two[1], new, night=NIGHT + timedelta(1))
    expected = [("W-00000001", "changed", ["loverboy"]), ("W-00000003", "new", [])]
    query = 'SELECT person_id, kind, "columns" FROM monitoring.change ORDER BY person_id'
    assert rows(engine, query) == expected
    publish_night(changed, two[1], new, night=NIGHT + timedelta(1))
    assert rows(engine, query) == expected
    publish_night(changed, two[1], night=NIGHT + timedelta(2))
    assert rows(engine, query) == [("W-00000003", "gone", [])]


def test_a_published_night_keeps_the_versions_of_its_records_and_counts_them(engine, publish_night, two):
    assert publish_night(*two)["records_new"] == 3
    counts = publish_night([two[0][0] | {"place": "zeist"}, two[0][1]], night=NIGHT + timedelta(1))
    told = {name: count for name, count in counts.items() if name.startswith("records_") and count}
    assert told == {
        "records_changed": 1, "records_changed_stv": 1, "records_withdrawn": 1, "records_withdrawn_mob": 1,
    }  # fmt: skip
    assert rows(engine, "SELECT counts->>'records_changed_stv' FROM monitoring.night WHERE is_published") == [("1",)]
    assert rows(engine, "SELECT record_id, version, ended_by FROM registers.record_version ORDER BY 1, 2") == [
        ("ikps-I1", 1, None), ("mob-M1", 1, "withdrawn"), ("stv-V1", 1, "changed"), ("stv-V1", 2, None),
    ]  # fmt: skip


def test_a_register_of_which_nothing_could_be_made_has_not_withdrawn_its_records(
    engine, publish_night, consolidated, two
):
    def on_the_next_night(status: str) -> dict[str, int]:
        night = NIGHT + timedelta(1)
        states = {"stv": {"registrations": 1, "status": "ok"}, "mob": {"registrations": 0, "status": status}}
        manifest = {"night": night.isoformat(), "origin": "", "is_synthetic": False, "registers": states,
                    "model_version": "test", "code_version": "0"}  # fmt: skip
        tables, records = consolidated(two[0], night=night), records_frame(two[0])
        entry = LedgerEntry([], ledger_head(engine), 2, pd.Series(dtype=object))
        return publish(engine, night, "", tables, records, findings_frame([]), manifest, entry)

    publish_night(*two)
    for status in ("failed", "refused", "missing"):
        assert on_the_next_night(status)["records_withdrawn"] == 0
    of_mob = "SELECT until_night FROM registers.record_version WHERE register = 'mob'"
    assert rows(engine, of_mob) == [(None,)]
    assert on_the_next_night("ok")["records_withdrawn"] == 1
    assert rows(engine, of_mob) == [(NIGHT + timedelta(1),)]


def test_every_id_ever_published_leads_to_who_it_is_now(engine, publish_night, two):
    publish_night(*two)
    publish_night([*two[0], *two[1]], night=NIGHT + timedelta(1))
    query = "SELECT person_id, current_person_id, status, since FROM monitoring.successor ORDER BY person_id"
    assert rows(engine, query) == [
        ("W-00000001", "W-00000001", "current", NIGHT),
        ("W-00000002", "W-00000001", "merged", NIGHT + timedelta(1)),
    ]
    told = "SELECT night, kind, person_id, other_person_id, record_id FROM monitoring.person_event ORDER BY event_id"
    assert rows(engine, told)[-2:] == [
        (NIGHT + timedelta(1), "joined", "W-00000001", None, "mob-M1"),
        (NIGHT + timedelta(1), "merged_into", "W-00000002", "W-00000001", None),
    ]


def test_a_night_that_was_linked_before_another_was_published_is_refused(engine, publish_night, consolidated, two):
    publish_night(*two)
    tables, night = consolidated(*two, night=NIGHT + timedelta(1)), NIGHT + timedelta(1)
    manifest = {"night": night.isoformat(), "origin": "", "is_synthetic": False, "registers": {},
                "model_version": "test", "code_version": "0"}  # fmt: skip
    records = records_frame([record for person in two for record in person])
    late = LedgerEntry([], ledger_head(engine) - 1, 2, pd.Series(dtype=object))
    with pytest.raises(OneLineError, match="another night was published while this one ran"):
        publish(engine, night, "", tables, records, findings_frame([]), manifest, late)
    assert rows(engine, "SELECT DISTINCT night FROM monitoring.person") == [(NIGHT,)]


def test_the_first_real_night_replaces_the_sample_and_compares_with_nothing(engine, publish_night, two):
    publish_night(*two, origin="sample-1")
    publish_night(two[0], night=NIGHT)
    assert rows(engine, "SELECT person_id FROM monitoring.person") == [("W-00000001",)]
    assert rows(engine, "SELECT kind FROM monitoring.change") == [("new",)]
    nights = "SELECT origin, is_published FROM monitoring.night ORDER BY origin"
    assert rows(engine, nights) == [("", True), ("sample-1", False)]


def _lost_registration(tables, records):
    return {**tables, "registration": tables["registration"].iloc[1:]}, records


def _identifying_column(tables, records):
    return {**tables, "person": tables["person"].assign(family_name="x")}, records


def _wrong_sum(tables, records):
    person = tables["person"].copy()
    person.loc[0, "registration_count"] = 7
    return {**tables, "person": person}, records


def _person_twice(tables, records):
    return {**tables, "person": pd.concat([tables["person"], tables["person"].iloc[:1]])}, records


def _number_not_given_out(tables, records):
    return {
        name: table.replace("W-00000002", "W-00000099") if name in ("person", "registration", "alert") else table
        for name, table in tables.items()
    }, records


def _of_another_night(tables, records):
    return {**tables, "link": tables["link"], "person": tables["person"].assign(night=date(2001, 1, 1))}, records


DAMAGES = [
    (_lost_registration, "not the accepted records"),
    (_identifying_column, "columns of person"),
    (_wrong_sum, "do not add up"),
    (_person_twice, "holds a key twice"),
    (_number_not_given_out, "not given out"),
    (_of_another_night, "another night"),
]


@pytest.mark.parametrize(("damage", "said"), DAMAGES)
def test_a_candidate_that_breaks_a_rule_leaves_everything(engine, publish_night, two, damage, said):
    publish_night(*two)
    before = everything(engine)
    with pytest.raises(OneLineError, match=said):
        publish_night(*two, night=NIGHT + timedelta(1), damage=damage)
    assert everything(engine) == before


def test_a_crash_halfway_leaves_last_nights_table(engine, publish_night, two, monkeypatch):
    publish_night(*two)
    before = everything(engine)

    def crash(*_):
        raise RuntimeError("killed")

    monkeypatch.setattr("monitoring.publish._publish_night", crash)
    with pytest.raises(RuntimeError):
        publish_night(two[0], night=NIGHT + timedelta(1))
    assert everything(engine) == before


def test_a_code_that_the_dictionary_does_not_know_is_refused_by_the_database(engine, publish_night, two):
    from sqlalchemy.exc import IntegrityError

    def damage(tables, records):
        return {**tables, "person": tables["person"].assign(victim_status="certain")}, records

    with pytest.raises((IntegrityError, Exception), match="person_victim_status"):
        publish_night(*two, damage=damage)


def test_tables_that_went_through_a_work_file_are_published_the_same(engine, publish_night, two, tmp_path):
    import pyarrow.parquet as pq

    publish_night(*two)
    first = everything(engine)

    def through_a_file(tables, records):
        read = {}
        for name, table in tables.items():
            table.to_parquet(tmp_path / name, index=False)
            read[name] = pq.read_table(tmp_path / name).to_pandas()
        return read, records

    publish_night(*two, damage=through_a_file)
    assert everything(engine) == first
