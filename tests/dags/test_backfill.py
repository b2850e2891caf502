"""Nights that were missed are worked afterwards: each gives what it would have given, and nothing of today moves."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine, text

from benchmarks.nights.running import work
from connectors.installation import Installation
from linkage.ledger import EVENT_COLUMNS, Ledger
from monitoring.dictionary import TABLES
from monitoring.past_nights import table_of_night

FIRST, SECOND, THIRD, FOURTH = NIGHTS = tuple(date(2005, 2, day) for day in range(1, 5))
COLUMNS = (
    "registratienummer;korps;datum_registratie;datum_aantreffen;achternaam;tussenvoegsel;voornamen;werknaam;"
    "andere_identiteit_van;geboortedatum;geslacht;nationaliteit;geboorteland;verblijfsstatus;locatie;soort_locatie;"
    "contacten;signalen;zwaarte;kentekens;telefoonnummers;aangifte;documenten;vorm_uitbuiting"
)

# Per invented child: family name, given names, birth date, telephone number.
CHILDREN = {
    "lasting": ("Verzonnen", "Adelheid", "03-02-1988", "06-10000001"),
    "doubled": ("Bedacht", "Berendina", "14-05-1989", "06-10000002"),
    "first": ("Gefingeerd", "Clementine", "21-07-1988", "06-10000003"),
    "other": ("Onbestaand", "Dorothea", "09-11-1990", "06-10000004"),
    "late": ("Fictief", "Eleonora", "30-08-1989", "06-10000005"),
    "passing": ("Nergens", "Florentine", "17-01-1990", "06-10000006"),
    "old": ("Vervlogen", "Gerardina", "25-12-1988", "06-10000007"),
    "split": ("Gescheiden", "Hendrina", "11-03-1989", "06-10000008"),
    "gone": ("Weggelopen", "Isabella", "06-06-1990", "06-10000009"),
}
# Number and day of each registration, and on which nights it says which child.
REGISTRATIONS = {
    ("IK-04-000001", "02-03-2004"): ["lasting"] * 4,
    ("IK-04-000002", "03-04-2004"): ["doubled"] * 4,
    ("IK-04-000003", "04-05-2004"): [None, "doubled", "doubled", "doubled"],
    # Two children until a correction says that they are one.
    ("IK-04-000004", "05-06-2004"): ["first"] * 4,
    ("IK-04-000005", "06-07-2004"): ["other", "other", "first", "first"],
    # One child until a correction says that they are two.
    ("IK-04-000006", "07-08-2004"): ["split"] * 4,
    ("IK-04-000007", "08-09-2004"): ["split", "split", "split", "late"],
    # Only known on nights that are worked afterwards.
    ("IK-04-000008", "09-10-2004"): [None, "passing", "passing", None],
    # First seen on a night that is worked afterwards.
    ("IK-05-000009", "01-02-2005"): [None, None, "late", "late"],
    # Its term of two years ends with the second night; the child has another one.
    ("IK-03-000010", "02-02-2003"): ["old", "old", None, None],
    ("IK-04-000011", "10-11-2004"): ["old"] * 4,
    # The missing child of the telex, seen again.
    ("IK-05-000012", "31-01-2005"): [None, "gone", "gone", "gone"],
}  # fmt: skip


def ikps(night: int) -> bytes:
    lines = []
    for (number, day), said in REGISTRATIONS.items():
        child = said[night]
        if child:
            family, given, born, phone = CHILDREN[child]
            lines.append(
                f"{number};Utrecht;{day};{day};{family};;{given};;;{born};V;NL;;onbekend;Utrecht;straat;;"
                f"geen_woonruimte=12;12;;{phone};N;;prostitutie"
            )
    return "\r\n".join((COLUMNS, *lines, "")).encode("cp1252")


def telex() -> bytes:
    lines = ("ZCZC KLPD0001 010205 0915", "BETR  : VERMISTE PERSOON NR 2005/01/0001", "NAAM  : WEGGELOPEN, ISABELLA",
             "GEB   : 6-6-1990", "GESL  : V", "CAT   : VERMIST", "VERMIST SINDS : 20-01-2005",
             "CONTACT : ONBEKEND TEL 06-10000009", "NNNN", "")  # fmt: skip
    return "\n".join(lines).encode("ascii")


@dataclass(repr=False)
class World:
    """One installation that works nights on the exports."""

    home: Path
    exports: Path
    engine: Engine

    def work(self, night: date) -> dict[str, Any]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("WEERZIEN_HOME", str(self.home))
            patch.delenv("WEERZIEN_DATABASE_URL", raising=False)
            return work(self.exports, night).counts

    def table(self, name: str, night: date) -> pd.DataFrame:
        with self.engine.connect() as connection:
            return table_of_night(connection, name, "", night)

    def groups(self, night: date) -> dict[str, frozenset[str]]:
        """The registrations of each person on a night."""
        rows = self.table("registration", night).groupby("person_id")["record_id"]
        return {str(person): frozenset(records) for person, records in rows}

    def told(self, name: str, night: date) -> list[str]:
        """The rows of a table of a night, with the first registration of a person for its number."""
        label = {person: f"<{min(records)}>" for person, records in self.groups(night).items()}
        rows = self.table(name, night).astype(str).agg(" | ".join, axis=1) if len(self.table(name, night)) else []
        return sorted(re.sub(r"W-\d{8}", lambda found: label.get(found[0], "<nobody>"), row) for row in rows)

    def ask(self, query: str) -> list[Any]:
        with self.engine.connect() as connection:
            return list(connection.execute(text(query)).scalars())

    def shown(self) -> dict[str, list[str]]:
        """Every row of what is shown and of what tomorrow is made from."""
        tables = [f"monitoring.{name}" for name in TABLES if name not in ("night", "person_event")]
        tables += [f"registers.{name}" for name in ("record", "record_version", "membership", "finding")]
        return {table: sorted(self.ask(f"SELECT t::text FROM {table} AS t")) for table in tables}


@pytest.fixture(scope="module")
def new_world(tmp_path_factory) -> Iterator[Callable[[str], World]]:
    from monitoring.database import connect, stop

    exports = tmp_path_factory.mktemp("exports")
    for name in ("ikps", "telex"):
        (exports / name).mkdir()
    for number, night in enumerate(NIGHTS):
        (exports / "ikps" / f"ikps_{night:%Y%m%d}.csv").write_bytes(ikps(number))
    (exports / "telex" / "telex_20050201.txt").write_bytes(telex())
    homes = []

    def make(name: str) -> World:
        homes.append(tmp_path_factory.mktemp(name))
        return World(homes[-1], exports, connect(Installation(homes[-1])))

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("WEERZIEN_DATABASE_URL", raising=False)
        yield make
        for home in homes:
            stop(Installation(home))


@pytest.fixture(scope="module")
def in_order(new_world) -> World:
    world = new_world("in_order")
    for night in NIGHTS:
        world.work(night)
    return world


@pytest.fixture(scope="module")
def moved(new_world) -> tuple[World, list[dict[str, list[str]]]]:
    """The second and third night worked after the fourth; what was shown before, between and after."""
    world = new_world("afterwards")
    world.work(FIRST)
    world.work(FOURTH)
    shown = [world.shown()]
    for night in (SECOND, THIRD):
        world.work(night)
        shown.append(world.shown())
    return world, shown


@pytest.fixture(scope="module")
def afterwards(moved) -> World:
    return moved[0]


def test_the_nights_hold_what_this_is_about(in_order):
    sizes = [sorted(map(len, in_order.groups(night).values())) for night in NIGHTS]
    # The fourth night: split from one person and joined with another.
    assert sizes == [
        [1, 1, 1, 1, 1, 2, 2],
        [1, 1, 1, 1, 2, 2, 2, 2],
        [1, 1, 1, 1, 2, 2, 2, 2],
        [1, 1, 1, 2, 2, 2, 2],
    ]
    assert set(in_order.table("resurfacing", SECOND)["status"]) == {"yes"}
    assert "purged" in set(in_order.table("person", THIRD)["earlier_history"])
    kinds = set(in_order.ask("SELECT kind FROM monitoring.person_event"))
    assert {"created", "joined", "left", "merged_into", "retired"} <= kinds


@pytest.mark.parametrize("night", NIGHTS, ids=str)
@pytest.mark.parametrize("name", ["person", "registration", "link", "resurfacing", "candidate", "alert"])
def test_a_night_worked_afterwards_gives_the_table_it_would_have_given(in_order, afterwards, name, night):
    assert afterwards.told(name, night) == in_order.told(name, night)


@pytest.mark.parametrize("night", [SECOND, THIRD], ids=str)
def test_a_night_worked_afterwards_tells_what_differs_from_the_night_before_it(in_order, afterwards, night):
    assert afterwards.told("revocation", night) == in_order.told("revocation", night)
    would_have, has = (world.told("change", night) for world in (in_order, afterwards))
    # What identifies is not kept of such a night: a correction of nothing else shows by what it moved.
    assert {row.replace("'correction'", "'evidence'") for row in has} == {
        row.replace("'correction'", "'evidence'") for row in would_have
    }


@pytest.mark.parametrize("night", NIGHTS, ids=str)
def test_who_was_there_on_the_first_night_has_the_same_id_either_way(in_order, afterwards, night):
    known = set(in_order.groups(FIRST))
    ordered = {person: records for person, records in in_order.groups(night).items() if person in known}
    assert {person: records for person, records in afterwards.groups(night).items() if person in known} == ordered


def test_a_child_known_only_on_missed_nights_has_one_id_on_both(afterwards):
    (passing,) = set(afterwards.table("registration", SECOND)["record_id"]) - {
        *afterwards.table("registration", FIRST)["record_id"], *afterwards.table("registration", FOURTH)["record_id"],
    }  # fmt: skip
    of_night = [afterwards.table("registration", night).set_index("record_id") for night in (SECOND, THIRD)]
    assert len({table.loc[passing, "person_id"] for table in of_night}) == 1


def test_a_past_night_moves_nothing_of_today(moved):
    _, (before, between, after) = moved
    for table, rows in before.items():
        if table == "monitoring.successor":
            # An id that a past night had to give is added; what was there stays.
            assert set(rows) <= set(between[table]) <= set(after[table])
        else:
            assert between[table] == rows, table
            assert after[table] == rows, table


@pytest.mark.parametrize("way", ["in_order", "afterwards"])
def test_every_id_ever_published_leads_to_who_it_is_now(way, request):
    world = request.getfixturevalue(way)
    with world.engine.connect() as connection:
        query = f"SELECT {', '.join(EVENT_COLUMNS)} FROM monitoring.person_event ORDER BY event_id"
        events = pd.DataFrame(connection.execute(text(query)).all(), columns=list(EVENT_COLUMNS), dtype=object)
    ledger = Ledger.of_events(events)
    today = set(world.ask("SELECT person_id FROM monitoring.person"))
    for person in world.ask("SELECT DISTINCT person_id FROM history.person"):
        assert ledger.current(person) in today | {None}
    successor = set(world.ask("SELECT person_id FROM monitoring.successor"))
    assert set(world.ask("SELECT person_id FROM monitoring.person")) <= successor


def test_past_nights_worked_again_say_the_same_and_give_no_new_ids(afterwards):
    before = [afterwards.told(name, night) for name in ("person", "registration") for night in NIGHTS]
    events = afterwards.ask("SELECT max(event_id) FROM monitoring.person_event")
    ids = set(afterwards.ask("SELECT DISTINCT person_id FROM history.person"))
    afterwards.work(SECOND)
    afterwards.work(THIRD)
    assert [afterwards.told(name, night) for name in ("person", "registration") for night in NIGHTS] == before
    assert afterwards.ask("SELECT max(event_id) FROM monitoring.person_event") == events
    assert set(afterwards.ask("SELECT DISTINCT person_id FROM history.person")) == ids
