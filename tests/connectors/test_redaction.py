"""Rows taken out of landed files: nothing of them is left, everything else is as it was, and they do not come back."""

import io
import stat
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine

from connectors.deliveries import Delivery, deliveries_in_force
from connectors.installation import Installation, OneLineError
from connectors.landing import pull
from connectors.reading import READERS, read_register
from connectors.redaction import redact
from connectors.register import Register, Retention, load_register
from connectors.row_parts import whole

NIGHT = date(2004, 3, 20)
FILES = {
    "ikps": "ikps_20040320.csv", "stv": "stv_aanmeldingen_2004.xlsx", "youth_care": "jeugdzorg_20040316.xml",
    "telex": "telex_20040316.txt", "mob": "mob_200403_VUGHT.csv",
}  # fmt: skip
# Four rows of each register; the second is hers, the third is blank where a list can hold one.
HERS = "Zeldzaam"


@dataclass
class Landed:
    """One register's landed file and what can be done with it."""

    engine: Engine
    register: Register
    installation: Installation
    folder: Path

    def pull(self, night: date = NIGHT, origin: str = "") -> None:
        pull(self.register, self.folder, self.installation, self.engine, night, origin)

    def put(self, content: bytes, name: str | None = None, night: date = NIGHT) -> Delivery:
        (self.folder / (name or FILES[self.register.name])).write_bytes(content)
        self.pull(night)
        return self.in_force(night)[-1]

    def in_force(self, night: date = NIGHT) -> list[Delivery]:
        return deliveries_in_force(self.engine, self.register, night, "", self.installation.landing)

    def redact(self, *ended: str, night: date = NIGHT, **more: Any) -> list:
        return redact(self.engine, self.register, "", self.installation.landing, ended, night, **more)

    def rows(self, night: date = NIGHT) -> pd.DataFrame:
        return whole(READERS[self.register.name](self.in_force(night)[-1], self.register))

    def bytes(self) -> bytes:
        """Every byte of the landing area, workbooks unpacked."""
        return b"".join(unpacked(path.read_bytes()) for path in self.installation.landing.rglob("*") if path.is_file())


def unpacked(content: bytes) -> bytes:
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return content + b"".join(archive.read(part) for part in archive.infolist())


@pytest.fixture
def landed(engine: Engine, tmp_path: Path) -> Callable[..., Landed]:
    def make(name: str, **retention: Any) -> Landed:
        register = load_register(name)
        if retention:
            register = replace(register, retention=Retention(**retention))
        folder = tmp_path / "exports" / name
        folder.mkdir(parents=True)
        return Landed(engine, register, Installation(tmp_path / "state"), folder)

    return make


@pytest.fixture
def content(ikps_text, stv_workbook, youth_care_xml, telex_text, mob_text) -> Callable[[str], bytes]:
    def make(name: str) -> bytes:
        if name == "ikps":
            rows = [{"registratienummer": f"IK-04-00012{n}", "werknaam": 'Chérie "C"; x'} for n in range(3)]
            rows[1] |= {"achternaam": HERS, "werknaam": f"een;\r\nregel {HERS}|é"}
            lines = ikps_text(*rows).split("\r\n")
            return "\r\n".join([*lines[:-2], ";" * 23, "", *lines[-2:]]).encode("cp1252")
        if name == "mob":
            rows = [{"v_nummer": f"240123456{n}", "naam": f"CHEN X{n}"} for n in range(3)]
            rows[1] |= {"naam": f"{HERS}, Kind", "vermoedelijke_reden": f"zei {HERS} te gaan"}
            lines = mob_text(*rows).split("\r\n")
            return "\r\n".join([*lines[:-2], "," * 18, *lines[-2:]]).encode()
        if name == "stv":
            rows = [{"Aanmeldnr": n, "Opmerkingen": "=1+1  twee  blanks"} for n in range(17, 20)]
            rows[1] |= {"Naam": f"{HERS}, Kind", "Opmerkingen": f"{HERS} liep weg"}
            return stv_workbook(rows[0], [], *rows[1:], [None, None, "juni"], ["Totaal", 3])
        if name == "telex":
            numbers = [{"BETR  ": f"VERMISTE PERSOON NR 2004/03/041{n}", "NAAM  ": "DE WIT, ANNE"} for n in range(3)]
            numbers[1] |= {"NAAM  ": f"{HERS.upper()}, KIND"}
            return telex_text(*numbers).encode()
        dossiers = [{"Dossiernummer": f"UT-2004-0041{n}"} for n in range(3)]
        dossiers[1] |= {"RedenMaatregel": f"{HERS} > thuis"}
        return youth_care_xml(*dossiers).replace("><Dossier>", ">\r\n  <Dossier>").encode()

    return make


