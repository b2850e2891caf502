"""A release from making to checking: frozen, complete, the same bytes, and silent about what it withholds."""

import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.disclosure import table
from connectors.installation import OneLineError
from monitoring.figures.figure import Report
from monitoring.releases.kept import publication_of, records
from monitoring.releases.manifest import Facts
from monitoring.releases.publication import make_release
from monitoring.releases.rules import release_rules
from monitoring.releases.verify import FIELDS, faults

# Withheld counts that no other number, year, date or size in a file can be mistaken for.
BOYS, GIRLS, OTHER_GIRLS, OTHER_BOYS = 3, 7919, 7907, 7901
RULES = release_rules()
FACTS = Facts(
    release="2004-1",
    night="2005-06-30",
    year=2004,
    date="2005-09-01",
    by="J. de Vries",
    is_synthetic=True,
    model_version="2026.3",
    code_version="0.1.0",
)
T4 = table(
    [(9001, 9503), (GIRLS, BOYS), (OTHER_GIRLS, OTHER_BOYS), (9203, 9301)], rows=["NL", "NG", "VN", "SY"], name="T4"
)


def report(*figures, night="2005-06-30", year=2004) -> Report:
    chapters = (({"nl": "Tabellen", "en": "Tables"}, tuple(figure.name for figure in figures)),)
    return Report(night, year, True, "2026.3", figures, chapters)


def made(home: Path, figure=T4, rules=RULES, **facts):
    told = replace(FACTS, **facts)
    return make_release(home, report(figure, night=told.night, year=told.year), [figure.name], rules, told)


