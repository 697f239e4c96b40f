"""Who a span calls, as the caller names it: the first of OpenTelemetry's attributes that says so.

In the order of OpenTelemetry's semantic conventions: `peer.service`; `server.address` with its port; the peer's network
address with its port; the kind of a database with its name; the destination of a message.
"""

from __future__ import annotations

from collections.abc import Mapping


def peer_of(attributes: Mapping[str, str]) -> str:
    """Name or address of the peer; empty if the attributes tell none."""
    if service := attributes.get("peer.service"):
        return service
    for prefix in ("server.", "network.peer."):
        if address := attributes.get(prefix + "address"):
            port = attributes.get(prefix + "port")
            return f"{address}:{port}" if port else address
    if system := attributes.get("db.system.name") or attributes.get("db.system"):
        namespace = attributes.get("db.namespace")
        return f"{system}/{namespace}" if namespace else system
    return attributes.get("messaging.destination.name", "")
