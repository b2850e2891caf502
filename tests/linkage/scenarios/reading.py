"""Scenarios as they are written down: registrations in words, and what the rule book says of them.

In: `*.toml` of this folder. Out: `Scenario` with records of the common record and verdicts on labels. Synthetic.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

from connectors import codes
from connectors.countries import read_countries, read_country
from connectors.dates import read_birth_date
from connectors.names import plain, split_full_name
from connectors.phones import read_phone
from connectors.plates import read_plate
from connectors.records import COLUMN_NAMES, COLUMNS

FOLDER = Path(__file__).parent
WORDS = tomllib.loads((FOLDER / "words.toml").read_text(encoding="utf-8"))
OUT_OF_REACH = tomllib.loads((FOLDER / "out_of_reach.toml").read_text(encoding="utf-8"))["scenario"]
NOT_SCENARIOS = ("words", "backdrop", "out_of_reach")
SEX = {"f": "female", "m": "male"}
KINDS = {column.name: column.kind for column in COLUMNS}
CODED = frozenset(KINDS) & {path.stem for path in (Path(codes.__file__).parent / "codes").glob("*.toml")}
PAIRED = {
    "link": ("link",),
    "review": ("review",),
    "link_or_review": ("link", "review"),
    "no_link": ("no_link", "review"),
    "not_offered": ("no_link",),
}


@dataclass(frozen=True)
class Verdict:
    """What the rule book says of some labels: `kind`, the labels, and what is wanted of them."""

    kind: str
    labels: tuple[str, ...]
    wanted: Any

    @property
    def told(self) -> str:
        """The verdict in one line, labels only."""
        return f"{self.kind} {'-'.join(self.labels)}".strip()


@dataclass(frozen=True)
class Scenario:
    """One scenario of the rule book, or one reading of it."""

    name: str
    rule_book_id: str
    source: str
    records: tuple[dict[str, Any], ...]
    record_id: dict[str, str]
    verdicts: tuple[Verdict, ...]


def read_scenarios() -> dict[str, Scenario]:
    """Return all scenarios by name, in the order of the files; raises ValueError when a name or word is not one."""
    found: dict[str, Scenario] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        if path.stem in NOT_SCENARIOS:
            continue
        for written in tomllib.loads(path.read_text(encoding="utf-8"))["scenario"]:
            scenario = _scenario(written)
            if scenario.name in found:
                raise ValueError(f"{path.name}: {scenario.name} stands twice")
            found[scenario.name] = scenario
    return found


def _scenario(written: dict[str, Any]) -> Scenario:
    written = dict(written)
    rule_book_id, title, source = written.pop("id"), written.pop("title"), written.pop("source")
    written.pop("why", None)
    record_id = {entry["label"]: _record_id(rule_book_id, entry) for entry in written["records"]}
    if len(record_id) != len(written["records"]):
        raise ValueError(f"{rule_book_id}: a label stands twice")
    records = tuple(_registration(rule_book_id, entry) for entry in written.pop("records"))
    verdicts = tuple(verdict for kind, said in written.items() for verdict in _verdicts(rule_book_id, kind, said))
    unknown = {label for verdict in verdicts for label in verdict.labels} - set(record_id)
    if unknown or not verdicts:
        raise ValueError(f"{rule_book_id}: no verdict, or verdicts on labels without a record: {sorted(unknown)}")
    return Scenario(f"{rule_book_id}: {title}", rule_book_id, source, records, record_id, verdicts)


def _verdicts(rule_book_id: str, kind: str, said: Any) -> list[Verdict]:
    if kind in PAIRED:
        return [Verdict(kind, tuple(pair), PAIRED[kind]) for group in said for pair in combinations(group, 2)]
    if kind in ("alone", "not_resurfaced"):
        return [Verdict(kind, (label,), None) for label in said]
    if kind == "resurfaced":
        return [Verdict(kind, (one["missing"], one["victim"]), one) for one in said]
    if kind == "table":
        return [Verdict(kind, (one["of"],), {key: one[key] for key in one if key != "of"}) for one in said]
    if kind == "alerts":
        return [Verdict(kind, (one["of"],), one["kind"]) for one in said]
    if kind == "persons":
        return [Verdict(kind, (), said)]
    raise ValueError(f"{rule_book_id}: {kind} is not a verdict")


def _record_id(rule_book_id: str, entry: dict[str, Any]) -> str:
    return f"{entry['register']}-{rule_book_id}-{entry['label']}"


def _registration(rule_book_id: str, entry: dict[str, Any]) -> dict[str, Any]:
    """One record of the common record from the words of a scenario."""
    said = dict(entry)
    label, register = said.pop("label"), said.pop("register")
    record: dict[str, Any] = dict.fromkeys(COLUMN_NAMES) | WORDS["always"][register]
    record |= {"register": register, "source_key": f"{rule_book_id}-{label}", "birth_date_precision": "unknown"}
    record["record_id"] = _record_id(rule_book_id, entry)
    for word, value in said.items():
        if word not in WORDS["word"]:
            raise ValueError(f"{rule_book_id} {label}: {word} is not a word of words.toml")
        record |= _columns(word, value, f"{rule_book_id} {label}")
    if record["other_identity_of"]:
        record["other_identity_of"] = f"{rule_book_id}-{record['other_identity_of']}"
    return _completed(record)


def _columns(word: str, value: Any, where: str) -> dict[str, Any]:
    """The columns that one word fills, read as the registers' readers would."""
    column = WORDS["word"][word]["column"]
    if word == "name":
        name = split_full_name(value)
        return {"given_names": name.given_names, "name_prefix": name.name_prefix, "family_name": name.family_name}
    if word == "born":
        born, _ = read_birth_date(value)
        if born.year is None:
            raise ValueError(f"{where}: a birth date that no reader takes")
        parts = {"birth_year": born.year, "birth_month": born.month, "birth_day": born.day}
        return parts | {"birth_date_precision": born.precision}
    read = {
        "sex": lambda: SEX[value],
        "nationality": lambda: read_countries(value)[0],
        "origin": lambda: read_country(value)[0],
        "birth_country": lambda: read_country(value)[0],
        "phones": lambda: [read_phone(phone)[0] for phone in value],
        "plates": lambda: [read_plate(plate)[0] for plate in value],
        "contacts": lambda: [f"{role}:{plain(name)}" for role, _, name in (c.partition(":") for c in value)],
        "place": lambda: plain(value),
    }.get(word, lambda: value)()
    _check(column, read, where)
    return {column: read}


