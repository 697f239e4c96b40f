"""Places for ticks on scales that are not linear: the roundest values first, each with some room around it."""

from __future__ import annotations

import math
from bisect import bisect, insort
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from vedette_query.chart.chart import Scale, TickLabels
from vedette_query.chart.scales import transform

_SMALL_ROOM: Final = 5
"""How many times closer than labelled ticks the others may stand."""

_WIDE: Final = 20.0
"""Bounds of one sign whose ratio is less show round numbers of one decade only: the linear ones do better."""

_DECADES: Final = {"log": 1, "log-linear": 9, "pow2": 4, "sqrt": 8}
"""How far below the greater bound a decade still has room of its own, or for log-linear and log where they end."""

_RANKS: Final = {1: 0, 5: 1, 2: 2, 3: 3, 4: 3, 6: 3, 7: 3, 8: 3, 9: 3}
"""How round the numbers of a decade are, 0 the roundest."""

_MANY: Final = 40
"""Decades with more neighbours than that are too narrow to be divided."""

_LEAST_MAJORS: Final = 3

_YEAR: Final = 365 * 86_400.0

_TIMES: Final = (
    (1, 60, 3600, 86_400),
    (10, 600, 6 * 3600, 7 * 86_400, 28 * 86_400),
    (5, 30, 300, 1800, 3 * 3600, 12 * 3600, 2 * 86_400, 14 * 86_400, 91 * 86_400),
    (2, 20, 120, 1200, 2 * 3600, 4 * 3600, 4 * 86_400, 182 * 86_400),
)
"""Round lengths of time from a second on, the roundest first."""


def crooked_places(
    lower: float, upper: float, scale: Scale, labels: TickLabels, count: int
) -> list[tuple[float, bool]] | None:
    """Values for ticks in ascending order, and whether each is a labelled one; None where linear ones do better."""
    if (lower > 0 and upper / lower < _WIDE) or (upper < 0 and lower / upper < _WIDE):
        return None
    ends = transform(scale, np.array([lower, upper]))
    values = sorted(_candidates(lower, upper, scale, labels), key=lambda pair: (pair[0], abs(pair[1]), pair[1]))
    with np.errstate(all="ignore"):
        found = (transform(scale, np.array([value for _, value in values])) - ends[0]) / (ends[1] - ends[0])
    if not np.isfinite(found).all():
        return None
    places = found.tolist()
    taken: list[float] = []
    majors: set[float] = set()
    for (rank, value), place in zip(values, places, strict=True):
        enough = rank > 0 and len(majors) >= _LEAST_MAJORS and scale in ("log", "log-linear")
        if not enough and _free(place, taken, 1 / count):
            insort(taken, place)
            majors.add(value)
    if len(majors) < 2:
        return None
    ticks = [(value, True) for value in majors]
    for (_, value), place in zip(values, places, strict=True):
        if value not in majors and _free(place, taken, 1 / (_SMALL_ROOM * count)):
            insort(taken, place)
            ticks.append((value, False))
    return sorted(ticks)


def _free(place: float, taken: Sequence[float], room: float) -> bool:
    at = bisect(taken, place)
    return all(abs(place - other) >= room for other in taken[max(0, at - 1) : at + 1])


def _candidates(lower: float, upper: float, scale: Scale, labels: TickLabels) -> Iterator[tuple[int, float]]:
    """Round values within bounds with their ranks, zero before all."""
    if lower <= 0 <= upper:
        yield -1, 0.0
    top = max(abs(lower), abs(upper))
    for rank, size in _sizes(top, scale, labels):
        for value in (-size, size):
            if lower <= value <= upper:
                yield rank, value


def _sizes(top: float, scale: Scale, labels: TickLabels) -> Iterator[tuple[int, float]]:
    if top >= 1 and labels == "binary":
        yield from _binary(top)
    elif 1 <= top <= _YEAR and labels == "duration":
        yield from ((rank, size) for rank, size in _decimal(top, scale) if size < 1)
        yield from ((rank, float(size)) for rank, sizes in enumerate(_TIMES) for size in sizes)
    elif top > _YEAR and labels == "duration":
        yield from ((rank, size * _YEAR) for rank, size in _decimal(top / _YEAR, scale))
        yield from ((rank, float(size)) for rank, sizes in enumerate(_TIMES) for size in sizes)
    else:
        yield from _decimal(top, scale)


def _decimal(top: float, scale: Scale) -> Iterator[tuple[int, float]]:
    last = math.floor(math.log10(top))
    first = last - _DECADES[scale]
    if scale in ("log", "log-linear"):
        first = min(last - 1, -_DECADES[scale])
    ranks = _RANKS if last - first < _MANY else {1: 0}
    for exponent in range(first, last + 1):
        for mantissa, rank in ranks.items():
            yield rank, float(f"{mantissa}e{exponent}")


def _binary(top: float) -> Iterator[tuple[int, float]]:
    for exponent in range(math.frexp(top)[1]):
        rank = 0 if exponent % 10 == 0 else 1 if exponent % 5 == 0 else 2 + exponent % 2
        yield rank, 2.0**exponent
