"""The synthetic exports: the layouts of the contract, the same bytes twice, and a truth that knows every row."""

import csv
import hashlib
import re
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from lxml import etree

from connectors.sample import write_sample
from connectors.sample.world import facts

CHILDREN = 600


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> Path:
    directory = tmp_path_factory.mktemp("sample")
    write_sample(directory, CHILDREN, seed=5)
    return directory


def checksums(directory: Path) -> dict[str, str]:
    files = sorted(path for path in directory.rglob("*") if path.is_file())
    return {str(path.relative_to(directory)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def truth(sample: Path, name: str) -> list[dict[str, str]]:
    with (sample / "truth" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def keys_of(sample: Path, register: str) -> set[str]:
    return {row["source_key"] for row in truth(sample, "records.csv") if row["register"] == register}


def test_the_same_seed_writes_the_same_bytes_and_another_seed_does_not(sample, tmp_path):
    write_sample(tmp_path / "again", CHILDREN, seed=5)
    write_sample(tmp_path / "other", CHILDREN, seed=6)
    assert checksums(tmp_path / "again") == checksums(sample)
    assert checksums(tmp_path / "other") != checksums(sample)


def test_everything_says_that_it_is_invented(sample):
    assert "verzonnen" in (sample / "SYNTHETIC.toml").read_text(encoding="utf-8")
    assert "SYNTHETIC" in (sample / "README.txt").read_text(encoding="utf-8")


def test_the_truth_knows_every_police_row(sample):
    text = next((sample / "ikps").iterdir()).read_bytes().decode("cp1252")
    rows = list(csv.DictReader(text.splitlines(), delimiter=";"))
    assert {row["registratienummer"] for row in rows} == keys_of(sample, "ikps")
    assert "minderjarig" not in rows[0]
    assert text.count("\r\n") == len(rows) + 1


def test_the_truth_knows_every_row_of_the_workbooks(sample):
    found = set()
    for path in (sample / "stv").iterdir():
        sheet = openpyxl.load_workbook(path)["Aanmeldingen"]
        rows = [row for row in sheet.iter_rows(values_only=True) if any(row)]
        header = next(at for at, row in enumerate(rows) if row[0] == "Aanmeldnr")
        year = re.search(r"\d{4}", path.name)[0]
        found |= {f"{year}/{row[0]}" for row in rows[header + 1 :] if row[0] != "Totaal"}
    assert found == keys_of(sample, "stv")


def test_the_truth_knows_every_dossier(sample):
    space = {"j": "urn:weerzien:jeugdzorg:1"}
    found = set()
    for path in (sample / "youth_care").iterdir():
        found |= set(etree.parse(path).xpath("//j:Dossiernummer/text()", namespaces=space))
    assert found == keys_of(sample, "youth_care")


def test_the_truth_knows_every_telex_case_and_no_line_is_too_long(sample):
    found = set()
    for path in (sample / "telex").iterdir():
        text = path.read_text(encoding="ascii")
        assert max(len(line) for line in text.splitlines()) <= 69
        found |= set(re.findall(r"VERMISTE PERSOON NR (\S+)", text))
    assert found == keys_of(sample, "telex")


def test_the_truth_knows_every_departure(sample):
    found = set()
    for path in (sample / "mob").iterdir():
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
        found |= {f"{path.name}#{number}" for number in range(1, len(rows) + 1)}
    assert found == keys_of(sample, "mob")


def test_there_are_doubles_within_and_across_registers(sample):
    by_child = Counter(row["child_id"] for row in truth(sample, "records.csv"))
    assert len(by_child) > 0.8 * CHILDREN
    assert max(by_child.values()) >= 4


def test_children_resurface_under_their_own_name_with_another_age_and_under_a_false_identity(sample):
    kinds = Counter(row["kind"] for row in truth(sample, "resurfaced.csv"))
    assert set(kinds) == {"true_name", "changed_age", "false_identity"}
    assert all(row["missing_since"] <= row["resurfaced_on"] for row in truth(sample, "resurfaced.csv"))


def test_main_groups_of_the_world_have_the_shares_of_the_report():
    assert facts()["forms"]["main_group"] == {"prostitution": 0.735, "other": 0.174, "both": 0.091}


def test_more_nights_bring_a_police_snapshot_each(tmp_path):
    write_sample(tmp_path, 60, seed=1, nights=3)
    names = sorted(path.name for path in (tmp_path / "ikps").iterdir())
    assert names == ["ikps_20050628.csv", "ikps_20050629.csv", "ikps_20050630.csv"]
