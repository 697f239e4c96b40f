"""Explore's routes in the dashboards process: its modules, and what they ask.

| below `/feed/explore/` | answers |
|---|---|
| `POST answer` | the figure, the legend, what is wrong and how to share, for the page's expressions |
| `POST file?format=png` | the same as a picture, or as csv |
| `GET form?q=` | the form of an expression; without `q`, what a form can choose from |
| `POST build` | the expression of a form |
| `POST suggest` | keys or values for a form |
| `GET examples` | expressions for a page with nothing on it |
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from vedette_dashboards.client import Client
from vedette_dashboards.errors import DashboardsError, NotFound, Refused
from vedette_dashboards.explore.answer import Answerer
from vedette_dashboards.explore.share import Asked, parameters
from vedette_dashboards.explore.suggest import examples, suggest
from vedette_dashboards.modules import Modules
from vedette_dashboards.settings import Settings
from vedette_dashboards.view import View

MODULES: Final = Modules("explore", "/feed/explore/modules/")
MOST_ROWS: Final = 26
_FILES: Final = {"png": "image/png", "csv": "text/csv"}


def routes(settings: Settings, client: Client) -> APIRouter:
    """The routes, for the dashboards' application."""
    router = APIRouter(include_in_schema=False)
    answerer = Answerer(client, settings.shown_api_url)
    MODULES.serve(router)

    @router.post("/feed/explore/answer")
    async def answer(request: Request) -> Response:
        try:
            asked = _asked(await _body(request))
        except _Odd as reason:
            return _refusal(400, str(reason))
        return await _respond(answerer.answer(asked))

    @router.post("/feed/explore/file")
    async def file(request: Request, format: str = "png") -> Response:
        try:
            asked = _asked(await _body(request))
        except _Odd as reason:
            return _refusal(400, str(reason))
        if format not in _FILES:
            return _refusal(400, f"A file is one of {', '.join(_FILES)}; '{format[:40]}' is neither.")
        try:
            content = await client.file(parameters(asked, format))
        except DashboardsError as reason:
            return _refusal(_status(reason), str(reason))
        return Response(content, media_type=_FILES[format], headers={"Cache-Control": "no-store"})

    @router.get("/feed/explore/form")
    async def form(q: str | None = None) -> Response:
        return await _respond(client.choices() if q is None else client.form(q))

    @router.post("/feed/explore/build")
    async def build(request: Request) -> Response:
        try:
            given = await _body(request)
        except _Odd as reason:
            return _refusal(400, str(reason))
        return await _respond(_built(client, given))

    @router.post("/feed/explore/suggest")
    async def suggestions(request: Request) -> Response:
        try:
            given = await _body(request)
            key, written, where = given.get("key"), given.get("written", ""), given.get("where") or {}
            if not (isinstance(written, str) and isinstance(where, Mapping) and (key is None or isinstance(key, str))):
                raise _Odd("A suggestion is asked for with a key (or null), the text written so far, and conditions.")
        except _Odd as reason:
            return _refusal(400, str(reason))
        return await _respond(suggest(client, key, written, where))

    @router.get("/feed/explore/examples")
    async def shown() -> Response:
        return await _respond(examples(client))

    return router


class _Odd(Exception):
    """A request that no page of ours makes; the text is one sentence."""


async def _body(request: Request) -> Mapping[str, Any]:
    try:
        found = await request.json()
    except ValueError as error:
        raise _Odd("The body of the request is no JSON.") from error
    if not isinstance(found, Mapping):
        raise _Odd("The body of the request should be an object.")
    return found


async def _built(client: Client, form: Mapping[str, Any]) -> Mapping[str, Any]:
    """The expression of a form. A form that is not filled in yet has none, which is no error of the page."""
    try:
        return await client.build(form)
    except Refused as reason:
        return {"q": None, "error": str(reason)}


def _asked(given: Mapping[str, Any]) -> Asked:
    rows = given.get("rows")
    if not isinstance(rows, list) or not all(isinstance(row, str) and row.strip() for row in rows) or not rows:
        raise _Odd("'rows' should be a list of expressions, at least one and none of them empty.")
    if len(rows) > MOST_ROWS:
        raise _Odd(f"The page has {len(rows)} expressions; {MOST_ROWS} are the most.")
    texts = {name: str(given.get(name) or "") for name in ("s", "e", "region", "tz", "theme", "tick_labels")}
    width = given.get("width")
    usual = View()
    return Asked(
        tuple(rows),
        View(texts["s"] or usual.s, texts["e"] or usual.e, texts["region"]),
        texts["tz"] or "UTC",
        "dark" if texts["theme"] == "dark" else "light",
        max(100, min(2000, width)) if isinstance(width, int) else 700,
        texts["tick_labels"],
    )


async def _respond(coming: Awaitable[Any]) -> Response:
    try:
        return JSONResponse(await coming, headers={"Cache-Control": "no-store"})
    except DashboardsError as reason:
        return _refusal(_status(reason), str(reason))


def _status(reason: DashboardsError) -> int:
    match reason:
        case Refused():
            return 400
        case NotFound():
            return 404
        case _:
            return 503


def _refusal(status: int, message: str) -> Response:
    return JSONResponse({"type": "error", "message": message}, status)
