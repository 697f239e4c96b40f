"""What meters report: the recorded steps of Spectator's registry, odd amounts, and exact totals under threads."""

from __future__ import annotations

import asyncio
import math
import sys
import threading
import time
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.agents.readings import by_statistic, measured, total
from tests.agents.recorded import cases
from vedette_agent.clock import ManualClock
from vedette_agent.registry import Registry

MINUTE = 60_000


class Replay:
    """A registry that is read at each boundary as its step thread would, under a clock that the events move."""

    def __init__(self, step_ms: int) -> None:
        self.clock = ManualClock()
        self.registry = Registry(step_ms, clock=self.clock)
        self.reading = self.registry.read(0)

    def move_to(self, now_ms: int) -> None:
        step_ms = self.registry.step_ms
        for end_ms in range((self.clock.now_ms() // step_ms + 1) * step_ms, now_ms + 1, step_ms):
            self.clock.set(end_ms)
            self.reading = self.registry.read(end_ms)
        self.clock.set(now_ms)

    def update(self, event: dict[str, Any]) -> None:
        match event["op"]:
            case "counter":
                self.registry.counter(event["name"]).add(float(event["v"]))
            case "gauge":
                self.registry.gauge(event["name"]).set(float(event["v"]))
            case "timer":
                self.registry.timer(event["name"]).record(event["v"] / 1e9)
            case _:
                raise AssertionError(f"unknown event {event}")


@pytest.mark.parametrize("case", [case for case in cases("step") if case["flavour"] == "java"], ids=lambda c: c["note"])
def test_steps_are_reported_as_recorded(case: dict[str, Any]) -> None:
    replay = Replay(case["step_ms"])
    polls = iter(case["polls"])
    for event in case["events"]:
        replay.move_to(event["t"])
        if event["op"] == "poll":
            expected = {
                (item["name"], *sorted(item["tags"].items())): item["value"] for item in next(polls)["measurements"]
            }
            assert measured(replay.reading) == pytest.approx(expected, rel=1e-9)
            assert replay.reading.end_ms == event["t"]
        elif event["op"] != "lwc":
            replay.update(event)
    assert next(polls, None) is None


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(1_000_000)


@pytest.fixture
def registry(clock: ManualClock) -> Registry:
    return Registry(10_000, clock=clock)


def test_a_counter_reports_its_sum_by_second_and_begins_anew(registry: Registry) -> None:
    counter = registry.counter("requests")
    counter.increment()
    counter.increment(2)
    counter.add(0.5)
    assert by_statistic(registry.read(1), "requests") == {"count": 0.35}
    assert by_statistic(registry.read(2), "requests") == {"count": 0.0}


@pytest.mark.parametrize(
    "odd",
    [math.nan, math.inf, -math.inf, -1, 0, "7", None, 10**400, [], Decimal("NaN")],
    ids=lambda value: str(value)[:9],
)
def test_an_odd_amount_costs_a_counter_only_itself(registry: Registry, odd: Any) -> None:
    counter = registry.counter("requests")
    counter.increment(4)
    counter.increment(odd)
    counter.increment(Fraction(1, 2))  # type: ignore[arg-type]  # any number will do
    assert total(registry, "requests") == 4.5


@pytest.mark.parametrize("odd", [math.nan, math.inf, "7", None, 10**400], ids=lambda value: str(value)[:9])
@pytest.mark.parametrize(
    "kind", ["timer", "distribution_summary", "percentile_timer", "percentile_distribution_summary"]
)
def test_an_odd_amount_costs_a_distribution_only_itself(registry: Registry, kind: str, odd: Any) -> None:
    meter = getattr(registry, kind)("m")
    for amount in (2.0, odd, 4.0):
        meter.record(amount)
    found = by_statistic(registry.read(1), "m")
    assert found["count"] * 10 == 2
    assert found["totalOfSquares"] * 10 == 20
    assert found["max"] == 4


def test_a_broken_update_costs_no_other_meter_its_step(registry: Registry, caplog: pytest.LogCaptureFixture) -> None:
    class Worse(float):
        def __gt__(self, _: object) -> bool:
            raise RuntimeError("not even to be compared")

        __lt__ = __ge__ = __le__ = __gt__
        __float__ = __gt__  # type: ignore[assignment]

    registry.timer("bad").record(Worse(1))
    registry.timer("good").record(Decimal(2))  # type: ignore[arg-type]  # any number will do
    reading = registry.read(1)
    assert by_statistic(reading, "bad")["count"] == 0
    assert by_statistic(reading, "good")["totalOfSquares"] == 0.4
    assert "dropped" in caplog.text


def test_a_sum_that_is_no_longer_finite_is_not_reported(registry: Registry) -> None:
    registry.timer("t").record(1e200)
    assert set(by_statistic(registry.read(1), "t")) == {"count", "totalTime", "max"}


def test_a_timer_reports_four_statistics_and_zeros_when_idle(registry: Registry) -> None:
    timer = registry.timer("t")
    for seconds in (0.1, 0.3):
        timer.record(seconds)
    expected = {"count": 0.2, "totalTime": 0.04, "totalOfSquares": 0.01, "max": 0.3}
    assert by_statistic(registry.read(1), "t") == pytest.approx(expected)
    assert set(by_statistic(registry.read(2), "t").values()) == {0.0}


def test_a_summary_calls_its_total_an_amount(registry: Registry) -> None:
    registry.distribution_summary("sizes").record(500)
    assert by_statistic(registry.read(1), "sizes") == {
        "count": 0.1, "totalAmount": 50.0, "totalOfSquares": 25_000.0, "max": 500.0,
    }  # fmt: skip


def test_percentile_meters_add_the_buckets_that_were_touched(registry: Registry) -> None:
    registry.percentile_timer("pt").record(0.01)
    registry.percentile_distribution_summary("ps").record(21.9)
    registry.percentile_distribution_summary("ps").record(0)
    reading = registry.read(1)
    assert by_statistic(reading, "pt") == pytest.approx(
        {"count": 0.1, "totalTime": 0.001, "totalOfSquares": 1e-5, "max": 0.01, "T0064": 0.1}
    )
    assert by_statistic(reading, "ps")["D0010"] == 0.1
    assert by_statistic(reading, "ps")["D0000"] == 0.1
    assert "T0064" not in by_statistic(registry.read(2), "pt")


def test_percentile_meters_drop_negative_amounts_in_both_halves(registry: Registry) -> None:
    for meter in (registry.percentile_timer("m"), registry.percentile_distribution_summary("n")):
        meter.record(-1)
        meter.record(2)
    reading = registry.read(1)
    for name in ("m", "n"):
        found = by_statistic(reading, name)
        assert found["count"] == 0.1
        assert sum(value for key, value in found.items() if key[0] in "TD") == 0.1


def test_a_gauge_repeats_its_last_value_until_its_time_to_live_is_over(registry: Registry, clock: ManualClock) -> None:
    gauge = registry.gauge("sessions", ttl_seconds=30)
    gauge.set(1)
    gauge.set(7)
    for _ in range(4):
        assert by_statistic(registry.read(clock.now_ms()), "sessions") == {"gauge": 7.0}
        clock.advance(10_000)
    assert by_statistic(registry.read(clock.now_ms()), "sessions") == {}


def test_a_gauge_that_was_never_set_or_set_to_no_number_reports_nothing(registry: Registry) -> None:
    registry.gauge("quiet")
    odd: Any = "many"
    registry.gauge("odd").set(odd)
    registry.gauge("nan").set(math.nan)
    assert measured(registry.read(1)) == {}


def test_a_statistic_on_the_id_is_kept_by_counters_and_gauges_and_not_by_timers(registry: Registry) -> None:
    tags = {"statistic": "percentile"}
    registry.counter("c", tags).increment()
    registry.gauge("g", tags).set(1)
    registry.timer("t", tags).record(1)
    reading = registry.read(1)
    assert set(by_statistic(reading, "c")) == set(by_statistic(reading, "g")) == {"percentile"}
    assert set(by_statistic(reading, "t")) == {"count", "totalTime", "totalOfSquares", "max"}


@given(st.lists(st.lists(st.floats(0, 1e6), max_size=20), max_size=6))
def test_however_often_it_is_drained_the_step_has_the_same_sums(parts: list[list[float]]) -> None:
    registry = Registry(1_000, clock=ManualClock())
    timer = registry.percentile_timer("t")
    for part in parts:
        for amount in part:
            timer.record(amount)
        registry.drain()
    values = [value for part in parts for value in part]
    found = by_statistic(registry.read(1), "t")
    assert found["count"] == len(values)
    assert found["totalTime"] == pytest.approx(math.fsum(values))
    assert found["totalOfSquares"] == pytest.approx(math.fsum(value * value for value in values))
    assert found["max"] == max(values, default=0)
    assert sum(value for key, value in found.items() if key.startswith("T0")) == len(values)


def test_totals_are_exact_under_eight_threads_that_are_switched_each_microsecond() -> None:
    """Nothing is lost between an append and a drain, however the two are interleaved."""
    threads, readings, most = 8, 10, 20_000
    registry = Registry(1_000, clock=ManualClock())
    counter, timer = registry.counter("c"), registry.percentile_timer("t")
    enough = threading.Event()
    rounds = [0] * threads

    def work(number: int) -> None:
        while not enough.is_set() and rounds[number] < most:
            for _ in range(200):
                counter.increment()
                counter.increment(2)
                timer.record(0.5)
            rounds[number] += 200

    counted = recorded = buckets = seconds = 0.0

    def read() -> None:
        nonlocal counted, recorded, buckets, seconds
        registry.drain()
        reading = registry.read(0)
        found = by_statistic(reading, "t")
        counted += by_statistic(reading, "c")["count"]
        recorded += found["count"]
        seconds += found["totalTime"]
        buckets += sum(value for key, value in found.items() if key.startswith("T0"))

    workers = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for worker in workers:
            worker.start()
        for _ in range(readings):
            read()
        enough.set()
        for worker in workers:
            worker.join()
    finally:
        sys.setswitchinterval(interval)
    assert recorded > 0, "the readings did not run beside the threads"
    read()
    assert counted == 3 * sum(rounds)
    assert recorded == buckets == sum(rounds)
    assert seconds == sum(rounds) / 2


def test_an_update_in_the_midst_of_a_drain_stays_for_the_next(registry: Registry) -> None:
    """CPython of today switches threads at no such point; the code must not depend on it."""

    class Interrupted(list[float]):
        def __getitem__(self, index: Any) -> Any:
            copy = super().__getitem__(index)
            if len(self) == 2:
                self.append(4)
            return copy

    counter = registry.counter("c")
    counter._log = Interrupted([1, 2])
    assert total(registry, "c") == 3
    assert total(registry, "c") == 4


def test_memory_between_steps_is_what_one_tick_brings(registry: Registry) -> None:
    timer = registry.timer("t")
    for _ in range(50):
        for _ in range(1_000):
            timer.record(0.001)
        assert registry.drain() == 1_000
        assert timer.pending() == 0
    assert total(registry, "t") == 50_000


@pytest.mark.parametrize("slept", [0.02])
def test_a_stopwatch_measures_blocks_functions_and_coroutines(registry: Registry, slept: float) -> None:
    timer = registry.timer("t")

    @timer.time()
    def plain(value: int) -> int:
        time.sleep(slept)
        return value

    @timer.time()
    async def coroutine(value: int) -> int:
        await asyncio.sleep(slept)
        return value

    async def both() -> tuple[int, int]:
        first, second = await asyncio.gather(coroutine(2), coroutine(3))
        return first, second

    def fail() -> None:
        with timer.time():
            time.sleep(slept)
            raise KeyError("seen by the caller")

    assert plain(1) == 1
    assert asyncio.run(both()) == (2, 3)
    with pytest.raises(KeyError):
        fail()
    found = by_statistic(registry.read(1), "t")
    assert found["count"] * 10 == 4
    assert 4 * slept * 0.9 < found["totalTime"] * 10 < 4 * slept + 2
    assert coroutine.__name__ == "coroutine"


def _speed(function: Callable[[], object], repeats: int = 20_000) -> float:
    best = math.inf
    for _ in range(5):
        started = time.perf_counter_ns()
        for _ in range(repeats):
            function()
        best = min(best, (time.perf_counter_ns() - started) / repeats)
    return best


def test_an_update_costs_no_more_than_a_lock_would(registry: Registry) -> None:
    """The budget in nanoseconds is measured elsewhere; this holds the shape of the hot path on any machine."""
    counter, timer, lock = registry.counter("c"), registry.timer("t"), threading.Lock()

    def locked() -> None:
        with lock:
            pass

    def counted() -> None:
        counter.increment()

    def recorded() -> None:
        timer.record(0.5)

    limit = 3 * _speed(locked) + 100
    assert _speed(counted) < limit
    assert _speed(recorded) < limit
