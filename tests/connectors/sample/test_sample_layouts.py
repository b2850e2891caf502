"""The synthetic exports have the layouts of the input contract; looked at with csv, openpyxl and lxml only."""

import csv
import re
from datetime import date, datetime

import pytest
from lxml import etree
from openpyxl import load_workbook

from connectors.sample import ikps, mob, stv, write_sample

NAMESPACE = "{urn:weerzien:jeugdzorg:1}"


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample")
    write_sample(folder, 1500, 3)
    return folder


def rows_of(path, encoding, delimiter):
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def test_one_night_has_one_ikps_snapshot_in_windows_1252_with_crlf(sample):
    (path,) = sorted((sample / "ikps").glob("*.csv"))
    assert path.name == "ikps_20050630.csv"
    content = path.read_bytes()
    assert content.count(b"\r\n") == content.count(b"\n")
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")
    rows = rows_of(path, "cp1252", ";")
    assert tuple(rows[0]) == ikps.COLUMNS
    assert all(re.fullmatch(r"IK-0[345]-\d{6}", row["registratienummer"]) for row in rows)
    assert all(None not in row and None not in row.values() for row in rows)


def test_the_points_of_a_record_add_up_to_ten_or_more_but_for_planted_rows(sample):
    (path,) = sorted((sample / "ikps").glob("*.csv"))
    planted = {row["row_key"] for row in rows_of(sample / "truth" / "planted.csv", "utf-8", ",")}
    for row in rows_of(path, "cp1252", ";"):
        if row["registratienummer"] not in planted:
            points = sum(int(signal.split("=")[1]) for signal in row["signalen"].split("|"))
            assert points == int(row["zwaarte"]) >= 10


def test_a_cross_reference_points_to_a_record_of_the_snapshot(sample):
    (path,) = sorted((sample / "ikps").glob("*.csv"))
    rows = rows_of(path, "cp1252", ";")
    named = {row["andere_identiteit_van"] for row in rows} - {""}
    assert named <= {row["registratienummer"] for row in rows}


def test_stv_has_a_workbook_per_year_with_titles_blank_lines_and_a_total(sample):
    paths = sorted((sample / "stv").glob("stv_*.xlsx"))
    assert [path.name for path in paths] == [f"stv_aanmeldingen_{year}.xlsx" for year in (2003, 2004, 2005)]
    for path in paths:
        rows = list(load_workbook(path)["Aanmeldingen"].iter_rows(values_only=True))
        header = rows.index(stv.COLUMNS)
        assert header in (2, 3)
        body = [row for row in rows[header + 1 :] if row[0] is not None]
        assert body[-1][0] == "Totaal"
        assert any(row[0] is None for row in rows[header + 1 : -2])
        reported = [row[1] for row in body[:-1]]
        assert {type(day) for day in reported} == {datetime, str}


def test_stv_holds_few_boys_and_few_without_sexual_exploitation(sample):
    forms, sexes = [], []
    for path in sorted((sample / "stv").glob("stv_*.xlsx")):
        rows = list(load_workbook(path)["Aanmeldingen"].iter_rows(values_only=True))
        body = [row for row in rows[rows.index(stv.COLUMNS) + 1 :] if isinstance(row[0], int)]
        forms += [row[stv.COLUMNS.index("Vorm van uitbuiting")] for row in body]
        sexes += [row[stv.COLUMNS.index("M/V")] for row in body]
    assert sum("prostitutie" in form for form in forms) > 0.9 * len(forms)
    assert sexes.count("M") < 0.1 * len(sexes)


def test_youth_care_is_xml_of_the_contract_and_mostly_without_exploitation(sample):
    dossiers = exploited = 0
    numbers = []
    for path in sorted((sample / "youth_care").glob("jeugdzorg_*.xml")):
        root = etree.parse(path).getroot()
        assert root.tag == NAMESPACE + "Bericht"
        assert root.findtext(f"{NAMESPACE}Header/{NAMESPACE}Dagtekening") == (
            f"{path.name[10:14]}-{path.name[14:16]}-{path.name[16:18]}"
        )
        numbers.append(int(root.findtext(f"{NAMESPACE}Header/{NAMESPACE}Volgnummer") or 0))
        for dossier in root.iter(NAMESPACE + "Dossier"):
            dossiers += 1
            exploited += dossier.find(NAMESPACE + "VormenUitbuiting") is not None
            assert dossier.findtext(NAMESPACE + "StatusAanlevering") in {"1", "2", "3", "9"}
    assert numbers == sorted(set(numbers))
    assert 0 < exploited < 0.4 * dossiers


def test_a_telex_line_is_ascii_capitals_of_at_most_69_characters(sample):
    for path in sorted((sample / "telex").glob("telex_*.txt")):
        text = path.read_bytes().decode("ascii")
        assert max(len(line) for line in text.splitlines()) <= 69
        assert text == text.upper()
        assert text.count("ZCZC ") == text.count("NNNN")


def test_a_telex_file_holds_no_message_of_a_later_day(sample):
    for path in sorted((sample / "telex").glob("telex_*.txt")):
        day = datetime.strptime(path.name[6:14], "%Y%m%d").date()
        for sent in re.findall(r"^ZCZC \S+ (\d{6}) ", path.read_text(encoding="ascii"), re.M):
            assert datetime.strptime(sent, "%d%m%y").date() <= day


def test_a_mob_list_has_the_departures_of_its_month_and_centre(sample):
    for path in sorted((sample / "mob").glob("mob_*.csv")):
        month, centre = re.fullmatch(r"mob_(\d{6})_([A-Z-]+)\.csv", path.name).groups()
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        for row in rows_of(path, "utf-8-sig", ","):
            assert tuple(row) == mob.COLUMNS
            assert row["opvanglocatie"].upper().replace(" ", "-") == centre
            parts = row["datum_vertrek"].split("-")
            year = parts[0] if len(parts[0]) == 4 else parts[2]
            assert f"{year}{parts[1].zfill(2)}" == month


def test_every_telephone_number_is_of_the_fictive_range(sample):
    (path,) = sorted((sample / "ikps").glob("*.csv"))
    for row in rows_of(path, "cp1252", ";"):
        for phone in filter(None, row["telefoonnummers"].split("|")):
            digits = re.sub(r"\D", "", phone)
            assert re.fullmatch(r"(0|31|0031)600\d{6}", digits)


def test_two_thousand_children_come_in_fewer_than_400_files(tmp_path):
    write_sample(tmp_path, 2000, 1)
    assert sum(path.is_file() for path in tmp_path.rglob("*")) < 400


def test_nights_have_snapshots_and_daily_files_of_their_own(tmp_path):
    write_sample(tmp_path, 600, 2, nights=4, night_last=date(2005, 3, 2))
    days = ["20050227", "20050228", "20050301", "20050302"]
    assert [path.name for path in sorted((tmp_path / "ikps").glob("*.csv"))] == [f"ikps_{day}.csv" for day in days]
    for folder in ("telex", "youth_care"):
        newest = sorted(path.stem[-8:] for path in (tmp_path / folder).iterdir())[-4:]
        assert newest == days
