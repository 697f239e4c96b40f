"""Bucket functions: from an amount to the label of its bucket, for the bucket meters. The rules are Spectator's.

Each knows four bounds and what lies outside of them. A bound belongs to its bucket; labels are padded with zeros in
the unit that suits the greatest bound, so that they sort: `012ms`, `025ms`, `050ms`, `100ms`, `slow`. Times are in
nanoseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

BucketFunction = Callable[[float], str]
"""The label of the bucket of an amount."""

_TIMES: Final = (
    ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000),
    ("min", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
)
_BYTES: Final = tuple(
    (f"_{prefix}B", 1024**power) for power, prefix in reversed(tuple(enumerate(("", "Ki", "Mi", "Gi", "Ti", "Pi"))))
)
_DECIMALS: Final = tuple(
    (f"_{prefix}" if prefix else "", 1000**power)
    for power, prefix in reversed(tuple(enumerate(("", "k", "M", "G", "T", "P"))))
)
_COARSEST: Final = 8
"""A unit suits when the greatest bound has at least so many of it."""


def age(most: int) -> BucketFunction:
    """How old something is, finer where it is young: `future` below zero, `old` above `most` nanoseconds."""
    return _buckets(_falling(most), _TIMES, "future", "old")


def age_bias_old(most: int) -> BucketFunction:
    """The same, finer where it is old."""
    return _buckets(_rising(most), _TIMES, "future", "old")


def latency(most: int) -> BucketFunction:
    """How long something took, finer where it was quick: `negative_latency` below zero, `slow` above `most` ns."""
    return _buckets(_falling(most), _TIMES, "negative_latency", "slow")


def latency_bias_slow(most: int) -> BucketFunction:
    """The same, finer where it was slow."""
    return _buckets(_rising(most), _TIMES, "negative_latency", "slow")


def bytes_(most: int) -> BucketFunction:
    """How large something is in bytes: `negative` below zero, `large` above `most`."""
    return _buckets(_falling(most), _BYTES, "negative", "large")


def decimal(most: int) -> BucketFunction:
    """How large something is: `negative` below zero, `large` above `most`."""
    return _buckets(_falling(most), _DECIMALS, "negative", "large")


def _falling(most: int) -> Sequence[int]:
    return (most // 8, most // 4, most // 2, most)


def _rising(most: int) -> Sequence[int]:
    return (most - most // 2, most - most // 4, most - most // 8, most)


def _buckets(bounds: Sequence[int], units: Sequence[tuple[str, int]], below: str, above: str) -> BucketFunction:
    most = bounds[-1]
    if most <= 0:
        raise ValueError(f"The greatest bound of a bucket function is above zero, not {most}")
    suffix, size = next(((name, size) for name, size in units if most >= _COARSEST * size), units[-1])
    width = len(str(most // size))
    labels = [f"{bound // size:0{width}d}{suffix}" for bound in bounds]

    def bucket(amount: float) -> str:
        if amount < 0:
            return below
        return next((label for bound, label in zip(bounds, labels, strict=True) if amount <= bound), above)

    return bucket
