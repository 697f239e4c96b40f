"""MaxGauge: the most there was of something during a step."""

from __future__ import annotations

import math
from collections.abc import Iterable

from vedette_agent.identity import MeterId
from vedette_agent.meters.meter import Measured, Meter, numbers
from vedette_agent.series import Series
from vedette_agent.wire import GAUGE


class MaxGauge(Meter):
    """Reports `statistic=max`: the greatest value set during the step, nothing when none was; negatives work.

    What is not a finite number is ignored.
    """

    __slots__ = ("_max", "_series")

    def __init__(self, meter_id: MeterId, now_ms: int = 0) -> None:
        super().__init__(meter_id, now_ms)
        self._series = Series.keeping(GAUGE, meter_id, "max")
        self._max = math.nan

    def set(self, value: float) -> None:
        """There was so much."""
        self._log.append(value)

    def measure(self, step_s: float) -> Measured:
        most, self._max = self._max, math.nan
        return ((self._series, most),)

    def series(self) -> Iterable[Series]:
        return (self._series,)

    def _reduce(self, values: list[float]) -> bool:
        finite = numbers(values)
        if finite:
            most = max(finite)
            self._max = most if math.isnan(self._max) else max(self._max, most)
        return bool(finite)
