"""A child whose terms have ended: every byte of every file of the installation is searched for her.

She is in all five registers, each with a term of its own declared here, and the registers go on delivering her after it.
"""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import Engine, text

from benchmarks.nights.running import work
from connectors import register as declarations
from connectors.installation import Installation
from connectors.register import REGISTERS
from dags import keeping

# The last day of her terms is LAST; the night after it she is gone.
BEFORE, LAST, AFTER, LATER = (date(2005, 2, day) for day in (2, 3, 4, 5))
TERMS = {
    "stv": {"years": 1, "from": ["reported_on"]},
    "youth_care": {"years": 1, "from": ["registered_on"]},
    "telex": {"years": 1, "from": ["reported_on"]},
    "mob": {"years": 1, "from": ["departed_on", "arrived_on"]},
}

# What tells of her and of nobody else, as delivered or as it is kept.
HER = (
    "Zonnesteen", "Wonderlijne", "Noëlleke", "Nachtvlinder", "17-05-1988", "1988-05-17", "17-5-1988", "17/05/1988",
    "+31698765432", "06-98765432", "0698765432", "98765432", "ZZ-98-XX", "ZZ98XX", "Boemankwaad",
    "sleutelvormig litteken", "2409876543",
)  # fmt: skip
ALSO_HER = ("17051988", "19880517", "17.05.1988", "1988/05/17", "17 mei 1988", "+31 6 98765432", "0031698765432")
IN_DATABASE = ("Zonnesteen", "Wonderlijne", "Nachtvlinder", "+31698765432", "ZZ98XX", "Boemankwaad", "2409876543")
OTHERS = {"ikps": "Blijvertje", "stv": "Restant", "youth_care": "Overblijf", "telex": "NOGHIER", "mob": "Aanwezig"}


def ikps() -> bytes:
    names = (
        "registratienummer;korps;datum_registratie;datum_aantreffen;achternaam;tussenvoegsel;voornamen;werknaam;"
        "andere_identiteit_van;geboortedatum;geslacht;nationaliteit;geboorteland;verblijfsstatus;locatie;"
        "soort_locatie;contacten;signalen;zwaarte;kentekens;telefoonnummers;aangifte;documenten;vorm_uitbuiting"
    )
    her = (
        "IK-03-000001;Utrecht;03-02-2003;03-02-2003;Zonnesteen;;Wonderlijne Noëlleke;Nachtvlinder;;17-05-1988;V;NL;;"
        "onbekend;Utrecht;straat;pooier:Boemankwaad;geen_woonruimte=12;{};ZZ-98-XX;06-98765432;N;;prostitutie"
    )
    # Below ten points: set aside.
    aside = her.replace("IK-03-000001", "IK-03-000002").format(9)
    other = (
        "IK-04-000003;Utrecht;04-04-2004;04-04-2004;Blijvertje;;Persoon;;;01-02-1987;V;NL;;onbekend;Utrecht;straat;;"
        "geen_woonruimte=12;12;;;N;;prostitutie"
    )
    return "\r\n".join((names, her.format(12), aside, other, "")).encode("cp1252")


def stv() -> bytes:
    columns = (
        "Aanmeldnr|Datum aanmelding|Meldende instantie|Soort instantie|Regio|Naam|Alias|Geb.datum|Leeftijd|"
        "Leeftijd ronseling|M/V|Nationaliteit|Land van herkomst|Vorm van uitbuiting|Loverboy|Datum aangetroffen|Plaats|"
        "Verblijfsstatus|B9-fase|Aangifte|Kwetsbaarheid|Leefsituatie|Opvang|Telefoon|Aantal betrokkenen|Zekerheid|"
        "Opmerkingen"
    ).split("|")
    her = {"Aanmeldnr": 1, "Datum aanmelding": "03-02-2004", "Naam": "Zonnesteen, Wonderlijne", "Alias": "Nachtvlinder",
           "Geb.datum": "17/05/1988", "M/V": "V", "Telefoon": "0698765432", "Zekerheid": "daadwerkelijk",
           "Opmerkingen": "sleutelvormig litteken"}  # fmt: skip
    other = {"Aanmeldnr": 2, "Datum aanmelding": "05-04-2004", "Naam": "Restant, P", "M/V": "V"}
    book = Workbook()
    book.active.title = "Aanmeldingen"
    book.active.append(columns)
    for known in (her, other):
        book.active.append([known.get(column) for column in columns])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def youth_care(day: date, *dossiers: str) -> bytes:
    return (
        '<Bericht xmlns="urn:weerzien:jeugdzorg:1"><Header><Afzender>BJZ Utrecht</Afzender>'
        f"<Dagtekening>{day}</Dagtekening><Volgnummer>{day.toordinal()}</Volgnummer></Header>"
        f"<Dossiers>{''.join(dossiers)}</Dossiers></Bericht>"
    ).encode()


