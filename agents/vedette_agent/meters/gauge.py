"""Gauge: how much there is of something now."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

from vedette_agent.identity import MeterId
from vedette_agent.meters.meter import IDLE_MS, Measured, Meter
from vedette_agent.series import Series
from vedette_agent.wire import GAUGE

LEAST_TTL_MS: Final = 5_000


class Gauge(Meter):
    """Reports `statistic=gauge`: the last value set, each step again until nothing was set for its time to live.

    NaN and infinities are not reported; setting one takes the earlier value back.
    """

    __slots__ = ("_own_ttl_ms", "_series", "_value")

    def __init__(self, meter_id: MeterId, now_ms: int = 0, *, ttl_ms: int = IDLE_MS) -> None:
        super().__init__(meter_id, now_ms)
        self.keep_for(ttl_ms)
        self._series = Series.keeping(GAUGE, meter_id, "gauge")
        self._value = math.nan

    @property
    def _ttl_ms(self) -> int:
        return self._own_ttl_ms

    def set(self, value: float) -> None:
        """There is so much now."""
        self._log.append(value)

    def keep_for(self, ttl_ms: int) -> None:
        """Report each value for so long from now on."""
        self._own_ttl_ms = max(ttl_ms, LEAST_TTL_MS)

    def measure(self, step_s: float) -> Measured:
        return ((self._series, self._value),)

    def series(self) -> Iterable[Series]:
        return (self._series,)

    def reset(self) -> None:
        super().reset()
        self._value = math.nan

    def _reduce(self, values: list[float]) -> bool:
        try:
            value = float(values[-1])
        except (TypeError, ValueError, OverflowError):
            return False
        self._value = value if math.isfinite(value) else math.nan
        return True
