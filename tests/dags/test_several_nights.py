"""Four nights over exports that change between them: what each register's deliveries do, and that nothing is lost."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import Engine, text

from benchmarks.nights import running
from connectors.installation import Installation

FIRST, SECOND, THIRD, FOURTH = (date(2005, 2, day) for day in range(1, 5))

IKPS = (
    "registratienummer;korps;datum_registratie;datum_aantreffen;achternaam;tussenvoegsel;voornamen;werknaam;"
    "andere_identiteit_van;geboortedatum;geslacht;nationaliteit;geboorteland;verblijfsstatus;locatie;soort_locatie;"
    "contacten;signalen;zwaarte;kentekens;telefoonnummers;aangifte;documenten;vorm_uitbuiting"
)
STV = (
    "Aanmeldnr|Datum aanmelding|Meldende instantie|Soort instantie|Regio|Naam|Alias|Geb.datum|Leeftijd|"
    "Leeftijd ronseling|M/V|Nationaliteit|Land van herkomst|Vorm van uitbuiting|Loverboy|Datum aangetroffen|Plaats|"
    "Verblijfsstatus|B9-fase|Aangifte|Kwetsbaarheid|Leefsituatie|Opvang|Telefoon|Aantal betrokkenen|Zekerheid|"
    "Opmerkingen"
).split("|")
MOB = (
    "v_nummer,naam,geboortedatum,geslacht,nationaliteit,alleenstaand,opvanglocatie,datum_instroom,datum_vertrek,"
    "vertrekcategorie,voogd,datum_voogdij,als_vermist_opgegeven,datum_vermist_opgegeven,identiteitsbewijs,"
    "telefoonnummer,vermoedelijke_reden,datum_teruggevonden,plaats_teruggevonden"
)


def ikps(*rows: tuple[str, str]) -> bytes:
    """A snapshot of registrations: number and day of entry."""
    lines = [
        f"{number};Utrecht;{entered};{entered};Verzonnen;;Persoon;;;01-02-198{place};V;NL;;onbekend;Utrecht;straat;;"
        "geen_woonruimte=12;12;;;N;;prostitutie"
        for place, (number, entered) in enumerate(rows)
    ]
    return "\r\n".join((IKPS, *lines, "")).encode("cp1252")


def stv(places: Mapping[int, str]) -> bytes:
    """A workbook of reports: number and place."""
    book = Workbook()
    page = book.active
    page.title = "Aanmeldingen"
    page.append(STV)
    for number, place in places.items():
        known = {"Aanmeldnr": number, "Datum aanmelding": "05-04-2004", "Naam": f"Verzonnen, P{number}",
                 "Geb.datum": f"0{number}-09-1988", "M/V": "V", "Datum aangetroffen": "02-04-2004", "Plaats": place,
                 "Zekerheid": "daadwerkelijk"}  # fmt: skip
        page.append([known.get(column) for column in STV])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def youth_care(number: int, status: int, town: str = "Utrecht") -> bytes:
    """A message with one dossier."""
    return (
        '<Bericht xmlns="urn:weerzien:jeugdzorg:1"><Header><Afzender>BJZ Utrecht</Afzender>'
        f"<Dagtekening>2005-02-0{number}</Dagtekening><Volgnummer>{number}</Volgnummer></Header><Dossiers><Dossier>"
        f"<Dossiernummer>UT-2005-00001</Dossiernummer><StatusAanlevering>{status}</StatusAanlevering>"
        "<Instantie>BJZ</Instantie><MeldingDatum>2005-01-31</MeldingDatum>"
        "<Naam><Geslachtsnaam>Verzonnen</Geslachtsnaam></Naam><Geslacht>2</Geslacht>"
        f"<Woonplaats>{town}</Woonplaats></Dossier></Dossiers></Bericht>"
    ).encode()


def telex(day: date, *lines: str) -> bytes:
    """A message of that day."""
    return "\n".join((f"ZCZC KLPD0001 {day:%d%m%y} 0915", *lines, "NNNN", "")).encode("ascii")


def mob(*children: str) -> bytes:
    """A list of children who left, by number."""
    lines = [
        f"{number},VERZONNEN Kind,1990-02-0{number[-1]},m,China,ja,OC,05-01-2005,12-01-2005,Controle adres,Nidos,,"
        "ja,13-01-2005,nee,,,,"
        for number in children
    ]
    return "\r\n".join((MOB, *lines, "")).encode("utf-8-sig")


OLD, SHORT, LASTING = ("IK-03-000001", "02-02-2003"), ("IK-04-000002", "03-04-2004"), ("IK-04-000003", "04-04-2004")
DOSSIER, CASE, WITHDRAWN = "UT-2005-00001", "2005/01/0001", "2005/01/0002"
WORKBOOK = stv({1: "Utrecht", 2: "Zeist"})
DELIVERED: dict[date, dict[str, bytes]] = {
    FIRST: {
        "ikps/ikps_20050201.csv": ikps(LASTING, SHORT, OLD),
        "stv/stv_aanmeldingen_2004.xlsx": WORKBOOK,
        "youth_care/jeugdzorg_20050201.xml": youth_care(1, status=1),
        "telex/telex_20050201.txt": telex(FIRST, "BETR  : AANVULLING OP NR 2005/01/0001", "LAATST GEZIEN : ZEIST")
        + telex(FIRST, "BETR  : VERMISTE PERSOON NR 2005/01/0002", "NAAM  : VERGIST, NIEMAND", "CAT   : VERMIST"),
        "mob/mob_200501_OC.csv": mob("2401234561", "2401234562"),
    },
    SECOND: {
        "ikps/ikps_20050202.csv": ikps(LASTING, SHORT),
        "stv/stv_aanmeldingen_2004.xlsx": stv({1: "Driebergen", 3: "Bunnik"}),
        "youth_care/jeugdzorg_20050202.xml": youth_care(2, status=2, town="Zeist"),
        "telex/telex_20050202.txt": telex(
            SECOND, "BETR  : VERMISTE PERSOON NR 2005/01/0001", "NAAM  : VERZONNEN, KIND", "VERMIST SINDS : 30-01-2005",
        ) + telex(SECOND, "BETR  : INTREKKING NR 2005/01/0002"),
        "mob/mob_200501_OC.csv": mob("2401234563", "2401234561"),
    },
    THIRD: {
        "ikps/ikps_20050203.csv": ikps(LASTING),
        "stv/stv_aanmeldingen_2004.xlsx": WORKBOOK,
        "youth_care/jeugdzorg_20050203.xml": youth_care(3, status=3),
        "telex/telex_20050203.txt": telex(THIRD, "BETR  : AANGETROFFEN NR 2005/01/0001", "DATUM : 02-02-2005"),
        "mob/mob_200502_OC.csv": mob("2401234563", "2401234561"),
    },
    FOURTH: {
        "ikps/ikps_20050204.csv": b"\x00\xff" * 500,
        "telex/telex_20050204.txt": telex(FOURTH, "BETR  : AANVULLING OP NR 2005/01/0001", "VERMIST SINDS : 03-02-2005"),
    },
}  # fmt: skip


@dataclass(repr=False)
class Night:
    """What a night left: its counts, each register's state, the records in force and all versions kept by then."""

    counts: dict[str, int]
    states: dict[str, dict[str, Any]]
    records: list[dict[str, Any]]
    versions: list[dict[str, Any]]

    def kept(self, register: str) -> dict[str, int]:
        """The counts of what happened to the records of a register."""
        kinds = ("new", "changed", "withdrawn", "purged")
        counts = {kind: self.counts.get(f"records_{kind}_{register}", 0) for kind in kinds}
        return {kind: count for kind, count in counts.items() if count}

    def of(self, register: str) -> list[dict[str, Any]]:
        return [record for record in self.records if record["register"] == register]

    def known_as(self, key: str) -> list[dict[str, Any]]:
        return [version for version in self.versions if version["source_key"] == key]

    def history(self, key: str) -> list[tuple]:
        """Per version of a record: file that brought it, day it began, day and way it ended."""
        return [
            (v["file_name"], v["from_night"].day, v["until_night"] and v["until_night"].day, v["ended_by"])
            for v in self.known_as(key)
        ]


