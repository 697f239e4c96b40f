"""The values that a percentile bucket counts, by the value of its tag."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from vedette_query.evaluation.buckets import LIMITS

_NANOSECONDS: Final = 1e9


def _ranges() -> dict[str, tuple[float, float]]:
    lower = (0, *LIMITS[:-1])
    pairs = [(float(low), float(high)) for low, high in zip(lower, LIMITS, strict=True)]
    counts = {f"D{place:04X}": pair for place, pair in enumerate(pairs)}
    times = {f"T{place:04X}": (low / _NANOSECONDS, high / _NANOSECONDS) for place, (low, high) in enumerate(pairs)}
    return {**counts, **times}


_RANGES: Final[Mapping[str, tuple[float, float]]] = _ranges()


def bucket_range(percentile: str) -> tuple[float, float] | None:
    """From where to where the bucket of a tag `percentile` counts: `D` plain values, `T` seconds. None: no bucket."""
    return _RANGES.get(percentile)
