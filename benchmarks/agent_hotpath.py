"""What one call costs a service, beside prometheus-client, opentelemetry-sdk and netflix-spectator-py, in one run.

    python -m benchmarks.agent_hotpath [--calls 200000] [--rounds 7]

Nanoseconds per call above an empty loop, the least of the rounds; the meters are drained between rounds, outside of the
measurement, as the step thread does. `all in` adds the CPU of draining. Bytes per series are those that Python has
allocated for 10,000 series of two tags, after a reading.
"""

from __future__ import annotations

import argparse
import gc
import math
import os
import time
import timeit
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from prometheus_client import CollectorRegistry
from prometheus_client import Counter as PrometheusCounter
from prometheus_client import Histogram as PrometheusHistogram
from rich.console import Console
from rich.table import Table

from vedette_agent.registry import Registry

os.environ.setdefault("SPECTATOR_OUTPUT_LOCATION", "none")
from spectator.registry import Registry as SpectatorRegistry  # reads the variable when it is imported

SERIES = 10_000
PAIRS = [(f"value-{n % 100}", f"other-{n // 100}") for n in range(SERIES)]


@dataclass(frozen=True)
class Case:
    """One kind of call: who offers it, the statement, and what makes its memory free again."""

    who: str
    statement: str
    clean: Callable[[], object] = lambda: None


OURS: Final = "vedette"


def stage() -> tuple[dict[str, object], list[Case]]:
    """The names that the statements use, and the calls: ours and the peers', of the same purpose next to each other."""
    registry, theirs = Registry(), CollectorRegistry()
    meter = MeterProvider(metric_readers=[InMemoryMetricReader()]).get_meter("benchmark")
    spectator = SpectatorRegistry()
    names: dict[str, object] = {
        "registry": registry,
        "counter": registry.counter("requests"),
        "timer": registry.timer("calls"),
        "percentile_timer": registry.percentile_timer("latency"),
        "gauge": registry.gauge("depth"),
        "family": registry.family(registry.counter, "tagged", "method", "status"),
        "tags": {"method": "GET", "status": "200"},
        "prometheus_counter": PrometheusCounter("requests", "r", registry=theirs),
        "prometheus_labelled": PrometheusCounter("tagged", "t", ["method", "status"], registry=theirs),
        "prometheus_histogram": PrometheusHistogram("latency", "l", registry=theirs),
        "otel_counter": meter.create_counter("requests"),
        "otel_histogram": meter.create_histogram("latency"),
        "spectator": spectator,
        "spectator_counter": spectator.counter("requests"),
        "spectator_timer": spectator.pct_timer("latency"),
    }
    drained = registry.drain
    return names, [
        Case(OURS, "counter.increment()", drained),
        Case(OURS, "counter.increment(2)", drained),
        Case("prometheus-client", "prometheus_counter.inc()"),
        Case("opentelemetry-sdk", "otel_counter.add(1)"),
        Case("spectator-py, to nowhere", "spectator_counter.increment()"),
        Case(OURS, "family['GET', '200']"),
        Case(OURS, "family['GET', '200'].increment()", drained),
        Case(OURS, "registry.counter('tagged', tags).increment()", drained),
        Case("prometheus-client", "prometheus_labelled.labels('GET', '200').inc()"),
        Case("opentelemetry-sdk", "otel_counter.add(1, tags)"),
        Case("spectator-py, to nowhere", "spectator.counter('tagged', tags).increment()"),
        Case(OURS, "gauge.set(1.5)", drained),
        Case(OURS, "timer.record(0.1)", drained),
        Case(OURS, "percentile_timer.record(0.1)", drained),
        Case("prometheus-client", "prometheus_histogram.observe(0.1)"),
        Case("opentelemetry-sdk", "otel_histogram.record(0.1, tags)"),
        Case("spectator-py, to nowhere", "spectator_timer.record(0.1)"),
    ]


def measure(case: Case, names: dict[str, object], calls: int, rounds: int) -> tuple[float, float]:
    """Nanoseconds of one call with the loop around it, and of one call with its share of the cleaning too."""
    timer = timeit.Timer(case.statement, globals=names)
    quickest = all_in = math.inf
    for _ in range(rounds):
        one = timer.timeit(calls) / calls * 1e9
        started = time.process_time_ns()
        case.clean()
        quickest, all_in = min(quickest, one), min(all_in, one + (time.process_time_ns() - started) / calls)
    return quickest, all_in


def bytes_per_series(make: Callable[[], Callable[[str, str], object]]) -> float:
    """Bytes of one counter of two tags."""
    gc.collect()
    tracemalloc.start()
    increment = make()
    before = tracemalloc.get_traced_memory()[0]
    for one, other in PAIRS:
        increment(one, other)
    gc.collect()
    used = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return used / SERIES


def _ours() -> Callable[[str, str], object]:
    registry = Registry()

    def increment(one: str, other: str) -> None:
        registry.counter("m", {"one": one, "other": other}).increment()
        if len(registry) == SERIES:
            registry.read(10_000)

    return increment


def _prometheus() -> Callable[[str, str], object]:
    counter = PrometheusCounter("m", "m", ["one", "other"], registry=CollectorRegistry())
    return lambda one, other: counter.labels(one, other).inc()


def _opentelemetry() -> Callable[[str, str], object]:
    meter = MeterProvider(metric_readers=[InMemoryMetricReader()]).get_meter("memory")
    # Its default limit is 2,000 sets of attributes for one instrument.
    instruments = {f"other-{n}": meter.create_counter(f"m{n}") for n in range(100)}
    return lambda one, other: instruments[other].add(1, {"one": one, "other": other})


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    names, cases = stage()
    empty, _ = measure(Case("", "pass"), names, given.calls, given.rounds)
    ours = 0.0
    table = Table("who", "call", "ns", "all in", "times ours", title=f"above an empty loop of {empty:.0f} ns")
    for case in cases:
        one, all_in = (
            ns - empty for ns in measure(case, names, given.calls // (1 if case.who == OURS else 4), given.rounds)
        )
        ours = ours or one
        table.add_row(case.who, case.statement, f"{one:.0f}", f"{all_in:.0f}", f"{one / ours:.1f}")
    memory = Table("who", "bytes of a counter of two tags")
    for who, make in (("vedette", _ours), ("prometheus-client", _prometheus), ("opentelemetry-sdk", _opentelemetry)):
        memory.add_row(who, f"{bytes_per_series(make):.0f}")
    console = Console(width=110)
    console.print(table)
    console.print(memory)


if __name__ == "__main__":
    main()
