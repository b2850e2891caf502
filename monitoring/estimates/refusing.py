"""When the data do not bear an estimate, and why (`rules.toml`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitoring.estimates.histories import CaptureHistories
from monitoring.estimates.intervals import Interval
from monitoring.estimates.models import Model
from monitoring.estimates.rules import RULES, reason

Reason = dict[str, str]
LIMITS = RULES["refusal"]


@dataclass(frozen=True)
class MethodResult:
    """What one method says. `estimate`: persons on or off the lists; `dark_figure`: those on none; `model`: the one it
    chose. None where no model will do. `fit`: chance of a deviance this large if the model held, None where every
    history has a parameter of its own.
    """

    method: str
    model: Model | None
    estimate: float | None
    dark_figure: float | None
    bic: float | None
    fit: float | None
    interval: Interval | None


def refusals(histories: CaptureHistories, results: Sequence[MethodResult], first: str) -> list[Reason]:
    """Return why these counts, and what the methods made of them, bear no estimate; empty where they do."""
    return [*of_lists(histories), *of_methods(histories, results, first)]


def fitting_lists(histories: CaptureHistories) -> list[str]:
    """Return the lists that hold enough persons to take part."""
    return [name for name, held in histories.of_lists.items() if held >= RULES["lists"]["least_cases"]]


def of_lists(histories: CaptureHistories) -> Iterator[Reason]:
    """What the lists themselves speak against: too few of them, or too little in common."""
    rules, enough = RULES["lists"], fitting_lists(histories)
    if len(enough) < rules["least_lists"]:
        yield reason(
            "too_few_lists",
            lists=len(enough),
            names=", ".join(enough) or "–",
            least=rules["least_lists"],
            cases=rules["least_cases"],
        )
    for name, share in histories.shares_of_the_others.items():
        if share > LIMITS["most_of_the_others"]:
            yield reason("holds_the_others", name=name, share=f"{share:.0%}")
    overlapping = [pair for pair, both in histories.overlaps.items() if both]
    alone = [name for name in histories.lists if not any(name in pair for pair in overlapping)]
    for name in alone:
        yield reason("no_overlap", name=name)
    if not alone and len(overlapping) < len(histories.lists):
        # A tree of overlaps: no circle of lists that could show how one overlap depends on another.
        yield reason("few_overlaps", pairs=len(histories.overlaps), overlapping=len(overlapping))


def of_thresholds(estimates: Sequence[float | None]) -> Iterator[Reason]:
    """What other link thresholds speak against: an estimate that hangs on where a pair becomes a link."""
    known = sorted(value for value in estimates if value is not None)
    if known and known[-1] > LIMITS["most_links_apart"] * known[0]:
        yield reason(
            "links_apart", factor=f"{known[-1] / known[0]:.1f}", low=f"{known[0]:,.0f}", high=f"{known[-1]:,.0f}"
        )


def of_methods(histories: CaptureHistories, results: Sequence[MethodResult], first: str) -> Iterator[Reason]:
    """What the outcome speaks against."""
    known = [result for result in results if result.estimate is not None]
    chosen = next(result for result in results if result.method == first)
    if not known or chosen.estimate is None:
        yield reason("no_estimate")
        return
    yield from _of_interval(chosen)
    estimates = sorted(result.estimate for result in known if result.estimate is not None and _may_hold(result, chosen))
    if estimates[-1] > LIMITS["most_methods_apart"] * estimates[0]:
        yield reason(
            "methods_apart",
            factor=f"{estimates[-1] / estimates[0]:.1f}",
            low=f"{estimates[0]:,.0f}",
            high=f"{estimates[-1]:,.0f}",
        )
    if chosen.fit is None:
        yield reason("nothing_to_test")
    elif chosen.fit < LIMITS["least_fit"]:
        yield reason("does_not_fit", chance=f"{chosen.fit:.1g}")
    if any(result.method == "heterogeneity" and _is_better(result, chosen) for result in known):
        yield reason("persons_differ")
    if chosen.dark_figure is not None and chosen.dark_figure > LIMITS["most_unseen"] * histories.cases:
        yield reason("many_unseen", factor=f"{chosen.dark_figure / histories.cases:.0f}")


def _of_interval(chosen: MethodResult) -> Iterator[Reason]:
    spread = chosen.interval
    if spread is None or chosen.estimate is None or chosen.dark_figure is None:
        return
    if spread.without_estimate > LIMITS["most_without_estimate"]:
        yield reason("without_estimate", share=f"{spread.without_estimate:.0%}")
    seen = chosen.estimate - chosen.dark_figure
    low, high = (max(end - seen, 1.0) for end in spread.ends)
    if high > LIMITS["widest_dark_figure"] * low and high > seen:
        yield reason("too_wide", factor=f"{high / low:.0f}")


def _may_hold(result: MethodResult, chosen: MethodResult) -> bool:
    """Whether a method is one to compare: its model is the chosen one, or not plainly contradicted by the counts."""
    return result.model == chosen.model or result.fit is None or result.fit >= LIMITS["least_fit"]


def _is_better(result: MethodResult, chosen: MethodResult) -> bool:
    return result.bic is not None and chosen.bic is not None and result.bic < chosen.bic
