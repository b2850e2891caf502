"""What somebody would send who means harm: every file is refused in one line, in a process that has little memory.

The child may take ROOM_BYTES more than it had before the first file; whatever unpacks, repeats or never ends would need
many times that.
"""

from __future__ import annotations

import hashlib
import io
import json
import struct
import subprocess
import sys
import zipfile
from datetime import date

import pytest

from connectors import limits
from connectors.installation import Installation, OneLineError
from connectors.landing import pull
from connectors.reading import read_register
from connectors.register import REGISTERS, load_register

ROOM_BYTES = 1_200_000_000
FILE_NAMES = {
    "ikps": "ikps_20040405.csv",
    "mob": "mob_200403_VUGHT.csv",
    "stv": "stv_aanmeldingen_2004.xlsx",
    "youth_care": "jeugdzorg_20040316.xml",
    "telex": "telex_20040316.txt",
}
ENCODINGS = {"ikps": "cp1252"}
SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET = "xl/worksheets/sheet1.xml"


def repacked(book, parts=(), without=()):
    """A workbook with some of its parts replaced or added, compressed as an attacker would."""
    target = io.BytesIO()
    given = dict(parts)
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in given and name not in without:
                new.writestr(name, old.read(name))
        for name, content in given.items():
            new.writestr(name, content)
    return target.getvalue()


def sheet_of(cells, more=""):
    return f'<worksheet {SPACE}>{more}<sheetData><row r="1">{cells}</row></sheetData></worksheet>'


def shared(texts):
    return f"<sst {SPACE}>{texts}</sst>"


def lying_about_its_size(book, name, content):
    """A part that says it holds ten bytes and holds very many."""
    made = repacked(book, {name: content})
    size = struct.pack("<L", len(content))
    assert made.count(size) == 2
    return made.replace(size, struct.pack("<L", 10))


def workbooks(book):
    """Workbooks by what is wrong with them, and the rule that refuses them."""
    long_text = "a" * 30_000
    refers = "<c t='s'><v>0</v></c>".replace("<c", '<c r=""')
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        rels = archive.read("xl/_rels/workbook.xml.rels").decode()
    far = sheet_of('<c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c>')
    ods = io.BytesIO()
    with zipfile.ZipFile(ods, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", REPEATED_CELLS)
    return {
        "a part that unpacks to a gigabyte": (repacked(book, {"xl/media/a.xml": bytes(10**9)}), "too_large"),
        "a part that lies about its size": (
            lying_about_its_size(book, "xl/sharedStrings.xml", shared("<si><t>a</t></si>" * 3_000_000).encode()),
            "unreadable",
        ),
        "a sheet that packs four hundred to one": (
            repacked(book, {"xl/media/b.xml": bytes(100_000_000)}), "too_large",
        ),
        "more parts than a workbook has": (
            repacked(book, {f"xl/media/{n}.xml": b"" for n in range(3000)}), "too_large",
        ),
        "a path out of the archive": (repacked(book, {"../../outside.xml": b"out"}), "unreadable"),
        "a path from the root": (repacked(book, {"/outside.xml": b"out"}), "unreadable"),
        "one part twice in other capitals": (repacked(book, {"xl/Workbook.xml": b"<a/>"}), "unreadable"),
        "one long text in very many cells": (
            repacked(book, {SHEET: sheet_of(refers * 100_000), "xl/sharedStrings.xml":
                            shared(f"<si><t>{long_text}</t></si>")}), "too_large",
        ),
        "a cell far from all others": (repacked(book, {SHEET: far}), "too_large"),
        "a sheet in another place": (
            repacked(book, {"xl/elsewhere.xml": far, "xl/_rels/workbook.xml.rels":
                            rels.replace("worksheets/sheet1.xml", "elsewhere.xml")}), "too_large",
        ),
        "very many elements that are no cells": (
            repacked(book, {SHEET: sheet_of("", "<x/>" * 20_000_000)}), "too_large",
        ),
        "elements deep in each other": (repacked(book, {SHEET: sheet_of("<a>" * 100_000)}), "too_large"),
        "an entity that grows": (
            repacked(book, {SHEET: '<!DOCTYPE a [<!ENTITY b "bbbb">]>' + sheet_of("&b;")}), "unreadable",
        ),
        "a workbook in a workbook that is named as its sheet": (repacked(book, {SHEET: book}), "unreadable"),
        "a spreadsheet of another program with a cell repeated": (ods.getvalue(), "unreadable"),
    }  # fmt: skip


REPEATED_CELLS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="Aanmeldingen"><table:table-row table:number-rows-repeated="1000000">'
    '<table:table-cell office:value-type="string" table:number-columns-repeated="16000"><text:p>a</text:p>'
    "</table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
)


