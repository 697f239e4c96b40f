"""Spectator's 276 percentile buckets: their limits, and percentiles estimated from the counts in them.

The limits grow by thirds of powers of four, so an estimate is off by a third of the value at most.
Source: the percentile bucket rules of Spectator's histogram package (Apache-2.0), described in our own words.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from vedette_storage.percentile import bucket_of as storage_bucket_of

MAX_LONG: Final = 2**63 - 1


def _limits() -> tuple[int, ...]:
    limits = [1, 2, 3]
    for exponent in range(1, 31):
        power = 4**exponent
        step = power // 3
        limits += range(power, 4 * power - step, step)
    return (*limits, MAX_LONG)


LIMITS: Final = _limits()
"""The upper (exclusive) limit of each bucket; bucket i counts values from limit i-1."""

COUNT: Final = len(LIMITS)
_UPPER: Final = np.array(LIMITS, dtype=np.float64)
_LOWER: Final = np.concatenate(([0.0], _UPPER[:-1]))


def bucket_of(value: float) -> int:
    """The index of the bucket that a value is counted in; a fraction is cut off."""
    return storage_bucket_of(MAX_LONG if value >= MAX_LONG else int(value))


def estimate(counts: NDArray[np.float64], percentiles: tuple[float, ...]) -> NDArray[np.float64]:
    """Percentiles of each point: from [buckets, points] counts to [percentiles, points] values.

    Values are interpolated within a bucket, as if spread evenly. A point without counts gives NaN.
    """
    counts = np.where(np.isfinite(counts), counts, 0.0)
    total = counts.sum(axis=0)
    with np.errstate(all="ignore"):
        reached = 100.0 * np.cumsum(counts, axis=0) / total
    result = np.full((len(percentiles), counts.shape[1]), np.nan)
    points = np.flatnonzero(total > 0)
    if len(points) == 0:
        return result
    last = counts.shape[0] - 1 - np.argmax(counts[::-1] != 0, axis=0)
    for row, percentile in enumerate(percentiles):
        enough = reached >= percentile
        bucket = np.where(enough.any(axis=0), np.argmax(enough, axis=0), last)
        result[row, points] = _interpolate(reached, bucket, percentile, last)[points]
    return result


def _interpolate(
    reached: NDArray[np.float64], bucket: NDArray[np.int64], percentile: float, last: NDArray[np.int64]
) -> NDArray[np.float64]:
    column = np.arange(reached.shape[1])
    bucket = np.minimum(bucket, last)
    before = np.where(bucket > 0, reached[np.maximum(bucket - 1, 0), column], 0.0)
    here = reached[bucket, column]
    # Rounding may leave the sum a little below 100; what is asked beyond it lies in the last bucket.
    here = np.where(here < percentile, 100.0, here)
    with np.errstate(all="ignore"):
        fraction = (percentile - before) / (here - before)
        value = _LOWER[bucket] + fraction * (_UPPER[bucket] - _LOWER[bucket])
    return np.where(np.isnan(fraction), 0.0, value)
