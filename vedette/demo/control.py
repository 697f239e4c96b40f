"""The demo's control: which faults are on, and switching them, over HTTP for the command line and for the pages."""

from __future__ import annotations

import time
from collections.abc import Callable

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, StrictBool
from starlette.requests import Request

from vedette.demo.faults import Board, WrongFault, checked


class Switch(BaseModel):
    """What `POST /faults` takes."""

    kind: str
    region: str
    service: str = "edge"
    on: StrictBool


def build(board: Board, changed: Callable[[], None]) -> FastAPI:
    """The control's application; `changed` is called after each switch."""
    app = FastAPI(title="Vedette's demo", docs_url=None, redoc_url=None)

    @app.get("/healthz")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/faults")
    async def faults() -> JSONResponse:
        return JSONResponse(board.described())

    @app.post("/faults")
    async def switch(asked: Switch) -> JSONResponse:
        board.switch(checked(asked.kind, asked.region, asked.service, int(time.time() * 1000)), asked.on)
        changed()
        return JSONResponse(board.described())

    @app.exception_handler(WrongFault)
    async def wrong(_request: Request, error: WrongFault) -> JSONResponse:
        return JSONResponse({"type": "error", "message": str(error)}, 400)

    @app.exception_handler(RequestValidationError)
    async def malformed(_request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"][1:]) or "the body"
        message = f"A fault is switched with kind, region, service and on; {where}: {first['msg']}."
        return JSONResponse({"type": "error", "message": message}, 400)

    return app
