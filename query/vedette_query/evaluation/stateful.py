"""The values of operations that go along a line. All lines go at once, point by point or by whole windows.

Each operation takes the values of a chunk, the state of each line after the chunk before, and the place of the chunk in
the whole window; it gives the new values and the new state. A state is [lines, numbers], NaN or empty where there was
nothing; a window that is evaluated at once is a single chunk. Every operation comes to the same last digit in chunks as
at once. A line that comes up in a later chunk counts as one that had no value so far.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from vedette_query.errors import require
from vedette_query.evaluation.algebra import truthy
from vedette_query.evaluation.evaluate import Evaluation, compute, evaluate
from vedette_query.evaluation.lines import Lines, Values
from vedette_query.evaluation.memory import continued, hand_on
from vedette_query.evaluation.rolling import rolling, widened, with_tail
from vedette_query.evaluation.smoothing import WIDTH, Holt, smooth, smooth_sliding
from vedette_query.model.stateful import Stateful
from vedette_query.timing.durations import Duration
from vedette_query.timing.window import Window

MAX_WINDOW: Final = 86_400
"""Points of a rolling window."""

Result = tuple[Values, Values]
"""The values at the points of a chunk, and the state to hand on."""


@dataclass(frozen=True)
class Place:
    """Where a chunk lies: in which window, behind how many of its points."""

    whole: Window
    position: int


@compute.register
def _(expr: Stateful, evaluation: Evaluation) -> Lines:
    given = evaluate(expr.input, evaluation)
    known = continued(expr, expr.input, given, evaluation.memory)
    place = Place(evaluation.whole, evaluation.position)
    values, state = _OPERATIONS[expr.operation](known.lines.values, known.state, place, *expr.arguments)
    hand_on(expr, expr.input, known.lines, state, evaluation.memory)
    return known.with_values(values, lambda label: f"{expr.operation}({label})")


def _checked(n: int) -> None:
    require(1 <= n <= MAX_WINDOW, f"window size must be between 1 and {MAX_WINDOW} (got {n})")


def _present(values: Values, n: int) -> NDArray[np.float64]:
    """How many of the last n points have a value."""
    return rolling((~np.isnan(values)).astype(np.float64), n, np.add, 0.0)


def _delay(values: Values, state: Values, place: Place, n: int) -> Result:
    _checked(n)
    before = min(n, place.position)
    joined = np.hstack((widened(state, before), values))
    result = np.full(values.shape, np.nan)
    late = n - before  # points at which there is nothing n points earlier
    result[:, late:] = joined[:, : max(0, values.shape[1] - late)]
    return result, joined[:, -min(n, place.position + values.shape[1]) :]


def _windows(combine: Callable[..., Values]) -> Callable[..., Result]:
    """An operation on the last n points of a line, for `combine(values, n, ...)` over values without a past."""

    def roll(values: Values, state: Values, place: Place, n: int, *arguments: int) -> Result:
        _checked(n)
        joined, tail = with_tail(values, state, n, place.position)
        return combine(joined, n, *arguments)[:, joined.shape[1] - values.shape[1] :], tail

    return roll


def _count(values: Values, n: int) -> Values:
    return rolling(truthy(values).astype(np.float64), n, np.add, 0.0)


def _combined(operation: np.ufunc, nothing: float) -> Callable[[Values, int], Values]:
    def combine(values: Values, n: int) -> Values:
        return np.where(_present(values, n) > 0, rolling(values, n, operation, nothing), np.nan)

    return combine


def _mean(values: Values, n: int, least: int) -> Values:
    require(least >= 1, "minimum number of values must be >= 1")
    require(least <= n, "minimum number of values must be <= window size")
    present = _present(values, n)
    with np.errstate(all="ignore"):
        return np.where(present >= least, rolling(values, n, np.add, 0.0) / present, np.nan)


def _trend(values: Values, state: Values, place: Place, length: Duration) -> Result:
    n = length.ms // place.whole.step_ms
    if n <= 1:
        return values, state
    sums, tail = _windows(_combined(np.add, 0.0))(values, state, place, n)
    result = sums / n
    result[:, : max(0, n - 1 - place.position)] = np.nan
    return result, tail


def _running(operation: np.ufunc, nothing: float) -> Callable[[Values, Values, Place], Result]:
    """A result that runs on through gaps, once there was a value; a chunk goes on from the last result before it."""

    def run(values: Values, state: Values, place: Place) -> Result:
        before = min(1, place.position)
        joined = np.hstack((widened(state, before), values))
        there = ~np.isnan(joined)
        filled = np.where(there, joined, nothing)
        with np.errstate(invalid="ignore"):  # infinity less infinity
            result = operation.accumulate(filled, axis=1)
        broken = np.flatnonzero(np.isnan(result).any(axis=1))
        result = np.where(np.logical_or.accumulate(there, axis=1), result, np.nan)
        for line in broken:
            result[line] = _restarted(operation, filled[line], there[line])
        return result[:, before:], result[:, -1:]

    return run


def _restarted(operation: np.ufunc, filled: Values, there: NDArray[np.bool_]) -> Values:
    """A running result that became NaN (infinity met its opposite) starts anew with the next value, as in Atlas."""
    result, start = np.full(filled.shape, np.nan), 0
    while there[start:].any():
        start += int(there[start:].argmax())
        with np.errstate(invalid="ignore"):
            result[start:] = operation.accumulate(filled[start:])
        broken = np.isnan(result[start:])
        if not broken.any():
            break
        start += int(broken.argmax()) + 1
        result[start:] = np.nan
    return result


def _derivative(values: Values, state: Values, place: Place) -> Result:
    joined = np.hstack((widened(state, 1), values))
    with np.errstate(invalid="ignore"):  # infinity less infinity
        return joined[:, 1:] - joined[:, :-1], joined[:, -1:]


def _des(values: Values, state: Values, _: Place, training: int, *rates: float) -> Result:
    return smooth(values, widened(state, WIDTH), Holt(training, *rates))


def _sdes(values: Values, state: Values, place: Place, training: int, *rates: float) -> Result:
    require(training >= 1, f"training window must be >= 1 (got {training})")
    start, step = place.whole.start_ms, place.whole.step_ms
    aligned = -(-start // (training * step)) * training * step
    ignore = (aligned - start) // step
    state = widened(state, 2 * WIDTH)
    return smooth_sliding(values, state, Holt(training, *rates), position=place.position, ignore=ignore)


_OPERATIONS: Final[dict[str, Callable[..., Any]]] = {
    "delay": _delay,
    "rolling-count": _windows(_count),
    "rolling-min": _windows(_combined(np.minimum, np.inf)),
    "rolling-max": _windows(_combined(np.maximum, -np.inf)),
    "rolling-sum": _windows(_combined(np.add, 0.0)),
    "rolling-mean": _windows(_mean),
    "trend": _trend,
    "integral": _running(np.add, 0.0),
    "cumulative-max": _running(np.maximum, -np.inf),
    "derivative": _derivative,
    "des": _des,
    "sdes": _sdes,
}
