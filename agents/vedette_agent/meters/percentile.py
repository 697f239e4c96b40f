"""PercentileTimer and PercentileDistributionSummary: distributions from which percentiles can be told.

Beside the four sums they count, for each of Spectator's 276 buckets that was touched, how many amounts fell into it:
`statistic=percentile` with the bucket as tag `percentile`. Buckets add up over instances and time, percentiles do not.
A bucket that was not touched in a step is not reported for it. Negative amounts are dropped in both halves.
"""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter as Tally
from collections.abc import Iterable

from vedette_agent import buckets
from vedette_agent.identity import MeterId
from vedette_agent.meters.distribution import Distribution
from vedette_agent.meters.meter import Measured
from vedette_agent.meters.summary import DistributionSummary
from vedette_agent.meters.timer import Timer
from vedette_agent.series import Series
from vedette_agent.wire import RATE


class _Percentiles(Distribution):
    __slots__ = ("_bucket_series", "_touched")

    def __init__(self, meter_id: MeterId, now_ms: int = 0) -> None:
        super().__init__(meter_id, now_ms)
        self._bucket_series: dict[int, Series] = {}
        self._touched: Tally[int] = Tally()

    def measure(self, step_s: float) -> Measured:
        touched, self._touched = self._touched, Tally()
        buckets_measured = [(self._series_of(index), count / step_s) for index, count in touched.items()]
        return [*super().measure(step_s), *buckets_measured]

    def series(self) -> Iterable[Series]:
        return [*super().series(), *self._bucket_series.values()]

    def _series_of(self, index: int) -> Series:
        series = self._bucket_series.get(index)
        if series is None:
            series = Series(RATE, self.id, "percentile", self._tag(index))
            self._bucket_series[index] = series
        return series

    def _counting(self, values: list[float]) -> list[float]:
        return [value for value in values if value >= 0]

    def _add(self, values: list[float]) -> None:
        super()._add(values)
        self._touched.update(self._tally(values))

    @abstractmethod
    def _tag(self, index: int) -> str: ...

    @abstractmethod
    def _tally(self, values: list[float]) -> Tally[int]: ...


class PercentileTimer(_Percentiles, Timer):
    """A timer with buckets of nanoseconds, held between 1 ns and 24 h; the sums see the true duration."""

    __slots__ = ()

    def _tag(self, index: int) -> str:
        return buckets.timer_tag(index)

    def _tally(self, values: list[float]) -> Tally[int]:
        return buckets.tally_seconds(values)


class PercentileDistributionSummary(_Percentiles, DistributionSummary):
    """A distribution summary with buckets of whole amounts (a fraction is cut)."""

    __slots__ = ()

    def _tag(self, index: int) -> str:
        return buckets.summary_tag(index)

    def _tally(self, values: list[float]) -> Tally[int]:
        return buckets.tally(values)
