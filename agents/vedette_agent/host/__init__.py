"""Metrics of the machine or container that a sidecar runs on; the extra `host` brings what they need.

The names are those of Netflix's system agent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from vedette_agent.host.container import watch_container
from vedette_agent.host.disk import watch_disk
from vedette_agent.host.files import watch_files
from vedette_agent.host.memory import watch_memory
from vedette_agent.host.network import watch_network
from vedette_agent.host.pressure import watch_pressure
from vedette_agent.host.processors import watch_processors
from vedette_agent.registry import Registry

_WATCHES: Final = (
    watch_processors,
    watch_memory,
    watch_disk,
    watch_network,
    watch_files,
    watch_pressure,
    watch_container,
)


def watch_host(registry: Registry) -> None:
    """Report the machine on each step: some milliseconds, nothing in between."""
    for watch in _WATCHES:
        poll: Callable[[], None] | None = watch(registry)
        if poll is not None:
            registry.poll(poll)
