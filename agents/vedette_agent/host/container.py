"""What a container may use, and uses: control groups of either version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vedette_agent.registry import Registry

ROOT: Final = Path("/sys/fs/cgroup")
_NO_LIMIT: Final = 2**60
"""Version 1 writes nearly 2^63 for no limit of memory."""


@dataclass(frozen=True)
class Container:
    """Seconds of processors used, bytes used, and the limits: processors and bytes; None where there is none."""

    cpu_s: float
    memory: float
    cpu_limit: float | None
    memory_limit: float | None
    throttled_s: float


def read(root: Path = ROOT) -> Container | None:
    """The control group under `root`; None where there is none that tells."""
    try:
        return _second(root) if (root / "cgroup.controllers").exists() else _first(root)
    except (OSError, ValueError, KeyError):
        return None


def watch_container(registry: Registry, root: Path = ROOT) -> Callable[[], None] | None:
    """`cgroup.cpu.processingTime` and `cgroup.cpu.throttledTime`, seconds per second; `cgroup.cpu.processingCapacity`,
    the processors that may be used; `cgroup.mem.used` and `cgroup.mem.limit`, bytes. Nothing outside of a group.
    """
    if read(root) is None:
        return None
    used = registry.monotonic_counter("cgroup.cpu.processingTime")
    throttled = registry.monotonic_counter("cgroup.cpu.throttledTime")
    capacity, memory, limit = (
        registry.gauge(f"cgroup.{name}") for name in ("cpu.processingCapacity", "mem.used", "mem.limit")
    )

    def poll() -> None:
        seen = read(root)
        if seen is None:
            return
        used.set(seen.cpu_s)
        throttled.set(seen.throttled_s)
        memory.set(seen.memory)
        if seen.cpu_limit is not None:
            capacity.set(seen.cpu_limit)
        if seen.memory_limit is not None:
            limit.set(seen.memory_limit)

    return poll


def _second(root: Path) -> Container:
    cpu = _table(root / "cpu.stat")
    quota, period = (root / "cpu.max").read_text().split() if (root / "cpu.max").exists() else ("max", "1")
    most = (root / "memory.max").read_text().strip() if (root / "memory.max").exists() else "max"
    return Container(
        cpu_s=cpu["usage_usec"] / 1e6,
        memory=float((root / "memory.current").read_text()),
        cpu_limit=None if quota == "max" else float(quota) / float(period),
        memory_limit=None if most == "max" else float(most),
        throttled_s=cpu.get("throttled_usec", 0.0) / 1e6,
    )


def _first(root: Path) -> Container:
    quota = float((root / "cpu/cpu.cfs_quota_us").read_text())
    most = float((root / "memory/memory.limit_in_bytes").read_text())
    return Container(
        cpu_s=float((root / "cpuacct/cpuacct.usage").read_text()) / 1e9,
        memory=float((root / "memory/memory.usage_in_bytes").read_text()),
        cpu_limit=None if quota < 0 else quota / float((root / "cpu/cpu.cfs_period_us").read_text()),
        memory_limit=None if most >= _NO_LIMIT else most,
        throttled_s=_table(root / "cpu/cpu.stat").get("throttled_time", 0.0) / 1e9,
    )


def _table(file: Path) -> Mapping[str, float]:
    pairs = (line.split() for line in file.read_text().splitlines())
    return {key: float(value) for key, value in pairs}
