"""Totals: what meters amount to since somebody first wanted to know, beside what they amount to by the step.

A meter knows only its present step. Whoever is asked for totals at any moment, as a target of Prometheus is, takes the
meters' sums early; what was taken is owed to the step, and handed out when it ends.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from vedette_agent.meters.meter import Measured
from vedette_agent.series import Series
from vedette_agent.wire import RATE

_GREATEST: Final = frozenset(("max", "distinct"))
"""Statistics of which the greatest of the step counts, not the last."""


class Totals:
    """Amounts of series. Not for several threads at once: its registry sees to that."""

    def __init__(self) -> None:
        self._sums: defaultdict[Series, float] = defaultdict(float)
        self._owed: dict[Series, float] = {}
        self._levels: dict[Series, float] = {}

    def take(self, measured: Measured) -> None:
        """Add what meters measured with a step of one second, which leaves amounts as they are."""
        for series, value in measured:
            if series.kind == RATE:
                self._sums[series] += value
                self._owed[series] = self._owed.get(series, 0.0) + value
            elif math.isnan(value):
                if series.statistic not in _GREATEST:
                    self._owed.pop(series, None)
                    self._levels.pop(series, None)
            else:
                if series.statistic in _GREATEST:
                    value = max(value, self._owed.get(series, value))  # noqa: PLW2901  # of the step up to now
                self._owed[series] = self._levels[series] = value

    def step(self, step_s: float) -> list[tuple[Series, float]]:
        """What the step that ends now amounts to, and begin the next."""
        owed, self._owed = self._owed, {}
        return [(series, value / step_s if series.kind == RATE else value) for series, value in owed.items()]

    def now(self) -> list[tuple[Series, float]]:
        """Sums of the series that are rates, and the levels of the others; a maximum is that of the latest step."""
        return [*self._sums.items(), *self._levels.items()]

    def forget(self, many: Iterable[Series]) -> None:
        """These series have ended."""
        for series in many:
            self._sums.pop(series, None)
            self._levels.pop(series, None)

    def forget_step(self) -> None:
        """Begin the step anew."""
        self._owed.clear()
