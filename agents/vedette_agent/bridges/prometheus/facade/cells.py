"""Cells: our meters under a metric of the facade, with the totals that an exposition wants.

A cell keeps its log short by itself, since the facade works without an agent too. Who holds `draining` may drain.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from bisect import bisect_left
from collections import Counter as Tally
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Final, Self, TypeVar

from vedette_agent.identity import MeterId
from vedette_agent.meters.counter import Counter
from vedette_agent.meters.distribution import Distribution
from vedette_agent.meters.meter import Measured, Meter, numbers
from vedette_agent.meters.percentile import PercentileDistributionSummary, PercentileTimer
from vedette_agent.meters.summary import DistributionSummary
from vedette_agent.meters.timer import Timer
from vedette_agent.series import Series
from vedette_agent.wire import GAUGE

logger = logging.getLogger(__name__)

MOST: Final = 4_096
"""Updates that wait in one cell; who records one more takes them into the sums."""

M = TypeVar("M", bound=Meter)


class _Draining:
    """One lock for all cells: draining is quick, and a forked child can make one lock anew."""

    def __init__(self) -> None:
        self.lock = threading.Lock()

    def renew(self) -> None:
        self.lock = threading.Lock()


draining: Final = _Draining()


def settle(cell: M) -> M:
    """The cell, with all waiting updates in its sums."""
    with draining.lock:
        cell.drain(_now_ms())
    return cell


def relieve(cell: Meter) -> None:
    """Shorten the log of a cell, unless somebody is at it: who records does not wait."""
    lock = draining.lock
    if lock.acquire(blocking=False):
        try:
            cell.drain(_now_ms())
        finally:
            lock.release()


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


class CounterCell(Counter):
    """A counter that knows its total."""

    __slots__ = ("total",)

    def __init__(self, meter_id: MeterId, now_ms: int = 0) -> None:
        super().__init__(meter_id, now_ms)
        self.total = 0.0

    def _reduce(self, values: list[float]) -> bool:
        before, self._sum = self._sum, 0.0
        counted = super()._reduce(values)
        self.total += self._sum
        self._sum += before
        return counted


class GaugeCell(Meter):
    """A level that is set, as a tuple in the log, or moved, as a number; or told by a function. It does not age."""

    __slots__ = ("_series", "function", "value")

    def __init__(self, meter_id: MeterId, now_ms: int = 0) -> None:
        super().__init__(meter_id, now_ms)
        self._series = Series(GAUGE, meter_id, "gauge")
        self.function: Callable[[], float] | None = None
        """Tells the value, once it is there; setting and moving are without effect then."""
        self.value = 0.0

    def ask(self) -> None:
        """Ask the function, if there is one; while it raises there is no value."""
        if self.function is not None:
            try:
                self.value = float(self.function())
            except Exception:  # somebody else's code: it must not cost the step
                if not math.isnan(self.value):
                    logger.warning("%s: the function of a gauge raised", self.id, exc_info=True)
                self.value = math.nan

    def expired(self, now_ms: int) -> bool:
        return False

    def reset(self) -> None:
        """A forked child goes on from its parent's level."""

    def measure(self, step_s: float) -> Measured:
        return ((self._series, self.value),)

    def series(self) -> Iterable[Series]:
        return (self._series,)

    def _reduce(self, values: list[Any]) -> bool:
        if self.function is not None:
            return False
        value = self.value
        for update in values:
            if type(update) is tuple:
                value = update[0]
            else:
                value += update
        self.value = value
        return True


class Observed:
    """All amounts since a metric began, those below zero too: count, sum, and how many each interval holds."""

    __slots__ = ("bounds", "count", "sum", "tallies")

    def __init__(self, bounds: Sequence[float] = ()) -> None:
        self.bounds = bounds
        """The upper ends of the intervals, which belong to them; none for a summary."""
        self.count = 0
        self.sum = 0.0
        self.tallies: Tally[int] = Tally()

    def add(self, values: list[float]) -> None:
        try:
            total = float(sum(values))
        except (TypeError, ValueError, OverflowError):
            total = math.nan
        if not math.isfinite(total):
            values = numbers(values)
            total = sum(values)
        self.count += len(values)
        self.sum += total
        if self.bounds:
            self.tallies.update(map(partial(bisect_left, self.bounds), values))


class DistributionCell(Distribution):
    """What the cells of summaries and histograms have in common."""

    __slots__ = ()

    observed: Observed

    def _reduce(self, values: list[float]) -> bool:
        self.observed.add(values)
        return super()._reduce(values)

    def observing(self, observed: Observed) -> Self:
        """The cell itself."""
        setattr(self, "observed", observed)  # noqa: B010  # a slot of the classes below, since layouts do not mix
        return self


class SummaryCell(DistributionCell, DistributionSummary):
    """A distribution of amounts."""

    __slots__ = ("observed",)


class TimedSummaryCell(DistributionCell, Timer):
    """A distribution of seconds."""

    __slots__ = ("observed",)


class HistogramCell(DistributionCell, PercentileDistributionSummary):
    """A distribution of amounts from which percentiles can be told."""

    __slots__ = ("observed",)


class TimedHistogramCell(DistributionCell, PercentileTimer):
    """A distribution of seconds from which percentiles can be told."""

    __slots__ = ("observed",)
