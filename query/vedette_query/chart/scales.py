"""Scales: a monotonic function from values to positions, by which an axis shows small and large values side by side."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from vedette_query.chart.chart import Scale

Numbers = npt.NDArray[np.float64]

_LEAST: Final = 1e-9
"""Where the cells of log-linear begin; below it the scale is linear."""

_LN10: Final = math.log(10)

_CELLS: Final = 9  # of log-linear in a decade: 1 to 2, 2 to 3, ... 9 to 10


def transform(scale: Scale, values: Numbers) -> Numbers:
    """The positions of values on a scale; NaN stays NaN, the sign is kept, and 0 lies at 0."""
    with np.errstate(all="ignore"):  # what is too large for a number becomes infinite, as it should
        return _SCALES[scale](values)


def inverse(scale: Scale, positions: Numbers) -> Numbers:
    """The values at positions on a scale: the other way round."""
    with np.errstate(all="ignore"):
        return _INVERSES[scale](positions)


def _log(values: Numbers) -> Numbers:
    place: Numbers = np.log1p(np.abs(values)) / _LN10
    return np.copysign(place, values)


def _from_log(positions: Numbers) -> Numbers:
    size: Numbers = np.expm1(np.abs(positions) * _LN10)
    return np.copysign(size, positions)


def _log_linear(values: Numbers) -> Numbers:
    size: Numbers = np.abs(values)
    decade = np.floor(np.log10(np.maximum(size, _LEAST)))
    cells: Numbers = _CELLS * (decade - np.log10(_LEAST)) + size / 10.0**decade
    cells = np.where(size < _LEAST, size / _LEAST, np.where(np.isinf(size), np.inf, cells))
    return np.copysign(cells, values)


def _from_log_linear(positions: Numbers) -> Numbers:
    place: Numbers = np.abs(positions)
    decade = np.floor((np.maximum(place, 1.0) - 1) / _CELLS)
    size = np.where(place < 1, place * _LEAST, (place - _CELLS * decade) * 10.0 ** (decade + np.log10(_LEAST)))
    return np.copysign(np.where(np.isinf(place), np.inf, size), positions)


def _pow2(values: Numbers) -> Numbers:
    return np.copysign(np.square(values), values)


def _sqrt(values: Numbers) -> Numbers:
    return np.copysign(np.sqrt(np.abs(values)), values)


_SCALES: Final[Mapping[Scale, Callable[[Numbers], Numbers]]] = {
    "linear": lambda values: values,
    "log": _log,
    "log-linear": _log_linear,
    "pow2": _pow2,
    "sqrt": _sqrt,
}

_INVERSES: Final[Mapping[Scale, Callable[[Numbers], Numbers]]] = {
    "linear": lambda positions: positions,
    "log": _from_log,
    "log-linear": _from_log_linear,
    "pow2": _sqrt,
    "sqrt": _pow2,
}
