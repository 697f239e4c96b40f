"""The values of operations that go along a line. All lines go at once, point by point or by whole windows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from vedette_query.errors import require
from vedette_query.evaluation.algebra import truthy
from vedette_query.evaluation.evaluate import Evaluation, compute, evaluate
from vedette_query.evaluation.lines import Lines, Values
from vedette_query.evaluation.smoothing import smooth, smooth_sliding
from vedette_query.model.stateful import Stateful
from vedette_query.timing.durations import Duration
from vedette_query.timing.window import Window

MAX_WINDOW: Final = 86_400
"""Points of a rolling window."""


@compute.register
def _(expr: Stateful, evaluation: Evaluation) -> Lines:
    lines = evaluate(expr.input, evaluation)
    values = _OPERATIONS[expr.operation](lines.values, evaluation.window, *expr.arguments)
    return lines.with_values(values, lines.relabelled(lambda label: f"{expr.operation}({label})"))


def rolling(values: Values, n: int, operation: np.ufunc, nothing: float) -> Values:
    """Combine the last n points at each point; points before the first count as `nothing`, and so does NaN.

    Two running results, forward and backward within blocks of n, meet in every window (van Herk, 1992): exact, and
    the cost does not depend on n.
    """
    points = values.shape[1]
    n = min(n, max(points, 1))
    filled = np.where(np.isnan(values), nothing, values)
    blocks = -(-(points + n - 1) // n)
    padded = np.full((len(values), blocks * n), nothing)
    padded[:, n - 1 : n - 1 + points] = filled
    split = padded.reshape(len(values), blocks, n)
    forward = operation.accumulate(split, axis=2).reshape(padded.shape)
    backward = operation.accumulate(split[:, :, ::-1], axis=2)[:, :, ::-1].reshape(padded.shape)
    ends = np.arange(points) + n - 1
    first, last = backward[:, ends - n + 1], forward[:, ends]
    # A window that is exactly one block is in both results.
    whole = (ends + 1) % n == 0
    combined: Values = np.where(whole, last, operation(first, last))
    return combined


def _checked(n: int) -> None:
    require(1 <= n <= MAX_WINDOW, f"window size must be between 1 and {MAX_WINDOW} (got {n})")


def _present(values: Values, n: int) -> NDArray[np.float64]:
    """How many of the last n points have a value."""
    return rolling((~np.isnan(values)).astype(np.float64), n, np.add, 0.0)


def _delay(values: Values, _: Window, n: int) -> Values:
    _checked(n)
    result = np.full(values.shape, np.nan)
    result[:, n:] = values[:, : max(0, values.shape[1] - n)]
    return result


def _rolling_count(values: Values, _: Window, n: int) -> Values:
    _checked(n)
    return rolling(truthy(values).astype(np.float64), n, np.add, 0.0)


def _rolling(operation: np.ufunc, nothing: float) -> Callable[[Values, Window, int], Values]:
    def roll(values: Values, _: Window, n: int) -> Values:
        _checked(n)
        return np.where(_present(values, n) > 0, rolling(values, n, operation, nothing), np.nan)

    return roll


def _rolling_mean(values: Values, _: Window, n: int, least: int) -> Values:
    _checked(n)
    require(least >= 1, "minimum number of values must be >= 1")
    require(least <= n, "minimum number of values must be <= window size")
    present = _present(values, n)
    with np.errstate(all="ignore"):
        return np.where(present >= least, rolling(values, n, np.add, 0.0) / present, np.nan)


def _trend(values: Values, window: Window, length: Duration) -> Values:
    n = length.ms // window.step_ms
    if n <= 1:
        return values
    _checked(n)
    result = np.where(_present(values, n) > 0, rolling(values, n, np.add, 0.0) / n, np.nan)
    result[:, : n - 1] = np.nan
    return result


def _running(operation: np.ufunc, nothing: float) -> Callable[[Values, Window], Values]:
    """A result that runs on through gaps, once there was a value."""

    def run(values: Values, _: Window) -> Values:
        there = ~np.isnan(values)
        result = operation.accumulate(np.where(there, values, nothing), axis=1)
        return np.where(np.logical_or.accumulate(there, axis=1), result, np.nan)

    return run


def _derivative(values: Values, _: Window) -> Values:
    result = np.full(values.shape, np.nan)
    with np.errstate(invalid="ignore"):  # infinity less infinity
        result[:, 1:] = values[:, 1:] - values[:, :-1]
    return result


def _des(values: Values, _: Window, training: int, alpha: float, beta: float) -> Values:
    return smooth(values, training, alpha, beta)


def _sdes(values: Values, window: Window, training: int, alpha: float, beta: float) -> Values:
    require(training >= 1, f"training window must be >= 1 (got {training})")
    block = training * window.step_ms
    aligned = -(-window.start_ms // block) * block
    return smooth_sliding(values, training, alpha, beta, ignore=(aligned - window.start_ms) // window.step_ms)


_OPERATIONS: Final[dict[str, Callable[..., Any]]] = {
    "delay": _delay,
    "rolling-count": _rolling_count,
    "rolling-min": _rolling(np.minimum, np.inf),
    "rolling-max": _rolling(np.maximum, -np.inf),
    "rolling-sum": _rolling(np.add, 0.0),
    "rolling-mean": _rolling_mean,
    "trend": _trend,
    "integral": _running(np.add, 0.0),
    "cumulative-max": _running(np.maximum, -np.inf),
    "derivative": _derivative,
    "des": _des,
    "sdes": _sdes,
}
