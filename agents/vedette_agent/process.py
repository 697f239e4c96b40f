"""Meters of the process itself: processor time, memory, threads, open files, garbage collection, event loops."""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from vedette_agent.registry import Registry

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

_PROC: Final = "/proc/self"
_STATM: Final = f"{_PROC}/statm"
_DESCRIPTORS: Final = f"{_PROC}/fd"
_PROBE_S: Final = 0.25
_IMPORTED: Final = time.time()


def watch_process(registry: Registry) -> None:
    """Report the process on each step: some thirty system calls, no cost in between.

    `process.cpu.time` counts seconds (its rate is cores in use), by `id` user and system; `process.memory.resident`,
    `process.memory.virtual` and `process.memory.peak` (the most that was resident) are bytes; `process.threads`;
    `process.files.open` and `process.files.limit`; `process.uptime` seconds and `process.start.time` seconds since the
    epoch; `process.gc.collections`, `process.gc.collected` and `process.gc.uncollectable` count, by `generation`.
    """
    for poll in (_cpu(registry), _memory(registry), _threads(registry), _files(registry), _garbage(registry)):
        registry.poll(poll)


def watch_loop(registry: Registry, loop: AbstractEventLoop | None = None) -> None:
    """Report how late an event loop is, as the timer `process.eventloop.lag`: call it in the loop that runs.

    Four times a second a callback says by how much it came later than it was due; `max` is the longest that something
    held the loop up in the step. Watching a loop twice is watching it once. It does not keep a loop from ending, nor
    in memory. Raises RuntimeError where no loop is given and none runs.
    """
    if loop is None:
        import asyncio  # noqa: PLC0415  # who calls this has it; the agent itself does without

        loop = asyncio.get_running_loop()
    if _watched.get(loop) is not registry:
        _watched[loop] = registry
        _probe(weakref.ref(loop), registry)


_watched: weakref.WeakKeyDictionary[Any, Registry] = weakref.WeakKeyDictionary()


def _probe(reference: Callable[[], AbstractEventLoop | None], registry: Registry) -> None:
    lag = registry.timer("process.eventloop.lag")

    def begin(loop: AbstractEventLoop) -> None:
        loop.call_later(_PROBE_S, tell, loop.time() + _PROBE_S)

    def tell(due: float) -> None:
        loop = reference()
        if loop is not None and _watched.get(loop) is registry:
            lag.record(max(0.0, loop.time() - due))
            begin(loop)

    first = reference()
    if first is not None:
        begin(first)


def started_at() -> float:
    """When this process began, seconds since the epoch: as the kernel says, else when the agent was imported."""
    try:
        with open(f"{_PROC}/stat", "rb") as facts:
            ticks = int(facts.read().rpartition(b")")[2].split()[19])
        with open("/proc/uptime", "rb") as up:
            booted = time.time() - float(up.read().split()[0])
    except (OSError, ValueError, IndexError):
        return _IMPORTED
    return booted + ticks / os.sysconf("SC_CLK_TCK")


def memory() -> dict[str, int]:
    """Bytes of memory by `resident`, `virtual` and `peak`, as far as this system tells."""
    found: dict[str, int] = {}
    if os.path.exists(_STATM):
        with open(_STATM, "rb") as pages:
            virtual, resident = pages.read().split()[:2]
        page = os.sysconf("SC_PAGE_SIZE")
        found = {"resident": int(resident) * page, "virtual": int(virtual) * page}
    try:
        import resource  # noqa: PLC0415  # not on Windows
    except ImportError:
        return found
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return {"resident": peak, **found, "peak": max(peak, found.get("resident", 0))}


def files() -> dict[str, float]:
    """How many descriptors are `open`, and their `limit`, as far as this system tells; no limit is infinity."""
    found: dict[str, float] = {}
    if os.path.exists(_DESCRIPTORS):
        found["open"] = len(os.listdir(_DESCRIPTORS)) - 1  # one is the listing's own
    try:
        import resource  # noqa: PLC0415  # not on Windows
    except ImportError:
        return found
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return {**found, "limit": float("inf") if soft == resource.RLIM_INFINITY else soft}


def _cpu(registry: Registry) -> Callable[[], None]:
    user = registry.counter("process.cpu.time", {"id": "user"})
    system = registry.counter("process.cpu.time", {"id": "system"})
    uptime = registry.gauge("process.uptime")
    start = registry.gauge("process.start.time")
    began = started_at()
    started = time.monotonic() - max(0.0, time.time() - began)
    last = os.times()

    def poll() -> None:
        nonlocal last
        now = os.times()
        user.add(now.user - last.user)
        system.add(now.system - last.system)
        uptime.set(time.monotonic() - started)
        start.set(began)
        last = now

    return poll


def _memory(registry: Registry) -> Callable[[], None]:
    gauges = {kind: registry.gauge(f"process.memory.{kind}") for kind in memory()}

    def poll() -> None:
        for kind, size in memory().items():
            gauges[kind].set(size)

    return poll


def _threads(registry: Registry) -> Callable[[], None]:
    gauge = registry.gauge("process.threads")
    return lambda: gauge.set(threading.active_count())


def _files(registry: Registry) -> Callable[[], None]:
    gauges = {kind: registry.gauge(f"process.files.{kind}") for kind in files()}

    def poll() -> None:
        for kind, many in files().items():
            gauges[kind].set(many)

    return poll


def _garbage(registry: Registry) -> Callable[[], None]:
    kinds = ("collections", "collected", "uncollectable")
    last = gc.get_stats()
    counters = [
        {kind: registry.counter(f"process.gc.{kind}", {"generation": str(number)}) for kind in kinds}
        for number in range(len(last))
    ]

    def poll() -> None:
        nonlocal last
        now = gc.get_stats()
        for number, meters in enumerate(counters):
            for kind, counter in meters.items():
                counter.increment(now[number][kind] - last[number][kind])
        last = now

    return poll