RECORDS = "SELECT * FROM registers.record ORDER BY source_key"
VERSIONS = """
    SELECT version.*, file_name FROM registers.record_version AS version
    LEFT JOIN registers.delivery USING (origin, delivery_id) ORDER BY register, source_key, record_id, version
"""


def work(exports: Path, night: date, engine: Engine) -> Night:
    """Work one night by its stages."""
    counts, checked = running.work(exports, night)
    with engine.connect() as connection:
        tables = ([dict(row) for row in connection.execute(text(query)).mappings()] for query in (RECORDS, VERSIONS))
        return Night(counts, checked, *tables)


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> dict[Any, Night]:
    """The four nights by date; under "second again" the second one, worked a second time before the third."""
    from monitoring.database import connect, stop

    with pytest.MonkeyPatch.context() as patch:
        home, exports = (tmp_path_factory.mktemp(name) for name in ("home", "exports"))
        patch.setenv("WEERZIEN_HOME", str(home))
        patch.delenv("WEERZIEN_DATABASE_URL", raising=False)
        engine = connect(Installation(home))
        request.addfinalizer(lambda: stop(Installation(home)))
        worked: dict[Any, Night] = {}
        for night, files in DELIVERED.items():
            for name, content in files.items():
                (exports / name).parent.mkdir(exist_ok=True)
                (exports / name).write_bytes(content)
            worked[night] = work(exports, night, engine)
            if night == SECOND:
                worked["second again"] = work(exports, night, engine)
        return worked


