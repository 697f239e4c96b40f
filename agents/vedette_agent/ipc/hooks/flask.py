"""Flask: every application, with all the middleware that was put around its `wsgi_app`."""

from __future__ import annotations

from functools import partial, wraps
from types import ModuleType
from typing import Any

from vedette_agent.ipc import wsgi
from vedette_agent.ipc.hooks.replacing import Current, around, calls_of


def application(module: ModuleType, current: Current) -> None:
    """For `flask.app`."""

    def measured(call: Any) -> Any:
        @wraps(call)
        def measuring(app: Any, environ: Any, start_response: Any) -> Any:
            calls = calls_of(current)
            if calls is None:
                return call(app, environ, start_response)
            return wsgi.answer(partial(call, app), environ, start_response, calls)

        return measuring

    around(module.Flask, "__call__", measured)
