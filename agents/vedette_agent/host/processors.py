"""How busy the processors are."""

from __future__ import annotations

from collections.abc import Callable

import psutil

from vedette_agent.registry import Registry


def watch_processors(registry: Registry) -> Callable[[], None]:
    """`sys.cpu.utilization` in percent of all processors, by `id` (user, system, idle, iowait, ...) over the step;
    `sys.cpu.numProcessors`; `sys.load` by `id` 1m, 5m and 15m.
    """
    utilization = registry.family(registry.gauge, "sys.cpu.utilization", "id")
    load = registry.family(registry.gauge, "sys.load", "id")
    processors = registry.gauge("sys.cpu.numProcessors")
    last = psutil.cpu_times()

    def poll() -> None:
        nonlocal last
        now = psutil.cpu_times()
        # A guest's time is part of the user's.
        spent = {
            kind: max(0.0, getattr(now, kind) - getattr(last, kind))
            for kind in now._fields
            if kind not in ("guest", "guest_nice")
        }
        total = sum(spent.values())
        if total > 0:
            for kind, seconds in spent.items():
                utilization[kind].set(100 * seconds / total)
        last = now
        processors.set(psutil.cpu_count() or 1)
        for name, value in zip(("1m", "5m", "15m"), psutil.getloadavg(), strict=True):
            load[name].set(value)

    return poll
