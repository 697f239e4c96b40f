"""AgeGauge: how long ago something last went well."""

from __future__ import annotations

import math
from collections.abc import Iterable

from vedette_agent.identity import MeterId
from vedette_agent.meters.meter import Measured, Meter, numbers
from vedette_agent.series import Series
from vedette_agent.wire import GAUGE


class AgeGauge(Meter):
    """Reports `statistic=gauge`: the seconds since the time that was set last, every step, for ever.

    Nothing is reported before a time was set. A time ahead of the clock is an age of zero.
    """

    __slots__ = ("_now_ms", "_series", "_since_s")

    def __init__(self, meter_id: MeterId, now_ms: int = 0) -> None:
        super().__init__(meter_id, now_ms)
        self._series = Series.keeping(GAUGE, meter_id, "gauge")
        self._now_ms = now_ms
        self._since_s = math.nan

    def now(self) -> None:
        """It went well just now."""
        self._log.append(0)

    def set(self, epoch_s: float = 0) -> None:
        """It went well at this time, in seconds since the epoch; 0 means now, as on spectatord's wire."""
        self._log.append(epoch_s)

    def drain(self, now_ms: int) -> bool:
        self._now_ms = now_ms
        return super().drain(now_ms)

    def expired(self, now_ms: int) -> bool:
        """Never: that nothing went well for long is what the meter is for."""
        return False

    def measure(self, step_s: float) -> Measured:
        age_s = self._now_ms / 1000 - self._since_s
        return ((self._series, 0.0 if age_s < 0 else age_s),)

    def series(self) -> Iterable[Series]:
        return (self._series,)

    def _reduce(self, values: list[float]) -> bool:
        finite = numbers(values)
        if finite:
            self._since_s = finite[-1] or self._now_ms / 1000
        return bool(finite)
