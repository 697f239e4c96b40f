"""How many files are open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from vedette_agent.registry import Registry

_FILE_NR: Final = Path("/proc/sys/fs/file-nr")


def watch_files(registry: Registry) -> Callable[[], None] | None:
    """`sys.files.open` and `sys.files.max` of the machine; nothing where the system does not tell (it is Linux's)."""
    if not _FILE_NR.exists():
        return None
    opened, most = registry.gauge("sys.files.open"), registry.gauge("sys.files.max")

    def poll() -> None:
        allocated, free, limit = map(int, _FILE_NR.read_text().split())
        opened.set(allocated - free)
        most.set(limit)

    return poll
