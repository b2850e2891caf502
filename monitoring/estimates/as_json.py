"""An estimate for other programs: JSON, every number unrounded."""

from __future__ import annotations

import json
import math
from typing import Any

from monitoring.estimates.catalogue import counted_codes
from monitoring.estimates.histories import CaptureHistories
from monitoring.estimates.models import ALIKE, Model, notation
from monitoring.estimates.outcome import Outcome
from monitoring.estimates.refusing import MethodResult
from monitoring.estimates.rules import RULES


def as_json(outcome: Outcome) -> str:
    """Return an estimate as JSON text; an infinite number or one that does not exist is null."""
    found = outcome.estimate
    histories = found.histories
    content = {
        "source": outcome.source,
        "is_synthetic": outcome.is_synthetic,
        "lists": list(histories.lists),
        "left_out": list(outcome.left_out),
        "cases": histories.cases,
        "cases_of_list": histories.of_lists,
        "overlaps": {":".join(pair): both for pair, both in histories.overlaps.items()},
        "bootstrap": outcome.asked.times,
        "seed": outcome.asked.seed,
        "first_method": found.first,
        "methods": [_method(result, histories) for result in found.results],
        "spread": found.spread,
        "models": [
            {
                "model": notation(listed.model, len(histories.lists)),
                "terms": terms_of(listed.model, histories),
                "code": listed.code,
                "estimate": listed.estimate,
                "bic": listed.bic,
            }
            for listed in outcome.models
        ],
        "codes": {str(code): count for code, count in counted_codes(outcome.models).items()},
        "linking": _linking(outcome),
        "is_refused": bool(outcome.refusals),
        "refusals": outcome.refusals,
        "caveats": RULES["caveats"],
    }
    return json.dumps(_finite(content), ensure_ascii=False, indent=2) + "\n"


def terms_of(model: Model, histories: CaptureHistories) -> list[str]:
    """Return the interactions of a model by the names of the lists, such as `b:c`."""
    return ["alike" if term == ALIKE else histories.named(term) for term in sorted(model)]


def _method(result: MethodResult, histories: CaptureHistories) -> dict[str, Any]:
    spread = result.interval
    return {
        "method": result.method,
        "model": None if result.model is None else notation(result.model, len(histories.lists)),
        "terms": [] if result.model is None else terms_of(result.model, histories),
        "estimate": result.estimate,
        "dark_figure": result.dark_figure,
        "bic": result.bic,
        "fit_p_value": result.fit,
        "interval_95": None if spread is None else list(spread.ends),
        "interval_80": None if spread is None else [spread.limits[0.1], spread.limits[0.9]],
        "acceleration": None if spread is None else spread.acceleration,
        "bias_correction": None if spread is None else spread.bias,
        "resamples_without_estimate": None if spread is None else spread.without_estimate,
    }


def _linking(outcome: Outcome) -> dict[str, Any] | None:
    combined = outcome.linking
    if combined is None:
        return None
    return {
        "link_sets": len(combined.replicates),
        "link_sets_without_estimate": combined.without_estimate,
        "cases": list(combined.cases),
        "estimate": combined.estimate,
        "interval_95": [combined.low, combined.high],
        "variance_within": combined.within,
        "variance_between": combined.between,
        "degrees_of_freedom": combined.degrees_of_freedom,
        "at_thresholds": [
            {"threshold": threshold, "cases": cases, "estimate": found}
            for threshold, cases, found in outcome.at_thresholds
        ],
    }


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(content) for key, content in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(content) for content in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
