"""Counter: how often something happened."""

from __future__ import annotations

import math
from collections.abc import Iterable

from vedette_agent.identity import MeterId
from vedette_agent.meters.meter import Measured, Meter, numbers
from vedette_agent.series import Series
from vedette_agent.wire import RATE


class Counter(Meter):
    """Reports `statistic=count`: the sum of the step's increments per second, 0 when there were none.

    Amounts that are not above zero, or not finite, are ignored.
    """

    __slots__ = ("_series", "_sum")

    def __init__(self, meter_id: MeterId, now_ms: int = 0) -> None:
        super().__init__(meter_id, now_ms)
        self._series = Series.keeping(RATE, meter_id, "count")
        self._sum = 0.0

    def increment(self, amount: float = 1) -> None:
        """It happened once, or `amount` times."""
        self._log.append(amount)

    def add(self, amount: float) -> None:
        """It happened `amount` times, which may be a fraction."""
        self._log.append(amount)

    def measure(self, step_s: float) -> Measured:
        rate = self._sum / step_s
        self._sum = 0.0
        return ((self._series, rate),)

    def series(self) -> Iterable[Series]:
        return (self._series,)

    def _reduce(self, values: list[float]) -> bool:
        try:
            total = float(sum(values))
            plain = min(values) > 0 and total < math.inf  # a NaN makes the total NaN, which is not below anything
        except (TypeError, ValueError, OverflowError):
            plain = False
        if not plain:
            values = [value for value in numbers(values) if value > 0]
            total = sum(values)
        self._sum += total
        return bool(values)
