from datetime import date
from pathlib import Path

import pytest

from connectors import register as register_module
from connectors.installation import OneLineError
from connectors.interpreting import READERS
from connectors.records import COLUMN_NAMES, ROW_COLUMN_NAMES
from connectors.register import KINDS, REGISTERS, load_register, register_from

# The columns of the input contract, as it writes them.
CONTRACT = {
    "ikps": "registratienummer korps datum_registratie datum_aantreffen achternaam tussenvoegsel voornamen werknaam "
    "andere_identiteit_van geboortedatum geslacht nationaliteit geboorteland verblijfsstatus locatie soort_locatie "
    "contacten signalen zwaarte kentekens telefoonnummers aangifte documenten vorm_uitbuiting".split(),
    "stv": "Aanmeldnr · Datum aanmelding · Meldende instantie · Soort instantie · Regio · Naam · Alias · Geb.datum · "
    "Leeftijd · Leeftijd ronseling · M/V · Nationaliteit · Land van herkomst · Vorm van uitbuiting · Loverboy · "
    "Datum aangetroffen · Plaats · Verblijfsstatus · B9-fase · Aangifte · Kwetsbaarheid · Leefsituatie · Opvang · "
    "Telefoon · Aantal betrokkenen · Zekerheid · Opmerkingen".split(" · "),
    "youth_care": "Header/Afzender Header/Dagtekening Header/Volgnummer Dossiernummer StatusAanlevering Instantie "
    "MeldingDatum Naam/Geslachtsnaam Naam/Voorvoegsel Naam/Voornamen Naam/Voorletters Naam/Roepnaam "
    "Geboortedatum/Datum Geboortedatum/DatumGebruik Geslacht Nationaliteit LandVanHerkomst Verblijfsstatus Woonplaats "
    "Telefoon Rubriek Signalen/Signaal VormenUitbuiting/Vorm Zekerheid LeeftijdRonseling Oogmerk Uitbuiter Loverboy "
    "Kwetsbaarheden/Kwetsbaarheid Leefsituatie School Maatregel MaatregelDatum RedenMaatregel Doorverwezen "
    "AantalBetrokkenen".split(),
    "telex": "ZCZC;VAN;AAN;BETR;NAAM;ROEPN;GEB;GESL;NAT;CAT;VERMIST SINDS;LAATST GEZIEN;MELDER;CONTACT;SIGN;DATUM;"
    "PLAATS".split(";"),
    "mob": "v_nummer naam geboortedatum geslacht nationaliteit alleenstaand opvanglocatie datum_instroom datum_vertrek "
    "vertrekcategorie voogd datum_voogdij als_vermist_opgegeven datum_vermist_opgegeven identiteitsbewijs "
    "telefoonnummer vermoedelijke_reden datum_teruggevonden plaats_teruggevonden".split(),
}
OWN_READERS = {
    "key", "given_names", "initials", "name_prefix", "family_name", "birth_date_usage", "birth", "contact_line",
    "mutation", "case", "file_date", "file_number",
}  # fmt: skip


@pytest.mark.parametrize("name", REGISTERS)
def test_every_column_of_the_contract_lands_in_the_record_or_is_ignored_with_a_reason(name: str) -> None:
    register = load_register(name)
    assert sorted(register.column_names) == sorted(CONTRACT[name])
    for column in register.columns:
        assert column.into, column.name
        assert set(column.into) <= {*COLUMN_NAMES, *ROW_COLUMN_NAMES}
    assert all(len(reason) > 20 for reason in register.ignored.values())


def test_every_kind_of_column_has_a_reader() -> None:
    assert set(READERS) | OWN_READERS == set(KINDS)


FILE_NAMES = [
    ("ikps", "ikps_20040316.csv", date(2004, 3, 16)),
    ("ikps", "IKPS_20040316.CSV", date(2004, 3, 16)),
    ("ikps", "ikps_20041316.csv", None),
    ("ikps", "ikps_20040316.csv.part", None),
    ("stv", "stv_aanmeldingen_2004.xlsx", date(2004, 1, 1)),
    ("stv", "~$stv_aanmeldingen_2004.xlsx", None),
    ("youth_care", "jeugdzorg_20040316.xml", date(2004, 3, 16)),
    ("youth_care", "jeugdzorg_20040316 (1).xml", None),
    ("telex", "telex_20040316.txt", date(2004, 3, 16)),
    ("mob", "mob_200403_DEN-HELDER.csv", date(2004, 3, 1)),
    ("mob", "mob_200403_Den-Helder.csv", date(2004, 3, 1)),
    ("mob", "mob_200403_'s-Gravendeel.csv", date(2004, 3, 1)),
    ("mob", "mob_200403_Den-Helder (1).csv", None),
    ("mob", "mob_200413_VUGHT.csv", None),
    ("mob", "README", None),
]


@pytest.mark.parametrize(("name", "file_name", "dated"), FILE_NAMES)
def test_a_file_name_gives_its_date_or_does_not_fit(name: str, file_name: str, dated: date | None) -> None:
    assert load_register(name).dated(file_name) == dated


def test_a_register_that_is_not_one_is_named_in_one_line() -> None:
    with pytest.raises(OneLineError, match="ikps, stv, youth_care, telex, mob"):
        load_register("gba")


def plain_declaration() -> dict[str, object]:
    return {
        "name": "x", "title": "x", "folder": "x", "file_pattern": "x", "due_hour": 3, "late_after_days": 1,
        "delivery": "snapshot", "encoding": "utf-8", "bounds": {},
        "column": [{"name": "a", "kind": "text", "into": "region"}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("column", "fault"),
    [
        ({"name": "b", "kind": "guess", "into": "region"}, "unknown kind"),
        ({"name": "b", "kind": "text", "into": "minor"}, "no record column"),
        ({"name": "b", "kind": "age", "into": "stated_age"}, "fills 2"),
        ({"name": "b", "kind": "code", "into": "sex"}, "code list"),
        ({"name": "a", "kind": "text", "into": "place"}, "twice"),
    ],
)
def test_a_declaration_with_a_fault_says_which(column: dict[str, object], fault: str) -> None:
    declared = plain_declaration()
    assert register_from(declared).columns[0].into == ("region",)
    with pytest.raises(ValueError, match=fault):
        register_from({**declared, "column": [{"name": "a", "kind": "text", "into": "region"}, column]})


def test_renaming_a_delivered_column_takes_the_declaration_only() -> None:
    folder = Path(register_module.__file__).parent
    code = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py")))
    for names in CONTRACT.values():
        for name in names:
            assert f'"{name}"' not in code or name in ("VAN", "TE"), name
