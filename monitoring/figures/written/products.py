"""Which files a report becomes, and how they are called.

Dutch: cijfers.html, cijfers.xlsx, cijfers.pdf and a CSV per figure in cijfers/; English: figures.html and so on. The
long CSV, figures.csv, holds both languages and is the same for either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from connectors.installation import OneLineError
from monitoring.export import write_private
from monitoring.figures.figure import Report
from monitoring.figures.written.csv_files import write_long, write_printed
from monitoring.figures.written.page import write_page
from monitoring.figures.written.pdf import write_pdf
from monitoring.figures.written.printed import printed_chapters
from monitoring.figures.written.words import Language
from monitoring.figures.written.workbook import write_figures_workbook

KINDS = ("html", "xlsx", "pdf", "csv")
NAMES: dict[Language, str] = {"nl": "cijfers", "en": "figures"}
WRITERS = {"html": write_page, "xlsx": write_figures_workbook, "pdf": write_pdf}


def write_report(report: Report, directory: Path, language: Language, kinds: Iterable[str] = KINDS) -> list[Path]:
    """Write a report in one language into a folder, which is made when it is not there; return the files written.

    `kinds`: of KINDS. Files of the same name are replaced, each readable by its owner only; the same report gives the
    same bytes. Raises OneLineError when the folder cannot be written.
    """
    try:
        return [path for kind in kinds for path in _write(report, directory, language, kind)]
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OneLineError(f"{directory} cannot be written ({reason}); give another folder") from None


def _write(report: Report, directory: Path, language: Language, kind: str) -> Iterator[Path]:
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = NAMES[language]
    if kind != "csv":
        yield write_private(directory / f"{name}.{kind}", partial(WRITERS[kind], report, language))
        return
    yield write_private(directory / "figures.csv", partial(write_long, report))
    per_figure = directory / name
    per_figure.mkdir(mode=0o700, exist_ok=True)
    for chapter in printed_chapters(report, language):
        for figure in chapter.figures:
            write = partial(write_printed, report, figure, language)
            yield write_private(per_figure / f"{figure.place}.csv", write)
