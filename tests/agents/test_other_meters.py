"""The meters beside counters, gauges and distributions: what each reports, and what it makes of odd amounts."""

from __future__ import annotations

import gc
import logging
import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.agents.readings import by_statistic, measured
from vedette_agent import bucketing
from vedette_agent.clock import ManualClock
from vedette_agent.registry import Registry

STEP = 10_000
HOUR = 3_600_000
DAY = 24 * HOUR


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(1_000_000)


@pytest.fixture
def registry(clock: ManualClock) -> Registry:
    return Registry(STEP, clock=clock)


def test_a_max_gauge_reports_the_most_of_the_step_and_nothing_when_idle(registry: Registry) -> None:
    gauge = registry.max_gauge("depth")
    for value in (-7, -3, -5):
        gauge.set(value)
    assert by_statistic(registry.read(1), "depth") == {"max": -3.0}
    assert by_statistic(registry.read(2), "depth") == {}


@pytest.mark.parametrize("odd", [math.nan, math.inf, "7", None, []], ids=str)
def test_an_odd_value_costs_only_itself(registry: Registry, clock: ManualClock, odd: Any) -> None:
    most, total, age, flight = (
        registry.max_gauge("most"),
        registry.monotonic_counter("total"),
        registry.age_gauge("age"),
        registry.in_flight("flight"),
    )
    for value in (1, odd, 3):
        most.set(value)
        total.set(value)
        flight.increment(value)
    flight.decrement(odd)
    age.set(900)
    age.set(odd)
    reading = registry.read(1)
    assert by_statistic(reading, "most") == {"max": 3.0}
    assert by_statistic(reading, "total") == {"count": pytest.approx(0.2)}
    assert by_statistic(reading, "flight") == {"gauge": 4.0, "max": 4.0}
    assert by_statistic(reading, "age") == {"gauge": 100.0}


def test_a_monotonic_counter_begins_at_its_first_total_and_again_after_a_decrease(registry: Registry) -> None:
    counter = registry.monotonic_counter("bytes")
    counter.set(100)
    assert by_statistic(registry.read(1), "bytes") == {"count": 0.0}
    counter.set(130)
    counter.set(150)
    assert by_statistic(registry.read(2), "bytes") == {"count": 5.0}
    counter.set(10)  # the other side was restarted
    counter.set(30)
    assert by_statistic(registry.read(3), "bytes") == {"count": 2.0}


def test_a_total_of_64_bits_wraps_and_keeps_all_its_digits(registry: Registry) -> None:
    counter = registry.monotonic_counter_uint("packets")
    counter.set(2**64 - 10)
    counter.set(2**64 - 9)
    counter.set(29)
    assert by_statistic(registry.read(1), "packets") == {"count": pytest.approx(3.9)}
    counter.set(19)  # would be nearly all of 2^64: a restart
    assert by_statistic(registry.read(2), "packets") == {"count": 0.0}


@given(st.lists(st.lists(st.integers(0, 1000), max_size=5), max_size=8))
def test_a_monotonic_counter_adds_up_to_all_growth(steps: list[list[int]]) -> None:
    """However the totals fall into steps, nothing of the growth between them is lost or counted twice."""
    registry = Registry(STEP, clock=ManualClock(1_000_000))
    counter, all_totals, reported = registry.monotonic_counter("m"), [], 0.0
    for end_ms, totals in enumerate(steps):
        for total in totals:
            counter.set(total)
            all_totals.append(total)
        reported += by_statistic(registry.read(end_ms), "m")["count"] * STEP / 1000
    grown = sum(max(0, after - before) for before, after in pairwise(all_totals))
    assert reported == pytest.approx(grown)


def test_an_age_gauge_grows_for_ever(registry: Registry, clock: ManualClock) -> None:
    gauge = registry.age_gauge("backup")
    assert by_statistic(registry.read(1), "backup") == {}
    gauge.now()
    assert by_statistic(registry.read(2), "backup") == {"gauge": 0.0}
    clock.set(1_000_000 + 2 * DAY)
    assert by_statistic(registry.read(3), "backup") == {"gauge": 2 * DAY / 1000}


