import re
import zipfile

import pytest

from connectors.installation import OneLineError
from monitoring.figures.written.products import KINDS, write_report


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_dutch_and_english_products_do_not_overwrite_each_other(made):
    assert sorted(contents(made)) == [
        "cijfers.html", "cijfers.pdf", "cijfers.xlsx", "cijfers/M9.csv", "cijfers/T17.csv", "cijfers/T4.csv",
        "figures.csv", "figures.html", "figures.pdf", "figures.xlsx", "figures/M9.csv", "figures/T17.csv",
        "figures/T4.csv",
    ]  # fmt: skip


def test_the_same_figures_give_the_same_bytes(made, tmp_path, by_hand):
    for language in ("en", "nl"):
        write_report(by_hand.chaptered, tmp_path, language)
    assert contents(tmp_path) == contents(made)


def test_a_workbook_does_not_hold_the_moment_of_writing(made):
    with zipfile.ZipFile(made / "cijfers.xlsx") as workbook:
        moments = re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z?", workbook.read("docProps/core.xml").decode())
        assert moments == ["2000-01-01T00:00:00Z"] * 2
        assert {entry.date_time[0] for entry in workbook.infolist()} == {2000}


def test_files_are_readable_by_their_owner_only_and_a_full_folder_is_overwritten(tmp_path, by_hand):
    folder = tmp_path / "new"
    report = by_hand.report_with(by_hand.age)
    first = write_report(report, folder, "nl")
    assert write_report(report, folder, "nl") == first
    assert all(path.stat().st_mode & 0o077 == 0 for path in first)
    assert folder.stat().st_mode & 0o077 == 0


def test_only_what_is_asked_for_is_written(tmp_path, by_hand):
    assert [path.name for path in write_report(by_hand.chaptered, tmp_path, "nl", ["html"])] == ["cijfers.html"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_that_cannot_be_written_is_told_in_one_line(tmp_path, by_hand, kind):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(OneLineError, match="cannot be written"):
        write_report(by_hand.chaptered, tmp_path / "taken", "nl", [kind])


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_report_and_hostile_text_can_be_written_in_every_kind(tmp_path, by_hand, kind):
    assert write_report(by_hand.report_with(), tmp_path / "empty", "nl", [kind])
    twins = [by_hand.hostile, by_hand.renamed(by_hand.hostile, "x 1"), by_hand.renamed(by_hand.hostile, "..")]
    paths = write_report(by_hand.report_with(*twins), tmp_path / "x", "en", [kind])
    assert len(set(paths)) == len(paths)
    assert all((tmp_path / "x") in path.parents for path in paths)


@pytest.mark.parametrize("is_synthetic", [True, False])
def test_synthetic_is_said_when_it_is_so_and_only_then(tmp_path, by_hand, is_synthetic):
    write_report(by_hand.report_with(by_hand.age, is_synthetic=is_synthetic), tmp_path, "nl", ["html", "csv"])
    for name in ("cijfers.html", "cijfers/T4.csv"):
        assert ("synthetisch" in (tmp_path / name).read_text()) is is_synthetic
    assert (',true,"for' in (tmp_path / "figures.csv").read_text()) is is_synthetic
