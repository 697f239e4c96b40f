"""Where the dashboards are wired: settings -> client -> pages -> one ASGI application.

The Dash application lives on FastAPI. Every callback is `async def`: the FastAPI back end runs plain functions on the
event loop, where one slow answer would hold up everybody's page.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from dash import Dash, Input, Output, State
from fastapi import FastAPI
from fastapi.responses import JSONResponse

from vedette_dashboards import editor, shell, theme, traffic
from vedette_dashboards.client import Client
from vedette_dashboards.explore.http import routes as explore_routes
from vedette_dashboards.page import Page, Rooms
from vedette_dashboards.pages import alerts, demo, explore, overview, service, trace, traces, words
from vedette_dashboards.parts import chart
from vedette_dashboards.settings import Settings
from vedette_dashboards.traffic import page as traffic_page
from vedette_dashboards.view import parse

ASSETS = Path(__file__).parent / "assets"
PAGES: tuple[Page, ...] = (
    overview.PAGE,
    traffic_page.PAGE,
    explore.PAGE,
    words.PAGE,
    traces.PAGE,
    alerts.PAGE,
    demo.PAGE,
    service.PAGE,
    trace.PAGE,
)


def build(settings: Settings) -> FastAPI:
    """The whole of the dashboards as an ASGI application; its one HTTP client is closed at shutdown."""
    client = Client(settings.api_url, demo_url=settings.demo_url, timeout=settings.timeout)
    server = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, lifespan=_lifespan(client))

    @server.get("/healthz")
    async def healthz() -> JSONResponse:
        return JSONResponse({"status": "ok"})

    server.include_router(traffic.routes(settings, client))
    server.include_router(editor.routes(client))
    server.include_router(explore_routes(settings, client))
    shared: Any = server  # Dash's own annotation leaves out the servers that it takes
    dash = Dash(
        "vedette_dashboards",
        server=shared,
        assets_folder=str(ASSETS),
        assets_path_ignore=["^traffic$", "^editor$", "^explore$"],  # modules, which are fetched when they are needed
        title="Vedette",
        update_title="",
        suppress_callback_exceptions=True,  # a page's components are not there while another page is shown
        index_string=_index(),
        add_log_handler=False,
    )
    rooms = Rooms(settings, client)
    shell.register(dash, rooms, PAGES)
    route(dash, PAGES)
    for page in PAGES:
        page.register(dash, rooms)
    dash.layout = shell.frame(PAGES, settings)
    return server


def route(dash: Dash, pages: Sequence[Page]) -> None:
    """Show the page whose path matches the address."""

    @dash.callback(
        Output("page", "children"),
        Output("title", "data"),
        Input("url", "pathname"),
        State("url", "search"),
    )
    async def show(pathname: str | None, search: str | None) -> tuple[Any, str]:
        for page in pages:
            variables = page.match(pathname or "/")
            if variables is not None:
                return page.layout(parse(search), variables), _title(page, variables)
        return shell.not_found(pathname or "/"), "Not found · Vedette"


def _title(page: Page, variables: Mapping[str, str]) -> str:
    return " · ".join([*variables.values(), page.name, "Vedette"])


def _lifespan(client: Client) -> Any:
    @asynccontextmanager
    async def lifespan(server: FastAPI) -> AsyncIterator[None]:
        # Dash finds its assets and callbacks at the first request for `/`, and at no other: a reader who opens a copied
        # address first would get a page without scripts. So the first request is made here.
        async with httpx.AsyncClient(transport=httpx.ASGITransport(server), base_url="http://dashboards") as first:
            await first.get("/")
        yield
        await client.close()

    return lifespan


def _index() -> str:
    # The theme is chosen before the first paint: a page that flashes white at 3 a.m. is unkind.
    return (
        _INDEX.replace("__VARIABLES__", theme.css_variables())
        .replace("__KEY__", json.dumps(shell.THEME_KEY))
        .replace("__PLOTLY__", chart.script())
    )


_INDEX = """<!DOCTYPE html>
<html lang="en">
<head>
{%metas%}
<title>{%title%}</title>
<link rel="icon" type="image/svg+xml" href="/assets/vedette.svg">
<style>__VARIABLES__</style>
<script>
(() => {
  const kept = localStorage.getItem(__KEY__);
  const dark = kept === "dark" || (kept !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.mantineColorScheme = dark ? "dark" : "light";
})();
</script>
{%css%}
<link rel="prefetch" as="script" href="__PLOTLY__" id="plotly">
</head>
<body>
{%app_entry%}
<footer>
{%config%}
{%scripts%}
{%renderer%}
</footer>
</body>
</html>"""
