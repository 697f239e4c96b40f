"""Polled: a gauge of what functions say, asked at the end of each step."""

from __future__ import annotations

import logging
import math
import weakref
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from vedette_agent.identity import MeterId
from vedette_agent.meters.meter import Measured, Meter
from vedette_agent.series import Series
from vedette_agent.wire import GAUGE

logger = logging.getLogger(__name__)

T = TypeVar("T")


class Polled(Meter):
    """Reports `statistic=gauge`: the sum of what the functions say of the objects that are still alive.

    A value that is not a finite number is left out; without any nothing is reported. A function that raises is not
    asked again. Watching the instances of a class with a function that gives 1 counts them.
    """

    __slots__ = ("_series", "_watched")

    def __init__(self, meter_id: MeterId, now_ms: int = 0) -> None:
        super().__init__(meter_id, now_ms)
        self._series = Series.keeping(GAUGE, meter_id, "gauge")
        self._watched: list[tuple[Callable[[], Any], Callable[[Any], float]]] = []

    def watch(self, subject: T, function: Callable[[T], float]) -> None:
        """Ask `function(subject)` from now on, until the subject is gone."""
        try:
            reference: Callable[[], Any] = weakref.ref(subject)
        except TypeError:  # a list, a dict, a number: these live for as long as the meter does

            def reference() -> Any:
                return subject

        self._watched.append((reference, function))

    def expired(self, now_ms: int) -> bool:
        return not self._watched and super().expired(now_ms)

    def follow(self, other: Meter) -> None:
        super().follow(other)
        if isinstance(other, Polled):
            other._watched += self._watched
            self._watched = other._watched

    def reset(self) -> None:
        """Objects live on in a forked child."""
        self._log.clear()

    def measure(self, step_s: float) -> Measured:
        values = [value for watched in list(self._watched) if math.isfinite(value := self._value(watched))]
        return ((self._series, math.fsum(values) if values else math.nan),)

    def series(self) -> Iterable[Series]:
        return (self._series,)

    def _value(self, watched: tuple[Callable[[], Any], Callable[[Any], float]]) -> float:
        reference, function = watched
        subject = reference()
        if subject is None:
            self._watched.remove(watched)
            return math.nan
        try:
            return float(function(subject))
        except Exception:  # somebody else's code: it must not cost the step
            logger.warning("%s: a polled function raised and is not asked again", self.id, exc_info=True)
            self._watched.remove(watched)
            return math.nan

    def _reduce(self, values: list[float]) -> bool:
        return bool(values)
