import csv

import pandas as pd

from monitoring.figures.written.csv_files import LONG_COLUMNS, write_long, write_printed
from monitoring.figures.written.printed import printed


def long(path):
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def test_the_long_file_has_a_row_per_cell_with_count_base_and_share(made):
    rows = long(made / "figures.csv")
    assert list(rows) == list(LONG_COLUMNS)
    assert len(rows) == 5 + 4 + 4
    seen = rows[["figure", "row", "column", "count", "base", "share"]].to_numpy().tolist()
    assert ["T4", "16-17", "total", "249", "2000", "12.5"] in seen
    assert ["T17", "expulsion", "2004", "", "", ""] in seen
    assert ["M9", "a", "2004", "0", "0", ""] in seen
    assert set(rows["is_synthetic"]) == {"true"} and set(rows["year"]) == {"2004"}
    assert rows["use"].str.contains("not for publication").all()


def test_both_languages_stand_in_the_long_file(made):
    row = long(made / "figures.csv").iloc[0]
    assert (row["row_nl"], row["row_en"]) == ("16 t/m 17 jaar", "16 and 17 years")


def test_a_printed_file_opens_in_columns_in_a_dutch_and_in_an_english_spreadsheet(made):
    dutch = (made / "cijfers" / "T4.csv").read_bytes()
    assert dutch.startswith("\ufeffLeeftijd;Aantal;%\r\n16 t/m 17 jaar;249;12,5\r\n".encode())
    english = (made / "figures" / "T4.csv").read_bytes()
    assert english.startswith("\ufeffAge,Number,%\r\n16 and 17 years,249,12.5\r\n".encode())


def test_a_printed_file_has_dashes_base_unit_and_notices(made):
    with (made / "cijfers" / "M9.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.reader(lines, delimiter=";"))
    assert rows[:4] == [
        ["Vorm van uitbuiting", "2003 Aantal", "2003 %", "2004 Aantal", "2004 %"],
        ["Prostitutie", "2", "66,7", "0", "Nvt"],
        ["Huishouden", "2", "66,7", "-", "-"],
        ["Basis (100 %)", "3", "", "0", ""],
    ]
    below = [row[0] for row in rows[5:]]
    assert "Eenheid: slachtoffers." in below and any("Verzonnen" in line for line in below)


def test_no_cell_is_taken_for_a_formula(tmp_path, by_hand):
    report = by_hand.report_with(by_hand.hostile)
    write_long(report, tmp_path / "long.csv")
    write_printed(report, printed(by_hand.hostile, "X-1", "nl"), "nl", tmp_path / "one.csv")
    for name, separator in (("long.csv", ","), ("one.csv", ";")):
        with (tmp_path / name).open(encoding="utf-8-sig", newline="") as lines:
            cells = [cell for row in csv.reader(lines, delimiter=separator) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
        assert "'=HYPERLINK(1)" in cells
