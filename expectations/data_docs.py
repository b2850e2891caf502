"""Data Docs: for engineers, what Great Expectations was asked of a register on a night, and how many rows failed it.

One page per register that opens offline. It is made of counts and of the suites themselves, never of results, so no
value of a row can be in it. Great Expectations' own pages load scripts from elsewhere and print unexpected values.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, MutableMapping
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

from connectors.register import Register
from expectations.register_check import CheckedRegister
from expectations.suite_check import asked_by
from expectations.suites import record_suite, row_suite

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite
    from great_expectations.expectations import Expectation
    from jinja2 import Template as Page

SUITES = {"rows": ("Delivered rows", row_suite), "records": ("Records after folding", record_suite)}


def data_docs(
    register: Register,
    night: date,
    checked: CheckedRegister,
    is_synthetic: bool = False,
    known_prose: MutableMapping[str, str] | None = None,
) -> str:
    """Return the page of one register and night: per expectation its rule, rows looked at and rows that failed.

    `known_prose`: what Great Expectations called an expectation before, by a digest of it; it is slow to say it again.
    """
    known = {} if known_prose is None else known_prose
    suites = [
        {
            "title": title,
            "checked": checked.judged[name, "checked"],
            "expectations": list(_expectations(make(register), name, checked, known)),
        }
        for name, (title, make) in SUITES.items()
    ]
    return _page().render(
        register=register, night=night, is_synthetic=is_synthetic, suites=suites, account=dict(checked.account)
    )


def _expectations(
    suite: ExpectationSuite, name: str, checked: CheckedRegister, known: MutableMapping[str, str]
) -> Iterator[Mapping[str, Any]]:
    looked_at = checked.judged[name, "checked"]
    for number, expectation in enumerate(suite.expectations):
        failed = checked.judged[name, str(number)]
        digest = _digest(expectation)
        if digest not in known:
            known[digest] = _prose(expectation)
        yield {
            "type": expectation.expectation_type,
            "prose": known[digest],
            "sentence": expectation.description or "",
            "source": expectation.notes or "",
            "severity": getattr(expectation.severity, "value", expectation.severity),
            "rule": asked_by(expectation)["rule"],
            "failed": failed,
            "share": f"{100 * failed / looked_at:.2f} %" if looked_at else "",
        }


def _digest(expectation: Expectation) -> str:
    asked = expectation.configuration
    told = [version("great_expectations"), asked.type, asked.kwargs]
    return sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()[:20]


def _prose(expectation: Expectation) -> str:
    """What is expected, in Great Expectations' own words; with a description it would show that in their place."""
    from great_expectations.render.renderer.inline_renderer import InlineRenderer

    asked = expectation.configuration
    asked.description = None
    rendered: list[Any] = [part.to_json_dict()["value"] for part in InlineRenderer(asked).get_rendered_content()]
    return " ".join(
        Template(part["template"]).safe_substitute({name: told["value"] for name, told in part["params"].items()})
        for part in rendered
    )


@cache
def _page() -> Page:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    places = FileSystemLoader(Path(__file__).parent)
    made = Environment(loader=places, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return made.get_template("data_docs.html.j2")
