"""InFlight: how many of something are under way."""

from __future__ import annotations

import math
from collections.abc import Iterable
from types import TracebackType

from vedette_agent.identity import MeterId
from vedette_agent.meters.meter import Measured, Meter, numbers
from vedette_agent.series import Series
from vedette_agent.wire import GAUGE


class InFlight(Meter):
    """Reports `statistic=gauge`, how many are under way at the end of the step, and `max`, the most there were in it.

        with in_flight:
            handle(request)

    The block may be `async` as well, and blocks of many threads may overlap.
    """

    __slots__ = ("_gauge_series", "_max", "_max_series", "_now")

    def __init__(self, meter_id: MeterId, now_ms: int = 0) -> None:
        super().__init__(meter_id, now_ms)
        self._gauge_series = Series(GAUGE, meter_id, "gauge")
        self._max_series = Series(GAUGE, meter_id, "max")
        self._now = self._max = 0.0

    def increment(self, amount: float = 1) -> None:
        """One more is under way, or `amount` more."""
        self._log.append(amount)

    def decrement(self, amount: float = 1) -> None:
        """One has ended, or `amount` have."""
        self._log.append(-amount if isinstance(amount, int | float) else math.nan)

    def __enter__(self) -> InFlight:
        self._log.append(1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._log.append(-1)

    def expired(self, now_ms: int) -> bool:
        """Not while something is under way."""
        return self._now == 0 and super().expired(now_ms)

    def reset(self) -> None:
        super().reset()
        self._now = self._max = 0.0

    def measure(self, step_s: float) -> Measured:
        measured = ((self._gauge_series, self._now), (self._max_series, self._max))
        self._max = self._now
        return measured

    def series(self) -> Iterable[Series]:
        return (self._gauge_series, self._max_series)

    def _reduce(self, values: list[float]) -> bool:
        for change in numbers(values):
            self._now = max(0.0, self._now + change)  # a block entered before a fork is left in the child too
            self._max = max(self._max, self._now)
        return True
