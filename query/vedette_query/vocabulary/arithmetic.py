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
from vedette_query.vocabulary.slots import DOUBLE, SERIES, passing

_EXAMPLES: Final = ("name,sps,:eq,42", "name,sps,:eq,:sum,name,requestsPerSecond,:eq,:max,(,name,),:by")

_UNARY: Final = {
    "abs": "The absolute value.",
    "neg": "The value with its sign turned.",
    "sin": "The sine of the value in radians.",
    "sqrt": "The square root; of a negative value, nothing.",
    "per-step": "From a rate per second to the amount per step of the graph.",
}

_BINARY: Final = {
    "add": "a + b, where a missing value counts as nothing.",
    "sub": "a - b, where a missing value counts as nothing.",
    "mul": "The product a * b.",
    "div": "a / b; zero by zero is zero, anything else by zero is missing.",
    "pow": "a to the power of b.",
    "gt": "1 where a > b, else 0.",
    "ge": "1 where a >= b, else 0.",
    "lt": "1 where a < b, else 0.",
    "le": "1 where a <= b, else 0.",
    "fadd": "a + b in plain floating point: missing if one is missing.",
    "fsub": "a - b in plain floating point: missing if one is missing.",
    "fmul": "a * b in plain floating point.",
    "fdiv": "a / b in plain floating point: infinite for a division by zero.",
    "and": "1 where both values are there and not zero, else 0.",
    "or": "1 where at least one value is there and not zero, else 0.",
}


def _scalar(result: object) -> Constant:
    return Constant(float(np.asarray(result).item()))


def _unary(name: str, summary: str) -> Word:
    def make(input: SeriesExpr) -> SeriesExpr:
        if isinstance(input, Constant) and name != "per-step":  # which depends on the step of the graph
            return _scalar(unary(name, np.array(input.constant)))
        return Unary(name, input)

    return passing(name, (Slot(SERIES),), "TimeSeriesExpr", make, summary, "0", "64", "-64")


def _binary(name: str, summary: str) -> Word:
    def make(left: SeriesExpr, right: SeriesExpr) -> SeriesExpr:
        if isinstance(left, Constant) and isinstance(right, Constant):
            return _scalar(binary(name, np.array(left.constant), np.array(right.constant)))
        return Binary(name, left, right)

    slots = (Slot(SERIES, "t1"), Slot(SERIES, "t2"))
    return passing(name, slots, "TimeSeriesExpr", make, summary, *_EXAMPLES)


def _clamp(name: str, label: str, summary: str) -> Word:
    def make(input: SeriesExpr, limit: float) -> SeriesExpr:
        return Clamp(name, input, limit)

    slots = (Slot(SERIES), Slot(DOUBLE, label))
    return passing(name, slots, "TimeSeriesExpr", make, summary, "name,sps,:eq,:sum,200e3")


UNARY_WORDS: Final = tuple(_unary(name, summary) for name, summary in _UNARY.items())
BINARY_WORDS: Final = tuple(_binary(name, summary) for name, summary in _BINARY.items())
CLAMP_WORDS: Final = (
    _clamp("clamp-min", "min", "Values below the limit are raised to it."),
    _clamp("clamp-max", "max", "Values above the limit are lowered to it, e.g. to keep a spike off the axis."),
)
