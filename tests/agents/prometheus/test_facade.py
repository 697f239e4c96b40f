"""The facade beside prometheus-client: the same programs see and expose the same."""

from __future__ import annotations

import asyncio
import math
import os
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import prometheus_client
import prometheus_client.openmetrics.exposition as their_openmetrics
import pytest

from tests.agents.prometheus.programs import PROGRAMS, Program
from tests.agents.readings import by_statistic, measured
from vedette_agent.bridges.prometheus import facade
from vedette_agent.bridges.prometheus.exposition import openmetrics, plain
from vedette_agent.bridges.prometheus.facade.cells import MOST, draining
from vedette_agent.bridges.prometheus.facade.metric import CHILDREN
from vedette_agent.clock import ManualClock
from vedette_agent.registry import Registry

OTHER_WORDS = frozenset(
    ("wrong_twice", "wrong_clash", "wrong_remove", "wrong_chain", "wrong_info", "wrong_reserved", "wrong_exemplar")
)
"""Programs whose error is the same, but said more clearly (or without their slips of the pen)."""


def run(program: Program, module: Any, registry: Any) -> tuple[Any, str]:
    try:
        return program(module, registry), ""
    except Exception as error:
        return type(error).__mro__[-3], str(error)


def in_openmetrics(registry: prometheus_client.CollectorRegistry) -> bytes:
    written: bytes = their_openmetrics.generate_latest(registry)  # type: ignore[no-untyped-call]  # it has no types
    return written


def lines(text: str | bytes) -> list[str]:
    """Lines of an exposition, without the values that hold times."""
    text = text if isinstance(text, str) else text.decode()
    return [
        line.rpartition(" ")[0] if ("_created" in line or "t_seconds_sum" in line or "# {" in line) else line
        for line in text.splitlines()
    ]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: str(program.__name__))
