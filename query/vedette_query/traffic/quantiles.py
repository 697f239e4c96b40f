"""Quantiles of latency from the counts of percentile buckets.

The 276 buckets and the estimate are Spectator's (`PercentileBuckets`, the form for rates): bucket i counts the values
in [bound i-1, bound i), and a quantile is found by walking the cumulative share and interpolating inside the bucket
in which it is reached. A bucket is at most a third of its value wide, which bounds the error.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

NANOSECONDS: Final = 1_000_000_000
LAST_BOUND: Final = 2**63 - 1


def _bounds() -> tuple[int, ...]:
    """1, 2, 3; from each power of four c the values c, c + c//3, ... below 4c - c//3; the largest signed 64-bit."""
    found = [1, 2, 3]
    for exponent in range(1, 31):
        start = 4**exponent
        delta = start // 3
        found.extend(range(start, 4 * start - delta, delta))
    return (*found, LAST_BOUND)


BOUNDS: Final = _bounds()
"""Upper bound of each bucket, in nanoseconds for a timer."""


def merge(counts: Iterable[Mapping[int, float]]) -> Mapping[int, float]:
    """Counts of several edges, added bucket by bucket: the only way to join latencies without loss."""
    total: defaultdict[int, float] = defaultdict(float)
    for one in counts:
        for bucket, count in one.items():
            total[bucket] += count
    return total


def estimate(counts: Mapping[int, float], percentile: float) -> float | None:
    """The latency in seconds below which `percentile` (above 0, to 100) of the calls stay; None without any count.

    A bucket beyond the 276 or a count that is not positive is ignored.
    """
    filled = sorted((bucket, count) for bucket, count in counts.items() if count > 0 and 0 <= bucket < len(BOUNDS))
    total = sum(count for _, count in filled)
    if not total:
        return None
    seen = 0.0
    for bucket, count in filled:
        share_below = 100.0 * seen / total
        seen += count
        share = 100.0 * seen / total
        if share >= percentile:
            return _between(bucket, (percentile - share_below) / (share - share_below))
    return _between(filled[-1][0], 1.0)  # the shares did not quite add up to 100


def _between(bucket: int, fraction: float) -> float:
    """A point inside a bucket, `fraction` of the way up, in seconds."""
    low = BOUNDS[bucket - 1] if bucket else 0
    return (low + fraction * (BOUNDS[bucket] - low)) / NANOSECONDS
