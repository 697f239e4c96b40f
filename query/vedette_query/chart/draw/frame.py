"""Where times and values lie on the canvas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vedette_query.chart.chart import Axis, Chart
from vedette_query.chart.draw.surface import Box
from vedette_query.chart.scales import transform

Numbers = npt.NDArray[np.float64]

_BEYOND = 64.0
"""Pixels outside the canvas at which far values are held: strokes to them leave the canvas at the right place or nearly
so, and the painter of paths keeps to numbers it can handle."""


@dataclass(frozen=True)
class TimeFrame:
    """The time axis in pixels. A value at time t holds for (t - step, t], so the first one begins at the left rim."""

    canvas: Box
    start_ms: int  # of the first value's interval
    end_ms: int  # of the last value's interval

    @classmethod
    def of(cls, chart: Chart, canvas: Box) -> TimeFrame:
        """The time axis of a chart."""
        start_ms = chart.start_ms - chart.step_ms
        return cls(canvas, start_ms, max(chart.end_ms - chart.step_ms, start_ms + 1))

    def x(self, times_ms: Numbers) -> Numbers:
        """The columns of times."""
        columns: Numbers = self.canvas.left + (times_ms - self.start_ms) * (
            self.canvas.width / (self.end_ms - self.start_ms)
        )
        return columns

    def edges(self, chart: Chart, count: int) -> Numbers:
        """The columns between which `count` values hold, one more than there are values."""
        return self.x(self.start_ms + chart.step_ms * np.arange(count + 1, dtype=np.float64))


@dataclass(frozen=True)
class ValueFrame:
    """A Y axis in pixels."""

    canvas: Box
    axis: Axis

    def y(self, values: Numbers) -> Numbers:
        """The rows of values, NaN where there is none. Infinite ones lie on the rim, far ones somewhat outside."""
        axis, canvas = self.axis, self.canvas
        scaled = transform(axis.scale, np.concatenate(([axis.lower, axis.upper], values)))
        lower, upper, positions = scaled[0], scaled[1], scaled[2:]
        rows: Numbers
        with np.errstate(all="ignore"):  # halves, so that the span of the widest bounds is a number too
            share = (positions / 2 - lower / 2) / (upper / 2 - lower / 2)
            rows = canvas.bottom - share * canvas.height
        rows = np.clip(rows, canvas.top - _BEYOND, canvas.bottom + _BEYOND)
        rows[np.isposinf(values)] = canvas.top
        rows[np.isneginf(values)] = canvas.bottom
        rows[np.isnan(rows) & ~np.isnan(values)] = canvas.bottom  # bounds that enclose nothing
        return rows

    @property
    def zero(self) -> float:
        """The row of zero, or the rim that is nearer to it: where areas begin."""
        return float(np.clip(self.y(np.zeros(1)), self.canvas.top, self.canvas.bottom)[0])
