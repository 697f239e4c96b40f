"""The values of lines that are shown at a longer step than the graph's."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vedette_query.evaluation.algebra import fold_lines
from vedette_query.evaluation.evaluate import Evaluation, compute, evaluate
from vedette_query.evaluation.ledger import Ledger
from vedette_query.evaluation.lines import Lines, Values
from vedette_query.model.arithmetic import Binary, Clamp, Unary
from vedette_query.model.data import DataExpr
from vedette_query.model.expr import Around, SeriesExpr
from vedette_query.model.filters import Consolidate, Stat
from vedette_query.model.folding import Fold, FoldBy
from vedette_query.model.rewrites import NamedRewrite
from vedette_query.model.values import Constant, Random, Time, TimeSpan
from vedette_query.timing.window import Window

MAX_STEPS: Final = 10_080
"""Steps in a longer one that are computed beyond the window: a week of minutes."""


@compute.register
def _(expr: Consolidate, evaluation: Evaluation) -> Lines:
    times = expr.steps(evaluation.window.step_ms)
    if times == 1:
        return evaluate(expr.input, evaluation)
    extended = times <= MAX_STEPS and _of_time(expr.input)
    window = _whole_steps(evaluation.window, times) if extended else evaluation.window
    lines = evaluate(expr.input, _over(window, evaluation))
    divisor = times if _is_rate(expr.input) else None
    values = consolidated(lines.values, _block(window, times), expr.by, divisor)
    shown = (evaluation.window.start_ms - window.start_ms) // window.step_ms
    values = values[:, shown : shown + evaluation.window.points]
    return lines.with_values(values, tuple(lines.label(line) for line in range(len(lines))))


def consolidated(values: Values, block: NDArray[np.int64], by: str, divisor: int | None) -> Values:
    """Each point replaced by the value of its block.

    `avg` divides by `divisor`, the full length of a block, gaps included: so much was there per second. Of a gauge
    (None) it divides by the number of values: what was not seen is not zero.
    """
    result = np.full(values.shape, np.nan)
    for index in np.unique(block):
        columns = block == index
        folded = fold_lines("sum" if by == "avg" and divisor else by, values[:, columns].T)
        result[:, columns] = (folded / divisor if by == "avg" and divisor else folded)[:, None]
    return result


def _block(window: Window, times: int) -> NDArray[np.int64]:
    """The number of the long step that each point lies in; a step is named by its end."""
    block: NDArray[np.int64] = -(-window.times_ms // (times * window.step_ms))
    return block


def _whole_steps(window: Window, times: int) -> Window:
    """The window with the rest of the long steps that it cuts."""
    long = times * window.step_ms
    first = (-(-window.start_ms // long) - 1) * long + window.step_ms
    last = -(-(window.end_ms - window.step_ms) // long) * long
    return Window(first, window.step_ms, (last - first) // window.step_ms + 1)


def _over(window: Window, evaluation: Evaluation) -> Evaluation:
    """The same evaluation over another window, with books of its own."""
    if window == evaluation.window:
        return evaluation
    return replace(evaluation, window=window, asked=evaluation.whole, ledger=Ledger())


def _of_time(expr: SeriesExpr) -> bool:
    """Whether the value at a time depends on the time alone, so that it is known outside of the window as well."""
    match expr:
        case Constant() | Random() | Time() | TimeSpan():
            return True
        case Unary() | Clamp() | Consolidate():
            return _of_time(expr.input)
        case Binary(_, left, right):
            return _of_time(left) and _of_time(right)
        case NamedRewrite():
            return _of_time(expr.evaluated)
        case _:
            return False


def _is_rate(expr: SeriesExpr) -> bool:
    """Whether the lines are rates: as data is, and what is made of it; of two sides the left one counts."""
    match expr:
        case DataExpr():
            return True
        case Binary(_, left, _):
            return _is_rate(left)
        case FoldBy(fold, _):
            return _is_rate(fold.input)
        case NamedRewrite():
            return _is_rate(expr.evaluated)
        case Stat():
            return False
        case Around() | Fold():
            return _is_rate(expr.input)
        case _:
            return False
