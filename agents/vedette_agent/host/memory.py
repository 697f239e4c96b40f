"""How much memory there is, and is left."""

from __future__ import annotations

from collections.abc import Callable

import psutil

from vedette_agent.registry import Registry


def watch_memory(registry: Registry) -> Callable[[], None]:
    """Bytes: `mem.totalReal`, `mem.availReal`, `mem.freeReal`, `mem.cached`, `mem.buffer`, `mem.totalSwap`,
    `mem.availSwap`.
    """
    gauge = registry.family(lambda name, tags: registry.gauge(f"mem.{tags['id']}"), "mem", "id")

    def poll() -> None:
        real, swap = psutil.virtual_memory(), psutil.swap_memory()
        gauge["totalReal"].set(real.total)
        gauge["availReal"].set(real.available)
        gauge["freeReal"].set(real.free)
        gauge["cached"].set(getattr(real, "cached", 0))
        gauge["buffer"].set(getattr(real, "buffers", 0))
        gauge["totalSwap"].set(swap.total)
        gauge["availSwap"].set(swap.free)

    return poll
