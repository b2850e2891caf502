"""An estimate as a person reads it on a screen, in Dutch or English: methods side by side, models, verdict, caveats."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator
from pathlib import Path

from babel.numbers import format_decimal
from rich import box
from rich.console import RenderableType
from rich.table import Table

from monitoring.description.labels import code_labels, title
from monitoring.estimates.as_json import terms_of
from monitoring.estimates.catalogue import counted_codes
from monitoring.estimates.models import notation
from monitoring.estimates.outcome import Outcome
from monitoring.estimates.rules import RULES
from monitoring.figures.figure import UNKNOWN

WORDS = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
MOST_MODELS = 10
NOTHING = "–"
# Characters from which no number of a table is cut.
LEAST_WIDTH = 130
# With three lists all eight models are worth a line.
FEW_MODELS = 8


def in_words(name: str, **values: object) -> dict[str, str]:
    """Return a declared text in Dutch and English."""
    return {language: text.format(**values) for language, text in WORDS["texts"][name].items()}


def described(night: str, year: int | None, all_ages: bool, stratum: tuple[str, str] | None) -> dict[str, str]:
    """Return what was counted in a night, in Dutch and English."""
    found = {}
    for language in ("nl", "en"):
        texts = {name: words[language] for name, words in WORDS["texts"].items()}
        what = texts["all_ages" if all_ages else "minors"]
        if year is not None:
            what = texts["of_year"].format(what=what, year=year)
        if stratum is not None:
            what = f"{what}, {_in_stratum(stratum, language)}"
        found[language] = texts["source_night"].format(night=night, what=what)
    return found


def _in_stratum(stratum: tuple[str, str], language: str) -> str:
    """A characteristic and its value in words."""
    column, code = stratum
    known = {UNKNOWN: WORDS["texts"]["unknown"], **code_labels("person", column)}
    return f"{title(column)[language].lower()}: {known.get(code, {}).get(language, code)}"


class Shown:
    """Renders outcomes in one language (`nl` or `en`)."""

    def __init__(self, language: str) -> None:
        self.language = language

    def text(self, name: str, **values: object) -> str:
        """Return a declared text."""
        words: str = WORDS["texts"][name][self.language]
        return words.format(**values)

    def number(self, value: float | None, decimals: int | None = None) -> str:
        """Return a number as it is written in this language; small ones with decimals, so that none says more."""
        if value is None or math.isnan(value):
            return NOTHING
        if math.isinf(value):
            return "∞"
        places = decimals if decimals is not None else (2 if abs(value) < 1000 else 0)
        return format_decimal(value, format=f"#,##0{'.' if places else ''}{'0' * places}", locale=self.language)

    def parts(self, outcome: Outcome) -> Iterator[RenderableType]:
        """Yield lines and tables: everything that an estimate says, the verdict last before the caveats."""
        histories = outcome.estimate.histories
        yield f"{self.text('title')}: {outcome.source[self.language]}"
        if outcome.is_synthetic:
            yield self.text("synthetic")
        held = ", ".join(f"{name} {self.number(count, 0)}" for name, count in histories.of_lists.items())
        yield f"{self.text('lists')}: {held}. {self.text('cases')}: {self.number(histories.cases, 0)}."
        both = ", ".join(f"{':'.join(pair)} {self.number(count, 0)}" for pair, count in histories.overlaps.items())
        yield f"{self.text('overlaps')}: {both}."
        if outcome.left_out:
            yield self.text("left_out", names=", ".join(outcome.left_out))
        yield ""
        yield self._methods(outcome)
        yield self.text("first")
        if outcome.estimate.spread:
            low, high = outcome.estimate.spread
            yield self.text("spread", low=self.number(low, 0), high=self.number(high, 0))
        yield ""
        yield from self._models(outcome)
        yield from self._linking(outcome)
        yield from self._verdict(outcome)

    def _methods(self, outcome: Outcome) -> Table:
        table = Table(title=self.text("methods"), title_justify="left", box=box.SIMPLE, pad_edge=False)
        table.add_column(self.text("method"))
        # With eight lists a model takes more than a line: it may be folded, a number never.
        table.add_column(self.text("model"), overflow="fold")
        for name in ("estimate", "unseen", "interval", "fit", "acceleration"):
            table.add_column(self.text(name), justify="right", no_wrap=True)
        table.add_column("BIC", justify="right", no_wrap=True)
        for result in outcome.estimate.results:
            name = self._method_name(result.method) + (" *" if result.method == outcome.estimate.first else "")
            if result.model is None:
                table.add_row(name, self.text("no_model"), *[NOTHING] * 6)
                continue
            spread = result.interval
            ends = NOTHING if spread is None else " – ".join(self.number(end) for end in spread.ends)
            table.add_row(
                name,
                notation(result.model, len(outcome.estimate.histories.lists)),
                self.number(result.estimate),
                self.number(result.dark_figure),
                ends,
                NOTHING if result.fit is None else f"{result.fit:.2g}",
                NOTHING if spread is None else f"{spread.acceleration:.9f}",
                self.number(result.bic, 5),
            )
        return table

    def _method_name(self, method: str) -> str:
        words = WORDS["methods"]
        if method in words:
            return str(words[method][self.language])
        for name in ("stepwise", "downhill", "order"):
            method = method.replace(name, words[name][self.language])
        return method

    def _models(self, outcome: Outcome) -> Iterator[RenderableType]:
        if not outcome.models:
            return
        every = len(outcome.models)
        shown = outcome.models if every <= FEW_MODELS else outcome.models[:MOST_MODELS]
        title = "all_models" if every <= FEW_MODELS else "best_models"
        table = Table(
            title=self.text(title, shown=len(shown), all=self.number(every, 0)),
            title_justify="left", box=box.SIMPLE, pad_edge=False,
        )  # fmt: skip
        table.add_column(self.text("model"), overflow="fold")
        table.add_column(self.text("dependence"))
        for name in ("code", "estimate"):
            table.add_column(self.text(name), justify="right", no_wrap=True)
        table.add_column("BIC", justify="right", no_wrap=True)
        histories = outcome.estimate.histories
        for listed in shown:
            table.add_row(
                notation(listed.model, len(histories.lists)),
                " + ".join(terms_of(listed.model, histories)) or NOTHING,
                str(listed.code),
                self.number(listed.estimate),
                self.number(listed.bic, 5),
            )
        yield table
        counts = counted_codes(outcome.models).items()
        counted = ", ".join(self.text("code_count", code=code, count=self.number(n, 0)) for code, n in counts)
        yield f"{self.text('codes')}. {counted}."
        yield ""

    def _linking(self, outcome: Outcome) -> Iterator[RenderableType]:
        combined = outcome.linking
        if combined is None:
            return
        yield self.text("linking")
        yield "  " + self.text(
            "link_sets",
            sets=len(combined.replicates),
            method=self._method_name(outcome.estimate.first),
            estimate=self.number(combined.estimate, 0),
            low=self.number(combined.low, 0),
            high=self.number(combined.high, 0),
            fewest=self.number(combined.cases[0], 0),
            most=self.number(combined.cases[1], 0),
        )
        yield "  " + self.text(
            "link_variance", within=self.number(combined.within, 3), between=self.number(combined.between, 3)
        )
        found = "; ".join(
            f"{self.text('threshold')} {self.number(threshold, 2)}: {self.number(estimate, 0)}"
            for threshold, _, estimate in outcome.at_thresholds
        )
        yield f"  {self.text('thresholds')}: {found}."
        yield ""

    def _verdict(self, outcome: Outcome) -> Iterator[RenderableType]:
        if outcome.refusals:
            yield self.text("verdict_refused")
            for why in outcome.refusals:
                yield f"  - {why[self.language]}"
        else:
            yield self.text("verdict_bears")
        yield ""
        yield f"{self.text('caveats')}:"
        for caveat in RULES["caveats"]:
            yield f"  - {caveat[self.language]}"
