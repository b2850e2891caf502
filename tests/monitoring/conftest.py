"""One embedded server for all tests of this folder; every test that asks for a database gets a fresh, migrated one."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine, NullPool, create_engine, text

from connectors.installation import Installation
from connectors.records import COLUMNS, records_frame
from linkage.ledger import News, enter_membership
from monitoring.consolidate import consolidate
from monitoring.judgement_log import judge, undo
from monitoring.ledger import ledger_head, read_ledger
from monitoring.publish import LedgerEntry, publish
from monitoring.sealed_records import replace_records

NIGHT = date(2005, 2, 1)
JUDGED_AT = datetime(2005, 2, 1, 9, 30, tzinfo=UTC)
DATES = {column.name for column in COLUMNS if column.kind == "date"}
Registration = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def installation(tmp_path_factory) -> Iterator[Installation]:
    from monitoring.database import stop

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("WEERZIEN_DATABASE_URL", raising=False)
        home = Installation(tmp_path_factory.mktemp("installation") / "home")
        yield home
        stop(home)


@pytest.fixture(scope="session")
def template(installation) -> Engine:
    """A migrated database that no test writes in."""
    from monitoring.database import connect, upgrade

    server = connect(installation)
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # Nobody needs these databases after a crash of the machine.
        connection.execute(text("ALTER SYSTEM SET fsync = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
        connection.execute(text("CREATE DATABASE migrated"))
    upgrade(create_engine(server.url.set(database="migrated"), poolclass=NullPool))
    return server


_numbers = itertools.count(1)


@pytest.fixture
def engine(template) -> Iterator[Engine]:
    name = f"test_{next(_numbers)}"
    with template.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE migrated"))
    yield create_engine(template.url.set(database=name), poolclass=NullPool)
    with template.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"DROP DATABASE {name}"))


@pytest.fixture
def registration() -> Registration:
    """Makes one registration: register, key, birth date (2004-03-00 when the day is not known), any other column."""

    def make(register: str, key: str, born: str = "", **columns: Any) -> dict[str, Any]:
        year, month, day = ([int(part) or None for part in born.split("-")] + [None] * 3)[:3] if born else [None] * 3
        precision = "day" if day else "month" if month else "year" if year else "unknown"
        read = {
            name: date.fromisoformat(value) if name in DATES and isinstance(value, str) else value
            for name, value in columns.items()
        }
        return {
            "record_id": f"{register}-{key}",
            "register": register,
            "source_key": key,
            "birth_year": year,
            "birth_month": month,
            "birth_day": day,
            "birth_date_precision": precision,
            **read,
        }

    return make


def members_of(*persons: list[dict[str, Any]], probability: float = 0.97) -> pd.DataFrame:
    """The persons P1, P2 ... in the order given, each a list of registrations."""
    rows = [
        (record["record_id"], f"W-{number:08d}", probability if len(person) > 1 else 1.0)
        for number, person in enumerate(persons, start=1)
        for record in person
    ]
    return pd.DataFrame(rows, columns=["record_id", "person_id", "cluster_probability"])


PAIR_COLUMNS = [
    "record_id_l", "record_id_r", "match_weight", "match_probability", "status", "certainty", "decided_by",
    "levels", "weights", "explanation_nl", "explanation_en",
]  # fmt: skip
RESURFACING_COLUMNS = [
    "person_id", "missing_record_id", "victim_record_id", "missing_since", "resurfaced_on", "days_missing",
    "status", "outcome", "match_probability", "reason", "reason_en",
]  # fmt: skip
CANDIDATE_COLUMNS = [
    "missing_record_id", "person_id", "rank", "victim_record_id", "victim_person_id", "victim_register", "victim_on",
    "days_missing", "match_probability", "match_weight", "status", "shared_contact", "reason_nl", "reason_en",
]  # fmt: skip


@pytest.fixture
def pair() -> Callable[..., list[Any]]:
    return _pair


@pytest.fixture
def resurfacing() -> Callable[..., list[Any]]:
    return _resurfacing


def _pair(one: dict[str, Any], other: dict[str, Any], status: str, certainty: str, probability: float) -> list[Any]:
    left, right = sorted((one["record_id"], other["record_id"]))
    facts = [left, right, 5.5, probability, status, certainty, "model test", '{"name": "equal"}', '{"name": 5.5}']
    return [*facts, "Zelfde naam (+5,5).", "Same name (+5.5)."]


def _resurfacing(
    person: str, gone: dict[str, Any], victim: dict[str, Any], status: str = "yes", p: float = 0.97
) -> list[Any]:
    seen = victim.get("encountered_on") or victim["reported_on"]
    since = gone["missing_since"]
    ids = [person, gone["record_id"], victim["record_id"]]
    return [*ids, since, seen, (seen - since).days, status, "resurfaced", p, "punt 11", "point 11"]


@pytest.fixture
def candidate() -> Callable[..., list[Any]]:
    return _candidate


def _candidate(persons: tuple[str, str], gone: dict[str, Any], victim: dict[str, Any], rank: int = 1) -> list[Any]:
    seen, since = victim["encountered_on"], gone["missing_since"]
    who = [gone["record_id"], persons[0], rank, victim["record_id"], persons[1], victim["register"]]
    return [*who, seen, (seen - since).days, 0.02, -5.6, "weak", True, "Naam lijkt (+1,0).", "Names alike (+1.0)."]


@pytest.fixture
def consolidated() -> Callable[..., dict[str, pd.DataFrame]]:
    """Makes the candidate tables from persons, each a list of registrations."""

    def make(
        *persons: list[dict[str, Any]],
        pairs: list[list[Any]] | None = None,
        resurfacings: list[list[Any]] | None = None,
        states: list[dict[str, Any]] | None = None,
        night: date = NIGHT,
        findings: pd.DataFrame | None = None,
        completeness: pd.DataFrame | None = None,
        candidates: list[list[Any]] | None = None,
    ) -> dict[str, pd.DataFrame]:
        records = records_frame([record for person in persons for record in person])
        return consolidate(
            records,
            pd.DataFrame(pairs or [], columns=PAIR_COLUMNS),
            members_of(*persons),
            pd.DataFrame(resurfacings or [], columns=RESURFACING_COLUMNS),
            states or [],
            night,
            findings,
            completeness,
            pd.DataFrame(candidates or [], columns=CANDIDATE_COLUMNS),
        )

    return make


@pytest.fixture
def person(consolidated) -> Callable[..., dict[str, Any]]:
    """Makes the row of one person from its registrations."""

    def make(*registrations: dict[str, Any], **more: Any) -> dict[str, Any]:
        (row,) = consolidated(list(registrations), **more)["person"].to_dict("records")
        return {name: None if value is pd.NA else value for name, value in row.items()}

    return make


FINDINGS = pd.DataFrame(
    [("stv", "stv_aanmeldingen_2004.xlsx", "2004/9", "set_aside", "impossible_date", "reported_on", None)] * 2
    + [("mob", "mob_200403_OC.csv", None, "warning", "no_byte_order_mark", None, None)],
    columns=["register", "file", "row_key", "level", "rule", "column", "detail"],
)


def entry_for(engine, origin: str, tables: dict[str, pd.DataFrame], persons: int) -> LedgerEntry:
    """What the linkage stage hands over for persons that are given."""
    ledger = read_ledger(engine, origin)
    last_number = max(ledger.last_number, persons)
    registrations = tables["registration"]
    now = dict(zip(registrations["record_id"], registrations["person_id"], strict=True))
    events = enter_membership(ledger, now, News(new=now.keys() - ledger.membership.keys()))
    contents = pd.Series({record: f"content of {record}" for record in now}, dtype=object)
    return LedgerEntry(events, ledger_head(engine), last_number, contents)


@pytest.fixture
def publish_night(engine, consolidated):
    def make(*persons, night=NIGHT, origin="", damage=None, **more):
        tables = consolidated(*persons, night=night, **more)
        records = records_frame([record for person in persons for record in person])
        if damage:
            tables, records = damage(tables, records)
        manifest = {
            "night": night.isoformat(), "origin": origin, "is_synthetic": bool(origin), "inputs": [],
            "registers": {name: {"registrations": int((records["register"] == name).sum())} for name in ("stv", "mob")},
            "model_version": "test", "code_version": "0", "libraries": {},
        }  # fmt: skip
        return publish(
            engine, night, origin, tables, records, FINDINGS, manifest, entry_for(engine, origin, tables, len(persons))
        )

    return make


@pytest.fixture
def two(registration):
    """Two persons: a girl in two registers, and a boy who left a reception centre."""
    girl = [
        registration("stv", "V1", "1989-03-03", sex="female", encountered_on="2004-05-20", certainty="actual",
                     given_names="Verzonnen", family_name="Naam", phones=["+31600000001"], nationality=["ROU"]),
        registration("ikps", "I1", "1989-03-03", encountered_on="2004-05-20", registered_on="2004-06-01"),
    ]  # fmt: skip
    boy = registration("mob", "M1", "1990-04-04", missing_since="2004-12-01",
                       departure_category="address_check", guardian_assigned=False,
                       raw='{"naam": "Verzonnen\\u0000 Naam"}', description="a\0b")  # fmt: skip
    return girl, [boy]


@pytest.fixture
def show(engine) -> Callable[..., None]:
    """Puts the records of a night in place as publishing does."""

    def make(*records: dict[str, Any], night: date = NIGHT, origin: str = "") -> None:
        shown = {"night": night, "origin": origin}
        with engine.begin() as connection:
            connection.execute(text("UPDATE monitoring.night SET is_published = false"))
            connection.execute(text("DELETE FROM monitoring.night WHERE night = :night AND origin = :origin"), shown)
            replace_records(connection, records_frame(records), origin)
            connection.execute(
                text("INSERT INTO monitoring.night VALUES (:night, :origin, false, true, 'test', '0', '{}', '{}')"),
                shown,
            )

    return make


@pytest.fixture
def children(registration) -> list[dict[str, Any]]:
    girl = registration("stv", "2004/12", "1989-03-03", given_names="Verzonnen", phones=["+31600000001"])
    again = registration("telex", "2004/03/0412", "1989-03-03", missing_since="2004-12-01")
    boy = registration("mob", "mob_200403_OC.csv#12", "1990-04-04", guardian_assigned=False, description="a\0b",
                       raw='{"naam": "Verzonnen\\u0000 Naam"}', episode_count=2, nationality=["ROU", "MDA"])  # fmt: skip
    return [girl, again, boy]


@pytest.fixture
def published(engine, show, children):
    show(*children)
    return engine


@pytest.fixture
def say(published) -> Callable[..., int]:
    def make(left: str, right: str, verdict: str, at: datetime = JUDGED_AT, by: str = "Reviewer One") -> int:
        return judge(published, left, right, verdict, "seen together", by, at)

    return make


@pytest.fixture
def take_back(published) -> Callable[..., int]:
    def make(number: int, at: datetime = JUDGED_AT) -> int:
        return undo(published, number, "was mistaken", "Reviewer Two", at)

    return make
