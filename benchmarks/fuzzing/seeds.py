"""Small valid deliveries of each register, written from the input contract, and what is put into them to break them."""

import io
import zipfile
from dataclasses import dataclass
from xml.sax.saxutils import escape

Row = dict[str, str]


@dataclass(frozen=True)
class Seed:
    """A register's example: `rows` by delivered column; `tokens` of its format; `alphabet` of its random text."""

    file_name: str
    rows: tuple[Row, ...]
    tokens: tuple[str, ...]
    alphabet: str
    encoding: str = "utf-8"


def _rows(header: str, *lines: str) -> tuple[Row, ...]:
    names = header.split(";")
    return tuple(dict(zip(names, line.split(";"), strict=True)) for line in lines)


IKPS = _rows(
    "registratienummer;korps;datum_registratie;datum_aantreffen;achternaam;tussenvoegsel;voornamen;werknaam;"
    "andere_identiteit_van;geboortedatum;geslacht;nationaliteit;geboorteland;verblijfsstatus;locatie;soort_locatie;"
    "contacten;signalen;zwaarte;kentekens;telefoonnummers;aangifte;documenten;vorm_uitbuiting",
    "IK-04-000123;Utrecht;05-04-2004;22-03-2004;Quaedvlieg;de;Annebel;Angel|Chérie;;20-11-1985;V;Nederlandse;Nederland;"
    "Nederlandse nationaliteit;Den Haag, Waldorpstraat 3;tippelzone;pooier:Tomislav|klant:onbekend;"
    "geen_eigen_geld=6|tatoeage=6;12;12-AB-CD;06-00000017|+31 6 0000 0028;N;;prostitutie",
    "IK-04-000124;KLPD;2004-04-05;1-4-2004;Xhosabe;;;Lola;IK-04-000123;00-00-1989;O;Oost-Europa (onbekend welk land);"
    "Joegoslavië;onbekend;n.b.;club;;geslagen=11;11;;0031600000039;J;vals;",
    "IK-04-000125;Zeeland;05-04-2004;;;;;;;±1989;;NGA;NG;ama;nvt;woning;ander:-;x=4;4;;;;geen;prostitutie",
)
STV = _rows(
    "Aanmeldnr;Datum aanmelding;Meldende instantie;Soort instantie;Regio;Naam;Alias;Geb.datum;Leeftijd;"
    "Leeftijd ronseling;M/V;Nationaliteit;Land van herkomst;Vorm van uitbuiting;Loverboy;Datum aangetroffen;Plaats;"
    "Verblijfsstatus;B9-fase;Aangifte;Kwetsbaarheid;Leefsituatie;Opvang;Telefoon;Aantal betrokkenen;"
    "Zekerheid;Opmerkingen",
    "17;2004-05-03;Regiopolitie Utrecht;politie;Utrecht;Quaedvlieg, Annebel;Maria / Lola;00-00-1989;15;14;V;Roemeense;"
    "Roemenië;prostitutie / drugs;ja;01-05-2004;Den Haag;B9;bedenktijd;nee;familie/papieren;alleen;Zeeland;06-00000017;"
    "onbekend;vermoeden;niet bekend",
    "18;4-5-2004;Nidos;anders;n.b.;van der Xhosabe, A.;;1989;ca. 15;;M;NGA;Nigeria;;nee;;Utrecht;ama;geen;ja;;;;;3;"
    "daadwerkelijk;",
    "19;2004-05-05;OM;OM;;;;;?;;;;;onbekend;;2004-05-04;;zonder status;einde;;;;;;;;",
)
MOB = _rows(
    "v_nummer;naam;geboortedatum;geslacht;nationaliteit;alleenstaand;opvanglocatie;datum_instroom;datum_vertrek;"
    "vertrekcategorie;voogd;datum_voogdij;als_vermist_opgegeven;datum_vermist_opgegeven;identiteitsbewijs;"
    "telefoonnummer;vermoedelijke_reden;datum_teruggevonden;plaats_teruggevonden",
    "2401234567;QUAEDVLIEG Xiaoxing;01-01-1990;m;China;ja;Den Helder;01-03-2004;08-03-2004;Controle adres;Nidos;"
    "05-03-2004;ja;10-03-2004;nee;0031600000017;gezinshereniging;01-04-2004;Rotterdam",
    ";Xhosabe, R.;1990;v;IND;nee;Den Helder;2004-03-01;2004-03-09;Uitzetting;geen;;nee;;ja;;;;",
    "2401234569;MOHAMEDALI;;;;ja;Den Helder;;09-03-2004;Overig;;;;;;;weggelopen, vermoedelijk;;",
)
DOSSIERS = _rows(
    "Dossiernummer;StatusAanlevering;Instantie;MeldingDatum;Naam/Geslachtsnaam;Naam/Voorvoegsel;Naam/Voornamen;"
    "Naam/Voorletters;Naam/Roepnaam;Geboortedatum/Datum;Geboortedatum/DatumGebruik;Geslacht;Nationaliteit;"
    "LandVanHerkomst;Verblijfsstatus;Woonplaats;Telefoon;Rubriek;Signalen/Signaal;VormenUitbuiting/Vorm;Zekerheid;"
    "LeeftijdRonseling;Oogmerk;Uitbuiter;Loverboy;Kwetsbaarheden/Kwetsbaarheid;Leefsituatie;School;Maatregel;"
    "MaatregelDatum;RedenMaatregel;Doorverwezen;AantalBetrokkenen",
    "UT-2004-00417;1;BJZ;2003-10-14;Quaedvlieg;de;Annebel;A;;1987-11-20;;2;NL;NL;Nederlandse nationaliteit;Utrecht;"
    "06-00000017;opvoedproblemen;weglopen van huis;prostitutie;vermoeden;14;;loverboy;ja;familie;compleet gezin;ja;"
    "vots;2004-03-20;;RvdK;2",
    "UT-2004-00418;2;AMK;2004-03-01;Xhosabe;;;R;Ro;1989-01-01;2;1;NGA;Nigeria;ama;;;uitbuiting;;;;;;;;;;;;;;;",
    "UT-2004-00418;3;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;",
)
MESSAGES = _rows(
    "VAN;AAN;BETR;NAAM;ROEPN;GEB;GESL;NAT;CAT;VERMIST SINDS;LAATST GEZIEN;MELDER;CONTACT;SIGN;DATUM;PLAATS",
    "REGIOPOLITIE UTRECHT;ALLE KORPSEN;VERMISTE PERSOON NR 2004/03/0412;DE QUAEDVLIEG, ANNEBEL;ANNEBEL;"
    "20-11-1987 TE UTRECHT;V;NEDERLANDSE;WEGLOOPPROBLEMATIEK;08-03-2004;UTRECHT OVERVECHT;OUDERS;"
    "TOMISLAV TEL 06-00000017 KENT 12-AB-CD;CA 170 CM SLANK LANG BLOND HAAR DRAAGT\n  ZWARTE JAS;;",
    "NIDOS;;VERMISTE PERSOON NR 2004/03/0413;XHOSABE R;;ONBEKEND CA 14 JR;M;;VERMIST AMA;9-3-2004;;NIDOS;;;;",
    "KLPD;;AANVULLING OP NR 2004/03/0412;;;CA 17-18 JR;;;;;AMSTERDAM;;TEL 020-\n  0000028 EN LOLA KENT\n  34-XY-ZZ;;;",
    "KLPD;;AANGETROFFEN NR 2004/03/0412;;;;;;;;;;;;12-03-2004;ROTTERDAM",
    "KLPD;;INTREKKING NR 2004/03/0413;;;;;;;;;;;;;",
)
XML_TOKENS = (
    '<!DOCTYPE x [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">]>', "<!DOCTYPE",
    "&lol;", "<![CDATA[", "]]>", "<!--", "-->", "<?xml version='1.1' encoding='UTF-16'?>", "<?p i?>", "&#0;",
    "&#xD800;", "&#1114112;", "&#30;", "&amp;", "</", "/>", "<x:y>", "<y xmlns='z'>",
    "xmlns:q='urn:weerzien:jeugdzorg:1'", "<a>" * 300,
)  # fmt: skip
LETTERS = "abcxyzABCXYZ 0123456789-.,:;/'\"|=()?±éëßİ"
SEEDS = {
    "ikps": Seed("ikps_20040410.csv", IKPS, (";", "|", '"', '""', "\r\n", "\r", "=", ":"), LETTERS, "cp1252"),
    "stv": Seed(
        "stv_aanmeldingen_2004.xlsx", STV, (*XML_TOKENS, "</row>", '<row r="1">', "<c>", "<v>", 't="s"'), LETTERS,
    ),
    "youth_care": Seed(
        "jeugdzorg_20040316.xml", DOSSIERS, (*XML_TOKENS, "<Dossier>", "</Dossier>", "<Naam>", "</Bericht>"),
        "<>/=\"'&;!-[]? BerichtDosNam:1\n" + LETTERS,
    ),
    "telex": Seed(
        "telex_20040316.txt", MESSAGES,
        ("ZCZC", "ZCZC KLPD0412 160304 0915", "NNNN", "BETR  : ", "NR 2004/03/0412", "\n", "\r\n", "\n  ", "\n\t", "\f",
         " : ", "TEL", "KENT", " TE ", " EN ", "CA 14 JR"),
        "ABCDEFNRZCTKL 0123456789-:./,;\n\n", "ascii",
    ),
    "mob": Seed("mob_200403_DEN-HELDER.csv", MOB, (",", '"', '""', "\r\n", "\r", "\ufeff"), LETTERS),
}  # fmt: skip


