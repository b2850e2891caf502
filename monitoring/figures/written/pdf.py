"""The figures as a PDF that a screen reader can read and an archive can keep: tagged, PDF/UA-1 and PDF/A-2a.

Only the fonts that the typesetter carries are used, and the moment of making is that of the night, so that the same
figures give the same bytes on every machine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from anyascii import anyascii

from monitoring.figures.figure import Report
from monitoring.figures.written.printed import PrintedChapter, PrintedFigure, PrintedRow, printed_chapters
from monitoring.figures.written.words import Language, notices, reading_rules, said, scope

STANDARDS: tuple[Literal["a-2a", "ua-1"], ...] = ("a-2a", "ua-1")
# More columns of numbers than this stand on a page on its side.
UPRIGHT = 8
# Not in the font: letters beside Latin, Greek, Cyrillic and ordinary signs. Both standards refuse what is not shown.
NOT_IN_FONT = re.compile(
    "[^\u0020-\u024f\u0300-\u033f\u0370-\u045f\u1e00-\u1eff\u2010-\u2027\u2030-\u203a\u20ac\u2190-\u2193"
    "\u2212\u2264\u2265]"
)
WORDS = ("title", "subject", "contents", "how_to_read", "page", "page_of", "deviations")


def write_pdf(report: Report, language: Language, path: Path) -> None:
    """Write the report as one PDF, A4, wide tables on their side, table headings repeated on every page."""
    import typst

    shown: dict[str, Any] = {
        "language": language,
        **{word: said(word, language) for word in WORDS},
        "scope": scope(report, language),
        "notices": notices(report, language),
        "reading_rules": reading_rules(report, language),
        "parts": [part for chapter in printed_chapters(report, language) for part in _parts(chapter)],
    }
    document = typst.compile(
        Path(__file__).with_name("report.typ"),
        root=Path(__file__).parent,
        ignore_system_fonts=True,
        # As data and not as text of the document: nothing in a label is ever run.
        sys_inputs={"report": json.dumps(_in_font(shown), ensure_ascii=False)},
        pdf_standards=list(STANDARDS),
        timestamp=datetime.combine(date.fromisoformat(report.night), time(), UTC),
    )
    path.write_bytes(document)


def _parts(chapter: PrintedChapter) -> Iterator[dict[str, Any]]:
    """A chapter in runs of upright and of wide tables; the first has the chapter's heading."""
    runs = groupby(chapter.figures, key=lambda figure: figure.number_columns > UPRIGHT)
    for number, (on_its_side, figures) in enumerate(runs):
        yield {
            "heading": "" if number else chapter.heading,
            "introduction": "" if number else chapter.introduction,
            "on_its_side": on_its_side,
            "figures": [_figure(figure) for figure in figures],
        }


def _figure(figure: PrintedFigure) -> dict[str, Any]:
    return {
        "heading": figure.heading,
        "row_heading": figure.row_heading,
        "columns": figure.columns,
        "measures": figure.measures,
        "rows": [_row(row) for row in figure.rows],
        "base": [figure.base.label, *(cell.count_text for cell in figure.base.cells)] if figure.base else [],
        "under": figure.under,
        "deviations": figure.deviations,
        "number_columns": figure.number_columns,
        "on_its_side": figure.number_columns > UPRIGHT,
    }


def _row(row: PrintedRow) -> dict[str, Any]:
    return {
        "label": row.label,
        "is_total": row.is_total,
        "cells": [text for cell in row.cells for text in cell.texts],
    }


def _in_font(shown: Any) -> Any:
    """Every text in letters of the font: a letter that it has not is written in those that it has."""
    if isinstance(shown, str):
        return NOT_IN_FONT.sub(lambda letter: anyascii(letter.group()) or "?", shown)
    if isinstance(shown, dict):
        return {key: _in_font(value) for key, value in shown.items()}
    return [_in_font(value) for value in shown] if isinstance(shown, list | tuple) else shown