def test_every_night_is_whole_but_for_what_was_refused(nights):
    states = {(night, name): state for night, worked in nights.items() for name, state in worked.states.items()}
    refused = {of: state["reason"] for of, state in states.items() if state["status"] != "ok"}
    assert set(refused) == {(THIRD, "mob"), (FOURTH, "ikps")}
    assert refused[THIRD, "mob"] == "same_bytes_new_date"


def test_a_snapshot_without_a_record_of_two_years_ago_purges_it_and_nothing_of_it_is_kept(nights):
    assert nights[SECOND].kept("ikps") == {"purged": 1}
    (before,) = nights[FIRST].known_as(OLD[0])
    assert before["content"]["retained_until"] == "2005-02-02"
    (after,) = nights[SECOND].known_as(OLD[0])
    assert (after["content"], after["ended_by"], after["until_night"]) == (None, "purged", SECOND)
    assert after["file_name"] == "ikps_20050201.csv"


def test_a_snapshot_without_a_younger_record_withdraws_it_and_what_stood_is_kept(nights):
    assert nights[THIRD].kept("ikps") == {"withdrawn": 1}
    assert [record["source_key"] for record in nights[THIRD].of("ikps")] == [LASTING[0]]
    (version,) = nights[FOURTH].known_as(SHORT[0])
    assert (version["ended_by"], version["content"]["family_name"]) == ("withdrawn", "Verzonnen")


def test_a_snapshot_that_cannot_be_read_leaves_the_last_good_one_and_its_versions(nights):
    assert nights[FOURTH].kept("ikps") == {}
    assert [record["source_key"] for record in nights[FOURTH].of("ikps")] == [LASTING[0]]
    assert nights[FOURTH].states["ikps"]["newest_delivery"] == "2005-02-03"
    lasting = nights[FOURTH].known_as(LASTING[0])
    assert [(version["version"], version["file_name"]) for version in lasting] == [(1, "ikps_20050201.csv")]


def test_a_corrected_workbook_replaces_its_year(nights):
    assert nights[SECOND].kept("stv") == {"changed": 1, "new": 1, "withdrawn": 1}
    assert [(record["source_key"], record["place"]) for record in nights[SECOND].of("stv")] == [
        ("2004/1", "driebergen"), ("2004/3", "bunnik"),
    ]  # fmt: skip


