"""The feedback report: what was wrong with what a register sent on a night, ready to send back to it.

One page that opens offline and one CSV per register, in Dutch: rules in words, the register's own keys and column
names, never a value of a row. The same night worked again gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from connectors.register import Register
from expectations.rules import Rule, load_rules
from monitoring.export import safe_text, write_private
from monitoring.summary import STATES, number

if TYPE_CHECKING:
    from jinja2 import Template

# More keys than this per rule make a page that nobody reads; all of them stand in the CSV.
SHOWN_KEYS = 200
# What looks like a key or a file of a register; anything else might be a value that stands in the wrong column.
KEY = re.compile(r"(?=.*\d)[A-Za-z0-9/_.#-]{1,60}|row \d{1,9}", re.ASCII)
ORDINARY_FILE = re.compile(r"(?i)[~$._]{0,3}(?:readme|ikps|stv|jeugdzorg|telex|mob)[\w.$~() -]{0,60}", re.ASCII)
NOT_SHOWN = "(niet getoond)"

SECTIONS = (
    ("refused", "Geweigerde bestanden", "Van deze bestanden is niets verwerkt. Stuur ze verbeterd opnieuw."),
    ("set_aside", "Apart gezette regels", "Deze regels tellen niet mee tot ze verbeterd zijn aangeleverd."),
    ("warning", "Opmerkingen", "Deze zijn verwerkt; wat niet te lezen was, geldt als niet vastgelegd."),
    ("ignored", "Genegeerde bestanden", "De naam past niet bij dit register; deze bestanden zijn niet gelezen."),
)  # fmt: skip
LEVELS = {"refused": "geweigerd", "set_aside": "apart gezet", "warning": "opmerking", "ignored": "genegeerd"}
COUNTS = (
    ("delivered", "Geleverde regels"),
    ("accepted", "Aanvaard"),
    ("set_aside", "Apart gezet"),
    ("registrations", "Registraties van kracht"),
    ("merged", "Samengevoegd met een andere regel"),
    ("withdrawn", "Ingetrokken"),
)
CSV_COLUMNS = (
    "register", "bestand", "sleutel", "niveau", "regel", "omschrijving", "kolom", "toelichting", "bron",
)  # fmt: skip


def write_feedback(
    directory: Path,
    register: Register,
    night: date,
    findings: pd.DataFrame,
    state: Mapping[str, Any],
    completeness: pd.DataFrame | None = None,
    is_synthetic: bool = False,
) -> list[Path]:
    """Write the report of one register and night as `<register>_<night>.html` and `.csv`; return the two files.

    `findings`: FINDING_COLUMNS. `state`: status, reason, the counts of COUNTS, newest_delivery (ISO), age_days.
    `completeness`: columns of monitoring.completeness. Files are readable by their owner only.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{register.name}_{night.isoformat()}"
    ordered = _in_order(findings)
    page = _template().render(
        register=register,
        night=night,
        is_synthetic=is_synthetic,
        standing=STATES.get(str(state.get("status")), str(state.get("status"))),
        rules_broken=_reason(state),
        newest=state.get("newest_delivery"),
        age=state.get("age_days"),
        counts=[(words, number(int(state[count]))) for count, words in COUNTS if state.get(count) is not None],
        sections=[section for section in _sections(register, ordered) if section["rules"]],
        fields=_fields(register, completeness),
    )
    table = as_table(register, ordered)
    return [
        write_private(directory / f"{name}.html", lambda path: path.write_text(page, encoding="utf-8", newline="\n")),
        write_private(directory / f"{name}.csv", partial(_write_table, table)),
    ]


def as_table(register: Register, findings: pd.DataFrame) -> pd.DataFrame:
    """Return the findings as the CSV shows them: CSV_COLUMNS, one row per finding."""
    rules = load_rules()
    rows = [
        (
            register.name,
            _shown_file(found["file"], found["rule"]),
            shown_key(found["row_key"]),
            LEVELS[found["level"]],
            found["rule"],
            rules[found["rule"]].nl,
            delivered_names(register, found["column"]),
            found["detail"] or "",
            rules[found["rule"]].source,
        )
        for found in findings.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=list(CSV_COLUMNS), dtype=object).map(safe_text)