def dossier(number: int, name: str, rest: str = "") -> str:
    return (
        f"<Dossier><Dossiernummer>UT-2004-0000{number}</Dossiernummer><StatusAanlevering>1</StatusAanlevering>"
        f"<Instantie>BJZ</Instantie><Naam><Geslachtsnaam>{name}</Geslachtsnaam></Naam>{rest}</Dossier>"
    )


def telex(*messages: tuple[str, ...]) -> bytes:
    return "\n".join(line for message in messages for line in (*message, "NNNN", "")).encode("ascii")


def mob() -> bytes:
    names = (
        "v_nummer,naam,geboortedatum,geslacht,nationaliteit,alleenstaand,opvanglocatie,datum_instroom,datum_vertrek,"
        "vertrekcategorie,voogd,datum_voogdij,als_vermist_opgegeven,datum_vermist_opgegeven,identiteitsbewijs,"
        "telefoonnummer,vermoedelijke_reden,datum_teruggevonden,plaats_teruggevonden"
    )
    row = '{},{},{},v,China,ja,OC,05-01-2004,{},Controle adres,Nidos,,nee,,nee,{},"{}",,'
    her = row.format("2409876543", "ZONNESTEEN Wonderlijne", "1988-05-17", "03-02-2004", "+31 6 98765432",
                     "sleutelvormig litteken, zei Noëlleke")  # fmt: skip
    other = row.format("2401234562", "AANWEZIG Kind", "1990-02-01", "13-02-2004", "", "")
    return "\r\n".join((names, her, other, "")).encode("utf-8-sig")


CARE = ("<Geboortedatum><Datum>1988-05-17</Datum></Geboortedatum><Telefoon>0698765432</Telefoon>"
        "<RedenMaatregel>sleutelvormig litteken</RedenMaatregel>")  # fmt: skip
HER_MESSAGE = (
    "ZCZC KLPD0001 030204 0915", "BETR  : VERMISTE PERSOON NR 2004/02/0001", "NAAM  : ZONNESTEEN, WONDERLIJNE",
    "ROEPN : NACHTVLINDER", "GEB   : 17-5-1988", "GESL  : V", "CAT   : VERMIST", "VERMIST SINDS : 02-02-2004",
    "CONTACT : BOEMANKWAAD TEL 06-98765432 KENT ZZ-98-XX", "SIGN  : SLEUTELVORMIG LITTEKEN",
)  # fmt: skip
OTHER_MESSAGE = ("ZCZC KLPD0002 100204 0915", "BETR  : VERMISTE PERSOON NR 2004/02/0002", "NAAM  : NOGHIER, KIND",
                 "CAT   : VERMIST", "VERMIST SINDS : 02-02-2004")  # fmt: skip
FIRST_FILES = {
    "stv/stv_aanmeldingen_2004.xlsx": stv(),
    "youth_care/jeugdzorg_20040203.xml": youth_care(date(2004, 2, 3), dossier(1, "Zonnesteen", CARE)),
    "youth_care/jeugdzorg_20050102.xml": youth_care(date(2005, 1, 2), dossier(2, "Overblijf")),
    "telex/telex_20040203.txt": telex(HER_MESSAGE, OTHER_MESSAGE),
    "mob/mob_200402_OC.csv": mob(),
}


