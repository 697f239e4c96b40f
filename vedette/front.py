"""The front of the engine owner's HTTP: what holds for every address, whoever answers it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse

from vedette import VERSION, manual

_ABOUT = (
    "Metrics, traces and the live traffic graph. Times are in milliseconds, rates per second, unless a name says so."
)


def build(dashboards_url: str) -> FastAPI:
    """An application without rooms: `/` leads to the dashboards, errors are JSON, `/api/docs` describes the rest."""
    app = _Described(
        title="Vedette",
        version=VERSION,
        description=_ABOUT,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    # Reading is open to pages from elsewhere; writing from a browser is not.
    app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["GET"], max_age=86_400)

    @app.get("/", include_in_schema=False)
    async def home(request: Request) -> RedirectResponse:
        return RedirectResponse(_as_reached(dashboards_url, request), 307)

    @app.get("/api/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(manual.page(app.openapi()))

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> JSONResponse:
        message = {
            404: f"path not found: {request.url.path}; /api/docs says what there is",
            405: f"method not allowed: {request.method}; /api/docs says what {request.url.path} takes",
        }.get(error.status_code, str(error.detail))
        return JSONResponse({"type": "error", "message": message}, error.status_code, error.headers)

    @app.exception_handler(RequestValidationError)
    async def invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"][1:])
        return JSONResponse({"type": "error", "message": f"{where}: {first['msg']}."}, 400)

    @app.exception_handler(Exception)
    async def broken(request: Request, _error: Exception) -> JSONResponse:
        message = f"{request.method} {request.url.path} failed in Vedette itself; the engine's log says why."
        return JSONResponse({"type": "error", "message": message}, 500)

    return app


class _Described(FastAPI):
    """A wrong parameter is answered with 400 here, and so it is described."""

    def openapi(self) -> dict[str, Any]:
        document = super().openapi()
        for operation in (one for path in document.get("paths", {}).values() for one in path.values()):
            if operation["responses"].pop("422", None) is not None:
                operation["responses"].setdefault("400", {"description": "What was asked cannot be."})
        return document


def _as_reached(url: str, request: Request) -> str:
    """A loopback address means nothing to a reader on another machine: use the name by which this one was reached."""
    parts = urlsplit(url)
    if parts.hostname not in ("127.0.0.1", "localhost") or request.url.hostname is None:
        return url
    return parts._replace(netloc=f"{request.url.hostname}:{parts.port or 80}").geturl()
