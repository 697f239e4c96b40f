"""The 276 percentile buckets of Spectator.

Bounds: 1, 2, 3; for each power of four c from 4 to 4^30 the values c, c + d, c + 2d ... below 4c - d, with d = c div 3;
and 2^63 - 1. The width of a bucket is at most a third of its value. Source: Spectator's `PercentileBuckets`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from functools import partial
from typing import Final


def _bounds() -> tuple[int, ...]:
    bounds = [1, 2, 3]
    for power in range(1, 31):
        start = 4**power
        delta = start // 3
        bounds.extend(range(start, 4 * start - delta, delta))
    return (*bounds, 2**63 - 1)


def _edges(bounds: tuple[int, ...]) -> tuple[int, ...]:
    """The least value of bucket 1, of bucket 2, and so on.

    They are the bounds, since a value equal to a bound belongs to the next bucket, but for the powers of four from 16
    up: their buckets begin up to three earlier, because the division by three is cut (15 has the index of 16).
    """
    early = {4**power: 4 ** (power - 1) + 9 * (4 ** (power - 1) // 3) for power in range(3, 31)}
    early[16] = 15  # the group of 4 has eleven buckets of width one, not nine
    return tuple(early.get(bound, bound) for bound in bounds[:-1])


BOUNDS: Final = _bounds()
"""Upper bound of each bucket, whole numbers; `BOUNDS[i]` is that of bucket i."""
COUNT: Final = len(BOUNDS)

_EDGES: Final = _edges(BOUNDS)
# Whole nanoseconds are what the rule speaks of. A float of seconds is rounded to the nearest one by moving the edges
# down by half, so that no arithmetic is left to do for each value.
_EDGES_SECONDS: Final = tuple((edge - 0.5) / 1e9 for edge in _EDGES)


def index_of(value: int) -> int:
    """The bucket, 0 to 275, of a whole number; 0 for zero and below."""
    return bisect_right(_EDGES, value)


TIMER_LOWEST: Final = index_of(1)
"""Bucket of 1 ns, the least a timer distinguishes."""
TIMER_HIGHEST: Final = index_of(24 * 3600 * 10**9)
"""Bucket of 24 h, the most a timer distinguishes."""


def tally(amounts: Iterable[float]) -> Counter[int]:
    """How many of the amounts, cut to whole numbers, fall into each bucket."""
    return Counter(map(partial(bisect_right, _EDGES), map(int, amounts)))


def tally_seconds(durations: Iterable[float]) -> Counter[int]:
    """How many of the durations, in nanoseconds and held between 1 ns and 24 h, fall into each bucket."""
    held: Counter[int] = Counter()
    for index, count in Counter(map(partial(bisect_right, _EDGES_SECONDS), durations)).items():
        held[min(max(index, TIMER_LOWEST), TIMER_HIGHEST)] += count
    return held


def timer_tag(index: int) -> str:
    """Value of the tag `percentile` for a bucket of nanoseconds: `T` and four hexadecimal digits."""
    return f"T{index:04X}"


def summary_tag(index: int) -> str:
    """Value of the tag `percentile` for a bucket of plain amounts: `D` and four hexadecimal digits."""
    return f"D{index:04X}"
