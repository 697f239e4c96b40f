"""What is measured with prometheus-client arrives as our series."""

from __future__ import annotations

import logging
import math
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Counter, Enum, Gauge, Histogram, Info, Summary
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from tests.agents.readings import by_statistic, measured
from vedette_agent import buckets, default
from vedette_agent.bridges.prometheus import facade
from vedette_agent.bridges.prometheus.histograms import shares
from vedette_agent.bridges.prometheus.importer import COLLECT_TIME, DROPPED, Importer
from vedette_agent.bridges.prometheus.publish import publish, unpublish
from vedette_agent.cardinality import Limits
from vedette_agent.clock import ManualClock
from vedette_agent.registry import Registry

STEP = 10_000
BOUNDS = st.lists(st.floats(1e-4, 100), min_size=1, max_size=12, unique=True).map(sorted)


class Stage:
    """A registry of theirs that is published on one of ours."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.clock = ManualClock()
        self.theirs = CollectorRegistry()
        self.ours = Registry(STEP, clock=self.clock, limits=limits)
        publish(self.theirs, to=self.ours)

    def read(self) -> dict[tuple[Any, ...], float]:
        """What the step amounted to, but for the cost of collecting."""
        found = measured(self.ours.read(1))
        return {series: value for series, value in found.items() if series[0] != COLLECT_TIME}


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_a_counter_is_a_rate(stage: Stage) -> None:
    counter = Counter("requests_total", "R", ["method", "name"], registry=stage.theirs)
    counter.labels("GET /", "").inc(20)
    counter.labels("POST", "x").inc(5)
    series = ("requests_total", ("method", "GET__"), ("statistic", "count"))
    other = ("requests_total", ("exported_name", "x"), ("method", "POST"), ("statistic", "count"))
    found = stage.read()
    assert found[series] == 2.0
    assert found[other] == 0.5
    assert stage.read()[series] == 0.0
    counter.labels("GET /", "").inc(10)
    assert stage.read()[series] == 1.0


def test_what_was_counted_before_is_not_reported() -> None:
    theirs, ours = CollectorRegistry(), Registry(STEP, clock=ManualClock())
    counter = Counter("c", "C", registry=theirs)
    counter.inc(1_000)
    publish(theirs, to=ours)
    publish(theirs, to=ours)
    counter.inc(10)
    assert by_statistic(ours.read(1), "c_total") == {"count": 1.0}
    unpublish(theirs, of=ours)
    assert measured(ours.read(2)) == {}


def test_a_total_that_falls_began_anew(stage: Stage) -> None:
    counter = Counter("c", "C", registry=stage.theirs)
    counter.inc(50)
    stage.read()
    counter.reset()
    counter.inc(30)
    assert stage.read()["c_total", ("statistic", "count")] == 0.0
    counter.inc(10)
    assert stage.read()["c_total", ("statistic", "count")] == 1.0


def test_a_family_whose_age_is_unknown_begins_with_its_first_total(stage: Stage) -> None:
    class Kernel(Collector):
        total = 1e9

        def collect(self) -> Iterator[CounterMetricFamily]:
            family = CounterMetricFamily("kernel", "K", labels=["cpu"])
            family.add_metric(["0"], self.total)
            if self.total > 1e9:
                family.add_metric(["1"], 20)
            yield family

    kernel = Kernel()
    stage.theirs.register(kernel)
    assert stage.read()["kernel_total", ("cpu", "0"), ("statistic", "count")] == 0.0
    kernel.total += 10
    assert stage.read() == {
        ("kernel_total", ("cpu", "0"), ("statistic", "count")): 1.0,
        ("kernel_total", ("cpu", "1"), ("statistic", "count")): 2.0,
    }


def test_gauges_facts_and_states(stage: Stage) -> None:
    Gauge("depth", "D", ["queue"], registry=stage.theirs).labels("a").set(-3)
    Gauge("nothing", "N", registry=stage.theirs).set(math.nan)
    Info("build", "B", registry=stage.theirs).info({"version": "1.2"})
    Enum("task", "T", states=["on", "off"], registry=stage.theirs).state("off")
    assert stage.read() == {
        ("depth", ("queue", "a"), ("statistic", "gauge")): -3.0,
        ("build_info", ("statistic", "gauge"), ("version", "1.2")): 1.0,
        ("task", ("statistic", "gauge"), ("task", "on")): 0.0,
        ("task", ("statistic", "gauge"), ("task", "off")): 1.0,
    }


def test_a_summary_by_unit(stage: Stage) -> None:
    Summary("wait_seconds", "W", registry=stage.theirs).observe(5)
    Summary("size", "S", registry=stage.theirs).observe(40)
    assert stage.read() == {
        ("wait_seconds", ("statistic", "count")): 0.1,
        ("wait_seconds", ("statistic", "totalTime")): 0.5,
        ("size", ("statistic", "count")): 0.1,
        ("size", ("statistic", "totalAmount")): 4.0,
    }


def test_a_histogram_has_its_own_bounds_and_our_buckets(stage: Stage) -> None:
    histogram = Histogram("wait_seconds", "W", ["k"], buckets=(0.01, 0.1), registry=stage.theirs)
    for seconds in (0.02, 0.05, 0.05, 7.0):
        histogram.labels("x").observe(seconds)
    found = stage.read()
    bounds = {dict(tags).get("le"): value for (_, *tags), value in found.items() if ("statistic", "bucket") in tags}
    assert bounds == {"0.01": 0.0, "0.1": pytest.approx(0.3), "Inf": pytest.approx(0.4)}
    spread = {dict(tags)["percentile"]: value for (_, *tags), value in found.items() if "percentile" in dict(tags)}
    assert sum(spread.values()) == pytest.approx(0.4)
    assert all(tag.startswith("T") for tag in spread)
    assert found["wait_seconds", ("k", "x"), ("statistic", "totalTime")] == pytest.approx(0.712)
    assert stage.read()["wait_seconds", ("k", "x"), ("statistic", "count")] == 0.0


def percentile(tallies: dict[int, float], share: float) -> float:
    """Spectator's estimate, in the unit of the buckets."""
    total, reached = sum(tallies.values()), 0.0
    for index, amount in sorted(tallies.items()):
        if reached + amount >= share * total - 1e-9 * total:
            low = buckets.BOUNDS[index - 1] if index else 0
            return low + (buckets.BOUNDS[index] - low) * min(1.0, (share * total - reached) / amount)
        reached += amount
    raise AssertionError("nothing was counted")


