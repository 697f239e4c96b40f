"""How long work waits for processors, memory and disks: Linux's pressure stall information."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from vedette_agent.registry import Registry

PRESSURE: Final = Path("/proc/pressure")


def watch_pressure(registry: Registry, root: Path = PRESSURE) -> Callable[[], None] | None:
    """`sys.pressure.some` and `sys.pressure.full`, by `id` cpu, memory and io: seconds per second in which some tasks
    waited, or all of them. Nothing where the kernel does not tell.
    """
    files = {resource: root / resource for resource in ("cpu", "memory", "io") if (root / resource).exists()}
    if not files:
        return None
    some = registry.family(registry.monotonic_counter, "sys.pressure.some", "id")
    full = registry.family(registry.monotonic_counter, "sys.pressure.full", "id")

    def poll() -> None:
        for resource, file in files.items():
            for line in file.read_text().splitlines():
                kind, *fields = line.split()
                total_us = float(dict(field.split("=") for field in fields)["total"])
                (some if kind == "some" else full)[resource].set(total_us / 1e6)

    return poll
