"""The fixture rows of the rule book (section 5.6) written in the five layouts of the registers.

Synthetic values; only the pattern, ages, countries, places and lags are the report's. Row G6 (Niene Pinas, source
"overig") is written as a youth-care dossier, since the five registers know no other.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

IKPS_COLUMNS = (
    "registratienummer;korps;datum_registratie;datum_aantreffen;achternaam;tussenvoegsel;voornamen;werknaam;"
    "andere_identiteit_van;geboortedatum;geslacht;nationaliteit;geboorteland;verblijfsstatus;locatie;soort_locatie;"
    "contacten;signalen;zwaarte;kentekens;telefoonnummers;aangifte;documenten;vorm_uitbuiting"
)
SIGNALS = "spreekt_geen_nederlands=6|geen_woonruimte=6"
IKPS_ROWS = (
    "IK-04-000001;Haaglanden;30-05-2004;19-03-2004;Bos;;Sandra;Candy;;02-06-1984;V;NL;;onbekend;Den Haag;tippelzone;"
    f"pooier:Tom;{SIGNALS};12;12-AB-CD;0600000001;N;;prostitutie",
    "IK-04-000002;Friesland;03-04-2004;02-04-2004;Lopez;;Maria;Lola;;12-12-1984;V;ES;;onbekend;Leeuwarden;club;"
    f"ander:eigenaar;{SIGNALS};12;;;N;vals;prostitutie",
    "IK-04-000003;Friesland;03-04-2004;02-04-2004;Garcia;;Ana;;;15-12-1984;V;ES;;onbekend;Leeuwarden;club;"
    f"ander:eigenaar;{SIGNALS};12;;;N;vals;prostitutie",
    "IK-05-000005;Amsterdam-Amstelland;20-01-2005;15-09-2004;Chen;;Xing Xiao;;;10-02-1989;M;CN;;zonder status;"
    f"Amsterdam;straat;;{SIGNALS};12;;;J;geen;",
    "IK-04-000022;Rotterdam-Rijnmond;09-02-2004;02-02-2004;Kamara;;Fatou;Joy;;05-05-1987;V;SL;Sierra Leone;onbekend;"
    f"Rotterdam;straat;pooier:X;{SIGNALS};12;34-EF-GH;0600000002;N;;prostitutie",
    "IK-04-000023;Rotterdam-Rijnmond;09-02-2004;02-02-2004;Johnson;;Grace;Joy;;01-01-1983;V;NG;;onbekend;"
    f"Rotterdam;straat;pooier:X;{SIGNALS};12;34-EF-GH;0600000002;N;vals;prostitutie",
    "IK-04-000031;Groningen;01-03-2004;02-02-2004;Johnson;;Grace;;;01-01-1983;V;NG;;onbekend;Groningen;straat;"
    f"pooier:Y;{SIGNALS};12;;0600000003;N;vals;prostitutie",
)
STV_COLUMNS = (
    "Aanmeldnr", "Datum aanmelding", "Meldende instantie", "Soort instantie", "Regio", "Naam", "Alias", "Geb.datum",
    "Leeftijd", "Leeftijd ronseling", "M/V", "Nationaliteit", "Land van herkomst", "Vorm van uitbuiting", "Loverboy",
    "Datum aangetroffen", "Plaats", "Verblijfsstatus", "B9-fase", "Aangifte", "Kwetsbaarheid", "Leefsituatie", "Opvang",
    "Telefoon", "Aantal betrokkenen", "Zekerheid", "Opmerkingen",
)  # fmt: skip
STV_ROW: dict[str, Any] = {
    "Aanmeldnr": "2",
    "Datum aanmelding": date(2004, 4, 5),
    "Meldende instantie": "politie Friesland",
    "Soort instantie": "politie",
    "Regio": "Friesland",
    "Naam": "Popescu, Yena",
    "Geb.datum": "01-09-1988",
    "Leeftijd": 15,
    "M/V": "V",
    "Nationaliteit": "RO",
    "Land van herkomst": "Roemenië",
    "Vorm van uitbuiting": "prostitutie",
    "Datum aangetroffen": date(2004, 4, 2),
    "Plaats": "Leeuwarden",
    "B9-fase": "bedenktijd",
    "Zekerheid": "daadwerkelijk",
}
YOUTH_CARE = """<?xml version="1.0" encoding="UTF-8"?>
<Bericht xmlns="urn:weerzien:jeugdzorg:1">
<Header><Afzender>BJZ Utrecht</Afzender><Dagtekening>2004-06-14</Dagtekening><Volgnummer>412</Volgnummer></Header>
<Dossiers>
<Dossier><Dossiernummer>UT-2003-00001</Dossiernummer><StatusAanlevering>1</StatusAanlevering><Instantie>BJZ</Instantie>
<MeldingDatum>2003-10-14</MeldingDatum><Naam><Geslachtsnaam>Wit</Geslachtsnaam><Voorvoegsel>de</Voorvoegsel>
<Voorletters>A</Voorletters></Naam><Geboortedatum><Datum>1987-11-20</Datum><DatumGebruik/></Geboortedatum>
<Geslacht>2</Geslacht><Nationaliteit>NL</Nationaliteit><LandVanHerkomst>NL</LandVanHerkomst>
<Woonplaats>Utrecht</Woonplaats><Rubriek>opvoedproblemen</Rubriek><Doorverwezen>psycholoog</Doorverwezen></Dossier>
<Dossier><Dossiernummer>AM-2004-00006</Dossiernummer><StatusAanlevering>1</StatusAanlevering><Instantie>BJZ</Instantie>
<MeldingDatum>2004-06-10</MeldingDatum><Naam><Geslachtsnaam>Pinas</Geslachtsnaam><Voornamen>Oeti</Voornamen></Naam>
<Geboortedatum><Datum>1993-04-04</Datum><DatumGebruik/></Geboortedatum><Geslacht>2</Geslacht>
<Nationaliteit>SR</Nationaliteit><LandVanHerkomst>SR</LandVanHerkomst><Rubriek>opvoedproblemen</Rubriek>
<Maatregel>ots</Maatregel></Dossier>
<Dossier><Dossiernummer>AM-2004-00007</Dossiernummer><StatusAanlevering>1</StatusAanlevering><Instantie>BJZ</Instantie>
<Naam><Geslachtsnaam>Pinas</Geslachtsnaam><Voornamen>Niene</Voornamen></Naam>
<Geboortedatum><Datum>1993-01-30</Datum><DatumGebruik/></Geboortedatum><Geslacht>2</Geslacht>
<Nationaliteit>NL</Nationaliteit><LandVanHerkomst>SR</LandVanHerkomst></Dossier>
</Dossiers></Bericht>
"""
TELEX_ANNE = """ZCZC KLPD0412 080304 0915
VAN   : REGIOPOLITIE UTRECHT
AAN   : ALLE KORPSEN
BETR  : VERMISTE PERSOON NR 2004/03/0412
NAAM  : DE WIT, ANNE
ROEPN : ANNE
GEB   : 20-11-1987 TE UTRECHT
GESL  : V
NAT   : NEDERLANDSE
CAT   : WEGLOOPPROBLEMATIEK
VERMIST SINDS : 08-03-2004
LAATST GEZIEN : UTRECHT
MELDER : OUDERS
NNNN
"""
TELEX_ANNE_SUPPLEMENT = """ZCZC KLPD0431 160304 1010
VAN   : REGIOPOLITIE UTRECHT
BETR  : AANVULLING OP NR 2004/03/0412
CONTACT : TOM TEL 06-00000001 KENT 12-AB-CD
NNNN
"""
TELEX_XIAOXING = """ZCZC KLPD0520 290304 0800
VAN   : REGIOPOLITIE HAAGLANDEN
BETR  : VERMISTE PERSOON NR 2004/03/0520
NAAM  : CHEN XIAOXING
GEB   : 10-02-1990
GESL  : M
NAT   : CHINESE
CAT   : VERMIST AMA
VERMIST SINDS : 12-03-2004
MELDER : NIDOS
NNNN
"""
MOB_COLUMNS = (
    "v_nummer,naam,geboortedatum,geslacht,nationaliteit,alleenstaand,opvanglocatie,datum_instroom,datum_vertrek,"
    "vertrekcategorie,voogd,datum_voogdij,als_vermist_opgegeven,datum_vermist_opgegeven,identiteitsbewijs,"
    "telefoonnummer,vermoedelijke_reden,datum_teruggevonden,plaats_teruggevonden"
)
MOB_MARCH = (
    "2401234567,Xiao-xing Chen,10-02-1990,m,China,ja,OC,05-03-2004,12-03-2004,"
    "Controle adres,Nidos,,ja,29-03-2004,nee,,,,"
)
MOB_JANUARY = ",R. Singh,1989-00-00,m,IN,ja,OC,04-01-2005,11-01-2005,Controle adres,geen,,nee,,nee,,,,"


def write_fixture_exports(exports: Path, telex: tuple[str, ...] = (TELEX_ANNE, TELEX_ANNE_SUPPLEMENT)) -> Path:
    """Write the fixture rows as five registers would deliver them; returns the folder."""
    for register in ("ikps", "stv", "youth_care", "telex", "mob"):
        (exports / register).mkdir(parents=True)
    ikps = "\r\n".join((IKPS_COLUMNS, *IKPS_ROWS, ""))
    (exports / "ikps" / "ikps_20050131.csv").write_bytes(ikps.encode("cp1252"))
    _write_stv(exports / "stv" / "stv_aanmeldingen_2004.xlsx")
    (exports / "youth_care" / "jeugdzorg_20040614.xml").write_text(YOUTH_CARE, encoding="utf-8")
    (exports / "telex" / "telex_20040331.txt").write_text("".join((*telex, TELEX_XIAOXING)), encoding="ascii")
    for name, row in (("mob_200403_OC.csv", MOB_MARCH), ("mob_200501_OC.csv", MOB_JANUARY)):
        (exports / "mob" / name).write_text(f"{MOB_COLUMNS}\n{row}\n", encoding="utf-8-sig")
    return exports


def _write_stv(path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Aanmeldingen"
    sheet.append(["Stichting Tegen Vrouwenhandel"])
    sheet.append(["Aanmeldingen 2004"])
    sheet.append([])
    sheet.append(list(STV_COLUMNS))
    sheet.append([STV_ROW.get(column) for column in STV_COLUMNS])
    sheet.append([])
    sheet.append(["Totaal", 1])
    workbook.save(path)
