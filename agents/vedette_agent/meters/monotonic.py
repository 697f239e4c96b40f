"""MonotonicCounter and MonotonicCounterUint: rates of totals that somebody else counts."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from vedette_agent.identity import MeterId
from vedette_agent.meters.meter import Measured, Meter, numbers
from vedette_agent.series import Series
from vedette_agent.wire import RATE

_UINT: Final = 1 << 64
_RESTART: Final = 9.223372e18
"""A 64-bit total that would have grown by more than this was begun anew (spectatord's limit)."""


class MonotonicCounter(Meter):
    """Reports `statistic=count`: how much the total grew during the step, per second.

    The first total is where counting begins; a smaller one than the last is a new beginning, and adds nothing.
    """

    __slots__ = ("_last", "_series", "_sum")

    def __init__(self, meter_id: MeterId, now_ms: int = 0) -> None:
        super().__init__(meter_id, now_ms)
        self._series = Series.keeping(RATE, meter_id, "count")
        self._last: float | None = None
        self._sum = 0.0

    def set(self, total: float) -> None:
        """Up to now it was so much in all."""
        self._log.append(total)

    def measure(self, step_s: float) -> Measured:
        rate, self._sum = self._sum / step_s, 0.0
        return ((self._series, rate),)

    def series(self) -> Iterable[Series]:
        return (self._series,)

    def _reduce(self, values: list[float]) -> bool:
        totals = self._totals(values)
        if self._last is not None:
            totals = [self._last, *totals]
        grown = sum(self._growth(before, after) for before, after in pairwise(totals))
        if totals:
            self._last = totals[-1]
        self._sum += grown
        return grown > 0

    def _totals(self, values: list[float]) -> list[float]:
        return numbers(values)

    def _growth(self, before: float, after: float) -> float:
        return max(0.0, after - before)


class MonotonicCounterUint(MonotonicCounter):
    """The same for totals that wrap at 2^64, such as a kernel's: what was counted past the end is not lost."""

    __slots__ = ()

    def _totals(self, values: list[float]) -> list[float]:
        """Whole numbers keep all their digits, which as floats they would not."""
        return [int(value) % _UINT for value in values if isinstance(value, int) or numbers([value])]

    def _growth(self, before: float, after: float) -> float:
        grown = float((int(after) - int(before)) % _UINT)
        return 0.0 if grown > _RESTART else grown
