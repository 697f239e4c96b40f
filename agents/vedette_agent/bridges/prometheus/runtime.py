"""Runtime: the process, its garbage collector and its interpreter, under the names that prometheus-client gives them.

    process_cpu_seconds_total  process_resident_memory_bytes  process_virtual_memory_bytes  process_start_time_seconds
    process_open_fds  process_max_fds  python_gc_objects_collected_total  python_gc_objects_uncollectable_total
    python_gc_collections_total  python_info

and two that theirs lack, `process_peak_resident_memory_bytes` and `process_threads`.
"""

from __future__ import annotations

import gc
import os
import platform
import threading
from collections.abc import Iterator
from typing import Final

from vedette_agent.bridges.prometheus.families import Metric
from vedette_agent.process import files, memory, started_at

REPLACED: Final = frozenset(
    (
        "process.cpu.time",
        "process.memory.resident",
        "process.memory.virtual",
        "process.memory.peak",
        "process.threads",
        "process.files.open",
        "process.files.limit",
        "process.start.time",
        "process.uptime",
        "process.gc.collections",
        "process.gc.collected",
        "process.gc.uncollectable",
    )
)
"""Meters of ours that say the same."""

_MEMORY: Final = {
    "virtual": ("process_virtual_memory_bytes", "Virtual memory size in bytes."),
    "resident": ("process_resident_memory_bytes", "Resident memory size in bytes."),
    "peak": ("process_peak_resident_memory_bytes", "The most memory that was resident, in bytes."),
}
_FILES: Final = {
    "open": ("process_open_fds", "Number of open file descriptors."),
    "limit": ("process_max_fds", "Maximum number of open file descriptors."),
}
_GARBAGE: Final = {
    "collected": ("python_gc_objects_collected", "Objects collected during gc"),
    "uncollectable": ("python_gc_objects_uncollectable", "Uncollectable objects found during GC"),
    "collections": ("python_gc_collections", "Number of times this generation was collected"),
}


class Runtime:
    """A collector of what the process is and uses now."""

    def collect(self) -> Iterator[Metric]:
        """The families; what this system does not tell is left out."""
        for kind, (name, documentation) in _GARBAGE.items():
            metric = Metric(name, documentation, "counter")
            for generation, facts in enumerate(gc.get_stats()):
                metric.add("_total", {"generation": str(generation)}, float(facts[kind]))
            yield metric
        yield _interpreter()
        used = os.times()
        yield _one("process_cpu_seconds", "Total user and system CPU time spent in seconds.", used.user + used.system)
        for kind, size in memory().items():
            yield _one(*_MEMORY[kind], float(size), "gauge")
        for kind, many in files().items():
            yield _one(*_FILES[kind], float(many), "gauge")
        yield _one(
            "process_start_time_seconds",
            "Start time of the process since unix epoch in seconds.",
            started_at(),
            "gauge",
        )
        yield _one("process_threads", "Number of threads that Python knows.", float(threading.active_count()), "gauge")


def _one(name: str, documentation: str, value: float, kind: str = "counter") -> Metric:
    metric = Metric(name, documentation, kind)
    metric.add("_total" if kind == "counter" else "", {}, value)
    return metric


def _interpreter() -> Metric:
    major, minor, patchlevel = platform.python_version_tuple()
    metric = Metric("python_info", "Python platform information", "gauge")
    labels = {
        "implementation": platform.python_implementation(),
        "major": major,
        "minor": minor,
        "patchlevel": patchlevel,
        "version": platform.python_version(),
    }
    metric.add("", labels, 1.0)
    return metric