def written(register: str, rows: list[Row]) -> bytes:
    """Return rows as the file in which a register would deliver them; values are escaped as its format asks."""
    if register == "stv":
        return workbook(sheet_xml(stv_lines(rows)))
    text = {"ikps": _delimited, "mob": _delimited, "youth_care": _message, "telex": _telex}[register](register, rows)
    return text.encode(SEEDS[register].encoding, errors="replace")


def _delimited(register: str, rows: list[Row]) -> str:
    separator, mark = (";", "") if register == "ikps" else (",", "\ufeff")

    def cell(value: str) -> str:
        return '"' + value.replace('"', '""') + '"' if any(c in value for c in f'{separator}"\r\n') else value

    lines = [list(SEEDS[register].rows[0]), *(list(row.values()) for row in rows)]
    return mark + "".join(f"{separator.join(map(cell, line))}\r\n" for line in lines)


def _message(register: str, rows: list[Row]) -> str:
    dossiers = []
    for row in rows:
        elements: dict[str, str] = {}
        for path, value in row.items():
            outer, _, inner = path.partition("/")
            text = escape("".join(letter for letter in value if letter.isprintable()))
            elements[outer] = elements.get(outer, "") + (f"<{inner}>{text}</{inner}>" if inner else text)
        dossiers.append("".join(f"<{tag}>{text}</{tag}>" for tag, text in elements.items()))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Bericht xmlns="urn:weerzien:jeugdzorg:1"><Header>'
        "<Afzender>BJZ Utrecht</Afzender><Dagtekening>2004-03-16</Dagtekening><Volgnummer>412</Volgnummer></Header>\n"
        f"<Dossiers>{''.join(f'<Dossier>{dossier}</Dossier>' for dossier in dossiers)}</Dossiers></Bericht>\n"
    )


