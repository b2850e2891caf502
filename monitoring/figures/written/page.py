"""The figures as one page that opens offline and prints on A4: nothing from elsewhere, nothing that runs."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from monitoring.figures.figure import Report
from monitoring.figures.written.printed import printed_chapters
from monitoring.figures.written.words import Language, notices, reading_rules, said, scope

if TYPE_CHECKING:
    from jinja2 import Template


def write_page(report: Report, language: Language, path: Path) -> None:
    """Write the report as one HTML file: contents, chapters, a table per figure with base and unit under it."""
    page = _template().render(
        language=language,
        said=partial(said, language=language),
        scope=scope(report, language),
        notices=notices(report, language),
        reading_rules=reading_rules(report, language),
        chapters=printed_chapters(report, language),
    )
    path.write_text(page, encoding="utf-8", newline="\n")


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    places = FileSystemLoader(Path(__file__).parent)
    made = Environment(loader=places, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return made.get_template("report.html.j2")
