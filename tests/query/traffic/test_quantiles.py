"""The 276 buckets and the estimate, against the numbers that Spectator's description gives."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette_query.evaluation.buckets import LIMITS as BOUNDS
from vedette_query.evaluation.buckets import bucket_of
from vedette_query.traffic.quantiles import merge, quantiles

LATENCIES = st.lists(st.integers(min_value=4, max_value=10**13), min_size=1, max_size=200)


def estimate(counts: Mapping[int, float], percentile: float) -> float | None:
    (found,) = quantiles(counts, (percentile,))
    return found


def test_there_are_276_bounds_with_the_known_ends() -> None:
    assert len(BOUNDS) == 276
    assert BOUNDS[:14] == tuple(range(1, 15))
    assert BOUNDS[14:26] == (16, 21, 26, 31, 36, 41, 46, 51, 56, 64, 85, 106)
    assert BOUNDS[-5:] == (
        3074457345618258601,
        3458764513820540926,
        3843071682022823251,
        4227378850225105576,
        9223372036854775807,
    )
    assert list(BOUNDS) == sorted(set(BOUNDS))


def test_a_half_filled_bucket_is_interpolated() -> None:
    low, high = BOUNDS[99], BOUNDS[100]
    assert estimate({100: 10.0}, 50.0) == pytest.approx((low + high) / 2 / 1e9)
    assert estimate({100: 10.0}, 100.0) == pytest.approx(high / 1e9)


def test_the_estimate_walks_over_several_buckets() -> None:
    counts = {100: 90.0, 120: 10.0}
    p90, p95 = estimate(counts, 90.0), estimate(counts, 95.0)
    assert p90 == pytest.approx(BOUNDS[100] / 1e9)
    assert p95 == pytest.approx((BOUNDS[119] + BOUNDS[120]) / 2 / 1e9)


def test_without_counts_there_is_no_latency() -> None:
    assert estimate({}, 99.0) is None
    assert estimate({100: 0.0}, 99.0) is None
    assert estimate({276: 5.0, -1: 5.0}, 99.0) is None


def test_fractions_that_do_not_add_up_stop_at_the_last_filled_bucket() -> None:
    counts = dict.fromkeys(range(100, 130), 0.1)
    found = estimate(counts, 100.0)
    assert found is not None
    assert found <= BOUNDS[129] / 1e9 * (1 + 1e-12)


@settings(deadline=None, max_examples=60)
@given(LATENCIES)
def test_an_estimate_is_within_a_bucket_of_the_true_quantile(latencies: list[int]) -> None:
    counts = merge({bucket_of(value): 1.0} for value in latencies)
    ordered = sorted(latencies)
    for percentile in (50.0, 95.0, 99.0):
        found = estimate(counts, percentile)
        true = ordered[math.ceil(percentile / 100 * len(ordered)) - 1]
        i = bucket_of(true)
        assert found is not None
        assert BOUNDS[i - 1] * (1 - 1e-9) <= found * 1e9 <= BOUNDS[i] * (1 + 1e-9)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.dictionaries(st.integers(0, 275), st.floats(0.1, 1e6), max_size=8), max_size=8))
def test_merging_keeps_every_count(parts: list[dict[int, float]]) -> None:
    merged = merge(parts)
    assert math.fsum(merged.values()) == pytest.approx(math.fsum(c for part in parts for c in part.values()))
