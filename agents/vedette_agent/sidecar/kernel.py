"""What the kernel did with packets that we did not fetch in time (Linux)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from vedette_agent.registry import Registry

_TABLES: Final = (Path("/proc/net/udp"), Path("/proc/net/udp6"))


class Udp(NamedTuple):
    """Packets lost up to now for want of room, and bytes that wait."""

    dropped: int
    waiting: int


def udp(inode: int) -> Udp | None:
    """The kernel's figures of one socket; None where it does not tell."""
    for table in _TABLES:
        if not table.exists():
            continue
        for row in table.read_text().splitlines()[1:]:
            fields = row.split()
            if int(fields[9]) == inode:
                return Udp(int(fields[12]), int(fields[4].partition(":")[2], 16))
    return None


def watch_udp(registry: Registry, inode: int) -> Callable[[], None]:
    """A poll that reports `spectatord.udpPacketsDropped` and `spectatord.udpRxQueue`."""
    dropped = registry.monotonic_counter("spectatord.udpPacketsDropped")
    queue = registry.gauge("spectatord.udpRxQueue")

    def poll() -> None:
        seen = udp(inode)
        if seen is not None:
            dropped.set(seen.dropped)
            queue.set(seen.waiting)

    return poll
