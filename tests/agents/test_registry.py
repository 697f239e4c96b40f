"""What the registry hands out, remembers and forgets."""

from __future__ import annotations

import gc
import logging
from typing import Any

import pytest

from tests.agents.readings import by_statistic, measured, total
from vedette_agent.cardinality import Limits
from vedette_agent.clock import ManualClock
from vedette_agent.meters import Counter, Gauge
from vedette_agent.registry import Registry
from vedette_agent.wire import parse_table

STEP = 10_000
IDLE = 15 * 60 * 1000


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(1_000_000)


@pytest.fixture
def registry(clock: ManualClock) -> Registry:
    return Registry(STEP, clock=clock, common_tags={"app": "playback", "node": "i-1"})


def test_the_same_id_is_the_same_meter_however_it_is_spelt(registry: Registry) -> None:
    first = registry.counter("requests", {"a.b": "1", "c.d": "x y"})
    assert registry.counter("requests", {"c.d": "x y", "a.b": "1"}) is first
    assert registry.counter("requests", {"c.d": "x_y", "a.b": "1"}) is first
    assert registry.counter("requests") is not first
    assert len(registry) == 2


def test_another_type_for_the_same_id_keeps_nothing(registry: Registry, caplog: pytest.LogCaptureFixture) -> None:
    registry.counter("m").increment(60)
    for _ in range(3):
        gauge = registry.gauge("m")
        assert isinstance(gauge, Gauge)
        gauge.set(5)
        assert gauge.pending() == 0
    assert [series[0] for series in measured(registry.read(1))] == ["m"]
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


@pytest.mark.parametrize("name", ["", None, 7])
def test_a_name_that_is_none_gives_a_meter_that_keeps_nothing(registry: Registry, name: Any) -> None:
    counter = registry.counter(name)
    counter.increment()
    assert isinstance(counter, Counter)
    assert counter.pending() == 0
    assert len(registry) == 0


def test_odd_tags_do_not_raise(registry: Registry) -> None:
    odd: list[Any] = [{"k.k": ["unhashable"]}, {"k.k": 7}, ["no", "mapping"], "text"]
    for tags in odd:
        registry.counter("m", tags).increment()
    assert total(registry, "m") == len(odd)


def test_beyond_the_limit_a_meter_keeps_nothing(clock: ManualClock, caplog: pytest.LogCaptureFixture) -> None:
    registry = Registry(STEP, clock=clock, limits=Limits(meters=2))
    for name in ("a", "b", "c", "d", "a"):
        registry.counter(name).increment()
    assert {name for name, *_ in measured(registry.read(1))} == {"a", "b"}
    assert len(caplog.records) == 1
    assert "limit of 2 meters" in caplog.text


def test_common_tags_are_sent_once_and_beat_the_meters_own(registry: Registry) -> None:
    registry.counter("m", {"app": "mine", "k.k": "v"}).increment()
    table = registry.read(1).table
    assert table.count(b"playback") == 1
    assert b"mine" not in table
    assert parse_table(table)[0].tags == {"app": "playback", "node": "i-1", "k.k": "v", "statistic": "count"}


def test_the_table_stays_the_same_bytes_while_no_series_is_new(registry: Registry) -> None:
    timer = registry.percentile_timer("t")
    timer.record(1.0)
    first = registry.read(1)
    timer.record(1.0)
    second = registry.read(2)
    timer.record(0.001)  # another bucket
    third = registry.read(3)
    registry.drain()
    fourth = registry.read(4)
    assert second.table is first.table
    assert third.table.startswith(first.table[:-2])
    assert fourth.table is third.table
    assert list(second.values) == list(first.values)


def test_an_idle_meter_is_no_longer_reported_after_fifteen_minutes(registry: Registry, clock: ManualClock) -> None:
    registry.counter("idle").increment()
    for _ in range(2):
        registry.counter("busy").increment()
        assert "idle" in {name for name, *_ in measured(registry.read(clock.now_ms()))}
        clock.advance(IDLE)
    registry.counter("busy").increment()
    clock.advance(1)
    assert {name for name, *_ in measured(registry.read(clock.now_ms()))} == {"busy"}
    assert len(registry) == 1


