"""How the process is: alive, ready (or why not), and its own metrics in Prometheus's text format."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

Check = Callable[[], str | None]
"""Why a part is not ready, or None. May block: it runs on a thread."""


def router(checks: Mapping[str, Check], registry: CollectorRegistry) -> APIRouter:
    """`/healthz` (the process answers), `/readyz` (every part works, else 503 with the reasons), `/metrics`."""
    routes = APIRouter(tags=["health"])

    @routes.get("/healthz", summary="Is the process alive?")
    async def healthz() -> JSONResponse:
        return JSONResponse({"status": "ok"})

    @routes.get("/readyz", summary="Does every part work? 503 with the reasons when not.")
    async def readyz() -> JSONResponse:
        reasons = await run_in_threadpool(_reasons, checks)
        if reasons:
            return JSONResponse({"status": "not ready", "reasons": reasons}, 503)
        return JSONResponse({"status": "ready", "reasons": {}})

    @routes.get("/metrics", summary="Vedette's own metrics, in Prometheus's text format.", response_class=Response)
    async def metrics() -> Response:
        return Response(await run_in_threadpool(generate_latest, registry), media_type=CONTENT_TYPE_LATEST)

    return routes


def _reasons(checks: Mapping[str, Check]) -> dict[str, str]:
    found = {name: check() for name, check in checks.items()}
    return {name: reason for name, reason in found.items() if reason is not None}
