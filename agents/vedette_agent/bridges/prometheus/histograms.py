"""Histograms: counts between bounds of Prometheus (`le`), spread over Spectator's percentile buckets.

Of the amounts between two bounds nobody knows more than that. They are taken to lie evenly between them, which is what
Prometheus's `histogram_quantile` takes, so that a percentile here is its answer but for one of Spectator's buckets,
whose width is at most a third of the value; and the true percentile lies within the same two bounds.

Amounts up to the first bound lie between zero and it (between it and 1/16 of it evenly; the rest is put at 1/16, of
which the percentile buckets would be many and the amounts few); those above the last finite bound are put at it.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from functools import lru_cache
from typing import Final

from vedette_agent import buckets

NANOSECONDS: Final = 1e9
_LOWEST_SHARE: Final = 16


@lru_cache(4096)
def shares(low: float, high: float, *, timed: bool) -> tuple[tuple[int, float], ...]:
    """Which share of the amounts above `low`, and up to `high`, falls into which bucket; the shares add up to one.

    Bounds are in seconds where `timed`, and held between 1 ns and 24 h; of plain amounts only what is not below zero
    has buckets of its own.
    """
    scale = NANOSECONDS if timed else 1.0
    least, most = (buckets.TIMER_LOWEST, buckets.TIMER_HIGHEST) if timed else (0, buckets.COUNT - 1)
    low, high = max(low, 0.0) * scale, max(high, 0.0) * scale
    if math.isinf(high) or high <= low:
        return ((_held(_at(low), least, most), 1.0),)
    rest = 0.0
    if low == 0 and high > _LOWEST_SHARE:
        low, rest = high / _LOWEST_SHARE, 1.0 / _LOWEST_SHARE
    found: dict[int, float] = {}
    if rest:
        found[_held(_at(low), least, most)] = rest
    for index in range(bisect_right(buckets.BOUNDS, low), min(bisect_left(buckets.BOUNDS, high), most) + 1):
        below = buckets.BOUNDS[index - 1] if index else 0
        part = (min(high, buckets.BOUNDS[index]) - max(low, below)) / (high - low)
        place = _held(index, least, most)
        found[place] = found.get(place, 0.0) + part * (1.0 - rest)
    if not found:
        return ((most, 1.0),)
    total = sum(found.values())  # less than one where the highest bucket was passed
    return tuple((index, share / total) for index, share in found.items())


def _at(bound: float) -> int:
    """The bucket that ends with this amount, or holds it."""
    return bisect_left(buckets.BOUNDS, bound)


def _held(index: int, least: int, most: int) -> int:
    return min(max(index, least), most)
