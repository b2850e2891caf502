import re

import pytest

from monitoring.figures.written.pdf import write_pdf


@pytest.mark.parametrize(("name", "language"), [("cijfers.pdf", "nl"), ("figures.pdf", "en")])
def test_the_pdf_is_tagged_and_says_its_language_and_standard(made, name, language):
    document = (made / name).read_bytes()
    assert b"/MarkInfo" in document and b"/StructTreeRoot" in document
    assert f"/Lang({language})".encode() in document.replace(b" ", b"")
    assert b"pdfuaid:part" in document and b"pdfaid:part" in document


def test_the_pdf_names_its_title_and_takes_its_moment_from_the_night(made):
    document = (made / "cijfers.pdf").read_bytes()
    assert b"Cijfers uit de monitortabel" in document
    assert re.search(rb"/CreationDate\s*\(D:20050630000000", document)


def test_what_runs_or_has_no_letter_in_the_font_is_only_text(tmp_path, by_hand):
    write_pdf(by_hand.report_with(by_hand.hostile), "nl", tmp_path / "x.pdf")
    document = (tmp_path / "x.pdf").read_bytes()
    assert document.startswith(b"%PDF-")
    assert b"/JavaScript" not in document and b"/URI" not in document
