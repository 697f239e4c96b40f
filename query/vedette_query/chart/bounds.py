"""Where a Y axis begins and ends: what its lines need, or what was asked for."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from vedette_query.chart.buckets import bucket_range
from vedette_query.chart.chart import LineStyle
from vedette_query.chart.options import Bound

Numbers = npt.NDArray[np.float64]

_NOTHING: Final = (math.inf, -math.inf)

MOST: Final = 1e300
"""Values beyond count as infinite: there must be room for sums and round numbers above them."""


@dataclass(frozen=True)
class Drawn:
    """What bounds depend on of a line: how it is drawn, its values, and the tag `percentile` if it counts a bucket."""

    style: LineStyle
    values: Numbers
    percentile: str | None = None


def bounds(lines: Sequence[Drawn], lower: Bound, upper: Bound) -> tuple[float, float]:
    """The least and the greatest value to show. Both are finite, and the first is less than the second.

    What is stacked counts by its sums, positive and negative values apart. Infinite values do not count, nor do those
    beyond `MOST`.
    """
    least, most = _extent(lines)
    least, most = (0.0 if math.isinf(least) else least), (1.0 if math.isinf(most) else most)
    filled = any(line.style in ("area", "stack") for line in lines)
    low = _end(lower, least, min(least, 0.0) if filled else least)
    high = _end(upper, most, max(most, 0.0) if filled else most)
    if low < high:
        return low, high
    # An explicit end stays; the other one moves away from it.
    return (_beyond(high, -1), high) if not isinstance(upper, str) else (low, _beyond(low, 1))


def _end(asked: Bound, of_data: float, of_style: float) -> float:
    if isinstance(asked, str):
        return of_data if asked == "auto-data" else of_style
    return asked


def _beyond(end: float, direction: int) -> float:
    """The number one away, or for a number so great that one more changes nothing the next that there is."""
    moved = end + direction
    return moved if moved != end else math.nextafter(end, math.copysign(math.inf, direction))


def _extent(lines: Sequence[Drawn]) -> tuple[float, float]:
    stacked = [line.values for line in lines if line.style == "stack"]
    ranges = [_of_line(line) for line in lines if line.style not in ("stack", "vspan")]
    if stacked:
        ranges.append(_of_stack(stacked))
    return min((low for low, _ in ranges), default=math.inf), max((high for _, high in ranges), default=-math.inf)


def _of_line(line: Drawn) -> tuple[float, float]:
    if line.style == "heatmap" and line.percentile is not None:
        counted = np.any(~np.isnan(line.values) & (line.values != 0))
        return (bucket_range(line.percentile) or _NOTHING) if counted else _NOTHING
    return _of_values(line.values)


def _of_stack(rows: Sequence[Numbers]) -> tuple[float, float]:
    values = np.stack(rows)
    values = np.where(np.abs(values) <= MOST, values, 0.0)
    above, below = np.maximum(values, 0.0).sum(axis=0), np.minimum(values, 0.0).sum(axis=0)
    # The lowest layer counts by itself, as a line would: where there is nothing above zero, zero is not drawn.
    ranges = [_of_values(rows[0]), _of_values(above[above > 0]), _of_values(below[below < 0])]
    return _join(ranges)


def _of_values(values: Numbers) -> tuple[float, float]:
    finite = values[np.abs(values) <= MOST]
    return (float(finite.min()), float(finite.max())) if finite.size else _NOTHING


def _join(ranges: Iterable[tuple[float, float]]) -> tuple[float, float]:
    low, high = zip(*ranges, strict=True)
    return min(low), max(high)
