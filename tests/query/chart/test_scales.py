"""Scales: known values, order, and the way back."""

from __future__ import annotations

import math
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette_query.chart.chart import Scale
from vedette_query.chart.scales import inverse, transform

SCALES = get_args(Scale)


def at(scale: Scale, *values: float) -> list[float]:
    found: list[float] = transform(scale, np.array(values)).tolist()
    return found


@pytest.mark.parametrize(
    ("scale", "values", "places"),
    [
        ("linear", (-2, 0, 3.5), (-2, 0, 3.5)),
        ("log", (0, 9, 99, -9, -99), (0, 1, 2, -1, -2)),
        ("log-linear", (0, 1e-9, 2e-9, 1e-8, 5e-10, -1e-9), (0, 1, 2, 10, 0.5, -1)),
        ("log-linear", (1, 2, 10, 15, 100), (82, 83, 91, 91.5, 100)),
        ("pow2", (0, 3, -4), (0, 9, -16)),
        ("sqrt", (0, 9, -16), (0, 3, -4)),
    ],
)
def test_known_places(scale: Scale, values: tuple[float, ...], places: tuple[float, ...]) -> None:
    assert at(scale, *values) == pytest.approx(places)


@pytest.mark.parametrize("scale", SCALES)
def test_what_is_not_finite_stays(scale: Scale) -> None:
    nan, positive, negative = at(scale, math.nan, math.inf, -math.inf)
    assert math.isnan(nan)
    assert (positive, negative) == (math.inf, -math.inf)
    back = inverse(scale, np.array([math.nan, math.inf, -math.inf]))
    assert math.isnan(back[0])
    assert back[1:].tolist() == [math.inf, -math.inf]


@given(st.sampled_from(SCALES), st.floats(-1e100, 1e100))
def test_the_way_back(scale: Scale, value: float) -> None:
    (back,) = inverse(scale, transform(scale, np.array([value]))).tolist()
    assert back == pytest.approx(value, rel=1e-9, abs=1e-150 if scale == "pow2" else 1e-300)


@given(st.sampled_from(SCALES), st.floats(-1e100, 1e100), st.floats(-1e100, 1e100))
def test_greater_values_are_never_lower(scale: Scale, one: float, other: float) -> None:
    low, high = at(scale, *sorted((one, other)))
    assert low <= high or low == pytest.approx(high, rel=1e-12)
    assert at(scale, -one) == [-place for place in at(scale, one)]
