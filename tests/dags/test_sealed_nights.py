"""Nights with and without a key for names in the database: the same tables, and no name anywhere in the database.

Two nights of two installations, of which the second brings nothing new. One has a key from the first and then gets
another; the other gets its key between the two.
"""

from __future__ import annotations

import base64
import logging
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, text

from connectors.installation import Installation
from connectors.record_sealing import KEY, KEY_FILE
from connectors.register import REGISTERS
from dags import stages
from dags.checking import check
from dags.database_commands import database
from dags.states import StageFailed
from tests.dags.test_nothing_remains import contents

ONE, OTHER = (base64.b64encode(bytes([digit]) * 32).decode() for digit in (1, 2))
CHILDREN, SEED = 40, 11
ROOT, ROOMS = Path(__file__).parents[2], ("connectors", "linkage", "monitoring")
# Short names, and names that are a word of the program, are no proof.
SHORTEST = 6
FIRST, SECOND = date(2005, 6, 28), date(2005, 6, 29)
SCHEMAS = ("registers", "monitoring", "history", "portal")


@dataclass
class Nights:
    """One installation, worked by its stages, and what was seen of it."""

    home: Path
    exports: Path
    patch: pytest.MonkeyPatch
    published: list[dict[str, list[str]]] = field(default_factory=list)
    counts: list[dict[str, int]] = field(default_factory=list)

    @property
    def engine(self) -> Engine:
        from monitoring.database import connect

        return connect(Installation(self.home))

    def at_home(self, *keys: str) -> None:
        self.patch.setenv("WEERZIEN_HOME", str(self.home))
        self.patch.setenv(KEY, " ".join(keys))

    def open(self, night: date, *keys: str) -> dict[str, Any]:
        self.at_home(*keys)
        return stages.open_night(str(self.exports), night.isoformat(), datetime.now(UTC))

    def work(self, night: date, *keys: str, failing: tuple[str, ...] = ()) -> None:
        """A night; `failing`: registers that fail, so that their records are taken from the database."""
        opened = self.open(night, *keys)
        pulled = [stages.pull(opened, register) for register in REGISTERS]
        for outcome in pulled:
            if outcome["register"] in failing:
                outcome |= {"status": "failed", "reason": "made to"}
        checked = [check(opened, stages.read(opened, outcome)) for outcome in pulled]
        linked = stages.link(opened, checked)
        stages.consolidate(opened, checked, linked)
        self.counts.append(stages.publish(opened, checked, linked))
        stages.close_night(opened)
        self.published.append(self.tables("monitoring", "history"))

    def run(self, *arguments: str, keys: tuple[str, ...] = ()) -> str:
        self.at_home(*keys)
        done = CliRunner().invoke(database, arguments)
        if done.exception:
            raise done.exception
        return done.output

    def tables(self, *schemas: str) -> dict[str, list[str]]:
        """All rows of all tables of some schemas, as text."""
        query = "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname = ANY (:schemas) ORDER BY 1"
        with self.engine.connect() as connection:
            names = connection.scalars(text(query), {"schemas": list(schemas)}).all()
            rows = {name: connection.scalars(text(f"SELECT line::text FROM {name} AS line")).all() for name in names}
        return {name: sorted(of_table) for name, of_table in rows.items()}

    def records(self) -> pd.DataFrame:
        from monitoring.held import published_records

        return published_records(self.engine)

    def in_files(self, values: set[str]) -> set[str]:
        """Those of the values that stand in a file of the stopped database."""
        from monitoring.database import stop

        stop(Installation(self.home))
        found: set[str] = set()
        for content in contents(self.home / "database"):
            found |= {value for value in values - found if value.encode() in content}
        return found


def values_of(records: pd.DataFrame) -> set[str]:
    """Names, numbers and birth dates of the records, as far as they are long enough to mean somebody."""
    known = {str(value) for name in ("given_names", "family_name", "v_number") for value in records[name].dropna()}
    known |= {value for name in ("aliases", "phones", "plates") for values in records[name] for value in values}
    known |= {value.partition(":")[2] for values in records["contacts"] for value in values}
    for row in records.dropna(subset=["birth_year", "birth_month", "birth_day"]).itertuples():
        known |= {f"{row.birth_day:02d}-{row.birth_month:02d}-{row.birth_year}"}
    words = "\n".join(
        path.read_text(encoding="utf-8") for room in ROOMS for path in (ROOT / room).rglob("*.toml")
    ).lower()
    return {value for value in known if len(value) >= SHORTEST and value.lower() not in words}


@pytest.fixture(scope="module")
def steps(tmp_path_factory) -> Any:
    """Two nights of each installation, and what was seen between them."""
    from connectors.sample import write_sample
    from monitoring.database import stop

    exports = tmp_path_factory.mktemp("exports") / "sample"
    write_sample(exports, CHILDREN, SEED, night_last=FIRST)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("WEERZIEN_DATABASE_URL", KEY_FILE):
            patch.delenv(name, raising=False)
        plain, sealed = (Nights(tmp_path_factory.mktemp(name) / "home", exports, patch) for name in ("plain", "sealed"))
        try:
            yield seen_of(plain, sealed)
        finally:
            for nights in (plain, sealed):
                stop(Installation(nights.home))


