"""Ticks of time axes, in any zone and through changes of its clocks."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette_query.chart.clock import at, time_ticks
from vedette_query.timing.dates import EARLIEST_MS, LATEST_MS, parse_zone

HOUR = 3_600_000
ZONES = ("UTC", "US/Pacific", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "America/Sao_Paulo", "+05:45")


def labels(start: str, hours: float, zone: str = "UTC", count: int = 8) -> str:
    tz = parse_zone(zone)
    first = int(datetime.fromisoformat(start).replace(tzinfo=tz).timestamp() * 1000)
    ticks = time_ticks(first, first + int(hours * HOUR), tz, count)
    return " ".join(tick.label for tick in ticks if tick.major)


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        ("2026-11-22T09:13", 1 / 3600, "09:13 .200 .400 .600 .800 :01"),
        ("2026-11-22T09:13", 1 / 60, "09:13 :10 :20 :30 :40 :50 09:14"),
        ("2026-11-22T09:13", 1, "09:20 09:30 09:40 09:50 10:00 10:10"),
        ("2026-11-22T09:13", 3, "09:30 10:00 10:30 11:00 11:30 12:00"),
        ("2026-11-22T20:00", 12, "20:00 22:00 Nov23 02:00 04:00 06:00 08:00"),
        ("2026-11-22T20:00", 24, "21:00 Nov23 03:00 06:00 09:00 12:00 15:00 18:00"),
        ("2026-11-22T20:00", 24 * 3, "Nov23 12:00 Nov24 12:00 Nov25 12:00"),
        ("2026-12-29T20:00", 24 * 7, "Dec30 Dec31 2027 Jan02 Jan03 Jan04 Jan05"),
        ("2026-11-02T00:00", 24 * 21, "Nov02 Nov09 Nov16 Nov23"),
        ("2026-10-20T00:00", 24 * 200, "Nov Dec 2027 Feb Mar Apr May"),
        ("2020-10-20T00:00", 24 * 365 * 6, "2021 2022 2023 2024 2025 2026"),
        ("1901-01-31T00:00", 24 * 365 * 390, "1950 2000 2050 2100 2150 2200 2250"),
    ],
)
def test_ticks_of_minutes_to_centuries(start: str, hours: float, expected: str) -> None:
    assert labels(start, hours) == expected


@pytest.mark.parametrize(
    ("start", "zone", "count", "expected"),
    [
        # An hour that does not exist, and one that comes twice.
        ("2026-03-28T22:00", "Europe/Berlin", 9, "22:00 23:00 Mar29 01:00 03:00 04:00 05:00"),
        ("2026-10-24T22:00", "Europe/Berlin", 9, "22:00 23:00 Oct25 01:00 02:00 02:00 03:00"),
        ("2026-03-07T22:00", "US/Pacific", 4, "22:00 Mar08 04:00"),
        ("2026-10-31T22:00", "US/Pacific", 4, "22:00 Nov01 02:00"),
        # Half an hour back at two o'clock.
        ("2026-04-04T22:00", "Australia/Lord_Howe", 8, "22:00 23:00 Apr05 01:00 02:00 03:00"),
        ("2026-10-24T22:00", "Asia/Kolkata", 8, "22:00 23:00 Oct25 01:00 02:00 03:00 04:00"),
    ],
)
def test_ticks_go_by_the_clocks_of_the_zone(start: str, zone: str, count: int, expected: str) -> None:
    assert labels(start, 6 if zone != "Asia/Kolkata" else 6.5, zone, count) == expected


def test_days_begin_at_midnight_before_and_after_a_change() -> None:
    tz = parse_zone("US/Pacific")
    first = int(datetime(2026, 10, 30, 12, tzinfo=tz).timestamp() * 1000)
    ticks = [tick for tick in time_ticks(first, first + 5 * 24 * HOUR, tz, 8) if tick.major]
    assert [at(int(tick.value), tz).hour for tick in ticks if len(tick.label) == 5 and tick.label[0] in "ON"] == [0] * 5
    lengths = [b.value - a.value for a, b in pairwise(ticks) if a.label.startswith(("Oct", "Nov"))]
    assert set(lengths) <= {12.0 * HOUR, 13.0 * HOUR, 24.0 * HOUR, 25.0 * HOUR}


@given(
    st.integers(EARLIEST_MS, LATEST_MS),
    st.floats(0, 1),
    st.sampled_from(ZONES),
    st.integers(1, 26),
)
def test_ticks_are_within_the_span_in_order_and_round(start: int, share: float, zone: str, count: int) -> None:
    tz = parse_zone(zone)
    span = int(10 ** (share * 13))  # up to three centuries
    end = min(start + span, LATEST_MS)
    ticks = time_ticks(start, end, tz, count)
    values = [tick.value for tick in ticks]
    assert values == sorted(set(values))
    assert all(start <= value <= end for value in values)
    majors = [tick for tick in ticks if tick.major]
    assert len(majors) <= count + 3
    assert len(ticks) <= 12 * (count + 3)
    assert all(bool(tick.label) == tick.major for tick in ticks)
    if end - start > 2 * 24 * HOUR:
        for tick in majors:
            local = at(int(tick.value), tz)
            assert local.minute % 15 == 0 or local.year < 1950  # clocks went by the sun then
            assert local.utcoffset() is not None
            assert timedelta(hours=-13) < (local.utcoffset() or timedelta()) < timedelta(hours=15)
