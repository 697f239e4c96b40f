"""How full the disks are, and how busy."""

from __future__ import annotations

from collections.abc import Callable

import psutil

from vedette_agent.registry import Registry


def watch_disk(registry: Registry) -> Callable[[], None]:
    """By `id`, the place a file system is mounted at: `disk.bytesUsed`, `disk.bytesMax`, `disk.bytesPercentUsed`. By
    `dev` and `id` (read, write): rates `disk.io.bytes` and `disk.io.ops`; `disk.percentBusy` by `dev` over the step.
    """
    used = registry.family(registry.gauge, "disk.bytesUsed", "id")
    most = registry.family(registry.gauge, "disk.bytesMax", "id")
    percent = registry.family(registry.gauge, "disk.bytesPercentUsed", "id")
    bytes_ = registry.family(registry.monotonic_counter, "disk.io.bytes", "dev", "id")
    operations = registry.family(registry.monotonic_counter, "disk.io.ops", "dev", "id")
    busy = registry.family(registry.gauge, "disk.percentBusy", "dev")
    busy_ms: dict[str, float] = {}

    def poll() -> None:
        for partition in psutil.disk_partitions(all=False):
            try:
                usage = psutil.disk_usage(partition.mountpoint)
            except OSError:  # taken away meanwhile, or not ours to look into
                continue
            used[partition.mountpoint].set(usage.used)
            most[partition.mountpoint].set(usage.total)
            percent[partition.mountpoint].set(usage.percent)
        for device, counters in (psutil.disk_io_counters(perdisk=True) or {}).items():
            bytes_[device, "read"].set(counters.read_bytes)
            bytes_[device, "write"].set(counters.write_bytes)
            operations[device, "read"].set(counters.read_count)
            operations[device, "write"].set(counters.write_count)
            now_ms = getattr(counters, "busy_time", 0)
            if device in busy_ms:
                busy[device].set(min(100.0, max(0.0, now_ms - busy_ms[device]) / registry.step_ms * 100))
            busy_ms[device] = now_ms

    return poll
