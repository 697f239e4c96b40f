"""Functions whose name is gone after the expression was read: found again by what they are made of."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from vedette_query.model.arithmetic import Binary, Unary
from vedette_query.model.expr import SeriesExpr
from vedette_query.model.form import Step
from vedette_query.model.form_words import shortest
from vedette_query.model.stateful import Stateful
from vedette_query.model.values import Constant

_QUARTER: Final = math.pi / 2
_DIGITS: Final = 17


def macro(expr: SeriesExpr) -> tuple[SeriesExpr, Step] | None:
    """What a macro was applied to, and the step it is; None for anything else."""
    return _trigonometric(expr) or _signal(expr)


def _trigonometric(expr: SeriesExpr) -> tuple[SeriesExpr, Step] | None:
    """The words that are made of the sine."""
    match expr:
        case Unary("sin", Binary("sub", Constant(angle), input)) if angle == _QUARTER:
            return input, Step("cos")
        case Binary("div", Unary("sin", input), other) if _cosine(other) == input:
            return input, Step("tan")
        case Binary("div", other, Unary("sin", input)) if _cosine(other) == input:
            return input, Step("cot")
        case Binary("div", Constant(1.0), Unary("sin", input) as sine):
            cosine = _cosine(sine)
            return (input, Step("csc")) if cosine is None else (cosine, Step("sec"))
        case _:
            return None


def _cosine(expr: SeriesExpr) -> SeriesExpr | None:
    found = _trigonometric(expr) if isinstance(expr, Unary) else None
    return found[0] if found else None


def _signal(expr: SeriesExpr) -> tuple[SeriesExpr, Step] | None:
    """`:des-epic-signal`: below, or above, both of the bounds around a forecast."""
    match expr:
        case Binary(
            "or",
            Binary(
                "and",
                Binary("lt", line, Binary("sub", Stateful("des", input, arguments) as forecast, Constant(noise))),
                Binary("lt", _, Binary("fmul", _, Constant(lower))),
            ),
            Binary("and", Binary("gt"), Binary("gt", _, Binary("fmul", _, Constant(upper)))),
        ) if line == input:
            made = _bounds(input, forecast, noise, lower, upper)
        case _:
            return None
    if made != expr:
        return None
    shares = (
        _decimal(upper - 1, lambda share: 2 - (1 - share) == upper),
        _decimal(1 - lower, lambda p: 1 - p == lower),
    )
    numbers = (
        *(str(a) if isinstance(a, int) else shortest(float(str(a))) for a in arguments),
        *shares,
        shortest(noise),
    )
    return input, Step("des-epic-signal", numbers)


def _bounds(line: SeriesExpr, forecast: SeriesExpr, noise: float, lower: float, upper: float) -> SeriesExpr:
    def beyond(word: str, shift: str, factor: float) -> SeriesExpr:
        absolute = Binary(word, line, Binary(shift, forecast, Constant(noise)))
        return Binary("and", absolute, Binary(word, line, Binary("fmul", forecast, Constant(factor))))

    return Binary("or", beyond("lt", "sub", lower), beyond("gt", "add", upper))


def _decimal(value: float, fits: Callable[[float], bool]) -> str:
    """The number of fewest decimals near a value that gives the same when it is computed with."""
    return next((shortest(near) for digits in range(_DIGITS) if fits(near := round(value, digits))), shortest(value))