@dataclass
class World:
    """One installation with exports outside it."""

    exports: Path
    home: Path

    @property
    def engine(self) -> Engine:
        from monitoring.database import connect

        return connect(Installation(self.home))

    def deliver(self, **files: bytes) -> None:
        for name, content in files.items():
            path = self.exports / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def work(self, night: date) -> dict[str, Any]:
        """A night by its stages, with that day's snapshot of IKPS, in which she always is."""
        self.deliver(**{f"ikps/ikps_{night:%Y%m%d}.csv": ikps().replace(b"Persoon", f"P{night.day}".encode())})
        counts, checked = work(self.exports, night)
        assert [name for name, outcome in checked.items() if outcome["status"] in ("refused", "failed")] == []
        return counts

    def ask(self, query: str) -> list[Any]:
        with self.engine.connect() as connection:
            return list(connection.execute(text(query)).all())

    def found(self, *values: str, under: str = "") -> set[str]:
        """Those of the values that stand in any file, in any of the encodings and capitals in which they may stand."""
        from monitoring.database import stop

        # Everything must be in files, so the server is stopped.
        stop(Installation(self.home))
        wanted = {value: encoded(value) for value in values}
        found: set[str] = set()
        for content in contents(self.home / under):
            lowered = content.lower()
            found |= {value for value, forms in wanted.items() if any(form in lowered for form in forms)}
        return found


def encoded(value: str) -> set[bytes]:
    forms = {
        value,
        value.upper(),
        value.lower(),
        value.encode("ascii", "backslashreplace").decode().replace("\\x", "\\u00"),
    }
    return {
        form.encode(encoding).lower() for form in forms for encoding in ("utf-8", "cp1252", "utf-16-le", "utf-16-be")
    }


def contents(folder: Path) -> Iterator[bytes]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            yield path.name.encode() + b"\n" + content
            if content.startswith(b"PK"):
                with zipfile.ZipFile(io.BytesIO(content)) as archive:
                    yield from (archive.read(part) for part in archive.infolist())


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[World]:
    """Two nights on which she is there, a judgement that names her, and all terms as declared here."""
    from monitoring.database import stop

    with pytest.MonkeyPatch.context() as patch:
        home, exports = (tmp_path_factory.mktemp(name) for name in ("home", "exports"))
        patch.setenv("WEERZIEN_HOME", str(home))
        patch.delenv("WEERZIEN_DATABASE_URL", raising=False)
        as_declared = declarations.register_from
        patch.setattr(
            declarations,
            "register_from",
            lambda declared: as_declared(
                declared | {"retention": declared["retention"] | TERMS.get(declared["name"], {})}
            ),
        )
        declarations.load_register.cache_clear()
        request.addfinalizer(declarations.load_register.cache_clear)
        request.addfinalizer(lambda: stop(Installation(home)))
        made = World(exports, home)
        made.deliver(**FIRST_FILES)
        made.work(BEFORE)
        made.work(LAST)
        judge(made)
        yield made


def judge(made: World) -> None:
    """A reviewer writes her name in the reason of a verdict."""
    with made.engine.begin() as connection:
        query = (
            "SELECT record_id FROM registers.record WHERE register IN ('ikps', 'stv') ORDER BY family_name DESC LIMIT 2"
        )
        ids = sorted(connection.scalars(text(query)))
        connection.execute(
            text(
                "INSERT INTO registers.judgement (judgement_id, origin, record_id_l, record_id_r, verdict, reason, "
                "judged_by, judged_at, night) VALUES (1, '', :l, :r, 'same', 'Wonderlijne Zonnesteen, zelfde Boemankwaad', "
                "'V. Erzonnen', now(), :night)"
            ),
            {"l": ids[0], "r": ids[1], "night": LAST},
        )


