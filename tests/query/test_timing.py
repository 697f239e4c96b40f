"""Durations, dates, steps and windows."""

from __future__ import annotations

from datetime import UTC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette_query.errors import BadRequest
from vedette_query.timing.dates import parse_date, parse_zone
from vedette_query.timing.durations import Duration, parse_duration
from vedette_query.timing.steps import ALLOWED_MS, effective_step, round_step
from vedette_query.timing.window import resolve, window

NOW = 1_795_305_600_000  # 2026-11-22T00:00Z
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


@pytest.mark.parametrize(
    ("text", "ms", "printed", "iso"),
    [
        ("5m", 5 * MINUTE, "5m", "PT5M"),
        ("90s", 90_000, "90s", "PT1M30S"),
        ("60s", MINUTE, "1m", "PT1M"),
        ("24h", DAY, "1d", "PT24H"),
        ("1w", 7 * DAY, "1w", "PT168H"),
        ("1month", 30 * DAY, "30d", "PT720H"),
        ("2years", 730 * DAY, "730d", "PT17520H"),
        ("0h", 0, "0w", "PT0S"),
        ("PT1H30M", 90 * MINUTE, "90m", "PT1H30M"),
        ("P1DT1H", 25 * HOUR, "25h", "PT25H"),
        ("PT1.5S", 1500, "PT1.5S", "PT1.5S"),
        ("500ms", 500, "PT0.5S", "PT0.5S"),
        ("PT-1M", -MINUTE, "PT-1M", "PT-1M"),
    ],
)
def test_durations(text: str, ms: int, printed: str, iso: str) -> None:
    duration = parse_duration(text)
    assert (duration.ms, str(duration), duration.iso) == (ms, printed, iso)


@settings(deadline=None)
@given(st.integers(-(10**18), 10**18))
def test_printed_duration_is_read_as_the_same(ns: int) -> None:
    assert parse_duration(str(Duration(ns))) == Duration(ns)
    assert parse_duration(Duration(ns).iso) == Duration(ns)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("5x", "unknown unit x"),
        ("5", "invalid period 5"),
        ("", "invalid period "),
        ("P", "invalid period P"),
        ("PT", "PT"),
    ],
)
def test_bad_durations_are_refused(text: str, message: str) -> None:
    with pytest.raises(BadRequest, match=message):
        parse_duration(text)


def test_overflowing_duration_is_refused() -> None:
    with pytest.raises(BadRequest, match="invalid period"):
        parse_duration("9" * 30 + "y")


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("now", NOW),
        ("epoch", 0),
        ("epoch+1d", DAY),
        ("now-1w", NOW - 7 * DAY),
        ("whatever", NOW),
        ("1795305600", NOW),
        ("1795305600000", NOW),
        ("1795305600000000", NOW),
        ("1795305600000000000", NOW),
        ("1795305600-5m", NOW - 5 * MINUTE),
        ("1700000000000+1h", 1_700_000_000_000 + HOUR),
        ("2026-11-22", NOW),
        ("2026-11-22T00:00", NOW),
        ("2026-11-22T00:00:00.500", NOW + 500),
        ("2026-11-22T01:00+01:00", NOW),
        ("2026-11-22T01:00+01", NOW),
        ("2026-11-21T19:00:00-0500", NOW),
        ("2026-11-22Z", NOW),
        ("2026-11-21T19:00:00-050000", NOW),
        ("2026-11-22T00:00:00.5", NOW + 500),
        ("2026-11-22T00:00:00.123456789Z", NOW + 123),
    ],
)
def test_dates(text: str, ms: int) -> None:
    assert parse_date(text, UTC, {}, NOW) == ms


def test_dates_without_a_zone_are_in_that_of_the_request() -> None:
    assert parse_date("2026-11-21T16:00", parse_zone("US/Pacific"), {}, 0) == NOW
    assert parse_date("2026-11-22T02:00", parse_zone("+02:00"), {}, 0) == NOW


@pytest.mark.parametrize(
    ("text", "zone", "utc"),
    [
        # an hour that is skipped in spring is taken as if the clock had not been put forward
        ("2026-03-08T02:30", "US/Pacific", "2026-03-08T10:30Z"),
        ("2026-03-08T03:30", "US/Pacific", "2026-03-08T10:30Z"),
        ("2026-03-08T01:59", "US/Pacific", "2026-03-08T09:59Z"),
        ("2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:30Z"),
        # an hour that comes twice in autumn is the first of the two
        ("2026-11-01T01:30", "US/Pacific", "2026-11-01T08:30Z"),
        ("2026-11-01T02:00", "US/Pacific", "2026-11-01T10:00Z"),
        ("2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30Z"),
        # half an hour, on the other side of the year and of the world
        ("2026-10-04T02:15", "Australia/Lord_Howe", "2026-10-03T15:45Z"),
        ("2026-04-05T01:45", "Australia/Lord_Howe", "2026-04-04T14:45Z"),
        # a day begins when the clock of the zone says so; an explicit zone counts more than that of the request
        ("2026-07-01", "US/Pacific", "2026-07-01T07:00Z"),
        ("2026-01-01", "US/Pacific", "2026-01-01T08:00Z"),
        ("2026-07-01T00:00Z", "US/Pacific", "2026-07-01T00:00Z"),
        ("2026-07-01T00:00-03:30", "US/Pacific", "2026-07-01T03:30Z"),
        # relative dates are lengths of time: a day over a change of the clock has 24 hours
        ("1772949600-1d", "US/Pacific", "2026-03-07T06:00Z"),
    ],
)
def test_daylight_saving(text: str, zone: str, utc: str) -> None:
    assert parse_date(text, parse_zone(zone), {}, 0) == parse_date(utc, UTC, {}, 0)


