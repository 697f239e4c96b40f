"""Meters of the process itself: processor time, memory, threads, open files, garbage collection."""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Final

from vedette_agent.registry import Registry

_STATM: Final = "/proc/self/statm"
_DESCRIPTORS: Final = "/proc/self/fd"


def watch_process(registry: Registry) -> None:
    """Report the process on each step: some twenty system calls, no cost in between.

    `process.cpu.time` counts seconds (its rate is cores in use), by `id` user and system; `process.memory.resident` is
    bytes; `process.threads`; `process.files.open`; `process.uptime` seconds; `process.gc.collections` and
    `process.gc.collected` count, by `generation`.
    """
    for poll in (_cpu(registry), _memory(registry), _threads(registry), _files(registry), _garbage(registry)):
        registry.poll(poll)


def _cpu(registry: Registry) -> Callable[[], None]:
    user = registry.counter("process.cpu.time", {"id": "user"})
    system = registry.counter("process.cpu.time", {"id": "system"})
    uptime = registry.gauge("process.uptime")
    started = time.monotonic()
    last = os.times()

    def poll() -> None:
        nonlocal last
        now = os.times()
        user.add(now.user - last.user)
        system.add(now.system - last.system)
        uptime.set(time.monotonic() - started)
        last = now

    return poll


def _memory(registry: Registry) -> Callable[[], None]:
    gauge = registry.gauge("process.memory.resident")
    if os.path.exists(_STATM):
        page = os.sysconf("SC_PAGE_SIZE")

        def poll() -> None:
            with open(_STATM, "rb") as pages:
                gauge.set(int(pages.read().split()[1]) * page)

        return poll
    import resource  # noqa: PLC0415  # not on Windows, and only needed where there is no /proc

    unit = 1 if sys.platform == "darwin" else 1024
    return lambda: gauge.set(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit)


def _threads(registry: Registry) -> Callable[[], None]:
    gauge = registry.gauge("process.threads")
    return lambda: gauge.set(threading.active_count())


def _files(registry: Registry) -> Callable[[], None]:
    if not os.path.exists(_DESCRIPTORS):
        return lambda: None
    gauge = registry.gauge("process.files.open")
    return lambda: gauge.set(len(os.listdir(_DESCRIPTORS)) - 1)  # one is the listing's own


def _garbage(registry: Registry) -> Callable[[], None]:
    generations = range(len(gc.get_stats()))
    runs = [registry.counter("process.gc.collections", {"generation": str(number)}) for number in generations]
    found = [registry.counter("process.gc.collected", {"generation": str(number)}) for number in generations]
    last = gc.get_stats()

    def poll() -> None:
        nonlocal last
        now = gc.get_stats()
        for number in generations:
            runs[number].increment(now[number]["collections"] - last[number]["collections"])
            found[number].increment(now[number]["collected"] - last[number]["collected"])
        last = now

    return poll