def test_an_interval_counter_counts_and_tells_how_long_ago(registry: Registry, clock: ManualClock) -> None:
    counter = registry.interval_counter("runs")
    assert by_statistic(registry.read(1), "runs") == {"count": 0.0, "duration": 1000.0}  # since the epoch
    counter.increment()
    assert by_statistic(registry.read(2), "runs") == {"count": 0.1, "duration": 0.0}
    clock.set(1_000_000 + HOUR)
    assert by_statistic(registry.read(3), "runs") == {"count": 0.0, "duration": 3600.0}


def test_a_long_task_is_seen_while_it_runs(registry: Registry, clock: ManualClock) -> None:
    timer = registry.long_task_timer("import")
    first, second = timer.start(), timer.start()
    clock.set(1_000_000 + DAY)
    seen = by_statistic(registry.read(1), "import")
    assert seen["activeTasks"] == 2.0
    assert 0 < seen["duration"] < 60
    assert timer.stop(first) > 0
    assert timer.stop(first) == -1
    assert timer.stop("no such task") == -1  # type: ignore[arg-type]  # a mistake of the caller
    assert timer.duration(second) > 0 > timer.duration(first)
    with timer.running():
        assert timer.active == 2
    assert timer.active == 1
    timer.stop(second)
    assert by_statistic(registry.read(2), "import") == {"activeTasks": 0.0, "duration": 0.0}


def test_what_is_in_flight_is_counted_with_the_most_of_the_step(registry: Registry) -> None:
    flight = registry.in_flight("requests")
    with flight, flight, flight:
        pass
    with flight:
        assert by_statistic(registry.read(1), "requests") == {"gauge": 1.0, "max": 3.0}
        assert by_statistic(registry.read(2), "requests") == {"gauge": 1.0, "max": 1.0}
    assert by_statistic(registry.read(3), "requests") == {"gauge": 0.0, "max": 1.0}


class Session:
    """Something that is counted while it lives."""

    def __init__(self, size: float) -> None:
        self.size = size


def test_live_objects_are_summed_and_the_dead_forgotten(registry: Registry) -> None:
    one = registry.polled_value("sessions", Session(2), lambda session: session.size)
    two = registry.polled_value("sessions", Session(5), lambda session: session.size)
    queue = registry.polled_size("queue", [1, 2, 3])
    reading = registry.read(1)
    assert by_statistic(reading, "sessions") == {"gauge": 7.0}
    assert by_statistic(reading, "queue") == {"gauge": 3.0}
    two.size = math.nan
    assert by_statistic(registry.read(2), "sessions") == {"gauge": 2.0}
    del one, two, queue
    gc.collect()
    assert by_statistic(registry.read(3), "sessions") == {}


def test_a_polled_function_that_raises_costs_only_itself(registry: Registry, caplog: pytest.LogCaptureFixture) -> None:
    calls = []

    def fail(_: object) -> float:
        calls.append(1)
        raise RuntimeError("somebody else's bug")

    registry.polled_value("load", object, fail)
    registry.polled_value("load", object, lambda _: 4.0)
    with caplog.at_level(logging.WARNING):
        assert by_statistic(registry.read(1), "load") == {"gauge": 4.0}
        assert by_statistic(registry.read(2), "load") == {"gauge": 4.0}
    assert len(calls) == 1
    assert caplog.text.count("is not asked again") == 1


@pytest.mark.parametrize(
    ("function", "amounts"),
    [
        (bucketing.age(60 * 10**9), {-1: "future", 0: "07s", 8 * 10**9: "15s", 60 * 10**9: "60s", 61 * 10**9: "old"}),
        (bucketing.latency(10**8), {-1: "negative_latency", 12.5e6: "012ms", 13e6: "025ms", 1e8: "100ms", 2e8: "slow"}),
        (bucketing.latency(3 * 10**9), {1e6: "0375ms", 3e9: "3000ms"}),
        (bucketing.latency_bias_slow(10**8), {1: "050ms", 60e6: "075ms", 80e6: "087ms", 1e8: "100ms"}),
        (bucketing.age_bias_old(24 * 3600 * 10**9), {1: "12h", 80_000e9: "24h"}),
        (bucketing.bytes_(1024), {-1: "negative", 0: "0128_B", 1024: "1024_B", 1025: "large"}),
        (bucketing.bytes_(20 * 1024), {0: "02_KiB", 20 * 1024: "20_KiB"}),
        (bucketing.decimal(20_000), {0: "02_k", 9_999: "10_k", 20_001: "large"}),
    ],
)  # fmt: skip
def test_amounts_fall_into_buckets(function: bucketing.BucketFunction, amounts: dict[float, str]) -> None:
    assert {amount: function(amount) for amount in amounts} == amounts


