"""Distribution: what timers and summaries share, the four sums from which average and deviation follow."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from vedette_agent.identity import MeterId
from vedette_agent.meters.meter import Measured, Meter, numbers
from vedette_agent.series import Series
from vedette_agent.wire import GAUGE, RATE

# math.sumprod is of Python 3.12, and three times as fast.
_sumprod: Callable[[Sequence[float], Sequence[float]], float] | None = getattr(math, "sumprod", None)


def _sum_of_squares(values: Sequence[float]) -> float:
    return _sumprod(values, values) if _sumprod else sum(map(operator.mul, values, values))


class Distribution(Meter):
    """Reports `count`, `totalOfSquares` and a total per second, and the `max` of the step; zeros when it was idle.

    Amounts of zero and below count but add nothing, as in Spectator's registry; what is not a finite number is ignored.
    """

    __slots__ = (
        "_count",
        "_count_series",
        "_max",
        "_max_series",
        "_squares",
        "_squares_series",
        "_total",
        "_total_series",
    )

    TOTAL: ClassVar[str]
    """The statistic under which the total goes."""

    def __init__(self, meter_id: MeterId, now_ms: int = 0) -> None:
        super().__init__(meter_id, now_ms)
        self._count_series = Series(RATE, meter_id, "count")
        self._total_series = Series(RATE, meter_id, self.TOTAL)
        self._squares_series = Series(RATE, meter_id, "totalOfSquares")
        self._max_series = Series(GAUGE, meter_id, "max")
        self._clear()

    def measure(self, step_s: float) -> Measured:
        measured = (
            (self._count_series, self._count / step_s),
            (self._total_series, self._total / step_s),
            (self._squares_series, self._squares / step_s),
            (self._max_series, self._max),
        )
        self._clear()
        return measured

    def series(self) -> Iterable[Series]:
        return (self._count_series, self._total_series, self._squares_series, self._max_series)

    def _clear(self) -> None:
        self._count = 0
        self._total = self._squares = self._max = 0.0

    def _reduce(self, values: list[float]) -> bool:
        try:
            plain = min(values) >= 0 and sum(values) < math.inf  # a NaN makes the sum NaN, which is not below anything
        except (TypeError, ValueError, OverflowError):
            plain = False
        if not plain:
            values = self._counting(numbers(values))
        if values:
            self._add(values)
        return bool(values)

    def _counting(self, values: list[float]) -> list[float]:
        """What counts of amounts that are not all of zero and above."""
        return [max(value, 0.0) for value in values]

    def _add(self, values: list[float]) -> None:
        """Add amounts of zero and above."""
        self._count += len(values)
        self._total += float(sum(values))
        self._squares += float(_sum_of_squares(values))
        self._max = float(max(self._max, *values))
