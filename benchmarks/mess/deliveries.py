"""Writes deliveries that are spoilt as a whole, one folder per case."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

from benchmarks.mess import ikps, mob, stv, telex, youth_care
from benchmarks.mess.damage import (
    BOMBS,
    MARK,
    anywhere,
    column_damage,
    cut_within,
    damaged_member,
    doctype,
    utf16,
)
from benchmarks.mess.model import REFUSED, WARNING, Delivery, write_list

ROWS = 40
DAY = date(2005, 6, 14)
Spoilt = Iterator[tuple[str, bytes]]


def write_delivery_mess(folder: Path, seed: int) -> list[Delivery]:
    """Write each whole-delivery fault into a folder of its own, and `deliveries.csv` with the outcomes."""
    chance = Random(seed)
    sources = (
        ("ikps", ikps.FILE, _ikps(chance)),
        ("stv", stv.file_name(2005), _stv(chance)),
        ("youth_care", youth_care.file_name(DAY), _youth_care(chance)),
        ("telex", telex.file_name(DAY), _telex(chance)),
        ("mob", mob.file_name(2005, 5, "Den Helder"), _mob(chance)),
    )
    deliveries = []
    for register, file, cases in sources:
        for case, content in cases:
            path = folder / f"{register}_{case}" / "exports" / register / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            warned = register == "mob" and case in ("header_only", "no_byte_order_mark")
            deliveries.append(Delivery(register, case, file, WARNING if warned else REFUSED))
    write_list(folder / "deliveries.csv", Delivery, deliveries)
    return deliveries


def _ikps(chance: Random) -> Spoilt:
    rows = [ikps.clean(chance, number) for number in range(1, ROWS + 1)]
    # Letters outside ASCII and a quoted cell must be there for an encoding or a cut to matter.
    rows[-2].update(achternaam="Núñez", locatie='Café "De Kroon"; achterzaal')
    text = ikps.text(rows)
    good = text.encode("cp1252")
    yield from anywhere(good, chance)
    yield from cut_within(good, b"registratienummer;korps", 15, "in_header")
    yield from cut_within(good, rows[-1][ikps.KEY].encode(), 40, "in_last_row")
    yield from cut_within(good, b'"Caf\xe9 ""De Kroon""; ach', 18, "in_quoted_cell", last=True)
    yield from cut_within(good, rows[ROWS // 2][ikps.KEY].encode(), 40, "halfway")
    yield "utf8", text.encode("utf-8")
    yield "utf8_with_mark", MARK + text.encode("utf-8")
    yield "utf16", utf16(text)
    yield "undefined_byte", good.replace(b"N\xfa\xf1ez", b"N\x81\x9dez")
    yield (
        "comma_separated",
        ikps.table([list(ikps.COLUMNS), *(list(row.values()) for row in rows)], ",").encode("cp1252"),
    )
    cells = [list(ikps.COLUMNS), *(list(row.values()) for row in rows)]
    for case, table in column_damage(cells, "kleur_ogen", "soort_locatie"):
        yield case, ikps.table(table).encode("cp1252")
    marked = [[*cells[0], "minderjarig"], *([*line, chance.choice(("J", "N"))] for line in cells[1:])]
    yield "column_minderjarig", ikps.table(marked).encode("cp1252")
    yield "header_only", ikps.text([]).encode("cp1252")
    yield "blank_lines_only", b"\r\n\r\n\r\n"


def _mob(chance: Random) -> Spoilt:
    rows = [mob.clean(chance, number, (2005, 5), "Den Helder") for number in range(1, ROWS + 1)]
    rows[-2].update(naam="Núñez, Zoë", vermoedelijke_reden="asielverzoek elders, mogelijk Italië")
    text = mob.text(rows)
    good = MARK + text.encode("utf-8")
    yield from anywhere(good, chance)
    yield from cut_within(good, b"v_nummer,naam", 12, "in_header")
    yield from cut_within(good, rows[-1]["v_nummer"].encode(), 30, "in_last_row")
    yield from cut_within(good, b'"asielverzoek elders, mogelijk', 15, "in_quoted_cell", last=True)
    yield from cut_within(good, rows[ROWS // 2]["v_nummer"].encode(), 30, "halfway")
    yield "windows_1252", text.encode("cp1252")
    yield "windows_1252_after_mark", MARK + text.encode("cp1252")
    yield "utf16", utf16(text)
    cells = [list(mob.COLUMNS), *(list(row.values()) for row in rows)]
    yield "semicolon_separated", MARK + ikps.table(cells, ";").encode("utf-8")
    for case, table in column_damage(cells, "lengte_cm", "opvanglocatie"):
        yield case, MARK + ikps.table(table, ",").encode("utf-8")
    yield "mark_only", MARK
    yield "header_only", MARK + mob.text([]).encode("utf-8")
    yield "no_byte_order_mark", text.encode("utf-8")


def _stv(chance: Random) -> Spoilt:
    days = [stv.report_day(number, ROWS, 2005) for number in range(1, ROWS + 1)]
    rows = [stv.clean(chance, number, day) for number, day in enumerate(days, start=1)]
    lines = stv.lines(chance, 2005, rows, days)
    good = stv.workbook(lines)
    yield from anywhere(good, chance)
    for name, length in (("at_a_quarter", len(good) // 4), ("halfway", len(good) // 2), ("at_the_end", len(good) - 30)):
        yield f"cut_{name}", good[:length]
    yield "csv_under_the_name", ikps.table([[str(cell or "") for cell in line] for line in lines]).encode("cp1252")
    yield "old_binary_workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + chance.randbytes(2048)
    yield "zip_without_workbook", _zip({"leesmij.txt": b"geen werkmap"})
    yield "truncated_bomb", _zip({"xl/worksheets/sheet1.xml": b" " * 32_000_000})[:-200]
    yield "damaged_sheet", damaged_member(good, "xl/worksheets/sheet1.xml")
    yield "sheet_cut_off_inside", _sheet_cut(good)
    yield "no_such_sheet", stv.workbook(lines, sheet="Blad1")
    head = next(at for at, line in enumerate(lines) if line[:1] == [stv.KEY])
    yield "no_header", stv.workbook(lines[:head] + lines[head + 1 :])
    yield "titles_only", stv.workbook(lines[:head])
    yield "header_only", stv.workbook(lines[: head + 1])
    yield "header_and_totals_only", stv.workbook([*lines[: head + 1], [], ["Totaal", 0]])
    width = len(stv.COLUMNS)
    body: list[list[stv.Cell]] = [line for line in lines[head:-2] if len(line) == width]
    for case, table in column_damage(body, "Kleur ogen", "Regio"):
        if case != "no_header":
            yield case, stv.workbook([*lines[:head], *table, [], ["Totaal", ROWS]])


def _zip(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(zipfile.ZipInfo(name, stv.SAVED), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _sheet_cut(good: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    return _zip({**members, sheet: members[sheet][: len(members[sheet]) // 2]})


def _youth_care(chance: Random) -> Spoilt:
    rows = [youth_care.clean(chance, number, DAY, "UT") for number in range(1, ROWS + 1)]
    rows[-2].one.update(Geslachtsnaam="Núñez")
    text = youth_care.text(rows, DAY, "BJZ Utrecht", 412)
    good = text.encode("utf-8")
    yield from anywhere(good, chance)
    yield from cut_within(good, b"<Header>", 20, "in_header")
    yield from cut_within(good, b"<Geslachtsnaam>", 18, "in_dossier", last=True)
    yield from cut_within(good, b"</Dossiers>", 0, "before_the_end")
    yield from cut_within(good, b"</Bericht>", 4, "in_the_last_tag")
    yield "utf16", utf16(text)
    yield "latin1_undeclared", text.encode("cp1252")
    yield "latin1_declared", text.replace('encoding="UTF-8"', 'encoding="ISO-8859-1"').encode("cp1252")
    for case, subset in BOMBS.items():
        yield f"doctype_{case}", doctype(text, subset).encode("utf-8")
    yield "wrong_root", text.replace("<Bericht ", "<Levering ").replace("</Bericht>", "</Levering>").encode("utf-8")
    yield "wrong_namespace", text.replace(youth_care.NAMESPACE, "urn:ander:bericht:9").encode("utf-8")
    yield "no_namespace", text.replace(f' xmlns="{youth_care.NAMESPACE}"', "").encode("utf-8")
    yield "unclosed_element", text.replace("</Rubriek>", "", 1).encode("utf-8")
    yield "undefined_entity", text.replace("Núñez", "N&uacute;&ntilde;ez").encode("utf-8")
    yield "two_roots", good + b"<Bericht/>\n"
    yield "text_after_the_end", good + b"einde bestand\n"
    yield "declaration_only", b'<?xml version="1.0" encoding="UTF-8"?>\n'
    yield "json_under_the_name", b'{"Bericht": {"Dossiers": []}}\n'


def _telex(chance: Random) -> Spoilt:
    rows = [telex.clean(chance, number, DAY) for number in range(1, ROWS + 1)]
    text = telex.text(rows, chance)
    good = text.encode("ascii")
    # Between two messages the noughts would be line noise.
    yield from anywhere(good, chance, broken_at=good.find(b"ZCZC", len(good) // 2) + 60)
    yield from cut_within(good, b"ZCZC", 14, "in_first_line_of_message", last=True)
    yield from cut_within(good, b"ZCZC", 60, "in_message", last=True)
    yield from cut_within(good, b"NNNN", 0, "before_the_end_sign", last=True)
    yield from cut_within(good, b"NNNN", 2, "in_the_end_sign", last=True)
    yield "utf16", utf16(text)
    yield "ebcdic", text.encode("cp037")
    yield "latin1_letters", text.replace("NAAM", "NÀÀM", 1).replace("UTRECHT", "ÜTRECHT", 1).encode("cp1252")
    yield "utf8_letters", text.replace("UTRECHT", "ÜTRECHT").encode("utf-8")
    yield "no_message_at_all", b"GEACHTE COLLEGA\r\n\r\nHIERBIJ DE TELEX VAN VANDAAG.\r\nGROET\r\n"
