import numpy as np
import pytest

from monitoring.estimates.models import all_pairs, notation
from monitoring.estimates.selection import ByBic, Downhill, FixedModel
from monitoring.estimates.stepwise import Stepwise

METHODS = [FixedModel(), Stepwise(), ByBic(2), Downhill(2)]


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_many_tables_at_once_choose_what_each_chooses_alone(method, published):
    counts = np.random.default_rng(2).multinomial(4400, published("kosovo").counts / 4400, size=12).astype(float)
    together = method.choose(counts)
    for row in range(12):
        alone = method.choose(counts[row : row + 1])
        assert together.models[row] == alone.models[0]
        assert together.dark_figure[row] == pytest.approx(alone.dark_figure[0], rel=1e-8)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_lists_in_another_order_give_the_same_estimate(method, published):
    histories = published("kosovo")
    turned = histories.of(["H", "O", "A", "E"])
    one, other = (method.choose(h.counts[None, :].astype(float)).dark_figure[0] for h in (histories, turned))
    assert one == pytest.approx(other, rel=1e-8)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_lists_with_nobody_in_common_have_no_estimate(method, counted):
    chosen = method.choose(counted("ABC", A=40, B=30, C=20).counts[None, :].astype(float))
    assert chosen.models == (None,)
    assert np.isnan(chosen.dark_figure[0])


def test_stepwise_adds_no_pair_without_an_estimate(counted):
    # A and B overlap far more than chance has it, but with that term no estimate exists (published code 1).
    counts = counted("ABC", A=40, B=30, C=20, AB=6).counts[None, :].astype(float)
    assert notation(Stepwise(threshold=1.0).choose(counts).models[0], 3) in ("[1,2,3]", "[13,2]", "[23,1]", "[13,23]")


def test_a_bootstrap_looks_at_the_best_models_of_the_counts_themselves(published):
    counts = published("western").counts.astype(float)
    narrowed = ByBic(2, most_models=7).narrowed(counts)
    assert list(narrowed.candidates) == [model for model, _, _ in ByBic(2).ranked(counts)[:7]]


def test_the_model_of_all_pairs_is_one_of_many_by_name():
    assert notation(frozenset(all_pairs(3)), 3) == "[12,13,23]"
    assert notation(frozenset({3, 5, 6, 7}), 4) == "[123,4]"
