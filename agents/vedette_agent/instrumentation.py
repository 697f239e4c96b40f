"""Puts an agent into the applications and the clients of a service: one by one, or into all of a process."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from vedette_agent.imports import when_imported
from vedette_agent.ipc.calls import Calls
from vedette_agent.ipc.client import measured, measured_async
from vedette_agent.ipc.server import IpcMiddleware
from vedette_agent.ipc.wsgi import IpcWsgiMiddleware

if TYPE_CHECKING:
    from vedette_agent.agent import Agent
    from vedette_agent.tracing import Tracing

_MARK: Final = "_vedette_agent"
_HOOKS: Final = "vedette_agent.ipc.hooks"

# What is measured of a library, by the module with whose import it can be; ours is imported then, and not before.
_LIBRARIES: Final = {
    "aiohttp.client": "aiohttp_client.sessions",
    "aiohttp.web_app": "aiohttp_server.applications",
    "django.core.handlers.asgi": "django.asgi_handler",
    "django.core.handlers.base": "django.routes",
    "django.core.handlers.wsgi": "django.wsgi_handler",
    "fastapi.applications": "starlette.applications",
    "flask.app": "flask.application",
    "grpc": "grpc_tasks.both",
    "httpx": "httpx.transports",
    "requests.adapters": "requests.adapters",
    "starlette.applications": "starlette.applications",
    "urllib.request": "urllib.handlers",
    "urllib3.connectionpool": "urllib3.pools",
}
_DATABASES: Final = (
    *("MySQLdb", "aiopg", "asyncpg", "cassandra", "elasticsearch", "mysql.connector", "psycopg", "psycopg2"),
    *("pymemcache", "pymongo", "pymysql", "redis", "sqlalchemy", "sqlite3", "tortoise"),
)


def instrument_process(current: Callable[[], Agent | None]) -> None:
    """Measure, and trace where that is on, every application and client of the process that a hook is known for.

    Nothing is imported for it: what the service has imported is changed now, what it imports later then. `current` is
    the agent they belong to, None for none.
    """
    for name, hook in _LIBRARIES.items():
        when_imported(name, partial(_hook, hook, current))
    for name in _DATABASES:
        when_imported(name, partial(_hook, "databases.client", current))


def instrument_app(app: Any, calls: Calls, tracing: Tracing | None) -> Any:
    """Measure an application, and trace it where a tracing is given and it is one of FastAPI; returns what to serve.

    One of Starlette, FastAPI, Flask or aiohttp is changed in place and returned, any other of ASGI or WSGI wrapped.
    """
    if getattr(app, _MARK, False) or isinstance(app, IpcMiddleware | IpcWsgiMiddleware):
        return app
    if hasattr(app, "build_middleware_stack"):
        return _instrument_starlette(app, calls, tracing)
    if hasattr(app, "on_response_prepare"):
        _in("aiohttp_server").add(app, lambda: calls)
        return app
    if not (hasattr(app, "wsgi_app") or _is_wsgi(app)):
        return IpcMiddleware(app, calls)
    if not hasattr(app, "wsgi_app"):
        return IpcWsgiMiddleware(app, calls)
    setattr(app, _MARK, True)
    app.wsgi_app = IpcWsgiMiddleware(app.wsgi_app, calls)
    return app


def instrument_client(client: Any, calls: Calls, tracing: Tracing | None) -> Any:
    """Measure what a client asks, and trace it where a tracing is given and it is one of httpx; returns the client.

    It is an `httpx.Client` or `AsyncClient`, a `requests.Session` or an `aiohttp.ClientSession`. Raises TypeError for
    anything else.
    """
    if getattr(client, _MARK, False):
        return client
    if hasattr(client, "trace_configs"):
        _in("aiohttp_client").add(client, lambda: calls)
    elif hasattr(client, "adapters"):
        setattr(client, _MARK, True)
        for adapter in client.adapters.values():
            adapter.send = _in("requests").measured(adapter.send, lambda: calls)
    elif hasattr(client, "_transport") and hasattr(client, "_mounts"):
        _instrument_httpx(client, calls, tracing)
    else:
        raise TypeError(f"A client of httpx, requests or aiohttp can be measured, not a {type(client).__name__}")
    return client


def _instrument_starlette(app: Any, calls: Calls, tracing: Tracing | None) -> Any:
    setattr(app, _MARK, True)
    if tracing is not None:
        tracing.instrument_app(app)
    build = app.build_middleware_stack
    # Around the whole stack, where Starlette lets nobody else be: so the answers of error handlers are seen as well.
    app.build_middleware_stack = lambda: IpcMiddleware(build(), calls)
    if app.middleware_stack is not None:
        app.middleware_stack = app.build_middleware_stack()
    return app


def _instrument_httpx(client: Any, calls: Calls, tracing: Tracing | None) -> None:
    """The tracing goes around the measuring: it writes the baggage it was handed, in which we then name ourselves."""
    setattr(client, _MARK, True)
    for transport in (client._transport, *client._mounts.values()):
        if hasattr(transport, "handle_async_request"):
            transport.handle_async_request = measured_async(transport.handle_async_request, lambda: calls)
        elif hasattr(transport, "handle_request"):
            transport.handle_request = measured(transport.handle_request, lambda: calls)
    if tracing is not None:
        tracing.instrument_client(client)


def _is_wsgi(app: Any) -> bool:
    """Whether it takes two arguments, as WSGI has it, and is no coroutine; ASGI takes three."""
    call = app if inspect.isroutine(app) or inspect.isclass(app) else type(app).__call__
    if inspect.iscoroutinefunction(call):
        return False
    try:
        parameters = inspect.signature(app).parameters.values()
    except (TypeError, ValueError):
        return False
    needed = [one for one in parameters if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)]
    return len([one for one in needed if one.default is one.empty]) == 2


def _hook(name: str, current: Callable[[], Agent | None], found: ModuleType) -> None:
    module, _, function = name.partition(".")
    getattr(_in(module), function)(found, current)


def _in(name: str) -> Any:
    return import_module(f"{_HOOKS}.{name}")
