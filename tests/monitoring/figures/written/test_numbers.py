from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.figures.written.numbers import count_text, rounded_share, share_text

COUNTS = st.integers(min_value=0, max_value=10**7)


@pytest.mark.parametrize(
    ("count", "base", "nl", "en"),
    [
        (249, 2000, "12,5", "12.5"),  # exactly 12,45: half up
        (1, 2000, "0,1", "0.1"),  # exactly 0,05
        (65, 169, "38,5", "38.5"),  # T4
        (21, 169, "12,4", "12.4"),  # T2, printed as 12,5
        (13, 40, "32,5", "32.5"),
        (0, 40, "0,0", "0.0"),
        (40, 40, "100,0", "100.0"),
        (None, 40, "-", "-"),
        (3, None, "-", "-"),
        (None, 0, "-", "-"),
        (0, 0, "Nvt", "n/a"),
        (30, 2, "1.500,0", "1,500.0"),
    ],
)
def test_percentages_have_one_decimal_rounded_half_up_from_the_counts(count, base, nl, en):
    assert share_text(count, base, "nl") == nl
    assert share_text(count, base, "en") == en


@pytest.mark.parametrize(("count", "nl", "en"), [(0, "0", "0"), (6322, "6.322", "6,322"), (None, "-", "-")])
def test_counts_have_a_thousands_dot_and_unknown_is_not_zero(count, nl, en):
    assert count_text(count, "nl") == nl
    assert count_text(count, "en") == en


@given(COUNTS, st.integers(min_value=1, max_value=10**7))
def test_a_rounded_share_is_never_further_off_than_half_a_tenth(count, base):
    assert abs(1000 * count - int(10 * rounded_share(count, base)) * base) * 2 <= base


@given(COUNTS, st.integers(min_value=1, max_value=10**7))
def test_a_share_and_the_share_of_the_rest_add_up_to_a_hundred_but_for_rounding(count, base):
    count = min(count, base)
    assert rounded_share(count, base) + rounded_share(base - count, base) in (Decimal(100), Decimal("100.1"))