def _check(column: str, value: Any, where: str) -> None:
    """Raise ValueError when a value is not of its column's kind, or not a code of its list."""
    kind = KINDS[column]
    values = value if kind in ("texts", "codes") else [value]
    fits = all(isinstance(one, {"date": date, "integer": int, "flag": bool}.get(kind, str)) for one in values)
    if column in CODED:
        fits = fits and set(values) <= set(codes.code_list(column).codes)
    if not fits or not isinstance(values, list):
        raise ValueError(f"{where}: {column} cannot hold what is written")


def _completed(record: dict[str, Any]) -> dict[str, Any]:
    """What follows from the register: the day of entry, the day of disappearance, an ama."""
    register = record["register"]
    if register == "stv":
        record["reported_on"] = record["reported_on"] or record["encountered_on"]
    if register in ("ikps", "stv", "youth_care"):
        record["registered_on"] = record["registered_on"] or record["reported_on"] or record["encountered_on"]
    if register == "mob" and record["departure_category"] == "address_check":
        record["missing_since"] = record["departed_on"]
    if register == "telex":
        record["reported_missing_on"] = record["reported_on"]
        record["unaccompanied"] = True if record["missing_category"] == "missing_ama" else None
        record["missing_status"] = "found" if record["found_on"] else record["missing_status"]
    if record["stated_age"] is not None:
        record["stated_age_on"] = record["reported_on"] or record["encountered_on"]
    return record
