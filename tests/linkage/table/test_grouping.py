"""From pairs to persons: pairs beyond the blocks, what a whole person says of a pair, sources without doubles."""

from __future__ import annotations

import numpy as np

from linkage.table.completing import beyond_blocks
from linkage.table.grouping import in_company, persons_of
from linkage.table.one_to_one import competing


def test_records_that_share_a_likely_partner_are_compared_too():
    left, right, chance = np.array([0, 1, 2]), np.array([1, 2, 3]), np.array([0.9, 0.9, 0.1])
    found = beyond_blocks(4, left, right, chance, None)
    assert [(int(a), int(b)) for a, b in zip(*found, strict=True)] == [(0, 2)]
    assert not len(beyond_blocks(4, left, right, chance, np.array([0, 1, 0, 1]))[0])


def test_what_contradicts_is_not_joined_through_a_third():
    left, right, bits = np.array([0, 1, 0]), np.array([1, 2, 2]), np.array([3.0, 2.0, -9.0])
    assert persons_of(3, left, right, bits, 0.5, None).tolist() == [0, 0, 1]


def test_a_pair_is_judged_with_the_rest_of_its_person():
    left, right = np.array([0, 0, 1, 3]), np.array([1, 2, 2, 4])
    bits = np.array([10.0, 10.0, -1.0, -1.0])
    weights = in_company(left, right, bits, np.array([0, 0, 0, 1, 1]))
    assert weights[2] > 2.0  # both agree with the third record
    assert weights[3] == bits[3]  # a person of two: nobody else to ask
    assert in_company(left, right, bits, np.arange(5)).tolist() == bits.tolist()


def test_candidates_of_one_record_compete_where_sources_hold_no_doubles():
    left, right = np.array([0, 0, 1, 2]), np.array([3, 4, 5, 6])
    bits, sources = np.array([6.0, 1.0, 5.0, 5.0]), np.array([0, 0, 0, 1, 1, 1, 1])
    weights = competing(left, right, bits, sources)
    assert weights[1] < -4.0
    assert 4.0 < weights[0] < 6.0
    assert weights[2:].tolist() == [5.0, 5.0]


def test_candidates_do_not_compete_where_sources_hold_doubles():
    left, right = np.array([0, 0, 1, 1]), np.array([2, 3, 4, 5])
    bits, sources = np.full(4, 9.0), np.array([0, 0, 1, 1, 1, 1])
    assert competing(left, right, bits, sources).tolist() == bits.tolist()
