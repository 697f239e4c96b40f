"""Numbers and times as the command writes them."""

from __future__ import annotations

import math
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.query.clock import period, time_marks
from vedette.query.figures import figure, marks

_FACTORS = {"": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "m": 1e-3, "u": 1e-6, "n": 1e-9}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"), (1.0, "1"), (-1.5, "-1.5"), (999.4, "999.4"), (999.96, "1k"), (1234.5, "1.234k"),
        (12_346, "12.35k"),
        (1e6, "1M"), (2.5e9, "2.5G"), (0.05, "50m"), (0.00123, "1.23m"), (1e-6, "1u"), (math.nan, "-"),
        (math.inf, "inf"), (-math.inf, "-inf"), (1e27, "1000Y"), (1e-30, "0y"),
    ],
)  # fmt: skip
def test_figures(value: float, text: str) -> None:
    assert figure(value) == text


@given(st.floats(min_value=1e-8, max_value=1e14))
def test_a_figure_is_the_number_to_four_digits(value: float) -> None:
    text = figure(value)
    prefix = text[-1] if text[-1].isalpha() else ""
    shown = float(text.removesuffix(prefix)) * _FACTORS[prefix]
    assert shown == pytest.approx(value, rel=6e-4)
    assert 1 <= float(text.removesuffix(prefix)) < 1000


@pytest.mark.parametrize(
    ("lower", "upper", "texts"),
    [
        (0, 2300, ["0", "1k", "2k"]),
        (0, 1000, ["0.0k", "0.5k", "1.0k"]),
        (40.2, 79.8, ["50", "60", "70"]),
        (-1.0, 1.0, ["-1", "0", "1"]),
        (0.0402, 0.0798, ["50m", "60m", "70m"]),
        (5, 5, ["5"]),
    ],
)
def test_marks(lower: float, upper: float, texts: list[str]) -> None:
    assert [text for _, text in marks(lower, upper, 4)] == [text.replace("0.0k", "0") for text in texts]


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9), st.integers(3, 12))
def test_marks_lie_within_and_differ(lower: float, length: float, most: int) -> None:
    upper = lower + length
    if not upper > lower or length < abs(lower) * 1e-9:
        return
    found = marks(lower, upper, most)
    slack = length * 1e-6
    assert all(lower - slack <= value <= upper + slack for value, _ in found)
    assert 1 <= len(found) <= most
    assert len({text for _, text in found}) == len(found)


def at(zone: str, when: str) -> int:
    """A time on the clocks of a zone, as epoch ms."""
    return round(datetime.fromisoformat(when).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


@pytest.mark.parametrize(
    ("zone", "start", "end", "most", "texts"),
    [
        ("UTC", "2026-11-22T12:00:07", "2026-11-22T12:01", 5, ["12:00:15", "12:00:30", "12:00:45", "12:01:00"]),
        ("UTC", "2026-11-22T09:01", "2026-11-22T12:01", 5, ["10:00", "11:00", "12:00"]),
        ("Asia/Kolkata", "2026-11-22T09:01", "2026-11-22T12:01", 5, ["10:00", "11:00", "12:00"]),
        ("UTC", "2026-11-21T18:01", "2026-11-22T18:00", 5, ["22 Nov", "06:00", "12:00", "18:00"]),
        ("UTC", "2026-11-21T11:01", "2026-11-22T18:00", 7, ["12:00", "18:00", "22 Nov", "06:00", "12:00", "18:00"]),
        ("UTC", "2026-11-20T01:00", "2026-11-23T01:00", 5, ["21 Nov", "22 Nov", "23 Nov"]),
        ("UTC", "2026-01-01T00:00", "2027-06-01T00:00", 4, ["Jan 2026", "Jul 2026", "Jan 2027"]),
        # Clocks go back at three and are the same hour twice: midnight and noon stay where they are.
        ("Europe/Berlin", "2026-10-24T20:00", "2026-10-26T01:00", 5, ["25 Oct", "12:00", "26 Oct"]),
    ],
)
def test_times_are_round_in_their_zone(zone: str, start: str, end: str, most: int, texts: list[str]) -> None:
    found = time_marks(at(zone, start), at(zone, end), ZoneInfo(zone), most)
    assert [text for _, text in found] == texts


def test_the_day_that_has_25_hours_has_its_midnight_at_midnight() -> None:
    zone = ZoneInfo("Europe/Berlin")
    span = at("Europe/Berlin", "2026-10-24T20:00"), at("Europe/Berlin", "2026-10-26T01:00")
    found = {text: ms for ms, text in time_marks(*span, zone, 5)}
    assert found["26 Oct"] - found["25 Oct"] == 25 * 3_600_000


def test_periods() -> None:
    assert [period(ms) for ms in (10_000, 60_000, 90_000, 3_600_000, 86_400_000, 250)] == [
        "10 s", "1 min", "90 s", "1 h", "1 d", "250 ms",
    ]  # fmt: skip