def test_a_correction_that_is_taken_back_brings_back_what_stood_as_a_further_version(nights):
    assert nights[THIRD].kept("stv") == {"changed": 1, "new": 1, "withdrawn": 1}
    first = nights[THIRD].known_as("2004/1")
    told = [(version["content"]["place"], version["from_night"], version["ended_by"]) for version in first]
    assert told == [("utrecht", FIRST, "changed"), ("driebergen", SECOND, "changed"), ("utrecht", THIRD, None)]
    deliveries = [version["delivery_id"] for version in first]
    assert deliveries[2] == f"{deliveries[0]}-2"
    assert nights[FOURTH].history("2004/2") == [
        ("stv_aanmeldingen_2004.xlsx", 1, 2, "withdrawn"), ("stv_aanmeldingen_2004.xlsx", 3, None, None),
    ]  # fmt: skip


def test_a_dossier_is_new_then_changed_then_withdrawn(nights):
    kept = [nights[night].kept("youth_care") for night in (FIRST, SECOND, THIRD, FOURTH)]
    assert kept == [{"new": 1}, {"changed": 1}, {"withdrawn": 1}, {}]
    assert [len(nights[night].of("youth_care")) for night in (FIRST, SECOND, THIRD)] == [1, 1, 0]
    assert nights[FOURTH].history(DOSSIER) == [
        ("jeugdzorg_20050201.xml", 1, 2, "changed"), ("jeugdzorg_20050202.xml", 2, 3, "withdrawn"),
    ]  # fmt: skip
    assert [version["content"]["place"] for version in nights[FOURTH].known_as(DOSSIER)] == ["utrecht", "zeist"]


def test_an_addition_waits_for_its_message_and_is_in_the_case_when_that_comes(nights):
    assert [record["source_key"] for record in nights[FIRST].of("telex")] == [WITHDRAWN]
    (case,) = nights[SECOND].of("telex")
    assert (case["source_key"], case["missing_status"], case["place"]) == (CASE, "open", "zeist")
    assert nights[SECOND].kept("telex") == {"new": 1, "withdrawn": 1}


def test_a_case_is_found_and_reopened_as_another_episode_and_each_state_is_kept(nights):
    cases = [case for night in (THIRD, FOURTH) for case in nights[night].of("telex")]
    stood = [(case["missing_status"], case["episode_count"], case["found_on"]) for case in cases]
    assert stood == [("found", 1, SECOND), ("open", 2, None)]
    opened, *later = nights[FOURTH].history(CASE)
    assert opened == ("telex_20050202.txt", 2, 3, "changed")
    assert later == [("telex_20050203.txt", 3, 4, "changed"), ("telex_20050204.txt", 4, None, None)]


def test_a_message_entered_in_error_is_withdrawn_and_what_stood_is_kept(nights):
    assert nights[FOURTH].history(WITHDRAWN) == [("telex_20050201.txt", 1, 2, "withdrawn")]
    (version,) = nights[FOURTH].known_as(WITHDRAWN)
    assert version["content"]["family_name"] == "VERGIST"


def test_a_later_list_of_a_centre_replaces_the_earlier_and_a_stay_is_followed_to_its_new_place(nights):
    assert nights[SECOND].kept("mob") == {"new": 1, "withdrawn": 1}
    assert [(record["source_key"], record["v_number"]) for record in nights[SECOND].of("mob")] == [
        ("mob_200501_OC.csv#1", "2401234563"), ("mob_200501_OC.csv#2", "2401234561"),
    ]  # fmt: skip
    of_mob = [version for version in nights[FOURTH].versions if version["register"] == "mob"]
    assert {v["content"]["v_number"]: (v["version"], v["source_key"], v["ended_by"]) for v in of_mob} == {
        "2401234561": (1, "mob_200501_OC.csv#2", None),
        "2401234562": (1, "mob_200501_OC.csv#2", "withdrawn"),
        "2401234563": (1, "mob_200501_OC.csv#1", None),
    }


def test_the_same_bytes_under_a_new_date_change_nothing(nights):
    assert nights[THIRD].kept("mob") == {}
    assert nights[THIRD].of("mob") == nights[SECOND].of("mob")


def test_the_same_night_twice_gives_the_same_rows(nights):
    assert nights["second again"].records == nights[SECOND].records
    assert nights["second again"].versions == nights[SECOND].versions
    assert nights["second again"].counts == nights[SECOND].counts
