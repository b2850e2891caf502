"""Pairs that no block held, but that share a likely partner: two records of one person each like a third.

Without them a group of ten records would be judged by the few pairs that a block happened to hold.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array

from linkage.among import is_among
from linkage.table.blocks import CandidatePairs, each_once

LIKELY_FROM = 0.5
# Per record so many of its likeliest partners lead further.
MOST_PARTNERS = 25


def beyond_blocks(
    rows: int,
    left: np.ndarray,
    right: np.ndarray,
    chance: np.ndarray,
    sources: np.ndarray | None,
    candidates: CandidatePairs | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return pairs of records that share a likely partner and were not compared, the lower first, in order.

    `left`, `right`, `chance`: pairs that were compared, and their probability, in order. `candidates`: all candidates,
    where those given are only the likely ones among them. With `sources`, only pairs across them.
    """
    likely = np.flatnonzero(chance >= LIKELY_FROM)
    partners_of = np.bincount(left[likely], minlength=rows) + np.bincount(right[likely], minlength=rows)
    # Two that have only each other lead nowhere.
    likely = likely[(partners_of[left[likely]] > 1) | (partners_of[right[likely]] > 1)]
    one, other = np.concatenate((left[likely], right[likely])), np.concatenate((right[likely], left[likely]))
    order = np.lexsort((other, -np.tile(chance[likely], 2), one))
    one, other = one[order], other[order]
    rank = np.arange(len(one)) - np.searchsorted(one, one)
    one, other = one[rank < MOST_PARTNERS], other[rank < MOST_PARTNERS]
    # Only of the records that lead further, so that the products do not grow with the table.
    place = np.full(rows, -1, dtype=np.int32)
    involved = np.flatnonzero(np.bincount(one, minlength=rows) + np.bincount(other, minlength=rows))
    place[involved] = np.arange(len(involved), dtype=np.int32)
    shape = (len(involved), len(involved))
    partners = coo_array((np.ones(len(one), dtype=np.int32), (place[one], place[other])), shape=shape).tocsr()
    found = (partners @ partners.T + partners @ partners + partners.T @ partners).tocoo()
    upper = found.row < found.col
    low, high = involved[found.row[upper]], involved[found.col[upper]]
    if sources is not None:
        across = sources[low] != sources[high]
        low, high = low[across], high[across]
    numbers = each_once([low * rows + high])
    known = left.astype(np.int64) * rows + right
    fresh = numbers[~is_among(numbers, known)]
    low, high = fresh // max(rows, 1), fresh % max(rows, 1)
    if candidates is not None and len(low):
        apart = ~candidates.hold(low, high)
        low, high = low[apart], high[apart]
    return low, high
