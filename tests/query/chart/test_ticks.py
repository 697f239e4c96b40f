"""Ticks of Y axes: known ones, and what holds of any."""

from __future__ import annotations

import math
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette_query.chart.chart import Scale, TickLabels
from vedette_query.chart.ticks import value_ticks
from vedette_query.chart.units import compact, fixed, short

SCALES: tuple[Scale, ...] = get_args(Scale)
LABELS: tuple[TickLabels, ...] = get_args(TickLabels)


def labels(lower: float, upper: float, scale: Scale = "linear", kind: TickLabels = "decimal", count: int = 8) -> str:
    return " ".join(tick.label for tick in value_ticks(lower, upper, scale, kind, count) if tick.major)


@pytest.mark.parametrize(
    ("lower", "upper", "kind", "expected"),
    [
        (0.0, 1.0, "decimal", "0 0.2 0.4 0.6 0.8 1.0"),
        (0.0, 1000.0, "decimal", "0 200 400 600 800 1000"),
        (1400.0, 1500.0, "decimal", "1400 1420 1440 1460 1480 1500"),
        (0.0, 0.05, "decimal", "0 10m 20m 30m 40m 50m"),
        (-5.0, 5.0, "decimal", "-4 -2 0 2 4"),
        (0.0, 2.5e6, "decimal", "0 0.5M 1.0M 1.5M 2.0M 2.5M"),
        (0.0, 4e10, "decimal", "0 10G 20G 30G 40G"),
        (0.0, 1e-9, "decimal", "0 0.2n 0.4n 0.6n 0.8n 1.0n"),
        (1e9, 1e9 + 1, "decimal", "1e+09 +0.2 +0.4 +0.6 +0.8 +1.0"),
        (1e30, 3e30, "decimal", "1e+30 1.5e+30 2e+30 2.5e+30 3e+30"),
        (0.0, 1000.0, "binary", "0 128 256 384 512 640 768 896"),
        (0.0, 5e9, "binary", "0 1Gi 2Gi 3Gi 4Gi"),
        (0.0, 3.0, "binary", "0 0.5 1.0 1.5 2.0 2.5 3.0"),
        (0.0, 0.02, "duration", "0 5ms 10ms 15ms 20ms"),
        (0.0, 90.0, "duration", "0 15s 30s 45s 60s 75s 90s"),
        (0.0, 300.0, "duration", "0 1m 2m 3m 4m 5m"),
        (0.0, 7 * 86_400.0, "duration", "0 1d 2d 3d 4d 5d 6d 7d"),
        (0.0, 4 * 365 * 86_400.0, "duration", "0 1y 2y 3y 4y"),
        (0.0, 1e-7, "duration", "0 20ns 40ns 60ns 80ns 100ns"),
    ],
)  # fmt: skip
def test_linear_ticks(lower: float, upper: float, kind: TickLabels, expected: str) -> None:
    assert labels(lower, upper, kind=kind) == expected


@pytest.mark.parametrize(
    ("lower", "upper", "scale", "kind", "expected"),
    [
        (0.0, 1000.0, "log", "decimal", "0 10 100 1k"),
        (1.0, 1e6, "log", "decimal", "1 10 100 1k 10k 100k 1M"),
        (-1e4, 1e4, "log", "decimal", "-1k -10 0 10 1k"),
        (110.0, 150.0, "log", "decimal", "110 120 130 140 150"),
        (0.0, 1e12, "log-linear", "decimal", "0 1μ 1m 1 1k 1M 1G 1T"),
        (1e-6, 1e3, "log-linear", "decimal", "1μ 100μ 10m 1 100"),
        (0.0, 1000.0, "pow2", "decimal", "0 500 700 800 900 1k"),
        (0.0, 1000.0, "sqrt", "decimal", "0 20 100 200 500 700 1k"),
        (0.0, 2.0**31, "log", "binary", "0 1Ki 1Mi 1Gi"),
        (0.0, 86_400.0, "log", "duration", "0 1m 1h 1d"),
    ],
)
def test_crooked_ticks(lower: float, upper: float, scale: Scale, kind: TickLabels, expected: str) -> None:
    assert labels(lower, upper, scale, kind) == expected


