"""Totals beside steps, and series that somebody else measures."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.agents.readings import by_statistic, measured, total
from vedette_agent.clock import ManualClock
from vedette_agent.identity import MeterId
from vedette_agent.meters.meter import Measured
from vedette_agent.registry import Registry
from vedette_agent.series import Series
from vedette_agent.wire import GAUGE, parse_table


def totals(registry: Registry) -> dict[tuple[Any, ...], float]:
    """Totals by name and statistic, or bucket."""
    found = {}
    for series, value in registry.totals():
        found[series.name, series.tags.get("percentile", series.statistic)] = value
    return found


def test_totals_grow_over_steps_that_know_nothing_of_them() -> None:
    registry = Registry(10_000, clock=ManualClock())
    counter = registry.counter("c")
    counter.increment(3)
    assert totals(registry) == {("c", "count"): 3.0}
    counter.increment(2)
    assert total(registry, "c") == 5.0
    counter.increment()
    assert totals(registry) == {("c", "count"): 6.0}
    assert totals(registry) == {("c", "count"): 6.0}
    assert total(registry, "c") == 1.0
    assert total(registry, "c") == 0.0


@settings(deadline=None)
@given(st.lists(st.one_of(st.floats(0.001, 10), st.sampled_from(["totals", "read"])), max_size=30))
def test_a_step_is_the_same_whether_or_not_totals_were_asked_in_it(script: list[float | str]) -> None:
    plain, asked = (Registry(1_000, clock=ManualClock()) for _ in range(2))
    asked.totals()
    for item in [*script, "read"]:
        if item == "totals":
            asked.totals()
        elif item == "read":
            assert measured(plain.read(1)) == pytest.approx(measured(asked.read(1)))
        else:
            for registry in (plain, asked):
                registry.percentile_timer("t").record(float(item))
                registry.max_gauge("m").set(float(item))
                registry.gauge("g").set(float(item))
                registry.in_flight("f").increment()


def test_a_gauge_that_was_taken_back_is_no_total() -> None:
    registry = Registry(1_000, clock=ManualClock())
    gauge = registry.gauge("g")
    gauge.set(4)
    assert totals(registry) == {("g", "gauge"): 4.0}
    gauge.set(float("nan"))
    assert totals(registry) == {}
    assert measured(registry.read(1)) == {}


def test_the_totals_of_an_idle_meter_end_with_it() -> None:
    clock = ManualClock()
    registry = Registry(1_000, clock=clock)
    registry.counter("c").increment()
    registry.totals()
    clock.advance(16 * 60_000)
    registry.read(1)
    assert totals(registry) == {}


def test_meters_taken_over_bring_their_totals() -> None:
    first, second = (Registry(1_000, clock=ManualClock()) for _ in range(2))
    counter = first.counter("c")
    first.totals()
    counter.increment(2)
    assert totals(first) == {("c", "count"): 2.0}
    second.adopt(first)
    counter.increment(1)
    assert totals(second) == {("c", "count"): 3.0}


class Thermometer:
    """A source of one series."""

    def __init__(self) -> None:
        self.heat = Series(GAUGE, MeterId("heat"), "gauge")
        self.degrees = 21.0
        self.broken = self.over = False
        self.drains = self.resets = 0

    def drain(self, now_ms: int) -> None:
        self.drains += 1

    def measure(self, now_ms: int, step_s: float) -> Measured:
        if self.broken:
            raise OSError("broken")
        return [] if self.over else [(self.heat, self.degrees)]

    def series(self) -> Iterable[Series]:
        return [self.heat]

    def ended(self) -> Iterable[Series]:
        return [self.heat] if self.over else []

    def reset(self) -> None:
        self.resets += 1


def test_a_source_is_read_with_the_meters(caplog: pytest.LogCaptureFixture) -> None:
    registry, source = Registry(1_000, clock=ManualClock(), common_tags={"app": "a"}), Thermometer()
    registry.add_source(source)
    registry.add_source(source)
    registry.drain()
    registry.reset()
    assert (source.drains, source.resets) == (1, 1)
    assert by_statistic(registry.read(1), "heat") == {"gauge": 21.0}
    source.broken = True
    with caplog.at_level(logging.WARNING):
        assert by_statistic(registry.read(2), "heat") == {}
        assert by_statistic(registry.read(3), "heat") == {}
    assert len(caplog.records) == 1
    source.broken = False
    assert by_statistic(registry.read(4), "heat") == {"gauge": 21.0}
    source.over = True
    assert by_statistic(registry.read(5), "heat") == {}
    registry.counter("c").increment()
    assert [row.name for row in parse_table(registry.read(6).table)] == ["c"]
    registry.remove_source(source)
    source.over = False
    assert by_statistic(registry.read(7), "heat") == {}


def test_sources_move_with_the_meters() -> None:
    first, second, source = Registry(1_000), Registry(1_000), Thermometer()
    first.add_source(source)
    second.adopt(first)
    assert by_statistic(second.read(1), "heat") == {"gauge": 21.0}
    assert by_statistic(first.read(1), "heat") == {}


def test_a_source_that_was_read_by_another_registry_has_its_place_in_the_next() -> None:
    first, second, source = Registry(1_000), Registry(1_000), Thermometer()
    first.add_source(source)
    first.read(1)
    for name in ("a", "b"):
        second.counter(name).increment()
    second.read(1)
    first.remove_source(source)
    second.add_source(source)
    assert by_statistic(second.read(2), "heat") == {"gauge": 21.0}
    third = Registry(1_000)
    third.gauge("other").set(5)
    third.read(1)
    second.close()
    third.adopt(second)
    found = third.read(2)
    assert by_statistic(found, "heat") == {"gauge": 21.0}
    assert by_statistic(found, "other") == {"gauge": 5.0}
