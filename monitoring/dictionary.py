"""The data dictionary of the monitoring schema: which tables and columns there are, what they mean, which codes they
allow.

Read from `columns.toml`; everything that makes, checks, publishes or exports the tables asks it here.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NOT_RECORDED = "not_recorded"


@dataclass(frozen=True)
class Column:
    """One column: PostgreSQL type, Dutch and English meaning, unit or base, rule, allowed codes, whether it is always
    filled.
    """

    name: str
    type: str
    nl: str
    en: str
    unit: str = ""
    rule: str = ""
    codes: tuple[str, ...] = ()
    required: bool = True

    @property
    def comment(self) -> str:
        """The comment in the database: Dutch, English, unit and rule."""
        ends = [f"[{self.unit}]"] if self.unit else []
        ends += [f"({self.rule})"] if self.rule else []
        return " ".join((self.nl, "/", self.en, *ends))


@dataclass(frozen=True)
class Table:
    """One table: its columns in order, its primary key, Dutch and English meaning."""

    name: str
    nl: str
    en: str
    key: tuple[str, ...]
    columns: dict[str, Column] = field(default_factory=dict)

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(self.columns)


def _declared() -> dict[str, Table]:
    declared: dict[str, Any] = tomllib.loads(Path(__file__).with_name("columns.toml").read_text(encoding="utf-8"))
    tables = {}
    for name, table in declared.items():
        columns = {
            column: Column(column, **{**facts, "codes": tuple(facts.get("codes", ()))})
            for column, facts in table["columns"].items()
        }
        tables[name] = Table(name, table["nl"], table["en"], tuple(table["key"]), columns)
    return tables


TABLES: dict[str, Table] = _declared()
CANDIDATE_TABLES: tuple[str, ...] = (
    "person",
    "registration",
    "link",
    "resurfacing",
    "candidate",
    "alert",
    "completeness",
    "judgement",
)


def as_markdown(table: Table) -> str:
    """The dictionary of one table for the README: column, type, Dutch and English meaning, rule."""
    lines = ["| kolom | type | betekenis | meaning | rule |", "|---|---|---|---|---|"]
    for column in table.columns.values():
        type_ = " · ".join(column.codes) if column.codes else column.type
        texts = (f"`{column.name}`", type_, column.nl, column.en, column.rule)
        lines.append("| " + " | ".join(value.replace("|", "\\|") for value in texts) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(as_markdown(TABLES["person"]))
