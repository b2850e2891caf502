"""Figures of a release: what is withheld is told from what is not known, on every product."""

import csv

import pandas as pd
import pytest
from lxml import html
from openpyxl import load_workbook

from monitoring.figures.written.products import write_report


@pytest.fixture
def released(tmp_path, by_hand):
    write_report(by_hand.report_with(by_hand.protected, release="2005-1"), tmp_path, "nl")
    return tmp_path


def printed(folder):
    with (folder / "cijfers" / "T5.csv").open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.reader(lines, delimiter=";"))


def test_what_is_withheld_is_an_x_and_what_is_not_known_a_dash(released, by_hand):
    page = html.parse(str(released / "cijfers.html"), html.HTMLParser(encoding="utf-8"))
    assert [[cell.text for cell in row.xpath("td")] for row in page.xpath("//tbody/tr")] == by_hand.protected_numbers
    assert [cell.text for cell in page.xpath("//tfoot//td[text()]")] == ["40", "x", "8"]
    rows = printed(released)
    assert [row[1:] for row in rows[1:3]] == by_hand.protected_numbers
    assert rows[3] == ["Basis (100 %)", "40", "", "x", "", "8", ""]


def test_the_workbook_holds_neither_a_withheld_number_nor_a_share_of_it(released):
    values = [[cell for cell in row[:7]] for row in load_workbook(released / "cijfers.xlsx")["T5"].values]
    assert ["Illegaal", "x", "x", 20, "x", 3, "Nvt"] in values
    assert ["Ama", 30, 75, "-", "-", "-", "-"] in values


def test_the_long_file_tells_withheld_from_not_known_and_gives_no_share_of_a_small_base(released):
    rows = pd.read_csv(released / "figures.csv", dtype=str, keep_default_na=False)
    seen = rows[["row", "column", "count", "is_withheld", "base", "is_base_withheld", "share"]].to_numpy().tolist()
    assert seen == [
        ["illegal", "2003", "", "true", "40", "false", ""],
        ["illegal", "2004", "20", "false", "", "true", ""],
        ["illegal", "2005", "3", "false", "8", "false", ""],
        ["ama", "2003", "30", "false", "40", "false", "75.0"],
        ["ama", "2004", "", "false", "", "true", ""],
        ["ama", "2005", "", "false", "8", "false", ""],
    ]


def test_a_release_is_not_called_unfit_for_publication_and_explains_its_signs(released):
    page = (released / "cijfers.html").read_text()
    assert "Publicatie 2005-1" in page and "Een x is wel bekend" in page
    for text in (page, (released / "figures.csv").read_text(), str(printed(released))):
        assert "niet om te publiceren" not in text and "not for publication" not in text
