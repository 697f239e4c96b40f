"""What goes over the network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import psutil

from vedette_agent.registry import Registry


def watch_network(registry: Registry) -> Callable[[], None]:
    """Rates by `iface` and `id` (in, out): `net.iface.bytes`, `net.iface.packets`, `net.iface.errors`,
    `net.iface.droppedPackets`. `net.tcp.connections` by `id`, the state.
    """
    made = registry.monotonic_counter_uint
    bytes_ = registry.family(made, "net.iface.bytes", "iface", "id")
    packets = registry.family(made, "net.iface.packets", "iface", "id")
    errors = registry.family(made, "net.iface.errors", "iface", "id")
    dropped = registry.family(made, "net.iface.droppedPackets", "iface", "id")
    connections = registry.family(registry.gauge, "net.tcp.connections", "id")
    seen: set[str] = set()

    def poll() -> None:
        for interface, total in psutil.net_io_counters(pernic=True).items():
            bytes_[interface, "in"].set(total.bytes_recv)
            bytes_[interface, "out"].set(total.bytes_sent)
            packets[interface, "in"].set(total.packets_recv)
            packets[interface, "out"].set(total.packets_sent)
            errors[interface, "in"].set(total.errin)
            errors[interface, "out"].set(total.errout)
            dropped[interface, "in"].set(total.dropin)
            dropped[interface, "out"].set(total.dropout)
        try:
            states = Counter(connection.status for connection in psutil.net_connections("tcp"))
        except psutil.AccessDenied:
            return
        seen.update(states)
        for state in seen:  # a state that nobody is in any more is 0, and not the last number
            connections[state.lower()].set(states[state])

    return poll
