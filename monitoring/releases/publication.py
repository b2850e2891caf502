"""Making a release: which tables may be released from a night, protecting them, writing and freezing them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from connectors.installation import OneLineError
from monitoring.figures.figure import Figure, Report
from monitoring.figures.written.products import write_report
from monitoring.figures.written.words import LANGUAGES
from monitoring.releases.cells import YEAR, years_of
from monitoring.releases.earlier import related
from monitoring.releases.kept import check_id, copy_out, keep, records
from monitoring.releases.manifest import (
    CELLS,
    CHECKSUMS,
    MANIFEST,
    Facts,
    cells_text,
    checksum_lines,
    checksums,
    manifest_text,
)
from monitoring.releases.protection import Protected, Refused, protect
from monitoring.releases.record import Record
from monitoring.releases.rules import Rules, declared

KINDS = ("html", "xlsx", "csv")


@dataclass(frozen=True)
class Made:
    """A release that was made: its frozen folder, the copy that was handed out (if any), and what was protected."""

    publication: Path
    copy: Path | None
    protected: Protected


def make_release(
    home: Path, report: Report, tables: Sequence[str], rules: Rules, facts: Facts, out: Path | None = None
) -> Made:
    """Protect tables of a report and freeze them as a release of the installation at `home`.

    Raises OneLineError when the year is not over on the night, a table is not there, was released before from another
    night, or cannot be protected, or when the id is taken.
    """
    check_id(home, facts.release)
    check_is_over(report.year, date.fromisoformat(facts.night))
    earlier = records(home)
    figures = [_chosen(report, name) for name in dict.fromkeys(tables)]
    _check_year(figures, report)
    _check_revision(earlier, facts, [figure.name for figure in figures])
    try:
        beside = related(earlier, _populations(figures), facts.is_synthetic)
        protected = protect(figures, rules, facts.night, beside)
    except Refused as refusal:
        raise OneLineError(f"not released: {_in_one_line(refusal)}") from None
    shown = _as_released(report, protected, facts.release)
    record = _record(facts, rules, protected)

    def write(folder: Path) -> None:
        write_publication(folder, shown, rules, facts, protected)

    publication = keep(home, record, write)
    return Made(publication, copy_out(publication, out, facts.release) if out else None, protected)


def check_is_over(year: int | None, night: date) -> None:
    """Raise OneLineError when what is counted still goes on: a count that moves from night to night shows a child."""
    month_and_day = declared()["yearly_snapshot"]["month_and_day"]
    if year is None and night.strftime("%m-%d") != month_and_day:
        raise OneLineError(
            f"all years together are released from the night of {month_and_day} only, not of {night}; give --year"
        )
    if year is not None and year >= night.year:
        raise OneLineError(
            f"the year {year} is not over on the night of {night}; give an earlier --year or a later --night"
        )


def write_publication(folder: Path, report: Report, rules: Rules, facts: Facts, protected: Protected) -> None:
    """Write all files of a publication into an empty folder: tables in both languages, cells, manifest, checksums."""
    for language in LANGUAGES:
        write_report(report, folder / language, language, KINDS)
    (folder / CELLS).write_text(cells_text(protected, rules), encoding="utf-8", newline="\n")
    manifest = manifest_text(facts, rules, protected, checksums(folder))
    (folder / MANIFEST).write_text(manifest, encoding="utf-8", newline="\n")
    (folder / CHECKSUMS).write_text(checksum_lines(checksums(folder)), encoding="utf-8", newline="\n")


def _chosen(report: Report, name: str) -> Figure:
    try:
        return report.figure(name)
    except KeyError:
        names = ", ".join(figure.name for figure in report.figures)
        raise OneLineError(f"there is no table {name}; there are {names}") from None


def _check_year(figures: Sequence[Figure], report: Report) -> None:
    """A table is of the year that was asked for, and none of its columns is of a year that still goes on."""
    year = () if report.year is None else (str(report.year),)
    others = [figure.name for figure in figures if years_of(figure.population.partition(":")[2])[-1:] != year]
    if report.year is not None and others:
        raise OneLineError(f"{', '.join(others)}: not of years up to {report.year}, so not released with that year")
    last = date.fromisoformat(report.night).year
    for figure in figures:
        columns = figure.columns if figure.column_dimension == YEAR else ()
        open_years = [heading.code for heading in columns if heading.code.isdecimal() and int(heading.code) >= last]
        if open_years and report.year is not None:
            raise OneLineError(f"{figure.name} also counts {', '.join(open_years)}, which is not over on this night")


def _check_revision(earlier: Sequence[Record], facts: Facts, tables: Sequence[str]) -> None:
    """The same table of the same year comes out once, or again on purpose."""
    known = {record.release for record in earlier}
    if facts.revises and facts.revises not in known:
        raise OneLineError(f"--revises: there is no release {facts.revises}; see weerzien release list")
    if bool(facts.revises) != bool(facts.reason):
        raise OneLineError("a revision needs both --revises ID and --reason TEXT")
    for record in earlier:
        again = sorted(set(tables) & set(record.tables))
        is_same = record.year == facts.year and record.is_synthetic == facts.is_synthetic
        if again and is_same and record.night != facts.night and not facts.revises:
            raise OneLineError(
                f"{', '.join(again)} of this year came out in release {record.release} (night of {record.night}); "
                f"revise it with --revises {record.release} --reason TEXT"
            )


def _populations(figures: Sequence[Figure]) -> set[str]:
    """The wholes that the tables count; what is not declared is refused later, by name."""
    known = declared()["populations"]
    names = {figure.population.partition(":")[0] for figure in figures}
    return {known[name].get("within", name) for name in names if name in known}


def _as_released(report: Report, protected: Protected, release: str) -> Report:
    names = {figure.name for figure in protected.figures}
    introductions = report.introductions or ({"nl": "", "en": ""},) * len(report.chapters)
    kept = [
        (heading, tuple(name for name in of_chapter if name in names), introduction)
        for (heading, of_chapter), introduction in zip(report.chapters, introductions, strict=True)
        if names & set(of_chapter)
    ]
    return replace(
        report,
        figures=protected.figures,
        chapters=tuple((heading, of_chapter) for heading, of_chapter, _ in kept),
        introductions=tuple(introduction for *_, introduction in kept),
        release=release,
    )


def _in_one_line(refusal: Refused) -> str:
    """Tables by reason, in Dutch and English."""
    by_reason: dict[str, list[str]] = {}
    for name, reason in refusal.tables.items():
        by_reason.setdefault(f"{reason['nl']} / {reason['en']}", []).append(name)
    return "; ".join(f"{', '.join(names)}: {reason}" for reason, names in by_reason.items())


def _record(facts: Facts, rules: Rules, protected: Protected) -> Record:
    return Record(
        release=facts.release,
        night=facts.night,
        year=facts.year,
        method=rules.method,
        threshold=rules.threshold,
        is_synthetic=facts.is_synthetic,
        tables=tuple(figure.name for figure in protected.figures),
        counts=protected.counts,
        shown=protected.shown,
        relations=protected.relations,
        overlapping=protected.overlapping,
        revises=facts.revises,
    )
