"""Words that compute on every value."""

from __future__ import annotations

from typing import Final

import numpy as np

from vedette_query.evaluation.algebra import binary, unary
from vedette_query.language.typed import Slot
from vedette_query.language.word import Word
from vedette_query.model.arithmetic import Binary, Clamp, Unary
from vedette_query.model.expr import SeriesExpr
from vedette_query.model.values import Constant
from vedette_query.vocabulary.samples import BY_APP, BY_APP_AND_REGION, TOTAL
from vedette_query.vocabulary.slots import DOUBLE, SERIES, passing

_UNARY: Final = {
    "abs": ("The value without its sign.", "-64", f"{TOTAL},:derivative"),
    "neg": ("The value with its sign turned, for example to draw what goes out below what comes in.", "64", TOTAL),
    "sin": ("The sine of the value, which is taken as radians.", ":pi,2,:div", "minuteOfHour,:time,10,:div"),
    "sqrt": ("The square root of the value; a negative value has none and becomes missing.", "64", TOTAL),
    "per-step": (
        "From a rate per second to the number of events in each step of the graph: the value times the step in "
        "seconds, so that it follows the step when the graph gets wider.",
        TOTAL,
        BY_APP,
    ),
}

_BINARY: Final = {
    "add": ("The sum t1 + t2. A missing value counts as nothing; the result is missing where both are.", TOTAL),
    "sub": ("The difference t1 - t2. A missing value counts as nothing; the result is missing where both are.", TOTAL),
    "mul": ("The product t1 * t2, missing where one of them is.", TOTAL),
    "div": (
        "The quotient t1 / t2, missing where one of them is. Zero by zero is zero, anything else by zero is missing. "
        "For plain floating point there is :fdiv.",
        TOTAL,
    ),
    "pow": ("The value t1 to the power of t2, missing where one of them is; to the power of 0 all is 1.", TOTAL),
    "gt": ("1 where t1 > t2, else 0. A missing value is not greater than anything.", BY_APP),
    "ge": ("1 where t1 >= t2, else 0, also where one of them is missing.", BY_APP),
    "lt": ("1 where t1 < t2, else 0. A missing value is not less than anything.", BY_APP),
    "le": ("1 where t1 <= t2, else 0, also where one of them is missing.", BY_APP),
    "fadd": ("The sum t1 + t2 in plain floating point: missing where one of them is, other than :add.", TOTAL),
    "fsub": ("The difference t1 - t2 in plain floating point: missing where one of them is, other than :sub.", TOTAL),
    "fmul": ("The product t1 * t2 in plain floating point, which is the same as :mul.", TOTAL),
    "fdiv": ("The quotient t1 / t2 in plain floating point: infinite for a division by zero, other than :div.", TOTAL),
    "and": ("1 where both values are there and not zero, else 0.", f"{TOTAL},1,:gt"),
    "or": ("1 where at least one of the values is there and not zero, else 0.", f"{TOTAL},1,:gt"),
}

_SECOND: Final = {
    "add": ("10", BY_APP), "sub": ("10", f"{TOTAL},1h,:offset"), "mul": ("60", BY_APP), "div": ("60", BY_APP),
    "pow": ("2", "0.5"), "gt": ("5", f"{TOTAL},2,:div"), "ge": ("5", TOTAL), "lt": ("5", TOTAL), "le": ("5", TOTAL),
    "fadd": ("10", BY_APP), "fsub": ("10", f"{TOTAL},1h,:offset"), "fmul": ("60", BY_APP),
    "fdiv": (f"{TOTAL},1h,:offset", BY_APP), "and": ("hourOfDay,:time,9,:ge", f"{TOTAL},100,:lt"),
    "or": ("hourOfDay,:time,9,:ge", f"{TOTAL},100,:lt"),
}  # fmt: skip
"""What stands on top in the two examples of each word."""

_JOINED: Final = f"{BY_APP_AND_REGION},{BY_APP}"
"""Two groupings, one a part of the other: each line is joined with that of its app."""


def _scalar(result: object) -> Constant:
    return Constant(float(np.asarray(result).item()))


def _unary(name: str, summary: str, *examples: str) -> Word:
    def make(input: SeriesExpr) -> SeriesExpr:
        if isinstance(input, Constant) and name != "per-step":  # which depends on the step of the graph
            return _scalar(unary(name, np.array(input.constant)))
        return Unary(name, input)

    return passing(name, (Slot(SERIES),), "TimeSeriesExpr", make, summary, *examples)


def _binary(name: str, summary: str, first: str) -> Word:
    def make(left: SeriesExpr, right: SeriesExpr) -> SeriesExpr:
        if isinstance(left, Constant) and isinstance(right, Constant):
            return _scalar(binary(name, np.array(left.constant), np.array(right.constant)))
        return Binary(name, left, right)

    slots = (Slot(SERIES, "t1"), Slot(SERIES, "t2"))
    examples = [f"{first},{second}" for second in _SECOND[name]]
    if name == "div":
        examples.append(_JOINED)
    return passing(name, slots, "TimeSeriesExpr", make, summary, *examples)


def _clamp(name: str, label: str, summary: str, limit: str) -> Word:
    def make(input: SeriesExpr, bound: float) -> SeriesExpr:
        return Clamp(name, input, bound)

    slots = (Slot(SERIES), Slot(DOUBLE, label))
    return passing(name, slots, "TimeSeriesExpr", make, summary, f"{TOTAL},{limit}")


UNARY_WORDS: Final = tuple(_unary(name, *told) for name, told in _UNARY.items())
BINARY_WORDS: Final = tuple(_binary(name, *told) for name, told in _BINARY.items())
CLAMP_WORDS: Final = (
    _clamp("clamp-min", "min", "Values below the limit are raised to it; missing ones stay missing.", "1"),
    _clamp(
        "clamp-max", "max",
        "Values above the limit are lowered to it, for example to keep one spike from flattening all else; missing "
        "ones stay missing.", "200",
    ),
)  # fmt: skip