def test_a_program_does_the_same_with_either(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prometheus_client.metrics._use_created", True)
    theirs, ours = prometheus_client.CollectorRegistry(), facade.CollectorRegistry()
    (their_result, their_words), (our_result, our_words) = (
        run(program, prometheus_client, theirs),
        run(program, facade, ours),
    )
    assert our_result == their_result
    if program.__name__ not in OTHER_WORDS:
        assert our_words == their_words
    assert lines(plain(ours.collect())) == lines(prometheus_client.generate_latest(theirs))
    assert lines(openmetrics(ours.collect())) == lines(in_openmetrics(theirs))
    assert plain(theirs.collect()).encode() == prometheus_client.generate_latest(theirs)


def test_there_are_programs() -> None:
    assert len(PROGRAMS) > 40


def test_theirs_can_collect_ours() -> None:
    theirs, ours = prometheus_client.CollectorRegistry(), facade.CollectorRegistry()
    facade.Counter("c", "C", ["k"], registry=ours).labels("x").inc(3)
    theirs.register(ours)  # type: ignore[arg-type]  # its families are not theirs, but have their shape
    assert theirs.get_sample_value("c_total", {"k": "x"}) == 3.0
    assert b'c_total{k="x"} 3.0' in prometheus_client.generate_latest(theirs)


def test_an_agent_reads_the_metrics_by_the_step() -> None:
    registry, ours = Registry(10_000, clock=ManualClock()), facade.CollectorRegistry()
    registry.add_source(ours)
    facade.Counter("orders_total", "O", ["kind"], registry=ours).labels("express").inc(20)
    facade.Gauge("depth", "D", registry=ours).set(4)
    facade.Gauge("asked", "A", registry=ours).set_function(lambda: 2)
    facade.Summary("size", "S", registry=ours).observe(30)
    facade.Histogram("wait_seconds", "W", registry=ours).observe(0.010)
    facade.Info("build", "B", registry=ours).info({"version": "1"})
    facade.Enum("state", "S", states=["on", "off"], registry=ours)
    first = registry.read(10_000)
    assert measured(first)["orders_total", ("kind", "express"), ("statistic", "count")] == 2.0
    assert by_statistic(first, "depth") == {"gauge": 4.0}
    assert by_statistic(first, "asked") == {"gauge": 2.0}
    assert by_statistic(first, "size") == {"count": 0.1, "totalAmount": 3.0, "totalOfSquares": 90.0, "max": 30.0}
    assert by_statistic(first, "wait_seconds") == pytest.approx(
        {"count": 0.1, "totalTime": 0.001, "totalOfSquares": 0.00001, "max": 0.01, "T0064": 0.1}
    )
    assert measured(first)["build_info", ("statistic", "gauge"), ("version", "1")] == 1.0
    assert measured(first)["state", ("state", "on"), ("statistic", "gauge")] == 1.0
    second = registry.read(20_000)
    assert by_statistic(second, "orders_total") == {"count": 0.0}
    assert by_statistic(second, "depth") == {"gauge": 4.0}
    assert ours.get_sample_value("orders_total", {"kind": "express"}) == 20.0


def test_a_removed_child_and_an_idle_one_are_reported_no_longer() -> None:
    clock = ManualClock()
    registry, ours = Registry(10_000, clock=clock), facade.CollectorRegistry()
    registry.add_source(ours)
    counter = facade.Counter("c", "C", ["k"], registry=ours)
    for value in ("a", "b"):
        counter.labels(value).inc()
    facade.Gauge("g", "G", registry=ours).set(1)
    assert len(measured(registry.read(1))) == 3
    counter.remove("a")
    assert len(measured(registry.read(2))) == 2
    clock.advance(16 * 60_000)
    assert {name for name, *_ in measured(registry.read(3))} == {"g"}
    counter.labels("b").inc()
    assert measured(registry.read(4))["c_total", ("k", "b"), ("statistic", "count")] == 0.1


def test_labels_that_are_alike_to_us_add_up() -> None:
    registry, ours = Registry(1_000, clock=ManualClock()), facade.CollectorRegistry()
    registry.add_source(ours)
    counter = facade.Counter("c", "C", ["k"], registry=ours)
    counter.labels("a b").inc()
    counter.labels("a/b").inc(2)
    assert measured(registry.read(1)) == {("c_total", ("k", "a_b"), ("statistic", "count")): 3.0}


def test_one_bad_label_costs_only_itself() -> None:
    ours = facade.CollectorRegistry()
    counter = facade.Counter("c", "C", ["user", "kind"], registry=ours)
    for number in range(5_000):
        counter.labels(f"u{number}", "k").inc()
    assert ours.get_sample_value("c_total", {"user": "--others--", "kind": "k"}) == 3_000.0
    [family] = counter.collect()
    assert sum(sample.value for sample in family.samples if sample.name == "c_total") == 5_000.0
    assert len(family.samples) == 2 * 2_001
    assert CHILDREN > 2_001


def test_totals_are_exact_under_threads_and_no_log_grows_without_a_reader() -> None:
    ours = facade.CollectorRegistry()
    counter = facade.Counter("c", "C", registry=ours)
    gauge = facade.Gauge("g", "G", registry=ours)
    histogram = facade.Histogram("h", "H", registry=ours)

    def work() -> None:
        for _ in range(10_000):
            counter.inc()
            gauge.inc(2)
            gauge.dec()
            histogram.observe(1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(len(metric._log) <= 3 * MOST for metric in (counter, gauge, histogram))
    assert ours.get_sample_value("c_total") == 40_000.0
    assert ours.get_sample_value("g") == 40_000.0
    assert ours.get_sample_value("h_bucket", {"le": "1.0"}) == 40_000.0


def test_coroutines_and_generators_are_blocks_too() -> None:
    """Which prometheus-client's decorators end before the first step of."""
    ours = facade.CollectorRegistry()
    gauge = facade.Gauge("g", "G", registry=ours)
    failures = facade.Counter("f", "F", registry=ours)
    seen: list[float | None] = []

    @gauge.track_inprogress()
    @failures.count_exceptions(KeyError)
    async def coroutine() -> None:
        await asyncio.sleep(0)
        seen.append(ours.get_sample_value("g"))
        raise KeyError

    @gauge.track_inprogress()
    def generator() -> Iterator[int]:
        yield 1
        seen.append(ours.get_sample_value("g"))

    @gauge.track_inprogress()
    async def stream() -> AsyncIterator[int]:
        yield 1
        seen.append(ours.get_sample_value("g"))

    async def read() -> list[int]:
        return [item async for item in stream()]

    with pytest.raises(KeyError):
        asyncio.run(coroutine())
    assert list(generator()) == asyncio.run(read()) == [1]
    assert seen == [1.0, 1.0, 1.0]
    assert ours.get_sample_value("g") == 0.0
    assert ours.get_sample_value("f_total") == 1.0


def test_a_function_that_raises_costs_only_its_gauge(caplog: pytest.LogCaptureFixture) -> None:
    registry, ours = Registry(1_000, clock=ManualClock()), facade.CollectorRegistry()
    registry.add_source(ours)
    facade.Gauge("bad", "B", registry=ours).set_function(lambda: 1 / 0)
    facade.Gauge("good", "G", registry=ours).set(1)
    for end_ms in range(3):
        assert {name for name, *_ in measured(registry.read(end_ms))} == {"good"}
    assert len(caplog.records) == 1
    bad = ours.get_sample_value("bad")
    assert bad is not None
    assert math.isnan(bad)


def test_a_forked_child_keeps_its_totals_and_reports_nothing_of_its_parents() -> None:
    registry, ours = Registry(1_000), facade.CollectorRegistry()
    registry.add_source(ours)
    counter = facade.Counter("c", "C", ["k"], registry=ours)
    counter.labels("x").inc(3)
    with draining.lock:  # held by a thread that does not exist in the child
        child = os.fork()
        if child == 0:
            registry.reset()
            counter.labels("y").inc(2)
            found = measured(registry.read(1))
            right = (
                found
                == {
                    ("c_total", ("k", "x"), ("statistic", "count")): 0.0,
                    ("c_total", ("k", "y"), ("statistic", "count")): 2.0,
                }
                and ours.get_sample_value("c_total", {"k": "x"}) == 3.0
            )
            os._exit(0 if right else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert measured(registry.read(1))["c_total", ("k", "x"), ("statistic", "count")] == 3.0