def said(rows: pd.DataFrame) -> list[tuple]:
    columns = ["record_id", "source_key", "row_key", "raw", "birth_year", "encountered_on", "applies_on"]
    return [tuple(None if value is pd.NA else value for value in row) for row in rows[columns].itertuples(index=False)]


@pytest.mark.parametrize("name", FILES)
def test_the_rows_of_a_registration_are_gone_and_the_others_say_the_same_in_the_same_places(landed, content, name):
    file = landed(name)
    delivery = file.put(content(name))
    before = file.rows()
    assert HERS.casefold() in file.bytes().decode("latin-1").casefold()
    (taken,) = file.redact(before["record_id"][1])
    assert (taken.record_id, taken.row_key) == (before["record_id"][1], before["row_key"][1])
    assert HERS.casefold() not in file.bytes().decode("latin-1").casefold()
    after = file.rows()
    assert said(after) == [row for place, row in enumerate(said(before)) if place != 1]
    (redacted,) = file.in_force()
    assert (redacted.delivery_id, redacted.sha256) == (delivery.delivery_id, delivery.sha256)
    assert (redacted.redacted_night, redacted.redacted_rows) == (NIGHT, 1)
    assert stat.S_IMODE(redacted.path.stat().st_mode) == 0o400
    assert [path.name for path in redacted.path.parent.iterdir()] == [redacted.path.name]


@pytest.mark.parametrize("name", ["ikps", "mob", "youth_care", "telex"])
def test_the_bytes_of_the_other_rows_are_the_delivered_ones(landed, content, name):
    file = landed(name)
    delivered = content(name)
    file.put(delivered)
    file.redact(file.rows()["record_id"][1])
    left = file.in_force()[0].path.read_bytes()
    kept = {"ikps": b"IK-04-000122", "mob": b"2401234562", "youth_care": b"UT-2004-00412", "telex": b"2004/03/0412"}
    line = next(line for line in delivered.splitlines(keepends=True) if kept[name] in line)
    assert line in left
    assert left.startswith(delivered[:40])


@pytest.mark.parametrize("name", FILES)
def test_a_file_may_lose_all_its_rows_and_is_not_refused_for_it(landed, content, name):
    file = landed(name)
    file.put(content(name))
    file.redact(*file.rows()["record_id"])
    outcome = read_register(file.register, file.in_force())
    assert (outcome.delivered, outcome.refused, len(outcome.findings)) == (0, [], 0)


@pytest.mark.parametrize("name", FILES)
def test_the_same_bytes_arriving_again_are_known_and_do_not_bring_the_row_back(landed, content, name):
    file = landed(name)
    file.put(content(name))
    file.redact(file.rows()["record_id"][1])
    file.pull(date(2004, 3, 21))
    assert HERS.casefold() not in file.bytes().decode("latin-1").casefold()
    assert len(file.rows()) == 2


def test_a_landed_file_is_redacted_again_and_places_still_stay(landed, content):
    file = landed("mob")
    file.put(content("mob"))
    ids = file.rows()["record_id"]
    file.redact(ids[1])
    file.redact(ids[0], night=date(2004, 3, 21))
    assert file.rows()["source_key"].tolist() == [f"{FILES['mob']}#3"]
    (delivery,) = file.in_force()
    assert (delivery.redacted_rows, delivery.redacted_night) == (2, date(2004, 3, 21))


