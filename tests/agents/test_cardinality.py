"""Tags of which there are too many: rolled up, told once, and right in the sum."""

from __future__ import annotations

import logging
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.agents.readings import measured
from vedette_agent.cardinality import OTHERS, Limits
from vedette_agent.clock import ManualClock
from vedette_agent.registry import ROLLED_UP, Registry


def registry(**limits: int) -> Registry:
    return Registry(10_000, clock=ManualClock(1_000_000), limits=Limits(**limits))


def test_values_beyond_the_limit_are_others(caplog: pytest.LogCaptureFixture) -> None:
    mine = registry(values=2)
    with caplog.at_level(logging.WARNING):
        for user in ("ann", "bob", "cid", "ann", "dan"):
            mine.counter("requests", {"user": user, "kind": "a"}).increment(10)
    found = measured(mine.read(1))
    assert {dict(tags)["user"]: value for (name, *tags), value in found.items() if name == "requests"} == {
        "ann": 2.0,
        "bob": 1.0,
        OTHERS: 2.0,
    }
    assert found[ROLLED_UP, ("statistic", "count")] == 0.2
    assert caplog.text.count("more than 2 values of the tag 'user'") == 1


def test_the_same_value_under_another_key_or_name_has_room_of_its_own() -> None:
    mine = registry(values=1)
    assert mine.counter("a", {"k": "1"}).id == ("a", "k", "1")
    assert mine.counter("b", {"k": "2"}).id == ("b", "k", "2")
    assert mine.counter("a", {"l": "2"}).id == ("a", "l", "2")
    assert mine.counter("a", {"k": "2"}).id == ("a", "k", OTHERS)


def test_tags_beyond_the_limit_are_dropped() -> None:
    mine = registry(tags=2)
    assert mine.counter("m", {"c": "3", "a": "1", "b": "2"}).id == ("m", "a", "1", "b", "2")


def test_values_that_are_no_longer_used_make_room() -> None:
    clock = ManualClock(1_000_000)
    mine = Registry(10_000, clock=clock, limits=Limits(values=1))
    mine.counter("m", {"k": "old"}).increment()
    mine.read(1)
    clock.advance(16 * 60_000)
    mine.read(2)
    assert mine.counter("m", {"k": "new"}).id == ("m", "k", "new")


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 40)), max_size=60))
def test_the_sum_stays_right(updates: list[tuple[str, int]]) -> None:
    mine = registry(values=5, meters=100)
    for name, value in updates:
        mine.counter(name, {"k": str(value)}).increment()
    found = measured(mine.read(1))
    total = sum(value for (name, *_), value in found.items() if name in "abc")
    assert total * 10 == pytest.approx(len(updates))
    assert len(found) <= 3 * 6 + 1


def test_a_flood_of_values_costs_a_bounded_amount_of_memory() -> None:
    mine = registry()

    def flood(first: int, count: int) -> None:
        for number in range(first, first + count):
            mine.counter("requests", {"id": f"user-{number}"}).increment()
            if number % 10_000 == 0:
                mine.drain()

    flood(0, 20_000)
    tracemalloc.start()
    flood(20_000, 50_000)
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert used < 2**20
    assert len(mine) <= Limits().values + 1


def test_a_limit_is_at_least_one() -> None:
    with pytest.raises(ValueError, match="The limit tags is at least 1, not 0"):
        Limits(tags=0)
