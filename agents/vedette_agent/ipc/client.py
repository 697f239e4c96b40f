"""Measures what an httpx client asks others, and tells them who asks. httpx itself is not imported here.

What is measured is the transport: one call for each request that really leaves, until the head of its answer is
there. A request may say more about itself in httpx's `extensions`: `{"vedette.endpoint": "/users/{id}",
"vedette.attempt": 2, "vedette.attempt.final": False}`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from functools import wraps
from time import perf_counter
from typing import Any, Final

from vedette_agent.ipc import endpoint, layers, outcome, peer
from vedette_agent.ipc.calls import Calls, ClientCall

logger = logging.getLogger(__name__)

_MEASURED: Final = "vedette.measured"
_PROTOCOLS: Final = {b"HTTP/2": "http_2", b"HTTP/3": "http_3"}

# httpx.Request and httpx.Response, which this module must not import.
Request = Any
Response = Any
Handle = Callable[..., Response]
HandleAsync = Callable[..., Coroutine[Any, Any, Response]]


def measured(handle: Handle, calls: Callable[[], Calls | None]) -> Handle:
    """`handle_request` of a transport, or of a class of transports, with its calls recorded.

    `calls` is asked for each request, since a class may be measured for whichever agent runs at the time.
    """

    @wraps(handle)
    def measuring(*args: Any) -> Response:
        request, current = args[-1], calls()
        if current is None or not _begin(request, current):
            return handle(*args)
        response: Response = None
        error: BaseException | None = None
        started = perf_counter()
        try:
            response = handle(*args)
        except BaseException as raised:
            error = raised
            raise
        else:
            return response
        finally:
            _end(request, response, error, current, perf_counter() - started)

    return measuring


def measured_async(handle: HandleAsync, calls: Callable[[], Calls | None]) -> HandleAsync:
    """The same for `handle_async_request`."""

    @wraps(handle)
    async def measuring(*args: Any) -> Response:
        request, current = args[-1], calls()
        if current is None or not _begin(request, current):
            return await handle(*args)
        response: Response = None
        error: BaseException | None = None
        started = perf_counter()
        try:
            response = await handle(*args)
        except BaseException as raised:
            error = raised
            raise
        else:
            return response
        finally:
            _end(request, response, error, current, perf_counter() - started)

    return measuring


def _begin(request: Request, calls: Calls) -> bool:
    """Name ourselves in the request; False when the request is none to measure, or is measured already."""
    try:
        if _MEASURED in request.extensions or layers.is_asking():
            return False
        # The mapping may be the caller's own, used for many requests.
        request.extensions = {**request.extensions, _MEASURED: True}
        headers = request.headers
        headers[peer.BAGGAGE] = peer.with_caller(headers.get(peer.BAGGAGE, ""), calls.app, calls.region)
        calls.client_begins()
        layers.counted()
    except Exception:
        logger.warning("A call could not be announced", exc_info=True)
        return False
    return True


def _end(request: Request, response: Response, error: BaseException | None, calls: Calls, seconds: float) -> None:
    try:
        calls.client_ends(_call(request, response, error, calls), seconds)
    except Exception:
        logger.warning("A call could not be recorded", exc_info=True)


def _call(request: Request, response: Response, error: BaseException | None, calls: Calls) -> ClientCall:
    said = request.extensions
    url = request.url
    code = 0 if response is None else response.status_code
    introduction = None if response is None else response.headers.get(peer.HEADER)
    template = said.get("vedette.endpoint")
    if template:
        named = endpoint.of_template(template)
    else:
        named = endpoint.UNKNOWN if code == 404 else endpoint.of_path(url.path)
    version = b"" if response is None else response.extensions.get("http_version", b"")
    return ClientCall(
        endpoint=named,
        method=request.method,
        protocol=_PROTOCOLS.get(version, "http_1"),
        code=code,
        status=outcome.of_http(code) if error is None else outcome.of_exception(error),
        server=calls.server_of(introduction, url.host, url.port or (443 if url.scheme == "https" else 80)),
        attempt=said.get("vedette.attempt", 1),
        final=said.get("vedette.attempt.final", True),
        detail="" if error is None else type(error).__name__,
    )
