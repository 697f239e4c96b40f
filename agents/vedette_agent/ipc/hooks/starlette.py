"""Starlette and FastAPI: every application measures and traces itself when it builds its middleware."""

from __future__ import annotations

from functools import wraps
from types import ModuleType
from typing import Any

from vedette_agent.ipc.hooks.replacing import MARK, Current, around


def applications(module: ModuleType, current: Current) -> None:
    """For `starlette.applications`, and for `fastapi.applications`, whose class has a method of its own."""

    def measured(build: Any) -> Any:
        @wraps(build)
        def build_measured(app: Any) -> Any:
            agent = current()
            if agent is None or getattr(app, MARK, False):
                return build(app)
            agent.instrument_app(app)
            return app.build_middleware_stack()

        return build_measured

    around(module.FastAPI if hasattr(module, "FastAPI") else module.Starlette, "build_middleware_stack", measured)
