"""Spectator's 276 percentile buckets, for durations in nanoseconds.

Bounds: 1, 2, 3; for each power of four c from 4 to 4^30 the values c, c + d, c + 2d ... below 4c - d, with d = c div 3;
and 2^63 - 1. Source: Spectator's `PercentileBuckets`.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Final


def _starts() -> tuple[int, ...]:
    """The least value of each bucket.

    A value equal to a bound belongs to the next bucket, so bounds are starts, but for the powers of four from 16 up:
    their bucket begins one cut third after the last start below, up to three earlier (15 has the index of 16).
    """
    starts = [0, 1, 2, 3]
    third = 1
    for power in range(1, 31):
        early = starts[-1] + third
        first = 4**power
        third = first // 3
        starts += [early, *range(first + third, 4 * first - third, third)]
    return tuple(starts)


STARTS: Final = _starts()
"""`STARTS[i]` is the least value of bucket i; there are 276."""


def bucket_of(value: int) -> int:
    """The index, 0 to 275, of the bucket that a value belongs to; 0 for zero and below."""
    return max(0, bisect_right(STARTS, value) - 1)
