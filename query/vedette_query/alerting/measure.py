"""What an alert expression measures, and how much of the past it needs."""

from __future__ import annotations

from typing import Final

from vedette_query.model.arithmetic import Binary
from vedette_query.model.expr import Around, SeriesExpr
from vedette_query.model.filters import Consolidate
from vedette_query.model.folding import Fold
from vedette_query.model.rewrites import NamedRewrite
from vedette_query.model.stateful import Argument, Stateful

COMPARISONS: Final = frozenset({"gt", "ge", "lt", "le"})
LOGIC: Final = frozenset({"and", "or"})

FORGETFUL: Final = frozenset({"delay", "derivative", "trend", "rolling-count", "rolling-min", "rolling-max",
                              "rolling-mean", "rolling-sum"})  # fmt: skip
"""Operations that look at the last n points and at nothing before them."""

FORECAST_POINTS: Final = 360
"""The least that is read for the others: an hour at a step of 10 s."""

MOST_POINTS: Final = 1_440


def measured(expr: SeriesExpr) -> SeriesExpr | None:
    """The side of the first comparison that comes from data: the left one, unless it is a constant.

    None when nothing is compared. A comparison makes 0 of missing data, so only what is measured can tell a condition
    that is false from one of which nothing is known.
    """
    match expr:
        case Binary(operation, left, right) if operation in COMPARISONS:
            side = left if left.data else right
            return measured(side) or (side if side.data else None)
        case Binary(operation, left, right) if operation in LOGIC:
            return measured(left) or measured(right)
        case Around():
            return measured(expr.input)
        case _:
            return None


def points_needed(expr: SeriesExpr, step_ms: int) -> int:
    """How many steps to evaluate so that the last one is what a longer window would give.

    Exact for rolling windows. A forecast is given four times its training, which is enough for `:sdes` to forget where
    the window began; `:des` and `:integral` never quite do, which is why rules should not use them.
    """
    return min(MOST_POINTS, 1 + _memory(expr, step_ms))


def _memory(expr: SeriesExpr, step_ms: int) -> int:
    """Points before the last that have a say in it."""
    match expr:
        case Stateful(operation, inner, arguments) if operation in FORGETFUL:
            return max((_points(one, step_ms) for one in arguments), default=1) + _memory(inner, step_ms)
        case Stateful(_, inner, arguments):
            training = 4 * max((_points(one, step_ms) for one in arguments), default=0)
            return max(training, FORECAST_POINTS) + _memory(inner, step_ms)
        case Consolidate(inner, _, step):
            return 2 * _points(step, step_ms) + _memory(inner, step_ms)
        case Binary(_, left, right):
            return max(_memory(left, step_ms), _memory(right, step_ms))
        case NamedRewrite():
            return _memory(expr.evaluated, step_ms)
        case Around() | Fold():
            return _memory(expr.input, step_ms)
        case _:
            return 0


def _points(argument: Argument, step_ms: int) -> int:
    return round(argument) if isinstance(argument, int | float) else -(-argument.ms // step_ms)