def _telex(register: str, rows: list[Row]) -> str:
    messages = ("".join(f"{label:<6}: {value}\n" for label, value in row.items() if value) for row in rows)
    return "QRM 73\n" + "".join(f"ZCZC KLPD0412 160304 0915\n{message}NNNN\n\n" for message in messages)


def stv_lines(rows: list[Row]) -> list[list[str]]:
    """Return the lines of a sheet: titles, header, reports parted by a blank line, a total."""
    first, *others = [list(row.values()) for row in rows] or [[]]
    header = list(SEEDS["stv"].rows[0])
    return [["Stichting"], [], ["Aanmeldingen 2004"], header, first, [], *others, ["Totaal", str(len(rows))]]


def sheet_xml(lines: list[list[str]], cells: dict[tuple[int, int], str] | None = None) -> str:
    """Return lines as a sheet; `cells` stand as they are at their line and column."""
    odd = cells or {}
    body = [
        f'<row r="{y}">{"".join(odd.get((y, x)) or _cell(x, y, value) for x, value in enumerate(line))}</row>'
        for y, line in enumerate(lines, start=1)
    ]
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{"".join(body)}</sheetData></worksheet>'


def _cell(x: int, y: int, value: str) -> str:
    if value.isdecimal() and value.isascii():
        return f'<c r="{column_letters(x)}{y}"><v>{value}</v></c>'
    return f'<c r="{column_letters(x)}{y}" t="inlineStr"><is><t>{escape(value)}</t></is></c>' if value else ""


def column_letters(x: int) -> str:
    """Return the letters of a column of a sheet, the first being 0."""
    return (column_letters(x // 26 - 1) if x >= 26 else "") + chr(65 + x % 26)


def workbook(sheet: str) -> bytes:
    """Return a workbook with one sheet."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in {**WORKBOOK, "xl/worksheets/sheet1.xml": sheet}.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
WORKBOOK = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1" Type="{_OFFICE}/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="Aanmeldingen" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1" '
    f'Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    # The second format is a date, which the style of a cell points at.
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="21"/>'
    "</cellXfs></styleSheet>",
    "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}"><si><t>politie</t></si><si><t>niet bekend</t></si></sst>',
}
