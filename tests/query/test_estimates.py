"""Percentiles and distinct counts from what agents count."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette_query.evaluation.buckets import COUNT, LIMITS, MAX_LONG, bucket_of, estimate
from vedette_query.evaluation.distinct import REGISTERS, estimate_distinct


def plain_estimate(counts: list[float], percentiles: tuple[float, ...]) -> list[float]:
    """One point, walked as the reference says."""
    total = sum(counts)
    if total == 0:
        return [math.nan] * len(percentiles)
    last = max(i for i, count in enumerate(counts) if count > 0)
    results: list[float] = []
    reached, before_value = 0.0, 0.0
    for i in range(last + 1):
        before, reached = reached, reached + 100.0 * counts[i] / total
        while len(results) < len(percentiles) and reached >= percentiles[len(results)]:
            span = reached - before
            fraction = (percentiles[len(results)] - before) / span if span else math.nan
            value = 0.0 if math.isnan(fraction) else before_value + fraction * (LIMITS[i] - before_value)
            results.append(value)
        before_value = LIMITS[i]
    return results + [float(LIMITS[last])] * (len(percentiles) - len(results))


def test_there_are_276_buckets_with_known_limits() -> None:
    assert COUNT == 276
    assert LIMITS[:16] == (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 21)
    assert LIMITS[-2:] == (4_227_378_850_225_105_576, MAX_LONG)
    assert list(LIMITS) == sorted(set(LIMITS))


@settings(deadline=None)
@given(st.integers(1, MAX_LONG - 1))
def test_bucket_has_the_value_between_its_limits(value: int) -> None:
    bucket = bucket_of(value)
    lower = LIMITS[bucket - 1] if bucket else 0
    assert value < LIMITS[bucket] or bucket == COUNT - 1 or value <= LIMITS[bucket] * 4 // 3
    assert lower <= value * 4 // 3 + 1


def test_bucket_of_what_is_no_natural_number() -> None:
    assert [bucket_of(value) for value in (-1.0, 0.0, 0.9, 1.0, 4.7, 1e300, math.inf)] == [0, 0, 0, 1, 4, 275, 275]


@settings(deadline=None)
@given(st.dictionaries(st.integers(0, COUNT - 1), st.integers(1, 1000), max_size=8))
def test_estimate_walks_the_buckets(found: dict[int, int]) -> None:
    counts = [float(found.get(i, 0)) for i in range(COUNT)]
    percentiles = (0.0, 9.0, 25.0, 50.0, 90.0, 99.0, 100.0)
    result = estimate(np.array(counts)[:, None], percentiles)[:, 0]
    assert np.allclose(result, plain_estimate(counts, percentiles), rtol=1e-9, equal_nan=True)


def test_counts_that_are_missing_count_as_none() -> None:
    counts = np.full((COUNT, 2), np.nan)
    counts[10, 0] = 3.0
    result = estimate(counts, (50.0,))
    assert LIMITS[9] <= result[0, 0] <= LIMITS[10]
    assert math.isnan(result[0, 1])


@pytest.mark.parametrize("cardinality", [1, 5, 40, 160, 400, 1000, 3000])
def test_distinct_estimate_is_within_its_error(cardinality: int) -> None:
    """The mean of 40 independent estimates: their standard error is 1.04 / sqrt(64 * 40) = 2 %; five of them."""
    estimates = []
    for seed in range(40):
        hashes = np.random.default_rng(seed).integers(0, 2**32, cardinality, dtype=np.uint64)
        registers = np.full((REGISTERS, 1), np.nan)
        for value in hashes.tolist():
            place, rest = value % REGISTERS, value // REGISTERS
            rank = 1 if rest == 0 else (rest & -rest).bit_length()
            registers[place] = np.fmax(registers[place], rank)
        estimates.append(estimate_distinct(registers)[0])
    assert np.mean(estimates) == pytest.approx(cardinality, rel=0.1, abs=0.5)


def test_nothing_seen_is_no_estimate() -> None:
    assert math.isnan(estimate_distinct(np.full((REGISTERS, 1), np.nan))[0])
    assert math.isnan(estimate_distinct(np.zeros((REGISTERS, 1)))[0])
