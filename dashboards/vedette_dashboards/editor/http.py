"""The editor's routes in the dashboards process: its modules, and the questions that it may ask of the query API.

| below `/feed/editor/` | asks |
|---|---|
| `inspect?q=&at=` | `/api/v1/expr/inspect` |
| `normalize?q=` | `/api/v1/expr/normalize` |
| `words` | `/api/v1/words` |
| `keys?q=&limit=` | `/api/v1/tags` |
| `values?key=&q=&limit=` | `/api/v1/tags/{key}` |
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from vedette_dashboards.client import Client
from vedette_dashboards.errors import DashboardsError, NotFound, Refused
from vedette_dashboards.modules import Modules

MODULES: Final = Modules("editor", "/feed/editor/modules/")
QUESTIONS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "inspect": ("/api/v1/expr/inspect", ("q", "at")),
    "normalize": ("/api/v1/expr/normalize", ("q",)),
    "words": ("/api/v1/words", ()),
    "keys": ("/api/v1/tags", ("q", "limit")),
    "values": ("/api/v1/tags/{key}", ("q", "limit")),
}


def routes(client: Client) -> APIRouter:
    """The routes below `/feed/editor/`, for the dashboards' application."""
    router = APIRouter(include_in_schema=False)
    MODULES.serve(router)

    @router.get("/feed/editor/{question}")
    async def answer(question: str, request: Request) -> Response:
        if question not in QUESTIONS:
            return _refusal(404, f"The editor asks {', '.join(QUESTIONS)}; {question[:100]!r} is none of them.")
        path, parameters = QUESTIONS[question]
        given = request.query_params
        asked = [(name, given[name]) for name in parameters if name in given]
        try:
            found = await client.answer(path.format(key=quote(given.get("key", ""), safe="")), asked)
        except Refused as reason:
            return _refusal(400, str(reason))
        except NotFound as reason:
            return _refusal(404, str(reason))
        except DashboardsError as reason:
            return _refusal(503, str(reason))
        return JSONResponse(found, headers={"Cache-Control": "no-store"})

    return router


def _refusal(status: int, message: str) -> Response:
    return JSONResponse({"type": "error", "message": message}, status)
