"""Numbers and times as people read them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette_dashboards import format

NARROW = "\u202f"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (math.nan, "–"),
        (0.0, "0"),
        (0.0421, "0.0421"),
        (0.5, "0.500"),
        (0.0000042, "4.20e-06"),
        (3.2149, "3.21"),
        (9.996, "10.0"),
        (12.34, "12.3"),
        (99.96, "100"),
        (118.2, "118"),
        (4096.0, "4,096"),
        (9999.4, "9,999"),
        (9999.6, "10.0k"),
        (12_345.0, "12.3k"),
        (1_200_000.0, "1200k"),
        (12_000_000.0, "12.0M"),
        (-12.34, "-12.3"),
        (math.inf, "∞"),
    ],
)
def test_numbers(value: float | None, text: str) -> None:
    assert format.number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (0.0, "0 %"),
        (0.01, "<0.1 %"),
        (0.06, "0.1 %"),
        (4.21, "4.2 %"),
        (9.94, "9.9 %"),
        (9.96, "10 %"),
        (38.4, "38 %"),
        (100.0, "100 %"),
    ],
)
def test_percent(value: float | None, text: str) -> None:
    assert format.percent(value) == text.replace(" ", NARROW)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "–"),
        (0.0, "0 ms"),
        (0.00042, "420 µs"),
        (0.00125, "1.25 ms"),
        (0.0123, "12.3 ms"),
        (0.118, "118 ms"),
        (0.9994, "999 ms"),
        (1.24, "1.24 s"),
        (59.9, "59.9 s"),
        (59.96, "1 min"),
        (125.0, "2 min 5 s"),
        (12_000.0, "3 h 20 min"),
        (90_000.0, "1 d 1 h"),
        (-0.02, "-20.0 ms"),
    ],
)
def test_durations(seconds: float | None, text: str) -> None:
    assert format.duration(seconds).replace(NARROW, " ") == text


def test_periods_have_no_false_digits() -> None:
    assert format.period(10) == f"10{NARROW}s"
    assert format.period(300) == f"5{NARROW}min"
    assert format.period(0) == f"0{NARROW}s"
    assert format.period(0.5) == f"500{NARROW}ms"
    assert format.period(None) == "–"


@pytest.mark.parametrize(
    ("seconds", "text"), [(7.4, "7 s"), (89.0, "89 s"), (200.0, "3 min"), (7300.0, "2 h"), (4e5, "5 d")]
)
def test_ages(seconds: float, text: str) -> None:
    assert format.age(seconds) == text.replace(" ", NARROW)


def test_a_moment_of_another_day_bears_its_day() -> None:
    noon = 1_790_000_000_000
    assert format.clock(noon, "UTC", now_ms=noon + 1000) == "14:13:20"
    assert format.clock(noon, "UTC", now_ms=noon + 86_400_000) == "21 Sep 14:13:20"
    assert format.clock(noon, "Asia/Kolkata", now_ms=noon) == "19:43:20"
    assert format.clock(noon, "No/Such_Zone", now_ms=noon) == "14:13:20"


@given(st.floats(min_value=1e-3, max_value=1e12))
def test_a_number_is_shown_within_half_a_per_cent(value: float) -> None:
    text = format.number(value).replace(",", "")
    scale = {"k": 1e3, "M": 1e6, "G": 1e9}.get(text[-1], 1.0)
    assert float(text.rstrip("kMG")) * scale == pytest.approx(value, rel=0.006)


@given(st.floats(min_value=1e-6, max_value=50))
def test_a_duration_is_shown_within_half_a_per_cent(seconds: float) -> None:
    amount, unit = format.duration(seconds).split(NARROW)
    assert float(amount) * {"µs": 1e-6, "ms": 1e-3, "s": 1.0}[unit] == pytest.approx(seconds, rel=0.006)
