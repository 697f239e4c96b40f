"""Double exponential smoothing (Holt's linear trend), over all lines at once.

Holt, "Forecasting seasonals and trends by exponentially weighted moving averages" (1957), in the form that Atlas
uses: the level is given out before the point itself is taken in, and without the slope.
"""

from __future__ import annotations

import numpy as np

from vedette_query.evaluation.lines import Values


class _Smoother:
    """The state of one smoothing for each line: level, slope, and how many values it has seen."""

    def __init__(self, lines: int, training: int, alpha: float, beta: float) -> None:
        self._training, self._alpha, self._beta = training, alpha, beta
        self._level = np.full(lines, np.nan)
        self._slope = np.zeros(lines)
        self._seen = np.zeros(lines, dtype=np.int64)

    def reset(self) -> None:
        self._level[:] = np.nan
        self._slope[:] = 0.0
        self._seen[:] = 0

    def next(self, values: Values) -> Values:
        """The prediction for one point of each line, NaN while in training; then learn from the values."""
        predicted = np.where(self._seen >= self._training, self._level, np.nan)
        there = ~np.isnan(values)
        first = there & (self._seen == 0)
        level = self._alpha * values + (1 - self._alpha) * (self._level + self._slope)
        slope = self._beta * (level - self._level) + (1 - self._beta) * self._slope
        later = there & ~first
        self._slope = np.where(later, slope, self._slope)
        self._level = np.where(first, values, np.where(later, level, self._level))
        self._seen += there
        return predicted


def smooth(values: Values, training: int, alpha: float, beta: float) -> Values:
    """The prediction for each point from the points before it."""
    smoother = _Smoother(len(values), training, alpha, beta)
    result = np.full(values.shape, np.nan)
    with np.errstate(all="ignore"):
        for point in range(values.shape[1]):
            result[:, point] = smoother.next(values[:, point])
    return result


def smooth_sliding(values: Values, training: int, alpha: float, beta: float, ignore: int) -> Values:
    """As `smooth`, by two smoothings that take turns, so that a point depends on the last 2 x `training` points only.

    The first `ignore` values are not learnt from, but count for the turns.
    """
    active, other = (_Smoother(len(values), training, alpha, beta) for _ in range(2))
    result = np.full(values.shape, np.nan)
    with np.errstate(all="ignore"):
        for point in range(values.shape[1]):
            if point > 0 and point % training == 0:
                active.reset()
                active, other = other, active
            given = values[:, point] if point >= ignore else np.full(len(values), np.nan)
            result[:, point] = active.next(given)
            other.next(given)
    return result
