import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.estimates import existence
from monitoring.estimates.existence import code_of_support
from monitoring.estimates.models import hierarchical_models


def by_itself(lists, is_seen, model):
    """Existence without anything known of other models."""
    existence._known.cache_clear()
    code_of_support.cache_clear()
    return code_of_support(lists, is_seen, model)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.booleans(), min_size=15, max_size=15).filter(any), st.permutations(range(113)))
def test_what_other_models_tell_is_what_the_linear_program_says(is_seen, order):
    is_seen, models = tuple(is_seen), [hierarchical_models(4, 3)[number] for number in order[:12]]
    alone = [by_itself(4, is_seen, model) for model in models]
    code_of_support.cache_clear()
    assert [code_of_support(4, is_seen, model) for model in models] == alone


def test_with_everybody_seen_somewhere_every_model_but_the_saturated_has_one_estimate():
    codes = {code_of_support(4, (True,) * 15, model) for model in hierarchical_models(4, 3)}
    assert codes == {0}
    assert code_of_support(3, (True,) * 7, frozenset({3, 5, 6, 7})) == existence.NOT_IDENTIFIED


def test_no_overlap_at_all_has_no_estimate(counted):
    alone = counted("ABC", A=40, B=30, C=20)
    assert existence.existence_code(alone, frozenset()) in (1, 3)
    assert np.isclose(alone.counts.sum(), 90)
