"""IpcMiddleware: measures what an ASGI application answers. Standard library only.

Wrap the whole application in it, outermost: then it sees the answers that error handlers give.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from time import perf_counter
from typing import Any, Final

from vedette_agent.ipc import endpoint, outcome, peer
from vedette_agent.ipc.calls import Calls, ServerCall
from vedette_agent.ipc.peer import Peer

logger = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_PROTOCOLS: Final = {"1.0": "http_1", "1.1": "http_1", "2": "http_2", "2.0": "http_2", "3": "http_3"}
_METHODS: Final = frozenset(("GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS", "CONNECT", "TRACE"))
_MEASURED: Final = "vedette.measured"


class IpcMiddleware:
    """An ASGI application around another one. What goes wrong in here is logged and costs the caller nothing."""

    def __init__(self, app: Application, calls: Calls) -> None:
        self.app = app
        self._calls = calls
        self._introduction = (peer.HEADER.encode(), calls.introduction.encode())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _MEASURED in scope:
            await self.app(scope, receive, send)
            return
        scope[_MEASURED] = True
        code = 0
        ended = 0.0
        introduction = self._introduction

        async def observed(message: Message) -> None:
            nonlocal code, ended
            kind = message["type"]
            if kind == "http.response.start":
                code = message["status"]
                message = {**message, "headers": [*message.get("headers", ()), introduction]}
            await send(message)
            if kind == "http.response.body" and not message.get("more_body", False):
                ended = perf_counter()  # what the application does afterwards, its caller does not wait for

        root = scope.get("root_path", "")
        error: BaseException | None = None
        self._begin()
        started = perf_counter()
        try:
            await self.app(scope, receive, observed)
        except BaseException as raised:
            error = None if ended else raised
            raise
        finally:
            self._record(scope, root, code, error, (ended or perf_counter()) - started)

    def _begin(self) -> None:
        try:
            self._calls.server_begins()
        except Exception:
            logger.warning("A call could not be announced", exc_info=True)

    def _record(self, scope: Scope, root: str, code: int, error: BaseException | None, seconds: float) -> None:
        try:
            self._calls.server_ends(_call(scope, root, code, error), seconds)
        except Exception:
            logger.warning("A call could not be recorded", exc_info=True)


def _call(scope: Scope, root: str, code: int, error: BaseException | None) -> ServerCall:
    """`error` is what ended the call before the answer was complete."""
    if error is None:
        status = outcome.of_http(code)
    elif outcome.of_exception(error) == outcome.CANCELLED:
        status = outcome.CANCELLED
    else:
        # Whatever the server could not cope with is its own error, not the caller's.
        status, code = outcome.UNEXPECTED_ERROR, code or 500
    method = scope.get("method", "")
    return ServerCall(
        endpoint=_endpoint(scope, root, code),
        method=method if method in _METHODS else "OTHER",
        protocol=_PROTOCOLS.get(scope.get("http_version", "1.1"), "http_1"),
        code=code,
        status=status,
        client=_caller(scope),
    )


def _endpoint(scope: Scope, root: str, code: int) -> str:
    template = _template(scope, root)
    if template:
        return endpoint.of_template(template)
    return endpoint.UNKNOWN if code == 404 else endpoint.of_path(scope.get("path", ""))


def _template(scope: Scope, root: str) -> str:
    """The template of the route that was taken, with the prefix under which its application is mounted.

    Starlette leaves the route in the scope; FastAPI's routes know their router's prefix only in a context beside it.
    """
    inner = scope.get("fastapi")
    context = inner.get("effective_route_context") if isinstance(inner, dict) else None
    route = scope.get("route")
    template = getattr(context, "path_format", None) or getattr(route, "path_format", None)
    if not isinstance(template, str):
        return ""
    mounted = scope.get("root_path", "")
    return str(mounted[len(root) :]) + template if mounted.startswith(root) else template


def _caller(scope: Scope) -> Peer:
    for name, value in scope.get("headers", ()):
        if name == b"baggage":
            return peer.caller(value.decode("latin-1"))
    return peer.NOBODY