def texts(ikps, mob, youth_care):
    """Files of the other registers by what is wrong with them, with register and rule."""
    header, row = ikps.split("\r\n")[:2]
    begin, end = youth_care.split("<Dossiers>")[0], "</Dossiers></Bericht>"
    wide = ";" * 300_000
    seven = begin.replace("UTF-8", "UTF-7").replace("<Bericht", "+ADwAIQ-DOCTYPE a+AD4-<Bericht")
    return {
        "a line without an end": ("ikps", f"{header}\r\n{'a' * 50_000_000}", "too_large"),
        "a quotation that is never closed": ("mob", mob + '"' + "a\r\n" * 10_000_000, "too_large"),
        "a value of a million letters": ("mob", mob.replace("VUGHT", "") + '"' + "a" * 300_000 + '"\r\n', "too_large"),
        "rows of very many columns": ("ikps", f"{header}\r\n" + f"{wide}\r\n" * 100, "too_large"),
        "a header of very many columns": ("ikps", f"{header}{wide}\r\n{row}\r\n", "too_large"),
        "very many elements outside the layout": (
            "youth_care", f"{begin}<Dossiers>{'<x/>' * 15_000_000}{end}", "too_large",
        ),
        "very many dossiers without anything": (
            "youth_care", f"{begin}<Dossiers>{'<Dossier/>' * 12_000_000}{end}", "too_large",
        ),
        "very many attributes": (
            "youth_care", f"{begin}<Dossiers><Dossier {' '.join(f'a{n}=' for n in range(11_000_000))}>", "too_large",
        ),
        "a DOCTYPE in an encoding that hides it": ("youth_care", f"{seven}<Dossiers>{end}", "unreadable"),
        "elements deep in each other": ("youth_care", f"{begin}<Dossiers>{'<a>' * 100_000}", "cut_off"),
    }  # fmt: skip


