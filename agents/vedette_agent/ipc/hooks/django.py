"""Django: its handlers for WSGI and ASGI, and the resolver that knows which route a request takes."""

from __future__ import annotations

import logging
from functools import partial, wraps
from types import ModuleType
from typing import Any

from vedette_agent.ipc import endpoint, wsgi
from vedette_agent.ipc.hooks.replacing import Current, around, calls_of
from vedette_agent.ipc.server import TEMPLATE, IpcMiddleware

logger = logging.getLogger(__name__)


def wsgi_handler(module: ModuleType, current: Current) -> None:
    """For `django.core.handlers.wsgi`."""

    def measured(call: Any) -> Any:
        @wraps(call)
        def measuring(app: Any, environ: Any, start_response: Any) -> Any:
            calls = calls_of(current)
            if calls is None:
                return call(app, environ, start_response)
            return wsgi.answer(partial(call, app), environ, start_response, calls)

        return measuring

    around(module.WSGIHandler, "__call__", measured)


def asgi_handler(module: ModuleType, current: Current) -> None:
    """For `django.core.handlers.asgi`."""

    def measured(call: Any) -> Any:
        @wraps(call)
        async def measuring(app: Any, scope: Any, receive: Any, send: Any) -> None:
            calls = calls_of(current)
            if calls is None:
                await call(app, scope, receive, send)
            else:
                await IpcMiddleware(partial(call, app), calls)(scope, receive, send)

        return measuring

    around(module.ASGIHandler, "__call__", measured)


def routes(module: ModuleType, _: Current) -> None:
    """For `django.core.handlers.base`: the route is left where the measuring of the request finds it."""

    def measured(resolve: Any) -> Any:
        @wraps(resolve)
        def resolving(handler: Any, request: Any) -> Any:
            match = resolve(handler, request)
            try:
                # The environment of WSGI is the request's own META; that of ASGI is a copy, the scope is not.
                place = request.scope if hasattr(request, "scope") else request.META
                place[TEMPLATE] = endpoint.of_pattern(match.route)
            except Exception:
                logger.warning("A route could not be told", exc_info=True)
            return match

        return resolving

    around(module.BaseHandler, "resolve_request", measured)
