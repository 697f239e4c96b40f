"""What the bridge to Prometheus costs: a call of the facade beside prometheus-client, and reading on the step thread.

    python -m benchmarks.prometheus_bridge

Nanoseconds per call are the least of many short rounds, loop included, with the logs drained in between; milliseconds
are processor time of one reading of all series of the row.
"""

from __future__ import annotations

import time
import timeit
from collections.abc import Callable
from typing import Any

import prometheus_client
from rich.console import Console
from rich.table import Table

from vedette_agent.bridges.prometheus import exposition, facade
from vedette_agent.bridges.prometheus.publish import publish
from vedette_agent.registry import Registry

STATEMENTS = ("pass", "c.inc()", "g.set(1.5)", "g.inc()", "h.observe(0.2)", "l.labels('a', 'b').inc()")
Fill = Callable[[Any, Any], Callable[[], None]]


def calls(module: Any) -> list[float]:
    """Nanoseconds of each statement."""
    registry = module.CollectorRegistry()
    names = {
        "c": module.Counter("c", "C", ["k"], registry=registry).labels("x"),
        "g": module.Gauge("g", "G", registry=registry),
        "h": module.Histogram("h_seconds", "H", registry=registry),
        "l": module.Counter("l", "L", ["k", "v"], registry=registry),
    }
    found = []
    for statement in STATEMENTS:
        timer, quickest = timeit.Timer(statement, globals=names), float("inf")
        for _ in range(500):
            quickest = min(quickest, timer.timeit(1_000))
            if hasattr(registry, "drain"):
                registry.drain(0)
        found.append(quickest * 1e6)
    return found


def counters(module: Any, registry: Any) -> Callable[[], None]:
    """1,000 counters, and what touches them all."""
    parent = module.Counter("c", "C", ["k"], registry=registry)
    children = [parent.labels(str(number)) for number in range(1_000)]

    def touch() -> None:
        for child in children:
            child.inc()

    return touch


def histograms(module: Any, registry: Any) -> Callable[[], None]:
    """100 histograms, and what touches them all."""
    parent = module.Histogram("h_seconds", "H", ["k"], registry=registry)
    children = [parent.labels(str(number)) for number in range(100)]

    def touch() -> None:
        for child in children:
            for seconds in (0.003, 0.02, 0.3, 2):
                child.observe(seconds)

    return touch


def least_ms(action: Callable[[], object], before: Callable[[], object]) -> float:
    """Processor time of an action, the least of some."""
    found = []
    for _ in range(7):
        before()
        started = time.process_time()
        action()
        found.append(time.process_time() - started)
    return min(found) * 1_000


def reading(module: Any, fill: Fill) -> tuple[str, str, str, str]:
    """Milliseconds to collect, to read as a step, and to expose; and the number of series."""
    theirs, ours = module.CollectorRegistry(), Registry()
    touch = fill(module, theirs)
    publish(theirs, to=ours)
    touch()
    series = sum(value == value for value in ours.read(0).values)  # noqa: PLR0124  # NaN is nothing
    collect = least_ms(lambda: list(theirs.collect()), touch)
    read = least_ms(lambda: ours.read(1), touch)
    return f"{collect:.1f}", f"{read:.1f}", f"{series:,}", f"{least_ms(lambda: exposition(theirs), touch):.1f}"


def main() -> None:
    """Print both tables."""
    console = Console()
    table = Table("call", "ours, ns", "prometheus-client, ns")
    for row in zip(STATEMENTS, calls(facade), calls(prometheus_client), strict=True):
        table.add_row(row[0], *(f"{nanoseconds:.0f}" for nanoseconds in row[1:]))
    console.print(table)
    table = Table("metrics", "of", "collect, ms", "agent's reading, ms", "series", "exposition, ms")
    for what, fill in (("1,000 counters", counters), ("100 histograms", histograms)):
        for name, module in (("prometheus", prometheus_client), ("facade", facade)):
            table.add_row(what, name, *reading(module, fill))
    console.print(table)


if __name__ == "__main__":
    main()