def texts_of(folder: Path):
    """Everything that can be read in a folder, workbooks unpacked."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                for name in book.namelist():
                    yield f"{path.name}/{name}", book.read(name).decode("utf-8", "replace")
        else:
            yield path.name, path.read_text(encoding="utf-8")


def test_no_file_of_a_release_holds_a_withheld_count(tmp_path):
    publication = made(tmp_path).publication
    withheld = [str(GIRLS), f"{GIRLS:,}", f"{GIRLS:,}".replace(",", "."), str(OTHER_GIRLS), str(OTHER_BOYS)]
    shares = ["23.3", "23,3", "29.6", "29,6"]  # GIRLS and OTHER_BOYS on their bases
    found = [
        (name, number)
        for name, text in texts_of(publication)
        for number in (*withheld, *shares)
        if name != "SHA256SUMS"
        and re.search(rf"(?<![\w.]){re.escape(number)}(?![\w.])", re.sub(r"[0-9a-f]{64}", "", text))
    ]
    assert found == []
    shown = dict(texts_of(publication))
    assert "9001" in shown["figures.csv"] and "9.001" in shown["cijfers.html"] and ">x<" in shown["cijfers.html"]


def test_the_manifest_is_complete_and_does_not_tell_which_withheld_cells_are_small(tmp_path):
    publication = made(tmp_path).publication
    manifest = json.loads((publication / "manifest.json").read_text())
    assert set(manifest) == set(FIELDS)
    assert manifest["tables"] == {
        "T4": {"numbers": 15, "withheld": 4, "narrowest": manifest["tables"]["T4"]["narrowest"]}
    }
    assert (manifest["by"], manifest["date"], manifest["rules"]["threshold"]) == ("J. de Vries", "2005-09-01", 5)
    names = {path.relative_to(publication).as_posix() for path in publication.rglob("*") if path.is_file()}
    assert set(manifest["files"]) == names - {"manifest.json", "SHA256SUMS"}
    assert names >= {"nl/cijfers.html", "nl/cijfers.xlsx", "nl/cijfers/T4.csv", "en/figures.html", "en/figures/T4.csv"}


def test_the_same_release_made_twice_has_the_same_bytes(tmp_path):
    one, other = (made(tmp_path / home).publication for home in ("one", "other"))
    files = [path.relative_to(one) for path in sorted(one.rglob("*")) if path.is_file()]
    assert files == [path.relative_to(other) for path in sorted(other.rglob("*")) if path.is_file()]
    assert all((one / path).read_bytes() == (other / path).read_bytes() for path in files)


def test_the_kept_copy_can_be_written_by_nobody_and_the_true_counts_are_not_in_it(tmp_path):
    publication = made(tmp_path).publication
    assert publication == publication_of(tmp_path, "2004-1")
    modes = {path.stat().st_mode & 0o777 for path in publication.rglob("*") if path.is_file()}
    folders = {path.stat().st_mode & 0o777 for path in (publication, publication.parent, publication / "nl")}
    assert modes == {0o400} and folders == {0o500}
    assert not (publication / "record.json").exists()
    assert (publication.parent / "record.json").stat().st_mode & 0o777 == 0o400
    [record] = records(tmp_path)
    assert BOYS in record.counts.values() and BOYS not in record.shown.values()


def test_a_release_is_sound_from_its_files_alone_and_beside_the_record(tmp_path):
    publication = made(tmp_path).publication
    assert faults(publication) == []
    assert faults(publication, *records(tmp_path), records(tmp_path)) == []


@pytest.mark.parametrize("name", ["cells.json", "manifest.json", "SHA256SUMS", "nl/cijfers.html", "en/figures.xlsx"])
def test_a_changed_byte_is_found(tmp_path, name):
    path = made(tmp_path).publication / name
    path.chmod(0o600)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    assert faults(publication_of(tmp_path, "2004-1"))


def test_a_file_too_many_or_too_few_is_found(tmp_path):
    publication = made(tmp_path).publication
    publication.chmod(0o700)
    (publication / "more.txt").write_text("")
    (publication / "nl").chmod(0o700)
    (publication / "nl" / "cijfers.html").unlink()
    assert faults(publication) == ["more.txt does not belong to the release", "nl/cijfers.html is missing"]


def test_a_publication_that_gives_a_count_away_is_found_whatever_its_checksums_say(tmp_path):
    from monitoring.releases.manifest import CHECKSUMS, checksum_lines, checksums

    publication = made(tmp_path).publication
    cells = json.loads((publication / "cells.json").read_text())
    for cell in cells["cells"]:
        if cell["where"] == [["nationality", ["NG"]], ["sex", ["f"]], ["year", ["2004"]]]:
            cell["shown"] = GIRLS
    for name, text in (("cells.json", json.dumps(cells)), (CHECKSUMS, None)):
        (publication / name).chmod(0o600)
        (publication / name).write_text(text or checksum_lines(checksums(publication, [CHECKSUMS])))
    found = faults(publication)
    assert [fault for fault in found if fault.startswith("given away: counted (persons): nationality=NG, sex=m")]
    assert not [fault for fault in found if "changed" in fault]
    assert "cells.json does not hold what the installation remembers of the release" in faults(
        publication, *records(tmp_path), records(tmp_path)
    )


def test_a_second_release_by_the_same_id_is_refused(tmp_path):
    made(tmp_path)
    with pytest.raises(OneLineError, match="release 2004-1 exists and never changes"):
        made(tmp_path)


def test_a_year_that_is_not_over_on_the_night_is_refused(tmp_path):
    with pytest.raises(OneLineError, match="the year 2005 is not over on the night of 2005-06-30"):
        made(tmp_path, replace(T4, population="counted:2005"), year=2005)


def test_all_years_together_come_out_once_a_year_only(tmp_path):
    every = replace(T4, population="counted")
    with pytest.raises(OneLineError, match="from the night of 12-31 only"):
        made(tmp_path, every, year=None)
    assert made(tmp_path, every, year=None, night="2005-12-31").publication.is_dir()


def test_a_table_comes_out_once_unless_it_is_revised_with_a_reason(tmp_path):
    made(tmp_path)
    later = table(
        [(9001, 9503), (GIRLS + 2, BOYS), (OTHER_GIRLS, OTHER_BOYS), (9203, 9301)],
        rows=["NL", "NG", "VN", "SY"],
        name="T4",
    )
    again = {"release": "2004-2", "night": "2006-06-30"}
    with pytest.raises(OneLineError, match="T4 of this year came out in release 2004-1"):
        made(tmp_path, later, **again)
    with pytest.raises(OneLineError, match="needs both --revises ID and --reason"):
        made(tmp_path, later, **again, revises="2004-1")
    with pytest.raises(OneLineError, match="there is no release 2003-9"):
        made(tmp_path, later, **again, revises="2003-9", reason="late deliveries")
    revised = made(tmp_path, later, **again, revises="2004-1", reason="late deliveries")
    manifest = json.loads((revised.publication / "manifest.json").read_text())
    assert (manifest["revises"], manifest["judged_beside"]) == ("2004-1", ["2004-1"])
    # Two girls more: their total is withheld now, because the first release told it.
    assert (1, 2) in revised.protected.figures[0].withheld
    [first, second] = records(tmp_path)
    assert faults(revised.publication, second, [first, second]) == []


def test_strictly_the_threshold_is_ten(tmp_path):
    figure = table([(40, 12), (25, 7), (19, 14), (16, 18)], rows=["NL", "NG", "VN", "SY"], name="T4")
    normal = made(tmp_path / "normal", figure)
    strict = made(tmp_path / "strict", figure, release_rules(is_strict=True))
    assert not normal.protected.figures[0].withheld
    assert (1, 1) in strict.protected.figures[0].withheld
    assert faults(strict.publication) == []


def test_a_rounded_release_is_sound_and_holds_multiples_only(tmp_path):
    figure = table([(40, 12), (25, 2), (9, 14), (1, 1)], rows=["NL", "NG", "VN", "SY"], name="T4")
    publication = made(tmp_path, figure, release_rules("round")).publication
    assert faults(publication, *records(tmp_path), records(tmp_path)) == []
    cells = json.loads((publication / "cells.json").read_text())["cells"]
    assert all(cell["shown"] % 5 == 0 for cell in cells)
    assert not [cell for cell in cells if ["nationality", ["SY"]] in cell["where"]]


def test_a_record_that_cannot_be_read_stops_the_next_release(tmp_path):
    path = made(tmp_path).publication.parent / "record.json"
    path.chmod(0o600)
    path.write_text("{}")
    with pytest.raises(OneLineError, match="cannot be read; put it back"):
        made(tmp_path, release="2004-2")


def test_an_unfinished_release_leaves_nothing_and_does_not_stop_the_next(tmp_path, monkeypatch):
    import monitoring.releases.publication as publication

    def fails(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(publication, "write_publication", fails)
        with pytest.raises(OneLineError, match="cannot be kept"):
            made(tmp_path)
    assert list((tmp_path / "releases").iterdir()) == []
    assert made(tmp_path).publication.is_dir()
