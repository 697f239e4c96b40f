"""Quantiles of latency from the counts of percentile buckets: merged first, then estimated, never averaged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np

from vedette_query.evaluation.buckets import COUNT, estimate

NANOSECONDS: Final = 1e9
"""The buckets count nanoseconds; the documents show seconds."""


def merge(counts: Iterable[Mapping[int, float]]) -> Mapping[int, float]:
    """Counts of several edges, added bucket by bucket: the only way to join latencies without loss."""
    total: defaultdict[int, float] = defaultdict(float)
    for one in counts:
        for bucket, count in one.items():
            total[bucket] += count
    return total


def quantiles(counts: Mapping[int, float], percentiles: tuple[float, ...]) -> tuple[float | None, ...]:
    """The latencies in seconds below which that many percent of the calls stay; None for each without any count.

    A bucket beyond the 276 or a count that is not positive is ignored. The estimate is Spectator's (the form for
    rates): the cumulative share is walked, and interpolated in the bucket in which a percentile is reached.
    """
    dense = np.zeros((COUNT, 1))
    for bucket, count in counts.items():
        if 0 <= bucket < COUNT and count > 0:
            dense[bucket, 0] = count
    if not dense.any():
        return (None,) * len(percentiles)
    return tuple(float(value) / NANOSECONDS for value in estimate(dense, percentiles)[:, 0])