def test_redacting_twice_changes_nothing_the_second_time(landed, content):
    file = landed("ikps")
    file.put(content("ikps"))
    key = file.rows()["record_id"][1]
    file.redact(key)
    before = file.in_force()
    assert file.redact(key, night=date(2004, 3, 21)) == []
    assert file.in_force() == before


def test_a_dry_run_tells_the_rows_and_changes_no_file(landed, content):
    file = landed("stv")
    file.put(content("stv"))
    before = file.bytes()
    assert len(file.redact(file.rows()["record_id"][1], dry_run=True)) == 1
    assert file.bytes() == before


def test_a_row_past_its_own_term_goes_and_one_on_the_last_day_of_its_term_stays(landed, ikps_text):
    file = landed("ikps")
    rows = [
        {"registratienummer": f"IK-02-00000{n}", "datum_registratie": day, "datum_aantreffen": "01-03-2002"}
        for n, day in enumerate(("19-03-2002", "20-03-2002", "21-03-2002"))
    ]
    file.put(ikps_text(*rows).encode("cp1252"))
    assert [row.row_key for row in file.redact()] == ["IK-02-000000"]
    assert file.rows()["source_key"].tolist() == ["IK-02-000001", "IK-02-000002"]


def test_a_second_row_of_a_key_does_not_come_to_count_when_the_first_is_past_its_term(landed, ikps_text):
    file = landed("ikps")
    rows = [{"datum_registratie": day, "datum_aantreffen": "01-03-2002"} for day in ("19-03-2002", "21-03-2004")]
    file.put(ikps_text(*rows).encode("cp1252"))
    assert len(file.redact()) == 2


def test_messages_of_a_case_stay_until_the_term_of_its_last_word_and_then_go_together(landed, telex_text):
    file = landed("telex", years=2, counts_from=("reported_on",))
    file.put(telex_text({}).encode(), "telex_20040316.txt")
    more = {"BETR  ": "AANVULLING OP NR 2004/03/0412", "SIGN  ": "LITTEKEN"}
    later = date(2004, 6, 1)
    file.put(telex_text(more, opening="ZCZC KLPD0413 010604 0915").encode(), "telex_20040601.txt", later)
    assert file.redact(night=date(2006, 5, 1)) == []
    assert len(file.redact(night=date(2006, 6, 1))) == 0
    assert len(file.redact(night=date(2006, 6, 2))) == 2
    assert b"LITTEKEN" not in file.bytes() and b"ANNE" not in file.bytes()


def test_all_of_a_workbook_that_is_nobodys_row_goes_with_a_redaction(landed, content):
    from openpyxl import load_workbook
    from openpyxl.comments import Comment

    file = landed("stv")
    book = load_workbook(io.BytesIO(content("stv")))
    book["Aanmeldingen"]["A5"].comment = Comment(f"bel {HERS}", HERS)
    book.create_sheet("Werkblad")["A1"] = HERS
    book.properties.lastModifiedBy = HERS
    target = io.BytesIO()
    book.save(target)
    file.put(target.getvalue())
    file.redact(file.rows()["record_id"][1])
    assert HERS.encode() not in file.bytes()


def test_a_correction_taken_back_arrives_without_the_rows_that_were_taken_out(landed, content, stv_workbook):
    file = landed("stv")
    # A workbook tells when it was written, so made twice it may have other bytes.
    first = content("stv")
    file.put(first)
    file.redact(file.rows()["record_id"][1])
    file.put(stv_workbook({}))
    newest = file.put(first)
    assert (newest.sequence, newest.redacted_rows, newest.path) == (3, 1, file.in_force()[0].path)
    assert HERS.encode() not in file.bytes()


def test_a_file_that_would_not_say_the_same_of_the_others_stays_as_it_is(landed, content, monkeypatch):
    file = landed("ikps")
    file.put(content("ikps"))
    before = file.bytes()
    monkeypatch.setattr("connectors.redaction.write_without", lambda delivery, register, numbers, target: None)
    with pytest.raises(OneLineError, match="cannot be taken out"):
        file.redact(file.rows()["record_id"][1])
    assert file.bytes() == before
