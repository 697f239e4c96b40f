"""IntervalCounter: how often something happened, and how long ago it last did."""

from __future__ import annotations

from collections.abc import Iterable

from vedette_agent.identity import MeterId
from vedette_agent.meters.counter import Counter
from vedette_agent.meters.meter import Measured
from vedette_agent.series import Series
from vedette_agent.wire import GAUGE


class IntervalCounter(Counter):
    """A counter that also reports `statistic=duration`: the seconds since the last increment.

    Before the first one it is the time since the epoch, as in Spectator: an alert on it fires, which is what one wants
    of a job that never ran.
    """

    __slots__ = ("_happened_ms", "_interval_series", "_now_ms")

    def __init__(self, meter_id: MeterId, now_ms: int = 0) -> None:
        super().__init__(meter_id, now_ms)
        self._interval_series = Series(GAUGE, meter_id, "duration")
        self._now_ms = now_ms
        self._happened_ms = 0

    def drain(self, now_ms: int) -> bool:
        self._now_ms = now_ms
        happened = super().drain(now_ms)
        if happened:
            self._happened_ms = now_ms
        return happened

    def expired(self, now_ms: int) -> bool:
        """Never: how long nothing happened is what is measured."""
        return False

    def measure(self, step_s: float) -> Measured:
        since_s = max(0.0, (self._now_ms - self._happened_ms) / 1000)
        return (*super().measure(step_s), (self._interval_series, since_s))

    def series(self) -> Iterable[Series]:
        return (*super().series(), self._interval_series)
