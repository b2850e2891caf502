import pytest
from openpyxl import load_workbook

from monitoring.figures.written.workbook import write_figures_workbook


@pytest.fixture
def dutch(made):
    return load_workbook(made / "cijfers.xlsx")


def rows(sheet, label):
    """The row of a label, without what is empty at its end."""
    for row in sheet.iter_rows(values_only=True):
        if row[0] == label:
            return [value for value in row[1:] if value is not None]
    raise AssertionError(label)


def test_numbers_are_real_numbers_with_a_format(dutch):
    sheet = dutch["T4"]
    assert rows(sheet, "16 t/m 17 jaar") == [249, 12.5]
    assert rows(sheet, "Totaal") == [2000, 100]
    assert rows(sheet, "Basis (100 %)") == [2000]
    formats = {cell.number_format for row in sheet.iter_rows() for cell in row if isinstance(cell.value, int | float)}
    assert formats == {"#,##0", "0.0"}


def test_what_is_not_known_is_a_dash_and_what_is_zero_a_zero(dutch):
    assert rows(dutch["M9"], "Prostitutie") == [2, 66.7, 0, "Nvt"]
    assert rows(dutch["M9"], "Huishouden") == [2, 66.7, "-", "-"]
    assert rows(dutch["T17"], "Uitzetting") == [35, "-"]


def test_the_contents_link_to_a_sheet_per_figure_and_back(dutch):
    assert dutch.sheetnames == ["Inhoud", "T4", "M9", "T17"]
    links = [cell.hyperlink.location for row in dutch["Inhoud"].iter_rows() for cell in row if cell.hyperlink]
    assert links == ["'T4'!A1", "'M9'!A1", "'T17'!A1"]
    back = [cell.hyperlink.location for row in dutch["T4"].iter_rows() for cell in row if cell.hyperlink]
    assert back == ["'Inhoud'!A1"]


def test_every_sheet_says_that_it_is_synthetic_and_for_the_bureau(dutch, made):
    for workbook, word in ((dutch, "Verzonnen"), (load_workbook(made / "figures.xlsx"), "Synthetic")):
        for sheet in workbook:
            text = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)
            assert word in text and "weerzien release" in text


def test_no_text_is_a_formula_and_names_of_sheets_are_allowed(tmp_path, by_hand):
    write_figures_workbook(by_hand.report_with(by_hand.hostile), "nl", tmp_path / "x.xlsx")
    workbook = load_workbook(tmp_path / "x.xlsx")
    assert workbook.sheetnames == ["Inhoud", "X-1"]
    types = {
        cell.data_type for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.value is not None
    }
    assert types == {"s", "n"}
    assert rows(workbook["X-1"], "=HYPERLINK(1)") == [1, 16.7]


def test_headings_of_a_table_repeat_on_every_printed_page(dutch):
    sheet = dutch["M9"]
    first, last = sheet.print_title_rows.replace("$", "").split(":")
    assert sheet.cell(int(last), 1).value == "Vorm van uitbuiting"
    assert [sheet.cell(int(first), 2).value, sheet.cell(int(last), 2).value] == ["2003", "Aantal"]
    assert sheet.freeze_panes == f"B{int(last) + 1}"