@given(st.integers(8, 2**62), st.floats(-1e19, 1e19), st.floats(-1e19, 1e19))
@pytest.mark.parametrize("make", [bucketing.age, bucketing.latency_bias_slow, bucketing.bytes_, bucketing.decimal])
def test_labels_of_buckets_sort_as_their_amounts_do(
    make: Callable[[int], bucketing.BucketFunction], most: int, one: float, other: float
) -> None:
    function = make(most)
    less, more = sorted((one, other))
    if less >= 0 and more <= most:
        assert function(less) <= function(more)


def test_a_bucket_function_needs_a_bound_above_zero() -> None:
    with pytest.raises(ValueError, match="above zero, not 0"):
        bucketing.age(0)


def test_bucket_meters_are_meters_with_a_tag(registry: Registry) -> None:
    counter = registry.bucket_counter("sizes", bucketing.bytes_(1024), {"kind": "a"})
    timer = registry.bucket_timer("calls", bucketing.latency(10**8))
    summary = registry.bucket_distribution_summary("rows", bucketing.decimal(1000))
    for amount in (1, 2, 1000, "odd"):
        counter.record(amount)  # type: ignore[arg-type]  # the last one
    timer.record(0.02)
    summary.record(5)
    found = measured(registry.read(1))
    assert found["sizes", ("bucket", "0128_B"), ("kind", "a"), ("statistic", "count")] == 0.2
    assert found["sizes", ("bucket", "1024_B"), ("kind", "a"), ("statistic", "count")] == 0.1
    assert found["sizes", ("bucket", "invalid"), ("kind", "a"), ("statistic", "count")] == 0.1
    assert found["calls", ("bucket", "025ms"), ("statistic", "totalTime")] == pytest.approx(0.002)
    assert found["rows", ("bucket", "0125"), ("statistic", "max")] == 5.0


def test_a_family_finds_meters_by_the_values_of_their_tags(registry: Registry) -> None:
    requests = registry.family(registry.counter, "requests", "method", "status")
    requests["GET", "200"].increment(3)
    requests["GET", 200].increment(2)
    assert requests["GET", "200"] is registry.counter("requests", {"status": "200", "method": "GET"})
    one = registry.family(registry.timer, "calls", "app")
    one["api"].record(1)
    found = measured(registry.read(1))
    assert found["requests", ("method", "GET"), ("statistic", "count"), ("status", "200")] == 0.5
    assert found["calls", ("app", "api"), ("statistic", "count")] == 0.1


@pytest.mark.parametrize(
    "kind", ["max_gauge", "monotonic_counter", "monotonic_counter_uint", "age_gauge", "interval_counter", "in_flight",
             "long_task_timer"],
)  # fmt: skip
def test_a_meter_taken_before_an_agent_runs_is_the_agents(kind: str, clock: ManualClock) -> None:
    waiting, running = Registry(STEP, clock=clock, opened=False), Registry(STEP, clock=clock)
    early, mine = getattr(waiting, kind)("m"), getattr(running, kind)("m")
    running.adopt(waiting)
    for meter in (early, mine):
        for act in ("set", "increment", "start"):
            if hasattr(meter, act):
                getattr(meter, act)(*(() if act == "start" else (500,)))
    values = by_statistic(running.read(1), "m")
    assert {
        "max_gauge": {"max": 500.0},
        "monotonic_counter": {"count": 0.0},
        "monotonic_counter_uint": {"count": 0.0},
        "age_gauge": {"gauge": 500.0},
        "interval_counter": {"count": 100.0, "duration": 0.0},
        "in_flight": {"gauge": 1000.0, "max": 1000.0},
        "long_task_timer": {"activeTasks": 2.0, "duration": pytest.approx(0, abs=10)},
    }[kind] == values