@pytest.mark.parametrize(
    "text", ["foo42", "2026-13-01", "2026-11-22T25:00", "", "0001-01-01", "e--", "now-5x", "9" * 31]
)
def test_bad_dates_are_refused(text: str) -> None:
    with pytest.raises(BadRequest):
        parse_date(text, UTC, {}, NOW)


def test_unknown_zone_is_refused() -> None:
    for name in ("Mars/Olympus", "../etc/passwd", "+25:00", ""):
        with pytest.raises(BadRequest, match="unknown time zone"):
            parse_zone(name)


@pytest.mark.parametrize(
    ("start", "end", "resolved"),
    [
        ("e-3h", "now", (NOW - 3 * HOUR, NOW)),
        ("2026-11-21", "s+1h", (NOW - DAY, NOW - DAY + HOUR)),
        ("e", "2026-11-22", (NOW, NOW)),
        ("now-1h", "now", (NOW - HOUR, NOW)),
        # a name that nobody knows is now, whatever the other one refers to
        ("whatever-1h", "now+1h", (NOW - HOUR, NOW + HOUR)),
        ("now-1h", "whatever", (NOW - HOUR, NOW)),
        ("e", "e", (NOW, NOW)),
        ("epoch", "s", (0, 0)),
        ("s-1h", "now", (NOW - HOUR, NOW)),
    ],
)
def test_start_and_end_may_refer_to_each_other(start: str, end: str, resolved: tuple[int, int]) -> None:
    assert resolve(start, end, UTC, NOW) == resolved


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [("e-1h", "s+1h", "start and end are both relative"), ("now", "now-1h", "end time is before start time")],
)
def test_impossible_ranges_are_refused(start: str, end: str, message: str) -> None:
    with pytest.raises(BadRequest, match=f"requirement failed: {message}"):
        resolve(start, end, UTC, NOW)


@pytest.mark.parametrize(
    ("primary", "step", "length", "datapoints", "expected"),
    [
        (10_000, None, 3 * HOUR, 700, 20_000),
        (10_000, None, 3 * HOUR, 1440, 10_000),
        (60_000, None, DAY, 700, 180_000),
        (60_000, 45 * MINUTE, HOUR, 700, HOUR),
        (10_000, 25_000, HOUR, 700, 30_000),
        (10_000, 1, HOUR, 700, 10_000),
        (60_000, None, 365 * DAY, 700, DAY),
        (60_000, 36 * HOUR, 30 * DAY, 700, 2 * DAY),
    ],
)
def test_step_fits_the_window(primary: int, step: int | None, length: int, datapoints: int, expected: int) -> None:
    assert effective_step(primary, step, length, datapoints) == expected


def test_a_step_longer_than_ten_years_is_refused() -> None:
    assert effective_step(10_000, 3_660 * DAY, HOUR, 700) == 3_660 * DAY
    with pytest.raises(BadRequest, match="a step of 3,661 days is too long, the limit is 3,660 days"):
        effective_step(10_000, 3_661 * DAY, HOUR, 700)


@settings(deadline=None)
@given(st.sampled_from([1000, 5000, 10_000, 60_000]), st.integers(0, 10 * DAY))
def test_a_step_is_a_multiple_of_the_stores_own(primary: int, wanted: int) -> None:
    step = round_step(primary, wanted)
    assert step % primary == 0
    assert step >= max(primary, wanted)
    assert step in ALLOWED_MS or step % DAY == 0


@settings(deadline=None)
@given(st.integers(0, NOW), st.integers(0, 400 * DAY), st.integers(1, 2000))
def test_window_has_one_hidden_point_and_ends_at_the_end(start: int, length: int, width: int) -> None:
    span = window(start, start + length, 10_000, None, min(width, 1440))
    assert span.start_ms % span.step_ms == 0
    assert span.points >= 2
    assert span.points <= min(width, 1440) + 3
    assert span.end_ms - span.step_ms == (start + length) // span.step_ms * span.step_ms
    assert span.shown_start_ms <= start + span.step_ms
    assert span.times_ms.tolist()[0] == span.start_ms