CHILD = """
import json, resource, sys
from pathlib import Path
import psutil
from datetime import date
from connectors.deliveries import Delivery
from connectors.reading import read_register
from connectors.register import load_register
files = json.loads(sys.stdin.read())
room = psutil.Process().memory_info().vms + int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_AS, (room, room))
day = date(2004, 4, 5)
told = {}
for what, register, name, path in files:
    place = Path(path)
    delivery = Delivery("d", register, name, "0" * 64, place.stat().st_size, day, day, 1, "", place)
    reading = read_register(load_register(register), [delivery])
    told[what] = [rule for _, rule in reading.refused]
    print(json.dumps(told), flush=True)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("hostile")


def judged(folder, cases):
    """The rules that refuse each file, by a child with little memory: cases by name are register and bytes."""
    files = []
    for number, (what, (register, content)) in enumerate(cases.items()):
        path = folder / f"hostile {number}"
        path.write_bytes(content)
        files.append((what, register, FILE_NAMES[register], str(path)))
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(ROOM_BYTES)], input=json.dumps(files), capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip
    for path in folder.glob("hostile *"):
        path.unlink()
    assert done.returncode == 0, f"after {done.stdout.splitlines()[-1:]}: {done.stderr[-300:]}"
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.skipif(sys.platform != "linux", reason="memory cannot be bounded elsewhere")
def test_a_hostile_workbook_is_refused_before_it_takes_memory(folder, stv_workbook):
    cases = workbooks(stv_workbook({}))
    told = judged(folder, {what: ("stv", content) for what, (content, _) in cases.items()})
    assert told == {what: [rule] for what, (_, rule) in cases.items()}


@pytest.mark.skipif(sys.platform != "linux", reason="memory cannot be bounded elsewhere")
def test_a_hostile_list_or_message_is_refused_before_it_takes_memory(folder, ikps_text, mob_text, youth_care_xml):
    cases = texts(ikps_text({}), mob_text({}), youth_care_xml({}))
    told = judged(
        folder,
        {
            what: (register, text.encode(ENCODINGS.get(register, "utf-8")))
            for what, (register, text, _) in cases.items()
        },
    )
    assert told == {what: [rule] for what, (_, _, rule) in cases.items()}


def test_no_part_of_a_workbook_reaches_the_disk(deliver, read, stv_workbook, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    hostile = repacked(stv_workbook({}), {"../outside.xml": b"out"})
    delivery = deliver("stv", FILE_NAMES["stv"], hostile)
    assert read(delivery).refused == [(FILE_NAMES["stv"], "unreadable")]
    assert sorted(tmp_path.rglob("*")) == sorted([*before, delivery.path])


def test_an_honest_workbook_with_other_parts_is_read_whole(deliver, read, stv_workbook):
    book = stv_workbook({}, {"Aanmeldnr": 18.0})
    honest = repacked(book, {"xl/media/image1.png": b"\x89PNG", "customXml/item1.xml": b"<a/>"})
    rows, plainly = (read(deliver("stv", FILE_NAMES["stv"], content)).rows for content in (honest, book))
    assert len(rows) == len(plainly) == 2
    assert rows["raw"].tolist() == plainly["raw"].tolist()


def test_a_formula_of_a_register_is_a_text_and_never_run(deliver, read, stv_workbook, ikps_text):
    formula = '=HYPERLINK("https://elsewhere.example/","klik")'
    listed = read(deliver("ikps", FILE_NAMES["ikps"], ikps_text({"achternaam": formula})))
    assert listed.rows["family_name"].tolist() == [formula]
    kept = read(deliver("stv", FILE_NAMES["stv"], stv_workbook({"Opmerkingen": "+cmd|' /C calc'!A0"})))
    assert len(kept.rows) == 1 and not kept.refused


@pytest.mark.parametrize("register", REGISTERS)
def test_a_file_larger_than_its_register_may_send_is_refused_unopened(deliver, read, monkeypatch, register):
    limits.limits.cache_clear()
    declared = limits.limits("file_bytes")
    assert set(declared) == set(REGISTERS)
    monkeypatch.setitem(declared, register, 10)
    refused = read(deliver(register, FILE_NAMES[register], b"x" * 11))
    assert refused.refused == [(FILE_NAMES[register], "too_large")]
    assert refused.findings["detail"].dropna().tolist()[0] == "more than 10 bytes"
    assert read(deliver(register, FILE_NAMES[register], b"x" * 10)).refused[0][1] != "too_large"


def test_very_long_rows_are_read_in_smaller_batches_with_the_same_result(deliver, read, mob_text, monkeypatch):
    rows = [{"v_nummer": f"24012345{number}", "vermoedelijke_reden": "a" * 1000} for number in range(10, 40)]
    delivery = deliver("mob", FILE_NAMES["mob"], mob_text(*rows))
    whole = read(delivery)
    limits.limits.cache_clear()
    monkeypatch.setitem(limits.limits("any"), "most_batch_letters", 3000)
    in_pieces = read_register(load_register("mob"), [delivery])
    assert whole.rows.equals(in_pieces.rows) and len(whole.rows) == 30


def test_more_rows_than_a_file_may_have_are_refused(deliver, read, ikps_text, monkeypatch):
    limits.limits.cache_clear()
    monkeypatch.setitem(limits.limits("any"), "most_rows", 2)
    for count, refused in ((2, []), (3, ["too_large"])):
        rows = ({"registratienummer": f"IK-04-00012{n}"} for n in range(count))
        reading = read(deliver("ikps", FILE_NAMES["ikps"], ikps_text(*rows)))
        assert [rule for _, rule in reading.refused] == refused


@pytest.fixture
def place(tmp_path):
    made = tmp_path / "exports"
    made.mkdir()
    return made


def test_a_file_too_large_is_not_copied_and_the_others_are(engine, tmp_path, place, monkeypatch):
    limits.limits.cache_clear()
    monkeypatch.setitem(limits.limits("file_bytes"), "mob", 10)
    (place / "mob_200402_VUGHT.csv").write_bytes(b"x" * 11)
    (place / "mob_200403_VUGHT.csv").write_bytes(b"y" * 10)
    installation = Installation(tmp_path / "state")
    with pytest.raises(OneLineError, match="a file of mob is larger than 10 bytes"):
        pull(load_register("mob"), place, installation, engine, date(2004, 3, 20), "")
    landed = [path.name for path in (installation.landing / "mob").iterdir()]
    assert landed == [hashlib.sha256(b"y" * 10).hexdigest()]


HOSTILE_NAMES = [
    "../mob_200403_VUGHT.csv",
    "mob_200403_..%2F..%2Fetc.csv",
    "mob_200403_A\nB.csv",
    "mob_200403_;DROP.csv",
]


def test_the_name_of_a_file_never_becomes_a_place_on_disk(engine, tmp_path, place):
    for name in HOSTILE_NAMES[1:]:
        (place / name).write_bytes(name.encode())
    installation = Installation(tmp_path / "state")
    pull(load_register("mob"), place, installation, engine, date(2004, 3, 20), "")
    assert load_register("mob").dated(HOSTILE_NAMES[0]) is None
    names = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    came = {f"exports/{name}" for name in HOSTILE_NAMES[1:]}
    checksums = {f"state/landing/mob/{hashlib.sha256(name.encode()).hexdigest()}" for name in HOSTILE_NAMES[1:]}
    assert names - came <= checksums


def test_a_link_to_what_is_no_file_lands_nothing(engine, tmp_path, place):
    (tmp_path / "elsewhere").mkdir()
    (place / "mob_200403_VUGHT.csv").symlink_to(tmp_path / "elsewhere")
    told = pull(load_register("mob"), place, Installation(tmp_path / "state"), engine, date(2004, 3, 20), "")
    assert (told.new, told.ignored) == (0, ())