def quantile(bounds: list[float], counts: list[int], share: float) -> tuple[float, float, float]:
    """Prometheus's `histogram_quantile`, and the bounds between which it lies; counts are those of each interval."""
    wanted, reached = share * sum(counts), 0.0
    for place, amount in enumerate(counts):
        if amount and reached + amount >= wanted - 1e-9:
            if place == len(bounds):
                return bounds[-1], bounds[-1], math.inf
            low = bounds[place - 1] if place else 0.0
            return low + (bounds[place] - low) * min(1.0, (wanted - reached) / amount), low, bounds[place]
        reached += amount
    raise AssertionError("nothing was counted")


@given(BOUNDS, st.lists(st.floats(1e-5, 200), min_size=1, max_size=50), st.floats(0.01, 0.99))
@settings(max_examples=150, deadline=None)
def test_a_percentile_is_that_of_histogram_quantile_but_for_one_bucket(
    bounds: list[float], seconds: list[float], share: float
) -> None:
    counts = [0] * (len(bounds) + 1)
    for value in seconds:
        counts[bisect_left(bounds, value)] += 1
    tallies: dict[int, float] = {}
    for place, amount in enumerate(counts):
        low = bounds[place - 1] if place else -math.inf
        high = bounds[place] if place < len(bounds) else math.inf
        for index, part in shares(low, high, timed=True):
            tallies[index] = tallies.get(index, 0.0) + part * amount
    theirs, least, most = quantile(bounds, counts, share)
    ours = percentile({index: amount for index, amount in tallies.items() if amount}, share) / 1e9
    assert abs(ours - theirs) <= max(theirs, ours) / 3 + (most / 16 if least == 0 else 0) + 1e-8
    if math.isfinite(most):
        # The true one lies between the same bounds: the error is at most their distance, and one bucket's width.
        true = sorted(seconds)[max(0, math.ceil(share * len(seconds) - 1e-9) - 1)]
        assert abs(ours - true) <= (most - least) + most / 3 + 1e-8


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.booleans())
def test_shares_add_up_and_lie_in_buckets_that_touch_the_interval(one: float, other: float, timed: bool) -> None:
    low, high = sorted((one, other))
    found = shares(low, high, timed=timed)
    assert sum(share for _, share in found) == pytest.approx(1.0)
    assert all(share > 0 for _, share in found)
    assert len({index for index, _ in found}) == len(found)
    scale = 1e9 if timed else 1.0
    for index, _ in found:
        if index not in (buckets.TIMER_LOWEST, buckets.TIMER_HIGHEST):
            assert buckets.BOUNDS[index] >= min(low * scale, 2**63) * (1 - 1e-9)
            assert (buckets.BOUNDS[index - 1] if index else 0) <= high * scale


