"""Arithmetic in which NaN means "no value" (Atlas's rules), over whole arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_TINY: Final = 1e-12  # below it, a value counts as zero when it is asked whether something holds


def add_nan(left: Array, right: Array) -> Array:
    """The sum; nothing plus a value is the value."""
    return np.where(np.isnan(left), right, np.where(np.isnan(right), left, left + right))


def truthy(values: Array) -> NDArray[np.bool_]:
    """Where a value holds: not nothing, and not zero."""
    return np.abs(values) >= _TINY  # false for NaN


def _divide(left: Array, right: Array) -> Array:
    zero = right == 0
    return np.where(zero, np.where(left == 0, 0.0, np.nan), left / np.where(zero, 1.0, right))


def _power(left: Array, right: Array) -> Array:
    # C says pow(1, NaN) = 1 and pow(-1, inf) = 1; Java, whose rules these are, says NaN.
    odd = np.isnan(right) | (np.isinf(right) & (np.abs(left) == 1))
    return np.where(odd, np.nan, np.power(left, right))


def _holds(condition: NDArray[np.bool_]) -> Array:
    return condition.astype(np.float64)


BINARY: Final[dict[str, Callable[[Array, Array], Array]]] = {
    "add": add_nan,
    "sub": lambda left, right: add_nan(left, -right),
    "mul": np.multiply,
    "div": _divide,
    "pow": _power,
    "gt": lambda left, right: _holds(left > right),
    "ge": lambda left, right: _holds(left >= right),
    "lt": lambda left, right: _holds(left < right),
    "le": lambda left, right: _holds(left <= right),
    "fadd": np.add,
    "fsub": np.subtract,
    "fmul": np.multiply,
    "fdiv": np.divide,
    "and": lambda left, right: _holds(truthy(left) & truthy(right)),
    "or": lambda left, right: _holds(truthy(left) | truthy(right)),
}

UNARY: Final[dict[str, Callable[[Array], Array]]] = {
    "abs": np.abs,
    "neg": np.negative,
    "sin": np.sin,
    "sqrt": np.sqrt,
}


def unary(operation: str, values: Array) -> Array:
    """One operation on every value."""
    with np.errstate(all="ignore"):
        return np.asarray(UNARY[operation](values), dtype=np.float64)


def binary(operation: str, left: Array, right: Array) -> Array:
    """One operation on every pair of values."""
    with np.errstate(all="ignore"):
        return np.asarray(BINARY[operation](left, right), dtype=np.float64)


def fold_lines(function: str, values: Array) -> Array:
    """Combine [lines, points] into [points]: sum, count, min, max or avg of what is there, NaN where nothing is."""
    if len(values) == 0:
        return np.full(values.shape[1], np.nan)
    there = ~np.isnan(values)
    count = there.sum(axis=0)
    with np.errstate(all="ignore"):
        match function:
            case "min":
                result = np.fmin.reduce(values, axis=0)
            case "max":
                result = np.fmax.reduce(values, axis=0)
            case "count":
                result = count.astype(np.float64)
            case "avg":
                result = np.where(there, values, 0.0).sum(axis=0) / count
            case _:
                result = np.where(there, values, 0.0).sum(axis=0)
    return np.where(count > 0, result, np.nan)
