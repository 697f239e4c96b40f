"""Bucketed: a meter for each bucket that an amount falls into."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic

from vedette_agent.bucketing import BucketFunction
from vedette_agent.meters.meter import M


class Bucketed(Generic[M]):
    """Records an amount with the meter of its bucket, which is made when the first amount falls into it."""

    __slots__ = ("_bucket", "_make", "_meters", "_record")

    def __init__(self, bucket: BucketFunction, make: Callable[[str], M], record: Callable[[M, float], None]) -> None:
        self._bucket = bucket
        self._make = make
        self._record = record
        self._meters: dict[str, M] = {}

    def record(self, amount: float) -> None:
        """It was so much. An amount that the function does not take counts as `invalid`."""
        try:
            bucket = self._bucket(amount)
        except Exception:  # somebody else's function, or something that is no number
            bucket = "invalid"
        meter = self._meters.get(bucket)
        if meter is None:
            meter = self._meters[bucket] = self._make(bucket)
        self._record(meter, amount)
