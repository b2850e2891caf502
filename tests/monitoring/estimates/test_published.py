"""What others published of the same counts comes out again."""

import tomllib
from pathlib import Path

import pytest

from monitoring.estimates.catalogue import listed_models
from monitoring.estimates.existence import existence_code
from monitoring.estimates.intervals import acceleration, interval
from monitoring.estimates.models import hierarchical_models, notation
from monitoring.estimates.selection import ByBic, Downhill, FixedModel
from monitoring.estimates.stepwise import Stepwise

DECLARED = tomllib.loads(Path(__file__).with_name("published.toml").read_text(encoding="utf-8"))
METHODS = {
    "BIC, order <= 2": ByBic(2),
    "BIC, order <= 3": ByBic(3),
    "BIC, order <= 4": ByBic(4),
    "BIC downhill, order <= 4": Downhill(4),
    "main effects": FixedModel(),
    "stepwise p=0.02": Stepwise(),
}
RESULTS = [pytest.param(result, id=f"{result['data']} {result['method']}") for result in DECLARED["results"]]


@pytest.mark.parametrize("result", RESULTS)
def test_estimate_model_and_bic_are_those_published(result, published):
    histories = published(result["data"])
    chosen = METHODS[result["method"]].choose(histories.counts[None, :].astype(float))
    assert notation(chosen.models[0], len(histories.lists)) == result["model"]
    assert histories.cases + chosen.dark_figure[0] == pytest.approx(result["estimate"], rel=2e-4)
    if "bic" in result:
        assert chosen.bic[0] == pytest.approx(result["bic"], abs=1e-4)


@pytest.mark.parametrize("result", [r for r in RESULTS if "acceleration" in r.values[0]])
def test_acceleration_is_the_one_published(result, published):
    counts = published(result["data"]).counts
    assert acceleration(METHODS[result["method"]], counts) == pytest.approx(result["acceleration"], rel=1e-6)


@pytest.mark.parametrize("result", [r for r in RESULTS if "interval" in r.values[0]])
def test_interval_lies_where_the_published_one_does(result, published):
    # Its ends hang on the random numbers: a band of 15 %.
    counts = published(result["data"]).counts.astype(float)
    found = interval(METHODS[result["method"]], counts, result["estimate"]).ends
    assert found == pytest.approx(result["interval"], rel=0.15)


def test_codes_of_the_eight_models_are_those_published(published):
    histories = published("artificial")
    codes = {notation(model, 3): existence_code(histories, model) for model in hierarchical_models(3, 2)}
    assert codes == DECLARED["artificial"]["codes"]


def test_as_many_models_as_published_have_an_estimate(published):
    with_estimate = {
        name: sum(listed.code == 0 for listed in listed_models(published(name))) for name in ("korea", "kosovo")
    }
    assert with_estimate == {"korea": 6, "kosovo": 113}


@pytest.mark.parametrize(
    ("lists", "order", "models"), [(3, 2, 8), (4, 2, 64), (4, 3, 113), (5, 2, 1024), (5, 4, 6893), (6, 2, 32768)]
)
def test_there_are_as_many_hierarchical_models_as_published(lists, order, models):
    assert len(hierarchical_models(lists, order)) == models


def test_a_downhill_search_finds_the_best_of_three_lists(published):
    counts = published("korea").counts[None, :].astype(float)
    assert Downhill(2).choose(counts).bic[0] == pytest.approx(ByBic(2).choose(counts).bic[0])