def seen_of(plain: Nights, sealed: Nights) -> dict[str, Any]:
    seen: dict[str, Any] = {"plain": plain, "sealed": sealed}
    plain.work(FIRST)
    sealed.work(FIRST, ONE)
    plain.at_home()
    records = plain.records()
    seen["values"] = values_of(records)
    sealed.at_home(ONE)
    seen["records"] = records, sealed.records()
    seen["texts"] = plain.tables(*SCHEMAS), sealed.tables(*SCHEMAS)
    seen["files"] = plain.in_files(seen["values"])
    # The key comes, and another key comes.
    seen["before"] = plain.tables(*SCHEMAS), sealed.tables(*SCHEMAS)
    given = ((plain, ONE), (sealed, OTHER, ONE), (sealed, OTHER), (sealed,))
    seen["refused"] = [refusal(nights, SECOND, *keys) for nights, *keys in given]
    seen["after refusals"] = plain.tables(*SCHEMAS), sealed.tables(*SCHEMAS)
    seen["encrypted"] = [plain.run("encrypt", keys=(ONE,)) for _ in range(2)]
    seen["files after"] = plain.in_files(seen["values"])
    seen["rekeyed"] = [sealed.run("encrypt", keys=(OTHER, ONE)) for _ in range(2)]
    plain.work(SECOND, ONE, failing=REGISTERS[:-1])
    sealed.work(SECOND, OTHER, failing=REGISTERS[:-1])
    seen["at last"] = plain.tables(*SCHEMAS), sealed.tables(*SCHEMAS)
    return seen


def refusal(nights: Nights, night: date, *keys: str) -> str:
    with pytest.raises(StageFailed) as told:
        nights.open(night, *keys)
    return str(told.value)


def test_a_key_changes_no_published_table_by_a_byte(steps):
    plain, sealed = steps["plain"].published, steps["sealed"].published
    assert len(plain) == len(sealed) == 2
    assert plain[0]["monitoring.person"]
    for one, other in zip(plain, sealed, strict=True):
        assert list(one) == list(other)
        assert [name for name in one if one[name] != other[name]] == []


def test_what_is_read_from_the_database_is_the_same_with_a_key(steps):
    plain, sealed = steps["records"]
    assert plain["given_names"].notna().any() and plain["birth_year"].notna().any()
    pd.testing.assert_frame_equal(plain, sealed)


def found_in(values: set[str], tables: dict[str, list[str]]) -> set[str]:
    written = "\n".join(row for rows in tables.values() for row in rows)
    return {value for value in values if value in written}


def test_with_a_key_no_text_of_any_table_holds_a_name_a_number_or_a_birth_date(steps):
    plain, sealed = steps["texts"]
    # Birth dates stand in the delivered row only, as their register writes them.
    assert len(found_in(steps["values"], plain)) > CHILDREN
    assert not found_in(steps["values"], sealed)
    for tables in steps["at last"]:
        assert not found_in(steps["values"], tables)


def test_after_encrypting_no_file_of_the_database_holds_what_stood_plain(steps):
    assert len(steps["files"]) > CHILDREN / 2
    assert not steps["files after"]


def test_nothing_new_is_no_change_whether_names_are_encrypted_or_a_key_came_or_another(steps):
    for nights in (steps["plain"], steps["sealed"]):
        assert nights.counts[0]["records_new"] > CHILDREN
        assert nights.counts[1]["registrations"] == nights.counts[0]["registrations"]
        assert {nights.counts[1][f"records_{kind}"] for kind in ("new", "changed", "withdrawn", "purged")} == {0}


def test_a_night_that_would_take_every_record_for_changed_stops_in_one_line_and_changes_nothing(steps):
    plain, other, unknown, without = steps["refused"]
    assert "`weerzien database encrypt`" in plain and "`weerzien database encrypt`" in other
    assert "another key is set" in unknown and KEY in unknown
    assert "no key is set" in without and KEY in without
    assert not any("\n" in line for line in steps["refused"])
    assert steps["before"] == steps["after refusals"]


def test_encrypting_says_how_many_rows_and_a_second_time_does_nothing(steps):
    for first, again in (steps["encrypted"], steps["rekeyed"]):
        assert "0 waren dat al" in first and " 1 ijkmaten" in first
        assert "0 registraties / registrations, 0 versies / versions, 0 ijkmaten" in again
        assert "0 waren dat al" not in again


def test_the_log_says_once_that_names_lie_plain(steps, caplog):
    from monitoring import sealed_records

    sealed_records._warn_that_names_lie_plain.cache_clear()
    with caplog.at_level(logging.WARNING, logger=sealed_records.__name__), steps["plain"].patch.context() as patch:
        patch.delenv(KEY, raising=False)
        for _ in range(2):
            sealed_records.check_sealing(steps["plain"].engine.connect(), ())
    assert [record.message for record in caplog.records] == [
        f"names in the database are not encrypted: no {KEY} or {KEY_FILE} is set (docs/security.md)"
    ]
