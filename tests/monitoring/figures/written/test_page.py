import re

import pytest
from lxml import html

from monitoring.figures.written.page import write_page


def page_of(path):
    return html.parse(str(path), html.HTMLParser(encoding="utf-8")).getroot()


def written(tmp_path, report, language="nl"):
    write_page(report, language, tmp_path / "page.html")
    return page_of(tmp_path / "page.html")


def numbers(page, name):
    return [
        [cell.text_content() for cell in row.xpath("td")]
        for row in page.xpath(f"//section[@id='table-{name}']//tbody/tr")
    ]


def base(page, name):
    return [cell.text_content() for cell in page.xpath(f"//section[@id='table-{name}']//tfoot//td[text()]")]


def test_the_numbers_on_the_page_are_the_cells_of_the_figure(made, by_hand):
    page = page_of(made / "cijfers.html")
    assert numbers(page, "T4") == by_hand.age_numbers
    assert numbers(page, "M9") == by_hand.forms_numbers
    assert numbers(page, "T17") == [["35", "-"], ["1.436", "716"]]


def test_every_table_has_its_base_and_unit(made):
    page = page_of(made / "cijfers.html")
    assert (base(page, "T4"), base(page, "M9"), base(page, "T17")) == (["2.000"], ["3", "0"], ["1.471", "-"])
    for place, unit in {"T4": "personen", "M9": "slachtoffers", "T17": "vertrekken"}.items():
        assert f"Eenheid: {unit}." in page.xpath(f"//section[@id='table-{place}']")[0].text_content()


def test_english_numbers_have_a_point_and_english_words(made):
    page = page_of(made / "figures.html")
    assert numbers(page, "T4")[3:] == [["1,750", "87.5"], ["2,000", "100.0"]]
    assert page.get("lang") == "en"
    assert "Eenheid" not in page.text_content() and "Unit: persons." in page.text_content()


@pytest.mark.parametrize("name", ["cijfers.html", "figures.html"])
def test_nothing_comes_from_elsewhere_and_nothing_runs(made, name):
    text = (made / name).read_text()
    assert not re.search(r"(?i)https?://|<script|<link|<img|<iframe|url\(|@import|\bon\w+=", text)
    page = page_of(made / name)
    assert all(link.startswith("#") for link in page.xpath("//@href"))
    assert page.xpath("//@src") == []


def test_the_contents_lead_to_every_table(made):
    page = page_of(made / "cijfers.html")
    links = page.xpath("//nav//a/@href")
    assert links == ["#chapter-1", "#table-T4", "#chapter-2", "#table-M9", "#table-T17"]
    assert all(page.xpath(f"//*[@id='{link[1:]}']") for link in links)
    assert len(page.xpath("//@id")) == len(set(page.xpath("//@id")))


def test_a_screen_reader_is_told_what_each_number_belongs_to(made):
    page = page_of(made / "cijfers.html")
    assert all(table.xpath("caption") for table in page.xpath("//table"))
    assert all(cell.get("scope") in ("col", "colgroup") for cell in page.xpath("//thead//th"))
    assert all(cell.get("scope") == "row" for cell in page.xpath("//tbody//th | //tfoot//th"))


def test_multiple_response_is_said_once(made, tmp_path, by_hand):
    page = page_of(made / "cijfers.html")
    assert page.text_content().count("Meer antwoorden mogelijk") == 1
    by_note = by_hand.report_with(by_hand.said_by_note)
    assert "Meer antwoorden mogelijk" not in written(tmp_path, by_note).text_content()


def test_deviations_are_folded(made):
    details = page_of(made / "cijfers.html").xpath("//details")
    assert [one.xpath("p/text()") for one in details] == [["Het rapport telt casussen."]]
    assert details[0].get("open") is None


def test_text_in_a_label_is_shown_and_never_taken_for_markup(tmp_path, by_hand):
    page = written(tmp_path, by_hand.report_with(by_hand.hostile))
    assert page.xpath("//script") == [] and page.xpath("//tbody//b") == []
    labels = [row.text_content() for row in page.xpath("//tbody//th")]
    assert labels == ["=HYPERLINK(1)", "<b>&amp;</b> #strong[x] {{ 7*7 }}", "+31 中文"]


def test_disclaimer_and_synthetic_notice_stand_before_the_first_table(made):
    text = page_of(made / "cijfers.html").text_content()
    first = text.index("T4. Leeftijd")
    for words in ("Verzonnen", "niet statistisch significant", "geen schatting van de omvang", "weerzien release"):
        assert text.index(words) < first
