"""Our meters as Prometheus sees them."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from tests.agents.prometheus.parsed import both_ways, values
from vedette_agent.bridges.prometheus.native import families
from vedette_agent.registry import Registry

NAMES = st.one_of(
    st.sampled_from(["a", "a.b", "a_b", "a_total", "a.total", "a_count", "a_seconds", "a.bucket", "9", "target", "_"]),
    st.text(min_size=1, max_size=8),
)
TAGS = st.dictionaries(
    st.sampled_from(["k", "k.k", "k_k", "le", "quantile", "__x", "statistic", "percentile", "9"]),
    st.text(min_size=1, max_size=5),
    max_size=3,
)
KINDS = ("counter", "timer", "percentile_timer", "distribution_summary", "percentile_distribution_summary",
         "gauge", "max_gauge", "in_flight", "interval_counter", "monotonic_counter", "long_task_timer")  # fmt: skip


def test_each_kind_of_meter_has_its_shape() -> None:
    registry = Registry(common_tags={"app": "shop", "nf.zone": "z"})
    registry.counter("orders.made", {"kind": "express"}).increment(3)
    registry.timer("calls").record(0.5)
    registry.timer("calls").record(1.5)
    registry.distribution_summary("size").record(7)
    registry.gauge("depth", {"queue.name": 'a"\\\n'}).set(-2.5)
    registry.max_gauge("peak").set(4)
    registry.in_flight("busy").increment(2)
    assert both_ways(families(registry)) == {
        ("target_info", (("app", "shop"), ("nf_zone", "z"))): 1.0,
        ("orders_made_total", (("kind", "express"),)): 3.0,
        ("calls_seconds_count", ()): 2.0,
        ("calls_seconds_sum", ()): 2.0,
        ("calls_seconds_max", ()): 1.5,
        ("size_count", ()): 1.0,
        ("size_sum", ()): 7.0,
        ("size_max", ()): 7.0,
        ("depth", (("queue_name", "a___"),)): -2.5,
        ("peak_max", ()): 4.0,
        ("busy", ()): 2.0,
        ("busy_max", ()): 2.0,
    }


def test_totals_go_on_over_steps() -> None:
    registry = Registry()
    families(registry)
    for end_ms in range(3):
        registry.counter("c").increment(2)
        registry.timer("t").record(0.25)
        registry.read(end_ms)
    assert both_ways(families(registry))["c_total", ()] == 6.0
    assert both_ways(families(registry))["t_seconds_sum", ()] == 0.75


@given(st.lists(st.floats(1e-6, 300), min_size=1, max_size=40))
@settings(max_examples=30, deadline=None)
def test_a_percentile_timer_is_a_histogram_whose_buckets_hold_what_lies_below(durations: list[float]) -> None:
    registry = Registry()
    for duration in durations:
        registry.percentile_timer("t").record(duration)
    found = both_ways(families(registry))
    assert found["t_seconds_count", ()] == len(durations)
    bounds = {float(labels[0][1]): value for (name, labels), value in found.items() if name == "t_seconds_bucket"}
    assert len(bounds) == 37
    assert bounds[float("inf")] == len(durations)
    for bound, count in bounds.items():
        # The three nanoseconds below a power of four belong to the bucket above; rounding to one is half of one.
        assert count <= sum(duration <= bound + 5e-10 for duration in durations)
        assert count >= sum(duration < bound - 4e-9 for duration in durations)


@given(st.lists(st.tuples(st.sampled_from(KINDS), NAMES, TAGS, st.floats(0, 1e9)), max_size=12))
@settings(max_examples=100, deadline=None)
def test_whatever_meters_there_are_both_parsers_read_the_same(
    script: list[tuple[str, str, dict[str, str], float]],
) -> None:
    registry = Registry()
    for kind, name, tags, value in script:
        meter = getattr(registry, kind)(name, tags)
        if kind == "long_task_timer":
            meter.start()
        elif kind in ("gauge", "max_gauge", "monotonic_counter"):
            meter.set(value)
        elif kind in ("counter", "in_flight", "interval_counter"):
            meter.increment(value)
        else:
            meter.record(value)
    found = list(families(registry))
    both_ways(found)

    class Ours(Collector):
        def collect(self) -> Any:
            return found

    theirs = CollectorRegistry(auto_describe=False)
    theirs.register(Ours())
    assert values(text_string_to_metric_families(generate_latest(theirs).decode())) == both_ways(found)