@pytest.mark.parametrize(("low", "high"), [(-math.inf, -1.0), (-2.0, 0.0), (1e6, math.inf), (100_000.0, 1e6)])
def test_odd_intervals_have_one_bucket(low: float, high: float) -> None:
    assert len(shares(low, high, timed=True)) == 1


def test_a_removed_child_ends_and_so_does_an_idle_one(stage: Stage) -> None:
    gauge = Gauge("g", "G", ["k"], registry=stage.theirs)
    counter = Counter("c", "C", ["k"], registry=stage.theirs)
    gauge.labels("a").set(1)
    counter.labels("a").inc()
    assert len(stage.read()) == 2
    gauge.remove("a")
    assert {series[0] for series in stage.read()} == {"c_total"}
    stage.clock.advance(16 * 60_000)
    assert stage.read() == {}
    assert stage.read() == {}
    counter.labels("a").inc(10)
    assert stage.read() == {("c_total", ("k", "a"), ("statistic", "count")): 1.0}


def test_limits_hold_and_what_is_beyond_them_is_counted() -> None:
    stage = Stage(Limits(values=3, meters=100))
    counter = Counter("c", "C", ["user"], registry=stage.theirs)
    for number in range(10):
        counter.labels(f"u{number}").inc(10)
    found = stage.read()
    assert len(found) == 4
    assert found["c_total", ("statistic", "count"), ("user", "--others--")] == 7.0
    few = Stage(Limits(meters=2))
    for number in range(5):
        Gauge(f"g{number}", "G", registry=few.theirs).set(1)
    assert len(few.read()) == 2
    assert Limits().meters == 100_000
    assert not any(series[0] == DROPPED for series in few.read())


def test_samples_beyond_the_limit_on_series_are_counted() -> None:
    theirs = CollectorRegistry()
    importer = Importer(theirs, Limits(meters=3))
    importer.begin()
    list(importer.measure(0, 1.0))
    for number in range(5):
        Gauge(f"g{number}", "G", registry=theirs).set(1)
    assert len(list(importer.measure(1, 1.0))) == 3


def test_a_collector_that_raises_costs_only_what_comes_after_it(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Collector):
        def collect(self) -> Iterator[Any]:
            raise OSError("no database")

    counter = Counter("c", "C", registry=stage.theirs)
    counter.inc(10)
    stage.theirs.register(Broken())
    with caplog.at_level(logging.WARNING):
        assert stage.read() == {("c_total", ("statistic", "count")): 1.0}
        counter.inc(20)
        assert stage.read() == {("c_total", ("statistic", "count")): 2.0}
    assert len(caplog.records) == 1


def test_a_forked_child_reports_nothing_of_its_parents(stage: Stage) -> None:
    counter = Counter("c", "C", registry=stage.theirs)
    counter.inc(5)
    stage.read()
    counter.inc(5)
    stage.ours.reset()  # what the agent does in a child
    assert stage.read()["c_total", ("statistic", "count")] == 0.0
    counter.inc(10)
    assert stage.read()["c_total", ("statistic", "count")] == 1.0


def test_publishing_before_an_agent_runs_waits_for_it() -> None:
    theirs = CollectorRegistry()
    counter = Counter("c", "C", registry=theirs)
    publish(theirs)
    try:
        ours = Registry(STEP, clock=ManualClock())
        counter.inc(10)
        ours.adopt(default.registry())
        assert by_statistic(ours.read(1), "c_total") == {"count": 1.0}
    finally:
        unpublish(theirs)


def test_a_registry_of_the_facade_is_published_as_it_is() -> None:
    registry, ours = facade.CollectorRegistry(), Registry(STEP, clock=ManualClock())
    facade.Histogram("h_seconds", "H", registry=registry).observe(1.0)
    publish(registry, to=ours)
    assert by_statistic(ours.read(1), "h_seconds")["max"] == 1.0
    unpublish(registry, of=ours)
    assert measured(ours.read(2)) == {}


def test_what_collecting_costs_is_reported(stage: Stage) -> None:
    Gauge("g", "G", registry=stage.theirs).set(1)
    assert 0 < by_statistic(stage.ours.read(1), COLLECT_TIME)["gauge"] < 1
