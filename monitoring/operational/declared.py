"""An operational alert, and what may be said in one: the kinds, facts, measures and stages of `operational.toml`.

Whatever is not declared there cannot be made into an alert, so that no value of a person or a delivery reaches a mail.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from babel.numbers import format_decimal

from connectors.register import REGISTERS
from monitoring.summary import TITLES

Fact = int | float | date | str
RUNBOOK, PLACE = "docs/runbook.md", "WEERZIEN_RUNBOOK"


@cache
def declared() -> Mapping[str, Any]:
    """Return what `operational.toml` says."""
    return tomllib.loads(Path(__file__).with_name("operational.toml").read_text(encoding="utf-8"))


def runbook() -> str:
    """Return where the runbook is read: the https address of `WEERZIEN_RUNBOOK`, else its file in this repository."""
    place = os.environ.get(PLACE, "").strip()
    return place.partition("#")[0] if is_place(place) else RUNBOOK


def is_place(place: str) -> bool:
    """Whether an address may stand in a message: https, without a login or a secret in it."""
    parts = urlsplit(place)
    return parts.scheme == "https" and bool(parts.hostname) and not (parts.username or parts.password or parts.query)


@cache
def stages() -> frozenset[str]:
    """Return the tasks whose failure is told, as dag.task."""
    return frozenset(f"{dag}.{task}" for dag, tasks in declared()["stages"].items() for task in tasks)


@dataclass(frozen=True)
class OperationalAlert:
    """Something that whoever keeps the pipeline running should look at, of one night.

    `kind`: as declared. `subject`: code of the register, measure or stage, "" where a kind has none. `facts`: what the
    text says; whole numbers, numbers, days and codes. Raises ValueError, without the value, for what is not declared.
    """

    kind: str
    night: date
    subject: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what is not declared."""
        if self.kind not in declared()["kinds"]:
            raise ValueError("not a declared kind of operational alert")
        about = declared()["kinds"][self.kind].get("subject")
        if not (_is_code(about, self.subject) if about else self.subject == ""):
            raise ValueError(f"the subject of {self.kind} is not a declared code")
        for name, value in self.facts.items():
            if not _is_fact(name, value):
                raise ValueError(f"the fact {name if name in declared()['facts'] else '?'} of {self.kind} is not one")

    @property
    def key(self) -> str:
        """Kind and subject: the same from night to night."""
        return f"{self.kind}:{self.subject}" if self.subject else self.kind

    def title(self, language: str) -> str:
        """Return the title in nl or en."""
        return str(declared()["kinds"][self.kind]["title"][language])

    def text(self, language: str) -> str:
        """Return what there is to say, in nl or en."""
        return str(declared()["kinds"][self.kind]["text"][language]).format(**self._said(language))

    def commands(self) -> list[str]:
        """Return the commands that show more."""
        days = {name: value.isoformat() for name, value in self.facts.items() if isinstance(value, date)}
        return [command.format(**days) for command in declared()["kinds"][self.kind]["do"]]

    def section(self) -> str:
        """Return the section of the runbook."""
        return f"{runbook()}#{self.kind}"

    def _said(self, language: str) -> dict[str, str]:
        said = {name: _in_words(declared()["facts"][name], value, language) for name, value in self.facts.items()}
        about = declared()["kinds"][self.kind].get("subject")
        return said | ({about: _in_words(about, self.subject, language)} if about else {})


def in_order(alerts: Iterable[OperationalAlert]) -> list[OperationalAlert]:
    """Return alerts in the order in which the kinds are declared, then by subject."""
    order = list(declared()["kinds"])
    return sorted(alerts, key=lambda alert: (order.index(alert.kind), alert.subject))


def kinds_of(source: str) -> frozenset[str]:
    """Return the kinds that a source decides: night, watch or task."""
    return frozenset(kind for kind, said in declared()["kinds"].items() if said["source"] == source)


def _is_code(of: str | None, value: object) -> bool:
    known = {"register": REGISTERS, "measure": declared()["measures"], "stage": stages()}
    return of in known and isinstance(value, str) and value in known[of]


def _is_fact(name: str, value: object) -> bool:
    kind = declared()["facts"].get(name)
    if kind == "count":
        return type(value) is int
    if kind == "number":
        return type(value) in (int, float)
    if kind == "date":
        return type(value) is date
    return _is_code(kind, value)


def _in_words(kind: str, value: Fact, language: str) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if kind == "register":
        return TITLES[str(value)]
    if kind == "measure":
        return str(declared()["measures"][value][language])
    if isinstance(value, str):
        return value
    return str(format_decimal(value, "#,##0" if float(value).is_integer() else "#,##0.0", locale=language))
