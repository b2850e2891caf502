"""The exported CSV files described for other programs: a Frictionless Data Package 2.0, with a Table Schema each.

Titles, descriptions and code labels are Dutch; the English ones stand beside them as `title_en`, `description_en` and
`label_en`, the crosswalk as `crosswalk`. A list is a text with a pattern and not the type `list` of version 2, which
readers of today refuse, such as that of R.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from monitoring.description.crosswalk import PUBLISHED, TABLES_COMPARED, Entry, code_crossing, crossing
from monitoring.description.labels import OTHER_COUNTRIES, code_labels, is_country, title
from monitoring.dictionary import TABLES, Column, Table
from monitoring.export import LIST_SEPARATOR

DECLARED: dict[str, Any] = tomllib.loads(Path(__file__).with_name("package.toml").read_text(encoding="utf-8"))
PROFILE = "https://datapackage.org/profiles/2.0/{}.json"
FIELD_TYPES = {
    "text": "string",
    "text[]": "string",
    "integer": "integer",
    "bigint": "integer",
    "bigint[]": "string",
    "double precision": "number",
    "boolean": "boolean",
    "date": "date",
    "jsonb": "object",
}
DIALECT = {
    "$schema": PROFILE.format("tabledialect"),
    "delimiter": ",",
    "lineTerminator": "\n",
    "quoteChar": '"',
    "doubleQuote": True,
    "header": True,
}
# Columns where nothing is a value of its own, not a fact that is missing: the origin of real exports.
EMPTY_IS_A_VALUE = frozenset({"origin"})
COUNTRY = "[A-Z]{3}"


def data_package(
    names: Iterable[str], night: str, is_synthetic: bool, files: Mapping[str, bytes] | None = None
) -> dict[str, Any]:
    """Return the descriptor of the CSV files of these tables of the dictionary.

    `night`: ISO date. `files`: the written file of a table, of which its length and checksum are kept. Keys that point
    to a table which is not among `names` are left out.
    """
    written, declared = list(names), DECLARED["package"]
    told = {language: declared["description"][language] for language in ("nl", "en")}
    if is_synthetic:
        told = {language: f"{declared['synthetic'][language]} {told[language]}" for language in told}
    return {
        "$schema": PROFILE.format("datapackage"),
        "name": declared["name"],
        "title": declared["title"]["nl"].format(night=night),
        "title_en": declared["title"]["en"].format(night=night),
        "description": told["nl"],
        "description_en": told["en"],
        "version": night,
        "night": night,
        "is_synthetic": is_synthetic,
        "languages": ["nl", "en"],
        "keywords": declared["keywords"],
        "sources": [
            {"title": f"{one['name']}, {one['by']} ({one['licence']})", "version": one["source"]}
            for one in PUBLISHED.values()
        ],
        "resources": [_resource(TABLES[name], written, (files or {}).get(name)) for name in written],
    }


def as_json(descriptor: Mapping[str, Any]) -> str:
    """Return a descriptor as the text of its file."""
    return json.dumps(descriptor, ensure_ascii=False, indent=1) + "\n"


def _resource(table: Table, written: list[str], content: bytes | None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "$schema": PROFILE.format("dataresource"),
        "name": table.name,
        "type": "table",
        "path": f"{table.name}.csv",
        "description": table.nl,
        "description_en": table.en,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": DIALECT,
        "schema": table_schema(table, written),
    }
    if content is not None:
        found |= {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}
    return found


def table_schema(table: Table, written: Iterable[str] = tuple(TABLES)) -> dict[str, Any]:
    """Return the Table Schema of a table: its fields, its key, and keys that point to tables that are written too."""
    keys = [
        {"fields": [column], "reference": {"resource": other, "fields": list(TABLES[other].key)}}
        for column, other in DECLARED["points_to"].get(table.name, {}).items()
        if other in written
    ]
    schema: dict[str, Any] = {
        "$schema": PROFILE.format("tableschema"),
        "fields": [field(table, column) for column in table.columns.values()],
        "missingValues": [""],
        "primaryKey": list(table.key),
    }
    return schema | ({"foreignKeys": keys} if keys else {})


def field(table: Table, column: Column) -> dict[str, Any]:
    """Return a column as a field of a Table Schema."""
    found: dict[str, Any] = {
        "name": column.name,
        "title": title(column.name)["nl"],
        "title_en": title(column.name)["en"],
        "description": column.nl,
        "description_en": column.en,
        "type": FIELD_TYPES[column.type],
    }
    found |= {name: value for name, value in (("unit", column.unit), ("rule", column.rule)) if value}
    if column.type == "boolean":
        found |= {"trueValues": ["true"], "falseValues": ["false"]}
    if column.name in EMPTY_IS_A_VALUE:
        found["missingValues"] = []
    labels = code_labels(table.name, column.name)
    is_list = column.type.endswith("[]")
    # An empty list and nothing look the same in a CSV.
    constraints: dict[str, Any] = {"required": True} if column.required and not is_list else {}
    if is_country(column) or is_list:
        constraints["pattern"] = pattern(column, list(labels))
    elif labels:
        constraints["enum"] = list(labels)
    if labels:
        shown = [{"value": code, "label": words["nl"], "label_en": words["en"]} for code, words in labels.items()]
        found["item_categories" if is_list else "categories"] = shown
    if is_list:
        found["item_separator"] = LIST_SEPARATOR
    if constraints:
        found["constraints"] = constraints
    if table.name in TABLES_COMPARED:
        found["crosswalk"] = _crossed(table.name, column.name, labels)
    return found


def pattern(column: Column, codes: list[str]) -> str:
    """Return what a cell of a list or of countries looks like: its codes, or any text, separated by |."""
    if is_country(column):
        one = "|".join([COUNTRY, *(code for code in OTHER_COUNTRIES if not re.fullmatch(COUNTRY, code))])
    elif column.type == "bigint[]":
        one = "[0-9]+"
    else:
        one = "|".join(map(re.escape, codes)) if codes else "[^|]+"
    several = column.type.endswith("[]") or column.name == "nationality"
    return f"({one})(\\|({one}))*" if several else f"({one})"


def _crossed(table: str, column: str, codes: Iterable[str]) -> dict[str, Any]:
    """The terms of a column, and of its codes where a standard has the column."""
    entry = crossing(table, column).column
    found: dict[str, Any] = _terms(entry)
    if any(term.terms for term in entry.of.values()):
        listed = {code: _terms(code_crossing(table, column, code)) for code in codes}
        found |= {"codes": listed} if listed else {}
    return found


def _terms(entry: Entry) -> dict[str, Any]:
    told: dict[str, Any] = {standard: list(term.terms) or f"none:{term.reason}" for standard, term in entry.of.items()}
    return told | {name: value for name, value in (("match", entry.match), ("rule", entry.rule)) if value}
