"""Round steps between the ticks of a Y axis."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from vedette_query.chart.chart import TickLabels

_MINUTE: Final = 60
_HOUR: Final = 3600
_DAY: Final = 86_400
_YEAR: Final = 365 * _DAY

_DECIMAL: Final = ((1, 5), (2, 4), (5, 5))
"""Round numbers of a decade, and into how many parts each falls."""

_SPANS: Final = (
    *((1, 5), (2, 4), (5, 5), (10, 5), (15, 3), (30, 3)),
    *((_MINUTE * n, parts) for n, parts in ((1, 4), (2, 4), (5, 5), (10, 5), (15, 3), (30, 3))),
    *((_HOUR * n, parts) for n, parts in ((1, 4), (2, 4), (3, 3), (6, 3), (12, 4))),
    *((_DAY * n, parts) for n, parts in ((1, 4), (2, 4), (7, 7), (14, 2), (28, 4), (91, 13), (182, 2))),
)
"""Round lengths of time from a second to half of a year."""

_LEAST_SHARE: Final = 2.0**-48
"""Of the greater bound: numbers closer to each other than this cannot be told apart after a calculation."""


@dataclass(frozen=True)
class Step:
    """The step between small ticks, exactly, and how many of them make one between labelled ticks."""

    minor: Fraction
    parts: int


def step_for(lower: float, upper: float, labels: TickLabels, count: int) -> Step | None:
    """The least round step of which no more than `count` multiples lie within bounds; None if nothing round fits."""
    low, high = Fraction(lower), Fraction(upper)
    least = (high - low) / (count + 1)
    if least < Fraction(_LEAST_SHARE) * max(abs(low), abs(high)) or least < Fraction(1, 10**300):
        return None

    def fits(step: Step) -> bool:
        major = step.minor * step.parts
        return major >= least and math.floor(high / major) - math.ceil(low / major) < count

    return next(filter(fits, _steps(float(least), labels)))


def _steps(about: float, labels: TickLabels) -> Iterator[Step]:
    """Round steps in ascending order, beginning below `about`."""
    if labels == "binary" and about > 0.5:
        yield from _binary(about)
    elif labels == "duration" and 0.5 < about <= _YEAR:
        yield from (Step(Fraction(length, parts), parts) for length, parts in _SPANS)
        yield from _decimal(1.0, _YEAR)
    elif labels == "duration" and about > _YEAR:
        yield from _decimal(about / _YEAR, _YEAR)
    else:
        yield from _decimal(about, 1)


def _binary(about: float) -> Iterator[Step]:
    exponent = max(0, math.floor(math.log2(about)) - 1)
    while True:
        yield Step(Fraction(2) ** exponent / 4, 4)
        exponent += 1


def _decimal(about: float, unit: int) -> Iterator[Step]:
    exponent = math.floor(math.log10(about)) - 1
    while True:
        for mantissa, parts in _DECIMAL:
            yield Step(mantissa * Fraction(10) ** exponent * unit / parts, parts)
        exponent += 1
