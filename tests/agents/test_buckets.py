"""The 276 buckets: their bounds, and which value belongs to which."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.agents.recorded import cases
from vedette_agent import buckets

LARGEST = 2**63 - 1
POWERS_OF_FOUR = [4**power for power in range(31)]


def index_by_arithmetic(value: int) -> int:
    """The rule as Spectator states it: by the position of the highest bit, not by a search."""
    if value <= 4:
        return max(value, 0)
    shift = value.bit_length() - 1
    shift -= shift % 2
    base = 1 << shift
    positions = [buckets.BOUNDS.index(power) for power in POWERS_OF_FOUR] + [275]
    return min((value - base) // (base // 3) + positions[shift // 2] + 1, 275)


def test_the_bounds_are_the_recorded_ones() -> None:
    expected = cases("bucket_index", "buckets_checksum")
    assert buckets.COUNT == cases("bucket_index", "count") == 276
    assert sum(buckets.BOUNDS) % 2**63 == expected["sum_mod_2_63"]
    assert list(buckets.BOUNDS[:16]) == expected["first"]
    assert list(buckets.BOUNDS[-4:]) == expected["last"]
    assert all(buckets.BOUNDS[int(index)] == bound for index, bound in expected["at"].items())


@pytest.mark.parametrize("case", cases("bucket_index", "cases"), ids=lambda case: str(case["value"]))
def test_values_have_the_recorded_index(case: dict[str, Any]) -> None:
    index = buckets.index_of(case["value"])
    assert index == case["index"]
    assert buckets.timer_tag(index) == case["timer_tag"]
    assert buckets.summary_tag(index) == case["dist_tag"]
    assert buckets.BOUNDS[index] == case["bucket_value"]


@pytest.mark.parametrize(
    ("value", "index"),
    [
        (-1, 0), (0, 0), (1, 1), (4, 4), (15, 15), (21, 16), (61, 24), (62, 24), (63, 24), (64, 24), (87, 25),
        (255, 33), (1023, 42), (10**7, 100), (5 * 10**9, 141), (60 * 10**9, 157), (86_400 * 10**9, 204), (LARGEST, 275),
    ],
)  # fmt: skip
def test_the_known_edges(value: int, index: int) -> None:
    assert buckets.index_of(value) == index


def test_every_edge_agrees_with_the_rule() -> None:
    for bound in buckets.BOUNDS:
        for value in range(max(bound - 5, 0), min(bound + 5, LARGEST) + 1):
            assert buckets.index_of(value) == index_by_arithmetic(value), value


@given(st.integers(0, LARGEST))
def test_every_value_agrees_with_the_rule_and_is_within_its_bucket(value: int) -> None:
    index = buckets.index_of(value)
    assert index == index_by_arithmetic(value)
    assert value <= buckets.BOUNDS[index]


@given(st.integers(1, 86_400 * 10**9))
def test_seconds_have_the_index_of_their_nanoseconds(nanoseconds: int) -> None:
    assert buckets.tally_seconds([nanoseconds / 1e9]) == {buckets.index_of(nanoseconds): 1}


@pytest.mark.parametrize(("seconds", "tag"), [(0.0, "T0001"), (1e-9, "T0001"), (86_400, "T00CC"), (1e9, "T00CC")])
def test_timers_are_held_between_a_nanosecond_and_a_day(seconds: float, tag: str) -> None:
    assert {buckets.timer_tag(index): count for index, count in buckets.tally_seconds([seconds]).items()} == {tag: 1}


@given(st.lists(st.floats(0, 1e19)))
def test_a_tally_counts_each_amount_once(amounts: list[float]) -> None:
    assert buckets.tally(amounts) == Counter(buckets.index_of(int(amount)) for amount in amounts)
