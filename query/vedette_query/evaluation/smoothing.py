"""Double exponential smoothing (Holt's linear trend), over all lines at once.

Holt, "Forecasting seasonals and trends by exponentially weighted moving averages" (1957), in the form that Atlas
uses: the level is given out before the point itself is taken in, and without the slope.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from vedette_query.evaluation.lines import Values

WIDTH: Final = 3
"""Numbers that one smoothing of a line hands on: level, slope, values seen. All NaN: it has seen none."""


@dataclass(frozen=True)
class Holt:
    """The parameters: values to see before the first prediction, and the weight of a new value in level and slope."""

    training: int
    alpha: float
    beta: float


class _Smoother:
    """One smoothing for each line: level, slope, and how many values it has seen."""

    def __init__(self, state: Values, holt: Holt) -> None:
        """Goes on from a `state` of [lines, WIDTH]."""
        self._training, self._alpha, self._beta = holt.training, holt.alpha, holt.beta
        new = np.isnan(state[:, 2])
        self._level = state[:, 0].copy()
        self._slope = np.where(new, 0.0, state[:, 1])
        self._seen = np.where(new, 0.0, state[:, 2])

    @property
    def state(self) -> Values:
        """What another smoother goes on from."""
        state = np.stack((self._level, self._slope, self._seen), axis=1)
        return np.where(self._seen[:, None] > 0, state, np.nan)

    def reset(self) -> None:
        self._level[:] = np.nan
        self._slope[:] = 0.0
        self._seen[:] = 0.0

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


def smooth(values: Values, state: Values, holt: Holt) -> tuple[Values, Values]:
    """The prediction for each point from the points before it, and the state after the last; from [lines, WIDTH]."""
    smoother = _Smoother(state, holt)
    result = np.full(values.shape, np.nan)
    with np.errstate(all="ignore"):
        for point in range(values.shape[1]):
            result[:, point] = smoother.next(values[:, point])
    return result, smoother.state


def smooth_sliding(values: Values, state: Values, holt: Holt, *, position: int, ignore: int) -> tuple[Values, Values]:
    """As `smooth`, by two smoothings that take turns, so that a point depends on the last 2 x `training` points only.

    `position` is the number of points that came before, by which the turns go; the first `ignore` points of all are not
    learnt from, but count for the turns. The state is that of the active one, then of the other: [lines, 2 x WIDTH].
    """
    active, other = _Smoother(state[:, :WIDTH], holt), _Smoother(state[:, WIDTH:], holt)
    result = np.full(values.shape, np.nan)
    with np.errstate(all="ignore"):
        for point in range(position, position + values.shape[1]):
            if point > 0 and point % holt.training == 0:
                active.reset()
                active, other = other, active
            column = point - position
            given = values[:, column] if point >= ignore else np.full(len(values), np.nan)
            result[:, column] = active.next(given)
            other.next(given)
    return result, np.hstack((active.state, other.state))