@pytest.mark.parametrize("scale", SCALES)
def test_labels_can_be_off(scale: Scale) -> None:
    ticks = value_ticks(0.0, 1000.0, scale, "off", 8)
    assert {tick.label for tick in ticks} == {""}
    assert sum(tick.major for tick in ticks) > 2


FINITE = st.floats(-1e300, 1e300)


@given(FINITE, FINITE, st.sampled_from(SCALES), st.sampled_from(LABELS), st.integers(3, 30))
def test_ticks_are_within_bounds_in_order_and_told_apart(
    one: float, other: float, scale: Scale, kind: TickLabels, count: int
) -> None:
    lower, upper = sorted((one, other))
    if lower == upper:
        upper = math.nextafter(upper, math.inf)
    ticks = value_ticks(lower, upper, scale, kind, count)
    values = [tick.value for tick in ticks]
    assert values == sorted(set(values))
    assert all(lower <= value <= upper for value in values)
    majors = [tick.label for tick in ticks if tick.major]
    assert len(majors) <= count + 1
    assert len(ticks) <= 12 * (count + 2)
    assert all(not tick.label for tick in ticks if not tick.major)
    assert kind == "off" or (all(majors) and all(len(label) <= 14 for label in majors))


@given(st.floats(-1e15, 1e15), st.floats(1e-9, 1e15), st.sampled_from(LABELS), st.integers(3, 30))
def test_labels_of_linear_ticks_differ(lower: float, span: float, kind: TickLabels, count: int) -> None:
    upper = lower + span
    if upper - lower < span / 2 or kind == "off":
        return
    majors = [tick.label for tick in value_ticks(lower, upper, "linear", kind, count) if tick.major]
    assert len(majors) >= 1
    assert len(set(majors)) == len(majors)


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (0, "decimal", "0"), (1234, "decimal", "1.23k"), (-1234, "decimal", "-1.23k"), (0.0123, "decimal", "12.3m"),
        (1e-5, "decimal", "10μ"), (999, "decimal", "999"), (5e24, "decimal", "5Y"), (5e30, "decimal", "5e+30"),
        (5e-30, "decimal", "5e-30"), (1023, "binary", "1023"), (1536, "binary", "1.5Ki"), (90, "duration", "1.5m"),
        (2 * 86_400, "duration", "2d"), (1e-3, "duration", "1ms"), (math.nan, "decimal", "NaN"),
        (-math.inf, "decimal", "-Infinity"),
    ],
)  # fmt: skip
def test_compact_numbers(value: float, kind: TickLabels, expected: str) -> None:
    assert compact(value, kind) == expected


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (1.5, "decimal", "     1.50 "), (1234.0, "decimal", "     1.23k"), (0.0, "decimal", "     0.00 "),
        (math.nan, "decimal", "      NaN "), (0.005, "decimal", "     5.00m"), (2048.0, "binary", "     2.00Ki"),
        (0.25, "duration", "   250.00ms"), (1e40, "decimal", "  1.0e+40 "), (-12345.0, "decimal", "   -12.35k"),
    ],
)  # fmt: skip
def test_numbers_of_the_legend(value: float, kind: TickLabels, expected: str) -> None:
    assert fixed(value, kind) == expected


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [(123456.0, "decimal", "123.5k"), (0.25, "decimal", "250.0m"), (0.0, "decimal", "0.0"), (12.25, "decimal", "12.3"),
     (math.nan, "decimal", "NaN"), (2.5e28, "decimal", "25000.0Y"), (1536.0, "binary", "1.5Ki")],
)  # fmt: skip
def test_numbers_in_legends(value: float, kind: TickLabels, expected: str) -> None:
    assert short(value, kind) == expected