@pytest.fixture(scope="module")
def steps(world: World) -> dict[str, Any]:
    """What was found and counted at each step, in order."""
    told: dict[str, Any] = {"on the last day": keeping.keep(None)}
    told["found on the last day"] = (
        world.found(*HER),
        world.found(*HER, under="landing"),
        world.found(*IN_DATABASE, under="database"),
    )
    told["night after"] = world.work(AFTER)
    told["set aside"] = world.ask(
        "SELECT register, rule FROM registers.finding WHERE level = 'set_aside' ORDER BY register, rule"
    )
    told["found before housekeeping"] = world.found(*HER), world.found(*IN_DATABASE, under="database")
    told["dry run"] = keeping.keep(None, dry_run=True)
    told["found after a dry run"] = world.found(*HER)
    told["housekeeping"] = keeping.keep(None)
    told["found"] = world.found(*HER, *ALSO_HER)
    told["others"] = world.found(*OTHERS.values(), under="landing"), world.found(*OTHERS.values(), under="database")
    told["purged"] = world.ask(
        "SELECT register, cause, kept, night, person_id IS NOT NULL FROM monitoring.purge ORDER BY register, person_id IS NULL"
    )
    told["again"] = keeping.keep(None)
    told["later night"] = world.work(LATER)
    told["persons later"] = world.ask("SELECT count(*) FROM monitoring.registration")
    told["later housekeeping"] = keeping.keep(None)
    told["found later"] = world.found(*HER, *ALSO_HER)
    return told


def test_she_may_be_kept_on_the_last_day_of_her_terms(steps):
    everywhere, landed, database = steps["found on the last day"]
    assert everywhere == set(HER)
    assert database == set(IN_DATABASE)
    assert {"Zonnesteen", "17-05-1988", "17/05/1988", "sleutelvormig litteken"} <= landed
    assert all(not any(counts.values()) for counts in steps["on the last day"][1].values())


def test_the_night_after_her_rows_are_set_aside_in_every_register(steps):
    assert {register for register, rule in steps["set aside"] if rule == "past_term"} == set(REGISTERS)
    everywhere, database = steps["found before housekeeping"]
    assert "Zonnesteen" in everywhere and "Zonnesteen" in database


def test_a_dry_run_tells_and_removes_nothing(steps):
    assert {register: counts["registrations"] for register, counts in steps["dry run"][1].items()} == {
        "ikps": 2, "stv": 1, "youth_care": 1, "telex": 1, "mob": 1,
    }  # fmt: skip
    assert steps["found after a dry run"] == steps["found before housekeeping"][0]


def test_after_housekeeping_nothing_of_her_stands_in_any_file(steps):
    assert steps["found"] == set()


def test_the_other_children_are_still_there(steps):
    landed, database = steps["others"]
    assert landed == database == set(OTHERS.values())


def test_what_was_removed_is_written_down_with_keys_and_counts_only(steps):
    night, counts = steps["housekeeping"]
    assert night == AFTER
    assert {register: (of["registrations"], of["landing_rows"]) for register, of in counts.items()} == {
        "ikps": (2, 6), "stv": (1, 1), "youth_care": (1, 1), "telex": (1, 1), "mob": (1, 1),
    }  # fmt: skip
    assert steps["purged"] == [
        ("ikps", "term", "nothing", AFTER, True), ("ikps", "term", "nothing", AFTER, False),
        ("mob", "term", "nothing", AFTER, True), ("stv", "term", "nothing", AFTER, True),
        ("telex", "term", "nothing", AFTER, True), ("youth_care", "term", "nothing", AFTER, True),
    ]  # fmt: skip


def test_housekeeping_on_the_same_night_again_does_nothing_more(steps):
    assert all(not any(counts.values()) for counts in steps["again"][1].values())


def test_registers_that_go_on_delivering_her_do_not_bring_her_back(steps):
    assert steps["persons later"] == [(5,)]
    assert steps["later housekeeping"][1]["ikps"]["landing_rows"] == 2
    assert steps["found later"] == set()


def test_housekeeping_refuses_a_night_that_is_still_to_come(world, steps):
    from connectors.installation import OneLineError

    with pytest.raises(OneLineError, match="not published yet"):
        keeping.keep((LATER + timedelta(1)).isoformat())
