"""Where a register keeps coded facts, a person stays after the term of its registration: counted, and linked to nobody."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from benchmarks.nights.running import work
from connectors import register as declared
from connectors.installation import Installation
from connectors.register import REGISTERS

FIRST, SECOND, THIRD = (date(2005, 2, day) for day in (1, 2, 3))
IKPS = (
    "registratienummer;korps;datum_registratie;datum_aantreffen;achternaam;tussenvoegsel;voornamen;werknaam;"
    "andere_identiteit_van;geboortedatum;geslacht;nationaliteit;geboorteland;verblijfsstatus;locatie;soort_locatie;"
    "contacten;signalen;zwaarte;kentekens;telefoonnummers;aangifte;documenten;vorm_uitbuiting"
)


def snapshot(*rows: tuple[str, str, str]) -> bytes:
    """A snapshot: number, day of entry and family name of each registration."""
    lines = [
        f"{number};Utrecht;{entered};{entered};{family};;{family[::-1].title()};;;1{number[-1]}-0{number[-1]}-1988;V;NL;;onbekend;Utrecht;straat;;"
        "geen_woonruimte=12;12;;;N;;prostitutie"
        for number, entered, family in rows
    ]
    return "\r\n".join((IKPS, *lines, "")).encode("cp1252")


OLD = ("IK-03-000001", "01-02-2003", "Eersteverzinsel")
NEW = ("IK-04-000002", "02-04-2004", "Tweedeverzinsel")


@pytest.fixture
def world(tmp_path, monkeypatch):
    """A way to run nights; IKPS keeps coded facts."""
    from monitoring.database import connect, stop

    home, exports = tmp_path / "home", tmp_path / "exports"
    monkeypatch.setenv("WEERZIEN_HOME", str(home))
    monkeypatch.delenv("WEERZIEN_DATABASE_URL", raising=False)
    as_declared = declared.register_from
    keeping = {"ikps": {"keeps": "coded_facts"}}
    monkeypatch.setattr(
        declared,
        "register_from",
        lambda said: as_declared(said | {"retention": said["retention"] | keeping.get(said["name"], {})}),
    )
    declared.load_register.cache_clear()
    for register in REGISTERS:
        (exports / register).mkdir(parents=True)
    engine = connect(Installation(home))

    def run(night: date, content: bytes):
        (exports / "ikps" / f"ikps_{night:%Y%m%d}.csv").write_bytes(content)
        work(exports, night)

        def ask(query: str) -> list[tuple]:
            with engine.connect() as connection:
                return [tuple(row) for row in connection.execute(text(query))]

        return ask

    yield run
    stop(Installation(home))
    monkeypatch.undo()
    declared.load_register.cache_clear()


def test_coded_facts_stay_under_the_persons_number_and_count(world):
    ask = world(FIRST, snapshot(OLD, NEW))
    persons = ask("SELECT person_id, birth_year, earlier_history FROM monitoring.person ORDER BY 1")
    assert [row[1:] for row in persons] == [(1988, "unknown"), (1988, "unknown")]
    ((old,),) = [ask("SELECT person_id FROM monitoring.registration WHERE registered_on = '2003-02-01'")]
    ask = world(SECOND, snapshot(NEW))
    stays = ask(
        f"SELECT birth_year, earlier_history, exploitation_forms FROM monitoring.person WHERE person_id = '{old[0]}'"
    )
    assert stays == [(1988, "purged", ["prostitution"])]
    assert ask("SELECT registered_on FROM monitoring.registration WHERE is_purged") == [(date(2003, 2, 1),)]
    assert ask("SELECT count(*) FROM registers.record") == [(1,)]
    kept = ask("SELECT content::text FROM registers.retained_fact")
    assert len(kept) == 1
    assert "verzin" not in kept[0][0].casefold()
    assert ask("SELECT person_id, causes FROM monitoring.change") == [(old[0], ["purge"])]
    assert ask("SELECT count(*) FROM monitoring.person_event WHERE night = '2005-02-02'") == [(0,)]

    ask = world(THIRD, snapshot(NEW, ("IK-05-000003", "03-02-2005", "Eersteverzinsel")))
    again = ask(
        "SELECT person_id, earlier_history FROM monitoring.registration JOIN monitoring.person USING (person_id) WHERE registered_on = '2005-02-03'"
    )
    assert again[0][0] != old[0], "what was purged links to nobody"
    assert again[0][1] == "unknown", "never a first contact"
    assert ask(f"SELECT count(*) FROM monitoring.person WHERE person_id = '{old[0]}'") == [(1,)]
