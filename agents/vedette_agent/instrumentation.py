"""Puts an agent into FastAPI and Starlette applications and into httpx clients: one by one, or all of a process."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from vedette_agent.imports import when_imported
from vedette_agent.ipc.calls import Calls
from vedette_agent.ipc.client import measured, measured_async
from vedette_agent.ipc.server import IpcMiddleware

if TYPE_CHECKING:
    from vedette_agent.agent import Agent
    from vedette_agent.tracing import Tracing

logger = logging.getLogger(__name__)

_MARK: Final = "_vedette_agent"
_patched: set[str] = set()


def instrument_app(app: Any, calls: Calls, tracing: Tracing | None) -> Any:
    """Measure and trace an ASGI application; returns what to serve.

    A Starlette or FastAPI application is changed in place and returned; any other ASGI application is wrapped.
    """
    if getattr(app, _MARK, False):
        return app
    if not hasattr(app, "build_middleware_stack"):
        return IpcMiddleware(app, calls)
    setattr(app, _MARK, True)
    if tracing is not None:
        tracing.instrument_app(app)
    build = app.build_middleware_stack
    # Around the whole stack, where Starlette lets nobody else be: so the answers of error handlers are seen as well.
    app.build_middleware_stack = lambda: IpcMiddleware(build(), calls)
    if app.middleware_stack is not None:
        app.middleware_stack = app.build_middleware_stack()
    return app


def instrument_client(client: Any, calls: Calls, tracing: Tracing | None) -> Any:
    """Measure and trace what an `httpx.Client` or `httpx.AsyncClient` asks; returns the client.

    The tracing goes around the measuring: it writes the baggage it was handed, in which we then name ourselves.
    """
    if getattr(client, _MARK, False):
        return client
    setattr(client, _MARK, True)
    for transport in (client._transport, *client._mounts.values()):
        if hasattr(transport, "handle_async_request"):
            transport.handle_async_request = measured_async(transport.handle_async_request, lambda: calls)
        elif hasattr(transport, "handle_request"):
            transport.handle_request = measured(transport.handle_request, lambda: calls)
    if tracing is not None:
        tracing.instrument_client(client)
    return client


def instrument_process(current: Callable[[], Agent | None]) -> None:
    """Measure and trace every FastAPI and Starlette application and every httpx client of the process.

    Nothing is imported for it: what the service has imported is changed now, what it imports later then. `current` is
    the agent they belong to, None for none.
    """
    when_imported("starlette.applications", lambda found: _patch_applications(found.Starlette, current))
    when_imported("fastapi.applications", lambda found: _patch_applications(found.FastAPI, current))
    when_imported("httpx", lambda found: _patch_clients(found, current))


def _patch_applications(kind: Any, current: Callable[[], Agent | None]) -> None:
    if not _first_time(kind):
        return
    build = kind.build_middleware_stack

    @wraps(build)
    def build_measured(app: Any) -> Any:
        agent = current()
        if agent is None or getattr(app, _MARK, False):
            return build(app)
        agent.instrument_app(app)
        return app.build_middleware_stack()

    kind.build_middleware_stack = build_measured


def _patch_clients(httpx: ModuleType, current: Callable[[], Agent | None]) -> None:
    def calls() -> Calls | None:
        agent = current()
        return None if agent is None else agent.calls

    sync, asynchronous = httpx.HTTPTransport, httpx.AsyncHTTPTransport
    if _first_time(sync):
        sync.handle_request = measured(sync.handle_request, calls)
        asynchronous.handle_async_request = measured_async(asynchronous.handle_async_request, calls)
    agent = current()
    if agent is not None and agent.tracing is not None:
        agent.tracing.instrument_all_clients()


def _first_time(kind: type) -> bool:
    name = f"{kind.__module__}.{kind.__qualname__}"
    if name in _patched:
        return False
    _patched.add(name)
    return True
