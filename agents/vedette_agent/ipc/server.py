"""IpcMiddleware: measures what an ASGI application answers. Standard library only.

Wrap the whole application in it, outermost: then it sees the answers that error handlers give.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from time import perf_counter
from typing import Any, Final

from vedette_agent.ipc import layers, peer, served
from vedette_agent.ipc.calls import Calls, ServerCall
from vedette_agent.ipc.peer import Peer

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

TEMPLATE: Final = "vedette.template"
"""Where in the scope a framework's hook leaves the template of the route that was taken."""
_NAMING: Final = frozenset((peer.BAGGAGE.encode(), peer.GROUP.encode()))
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
        served.begin(self._calls)
        token = layers.answering(scope.get("method", ""), scope.get("path", ""))
        started = perf_counter()
        try:
            await self.app(scope, receive, observed)
        except BaseException as raised:
            error = None if ended else raised
            raise
        finally:
            layers.answered(token)
            self._record(scope, root, code, error, (ended or perf_counter()) - started)

    def _record(self, scope: Scope, root: str, code: int, error: BaseException | None, seconds: float) -> None:
        served.record(self._calls, lambda: _call(scope, root, code, error), seconds)


def _call(scope: Scope, root: str, code: int, error: BaseException | None) -> ServerCall:
    """`error` is what ended the call before the answer was complete."""
    return served.http_call(
        _template(scope, root),
        scope.get("path", ""),
        method=scope.get("method", ""),
        version=scope.get("http_version", "1.1"),
        code=code,
        error=error,
        client=_caller(scope),
    )


def _template(scope: Scope, root: str) -> str | None:
    """The template of the route that was taken, with the prefix under which its application is mounted.

    Starlette leaves the route in the scope; FastAPI's routes know their router's prefix only in a context beside it.
    """
    inner = scope.get("fastapi")
    context = inner.get("effective_route_context") if isinstance(inner, dict) else None
    route = scope.get("route")
    template = scope.get(TEMPLATE) or getattr(context, "path_format", None) or getattr(route, "path_format", None)
    if not isinstance(template, str) or not template:
        return None
    mounted = scope.get("root_path", "")
    return f"{mounted[len(root) :]}/{template}" if mounted.startswith(root) else template


def _caller(scope: Scope) -> Peer:
    found = {name: value.decode("latin-1") for name, value in scope.get("headers", ()) if name in _NAMING}
    return peer.client(found.get(b"baggage"), found.get(b"netflix-asg")) if found else peer.NOBODY
