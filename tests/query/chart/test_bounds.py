"""The bounds of a Y axis, in a table of all rules, and what holds of any."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette_query.chart.bounds import Drawn, bounds
from vedette_query.chart.buckets import bucket_range
from vedette_query.chart.chart import LineStyle
from vedette_query.chart.options import Bound

NAN, INF = math.nan, math.inf
FINITE = st.floats(-1e300, 1e300)


def drawn(style: LineStyle, *values: float, percentile: str | None = None) -> Drawn:
    return Drawn(style, np.array(values, np.float64), percentile)


@pytest.mark.parametrize(
    ("lines", "lower", "upper", "expected"),
    [
        ([], "auto-style", "auto-style", (0, 1)),
        ([drawn("line", NAN, NAN)], "auto-style", "auto-style", (0, 1)),
        ([drawn("line", 2, 5, 3)], "auto-style", "auto-style", (2, 5)),
        ([drawn("line", 2, NAN, INF, -INF, 5)], "auto-style", "auto-style", (2, 5)),
        ([drawn("line", 2), drawn("line", -7)], "auto-style", "auto-style", (-7, 2)),
        ([drawn("line", 5, 5)], "auto-style", "auto-style", (5, 6)),
        ([drawn("line", 0)], "auto-data", "auto-data", (0, 1)),
        ([drawn("area", 2, 5)], "auto-style", "auto-style", (0, 5)),
        ([drawn("area", -2, -5)], "auto-style", "auto-style", (-5, 0)),
        ([drawn("area", -2, 5)], "auto-style", "auto-style", (-2, 5)),
        ([drawn("area", 2, 5)], "auto-data", "auto-data", (2, 5)),
        ([drawn("area", 2, 5), drawn("line", 7)], "auto-style", "auto-style", (0, 7)),
        ([drawn("area", 0)], "auto-style", "auto-style", (0, 1)),
        ([drawn("stack", 1, 4), drawn("stack", 2, 3)], "auto-style", "auto-style", (0, 7)),
        ([drawn("stack", 1, 4), drawn("stack", 2, 3)], "auto-data", "auto-data", (1, 7)),
        ([drawn("stack", 3, 3), drawn("stack", -1, -2), drawn("stack", 4, -4)], "auto-data", "auto-data", (-6, 7)),
        ([drawn("stack", -1, -2), drawn("stack", -1, -1)], "auto-style", "auto-style", (-3, 0)),
        ([drawn("stack", 1, NAN), drawn("stack", NAN, 5), drawn("stack", INF, 2)], "auto-style", "auto-style", (0, 7)),
        ([drawn("stack", 1, 2), drawn("line", 10, -3)], "auto-style", "auto-style", (-3, 10)),
        ([drawn("vspan", 0, 100)], "auto-style", "auto-style", (0, 1)),
        ([drawn("vspan", 0, 100), drawn("line", 3, 4)], "auto-style", "auto-style", (3, 4)),
        ([drawn("hspan", 20, 30), drawn("line", 25)], "auto-style", "auto-style", (20, 30)),
        ([drawn("line", 2, 5)], 0.0, 10.0, (0, 10)),
        ([drawn("line", 2, 5)], 3.0, "auto-style", (3, 5)),
        ([drawn("line", 2, 5)], "auto-style", 4.0, (2, 4)),
        ([drawn("line", 2, 5)], 5.0, "auto-style", (5, 6)),
        ([drawn("line", 2, 5)], 9.0, "auto-data", (9, 10)),
        ([drawn("line", 2, 5)], "auto-style", 2.0, (1, 2)),
        ([drawn("line", 2, 5)], "auto-data", -4.0, (-5, -4)),
        ([drawn("heatmap", 2, 5)], "auto-style", "auto-style", (2, 5)),
        ([drawn("heatmap", 1, 0, percentile="D0005")], "auto-style", "auto-style", (5, 6)),
        ([drawn("heatmap", 0, NAN, percentile="D0005")], "auto-style", "auto-style", (0, 1)),
        ([drawn("heatmap", 7, 0, percentile="D000A"), drawn("heatmap", 7, percentile="D0001")], "auto-style",
         "auto-style", (1, 11)),
        ([drawn("heatmap", 7, percentile="none")], "auto-style", "auto-style", (0, 1)),
        ([drawn("line", 2, 1e301, -1e308, 5)], "auto-style", "auto-style", (2, 5)),
        ([drawn("line", 1e300)], "auto-style", "auto-style", (1e300, math.nextafter(1e300, INF))),
    ],
)  # fmt: skip
def test_rules(lines: list[Drawn], lower: Bound, upper: Bound, expected: tuple[float, float]) -> None:
    assert bounds(lines, lower, upper) == expected


LINES = st.lists(
    st.builds(
        Drawn,
        st.sampled_from(("line", "area", "hspan")),
        st.lists(st.floats(width=32), min_size=3, max_size=3).map(np.array),
    ),
    max_size=4,
)


@given(LINES)
def test_all_data_is_within_automatic_bounds(lines: list[Drawn]) -> None:
    lower, upper = bounds(lines, "auto-style", "auto-data")
    assert math.isfinite(lower)
    assert math.isfinite(upper)
    assert lower < upper
    for line in lines:
        there = line.values[np.isfinite(line.values)]
        assert ((lower <= there) & (there <= upper)).all()


@given(st.lists(st.lists(st.floats(-1e9, 1e9), min_size=4, max_size=4).map(np.array), min_size=1, max_size=5))
def test_all_of_a_stack_is_within_its_bounds(rows: list[np.ndarray]) -> None:
    lower, upper = bounds([Drawn("stack", row) for row in rows], "auto-style", "auto-style")
    values = np.array(rows)
    assert np.maximum(values, 0).sum(axis=0).max() <= upper
    assert np.minimum(values, 0).sum(axis=0).min() >= lower
    assert lower <= 0 <= upper


@given(LINES, FINITE, FINITE)
def test_what_was_asked_for_is_kept(lines: list[Drawn], one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert bounds(lines, low, "auto-style")[0] == low
    assert bounds(lines, "auto-data", high)[1] == high
    if low < high:
        assert bounds(lines, low, high) == (low, high)


def test_buckets() -> None:
    assert bucket_range("D0000") == (0, 1)
    assert bucket_range("D000A") == (10, 11)
    assert bucket_range("T0113") == pytest.approx((4227378850.225105576, 9223372036.854775807), rel=1e-15)
    assert bucket_range("T0000") == (0, 1e-9)
    assert bucket_range("D0114") is None
    assert bucket_range("d0001") is None
    assert bucket_range("50.0") is None
