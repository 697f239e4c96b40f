"""aiohttp's server: every application, by a middleware that is its outermost."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from time import perf_counter
from types import ModuleType
from typing import Any, Final

from aiohttp import helpers, web

from vedette_agent.ipc import peer, served
from vedette_agent.ipc.calls import Calls, ServerCall
from vedette_agent.ipc.hooks.replacing import Current, around, calls_of

logger = logging.getLogger(__name__)

_HAS_KEYS: Final = hasattr(helpers, "RequestKey")
# aiohttp warns of keys that are texts, since it has others.
_MEASURED: Final[Any] = helpers.RequestKey("vedette.measured", bool) if _HAS_KEYS else "vedette.measured"
_OURS: Final = "_vedette_agent"


def applications(module: ModuleType, current: Current) -> None:
    """For `aiohttp.web_app`: an application is measured when it is closed to changes, so whenever it was made."""

    def measured(freeze: Any) -> Any:
        @wraps(freeze)
        def freezing(app: Any) -> None:
            if not app.pre_frozen and current() is not None:
                add(app, lambda: calls_of(current))
            freeze(app)

        return freezing

    around(module.Application, "pre_freeze", measured)


def add(app: Any, calls: Callable[[], Calls | None]) -> None:
    """Measure this application too, unless it is."""
    if any(getattr(one, _OURS, False) for one in app.middlewares):
        return
    if app.pre_frozen:
        logger.warning("An application of aiohttp that has begun is not measured; instrument it before it is run")
        return
    app.middlewares.insert(0, _middleware(calls))
    app.on_response_prepare.append(_introduce(calls))


def _middleware(calls: Callable[[], Calls | None]) -> Any:
    @web.middleware
    async def measuring(request: Any, handler: Any) -> Any:
        current = calls()
        if current is None or _MEASURED in request:
            return await handler(request)
        request[_MEASURED] = True
        served.begin(current)
        code, failed = 0, None
        started = perf_counter()
        try:
            response = await handler(request)
            code = response.status
        except web.HTTPException as answer:
            code = answer.status
            raise
        except BaseException as error:
            failed = error
            raise
        else:
            return response
        finally:
            served.record(current, lambda: _call(request, code, failed), perf_counter() - started)

    setattr(measuring, _OURS, True)
    return measuring


def _introduce(calls: Callable[[], Calls | None]) -> Any:
    async def introducing(_: Any, response: Any) -> None:
        current = calls()
        if current is not None:
            response.headers[peer.HEADER] = current.introduction

    return introducing


def _call(request: Any, code: int, error: BaseException | None) -> ServerCall:
    resource = request.match_info.route.resource
    version = request.version
    return served.http_call(
        None if resource is None else resource.canonical,
        request.path,
        method=request.method,
        version=f"{version.major}.{version.minor}",
        code=code,
        error=error,
        client=peer.client(request.headers.get(peer.BAGGAGE), request.headers.get(peer.GROUP)),
    )