def test_who_still_holds_an_expired_meter_may_use_it(registry: Registry, clock: ManualClock) -> None:
    counter = registry.counter("m")
    counter.increment()
    registry.read(1)
    clock.advance(IDLE + 1)
    assert measured(registry.read(2)) == {}
    assert len(registry) == 0
    counter.increment(5)
    assert total(registry, "m") == 5
    assert registry.counter("m") is counter


def test_asking_for_an_expired_meter_that_is_held_gives_the_same(registry: Registry, clock: ManualClock) -> None:
    counter = registry.counter("m")
    clock.advance(IDLE + 1)
    registry.read(1)
    assert registry.counter("m") is counter
    assert by_statistic(registry.read(2), "m") == {"count": 0.0}


def test_an_expired_meter_that_nobody_holds_is_freed(registry: Registry, clock: ManualClock) -> None:
    registry.timer("m").record(1)
    clock.advance(1)
    registry.read(1)
    clock.advance(IDLE + 1)
    registry.read(2)
    registry.read(3)
    gc.collect()
    assert not registry._all()


def test_an_update_between_asking_and_expiry_is_not_lost(registry: Registry, clock: ManualClock) -> None:
    """A caller asks for a meter, the step expires it, and only then the caller records and lets go."""
    registry.counter("m")
    clock.advance(IDLE + 1)
    late = registry.counter("m")
    registry.read(1)
    late.increment()
    del late
    gc.collect()
    assert total(registry, "m") == 1


def test_the_table_is_made_anew_when_a_quarter_of_it_is_dead(registry: Registry, clock: ManualClock) -> None:
    keep = [registry.counter(f"keep{number}") for number in range(12)]
    for number in range(4):
        registry.counter(f"gone{number}").increment()
    rows = len(parse_table(registry.read(1).table))
    clock.advance(IDLE + 1)
    for counter in keep:
        counter.increment()
    registry.drain()
    assert rows == 16
    assert len(parse_table(registry.read(2).table)) == 16, "a quarter is not more than a quarter"
    keep[0].increment()
    clock.advance(IDLE + 1)
    for counter in keep[1:]:
        counter.increment()
    registry.drain()
    keep[0].touch(0)
    reading = registry.read(3)
    assert len(parse_table(reading.table)) == len(reading.values) == 11
    assert set(reading.values) == {0.1}


def test_a_polled_function_runs_before_each_reading_until_it_raises(registry: Registry) -> None:
    calls: list[str] = []

    def poll() -> None:
        registry.gauge("polled").set(len(calls))
        calls.append("poll")

    def fail() -> None:
        calls.append("fail")
        raise RuntimeError("broken")

    registry.poll(poll)
    registry.poll(fail)
    assert by_statistic(registry.read(1), "polled") == {"gauge": 0.0}
    assert by_statistic(registry.read(2), "polled") == {"gauge": 2.0}
    assert len(calls) == 3


def test_meters_of_a_closed_registry_count_where_they_are_adopted(clock: ManualClock) -> None:
    waiting = Registry(STEP, clock=clock, opened=False)
    early, same = waiting.counter("early"), waiting.counter("same")
    early.increment()
    assert early.pending() == 0
    registry = Registry(STEP, clock=clock)
    mine = registry.counter("same")
    registry.gauge("clash")
    waiting.counter("clash")
    registry.adopt(waiting)
    for counter in (early, same, mine):
        counter.increment()
    reading = registry.read(1)
    assert by_statistic(reading, "early") == {"count": 0.1}
    assert by_statistic(reading, "same") == {"count": 0.2}
    assert registry.counter("early") is early


def test_after_close_meters_keep_nothing(registry: Registry) -> None:
    counter = registry.counter("m")
    counter.increment()
    registry.close()
    counter.increment()
    late = registry.counter("late")
    late.increment()
    assert counter.pending() == late.pending() == 0


def test_after_reset_nothing_of_before_is_reported(registry: Registry) -> None:
    registry.counter("c").increment()
    registry.gauge("g").set(1)
    registry.percentile_timer("t").record(1)
    registry.drain()
    registry.counter("c").increment()
    registry.reset()
    reading = registry.read(1)
    assert by_statistic(reading, "c") == {"count": 0.0}
    assert by_statistic(reading, "g") == {}
    assert set(by_statistic(reading, "t").values()) == {0.0}
