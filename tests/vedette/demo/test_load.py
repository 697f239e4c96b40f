"""The load follows the day of each region."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.demo.load import DAY_S, HOURS, of_day, rate
from vedette.demo.topology import REGIONS, Region

TUESDAY = 1_790_000_000 - 1_790_000_000 % DAY_S + (5 - int(1_790_000_000 // DAY_S) % 7) % 7 * DAY_S


@pytest.mark.parametrize("hour", range(24))
def test_a_full_hour_has_the_share_of_the_table(hour: int) -> None:
    assert of_day(TUESDAY + hour * 3600) == pytest.approx(HOURS[hour])


def test_the_evening_is_the_peak_and_the_early_morning_the_least() -> None:
    day = [of_day(TUESDAY + minute * 60) for minute in range(24 * 60)]
    assert day.index(max(day)) == 21 * 60
    assert day.index(min(day)) == 5 * 60


def test_the_curve_has_no_jumps() -> None:
    day = [of_day(TUESDAY + second) for second in range(0, 2 * int(DAY_S), 30)]
    assert max(abs(a - b) for a, b in itertools.pairwise(day)) < 0.005


def test_saturday_afternoon_is_busier_than_tuesdays() -> None:
    saturday = TUESDAY + 4 * DAY_S
    assert of_day(saturday + 14 * 3600) > of_day(TUESDAY + 14 * 3600)
    assert of_day(saturday + 21 * 3600) == of_day(TUESDAY + 21 * 3600)


@given(now=st.floats(1.6e9, 2.2e9), region=st.sampled_from(REGIONS), peak=st.floats(0, 1000))
def test_a_rate_is_never_negative_and_near_its_share(now: float, region: Region, peak: float) -> None:
    found = rate(region, now, peak=peak)
    assert 0 <= found <= peak * region.share * 1.15 * 1.15


def test_regions_have_their_evening_one_after_the_other() -> None:
    peaks = {}
    for region in REGIONS:
        day = [rate(region, TUESDAY + minute * 60, peak=1.0) / region.share for minute in range(24 * 60)]
        peaks[region.name] = day.index(max(day)) / 60
    assert peaks["eu-west-1"] == pytest.approx(21, abs=1.5)
    assert peaks["us-east-1"] == pytest.approx(2, abs=1.5)
    assert peaks["us-west-2"] == pytest.approx(5, abs=1.5)


def test_a_squeezed_day_is_as_long_as_asked() -> None:
    region = REGIONS[2]
    hour = [rate(region, TUESDAY + second, peak=1.0, day_s=600) for second in range(600)]
    assert max(hour) > 3 * min(hour)
    assert math.isclose(hour[0], rate(region, TUESDAY + 600, peak=1.0, day_s=600), rel_tol=0.25)
