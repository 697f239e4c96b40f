"""httpx: every transport that it brings itself."""

from __future__ import annotations

from types import ModuleType

from vedette_agent.ipc.client import measured, measured_async
from vedette_agent.ipc.hooks.replacing import Current, around, calls_of


def transports(module: ModuleType, current: Current) -> None:
    """For `httpx`. Where calls are traced, the tracing is the agent's own as well."""
    around(module.HTTPTransport, "handle_request", lambda handle: measured(handle, lambda: calls_of(current)))
    around(
        module.AsyncHTTPTransport,
        "handle_async_request",
        lambda handle: measured_async(handle, lambda: calls_of(current)),
    )
    agent = current()
    if agent is not None and agent.tracing is not None:
        agent.tracing.instrument_all_clients()