def shown_key(key: str | None) -> str:
    """Return a key as the register may be told it; one that does not look like a key might be a name."""
    if not key:
        return ""
    return key.replace("row ", "regel ") if KEY.fullmatch(key) else NOT_SHOWN


def delivered_names(register: Register, columns: str | None) -> str:
    """Return the register's own names of record columns, several joined by commas."""
    return ", ".join(dict.fromkeys(_delivered(register, name) for name in columns.split(", "))) if columns else ""


def _delivered(register: Register, column: str) -> str:
    try:
        return register.column_into(column).name
    except KeyError:
        return column


def _shown_file(file: str | None, rule: str) -> str:
    """Names of deliveries fit the register's pattern; an ignored file may be called anything, also after a person."""
    return file if file and (rule != "ignored_file" or ORDINARY_FILE.fullmatch(file)) else NOT_SHOWN if file else ""


def _in_order(findings: pd.DataFrame) -> pd.DataFrame:
    """Findings by level, rule, file and key: the order does not depend on how the night was worked."""
    levels, rules = [level for level, *_ in SECTIONS], list(load_rules())
    order = findings.assign(
        at_level=findings["level"].map(levels.index), at_rule=findings["rule"].map(rules.index)
    ).sort_values(["at_level", "at_rule", "file", "row_key", "column", "detail"], na_position="first", kind="stable")
    kept = order[list(findings.columns)].reset_index(drop=True).astype(object)
    return kept.where(kept.notna(), None)


def _sections(register: Register, findings: pd.DataFrame) -> Iterable[dict[str, Any]]:
    rules = load_rules()
    for level, title, advice in SECTIONS:
        of_level = findings[findings["level"] == level]
        told = [_of_rule(register, rules[str(rule)], group) for rule, group in of_level.groupby("rule", sort=False)]
        yield {"title": title, "advice": advice, "rules": told, "count": number(len(of_level))}


def _of_rule(register: Register, rule: Rule, findings: pd.DataFrame) -> dict[str, Any]:
    shown = findings.head(SHOWN_KEYS).to_dict("records")
    by_file: dict[str, list[str]] = {}
    for found in shown:
        key, file = found["row_key"], found["file"]
        # A MOB row is pointed to by its file and place.
        is_place = key and file and key.startswith(f"{file}#")
        told = (f"regel {key.removeprefix(f'{file}#')}" if is_place else shown_key(key), found["detail"] or "")
        of_file = by_file.setdefault(_shown_file(file, rule.name), [])
        of_file += [": ".join(part for part in told if part)] if any(told) else []
    columns = dict.fromkeys(name for names in findings["column"].dropna().unique() for name in names.split(", "))
    return {
        "name": rule.name,
        "sentence": rule.nl,
        "source": rule.source,
        "columns": delivered_names(register, ", ".join(columns)),
        "count": number(len(findings)),
        "files": [(file, keys) for file, keys in by_file.items() if file or keys],
        "more": number(len(findings) - SHOWN_KEYS) if len(findings) > SHOWN_KEYS else "",
    }


def _fields(register: Register, completeness: pd.DataFrame | None) -> list[dict[str, str]]:
    if completeness is None:
        return []
    of_register = completeness[completeness["register"] == register.name].to_dict("records")
    return [
        {
            "name": _delivered(register, str(row["field"])),
            **{share: _share(row[f"{share}_share"]) for share in ("recorded", "baseline", "usual")},
        }
        for row in of_register
    ]


def _share(share: Any) -> str:
    return "" if share is None or pd.isna(share) else f"{100 * float(share):.1f} %".replace(".", ",")


def _reason(state: Mapping[str, Any]) -> list[str]:
    """Why the register is refused, in the sentences of the rules; a failure of the program is not the register's."""
    rules = load_rules()
    words = [word.strip() for word in str(state.get("reason") or "").split(",")]
    return [rules[word].nl for word in words if word in rules]


def _write_table(table: pd.DataFrame, path: Path) -> None:
    """With a mark and semicolons, so that a Dutch spreadsheet opens it in columns."""
    table.to_csv(path, index=False, sep=";", lineterminator="\r\n", encoding="utf-8-sig")


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    places = FileSystemLoader(Path(__file__).parent)
    made = Environment(loader=places, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return made.get_template("feedback.html.j2")
