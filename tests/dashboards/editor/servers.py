"""A page with editors only, over a real query API with a small company in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, dcc, html
from fastapi import FastAPI, Request
from prometheus_client import CollectorRegistry

from tests.dashboards.traffic.servers import serve
from tests.query.recorded import block
from vedette_dashboards import editor, theme
from vedette_dashboards.app import ASSETS
from vedette_dashboards.client import Client
from vedette_dashboards.parts.editor import editor as editor_of
from vedette_query.app import QueryApi
from vedette_query.settings import Settings
from vedette_storage.memory import MemoryStore

APPS = ("catalog", "edge", "playback", "profiles")
NAMES = ("ipc.client.call", "ipc.server.call", "jvm.gc.pause", "process.cpu.usage")
STEP_MS = 10_000
START_MS = 1_795_305_600_000

INDEX = f"""<!DOCTYPE html><html lang="en"><head>{{%metas%}}<title>{{%title%}}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>{theme.css_variables()}</style>
<script>document.documentElement.dataset.mantineColorScheme =
  new URLSearchParams(location.search).get("scheme") || "light";</script>
{{%css%}}</head><body>{{%app_entry%}}<footer>{{%config%}}{{%scripts%}}{{%renderer%}}</footer></body></html>"""


class Upstream:
    """The query API, and what was asked of it (`asked`: path and query, in order)."""

    def __init__(self) -> None:
        store = MemoryStore(STEP_MS)
        lines = [
            ({"name": name, "app": app, "region": region, "status": "a, b" if app == "edge" else "ok"}, {START_MS: 1.0})
            for name in NAMES
            for app in APPS
            for region in ("us-east-1", "eu-west-1")
            if not (name == "jvm.gc.pause" and app == "edge")
        ]
        store.writer.write(block(lines))
        self.api = QueryApi(store, Settings(step_ms=STEP_MS), registry=CollectorRegistry())
        self.asked: list[str] = []
        self.app = FastAPI()

        @self.app.middleware("http")
        async def remember(request: Request, go_on: Any) -> Any:
            self.asked.append(f"{request.url.path}?{request.url.query}")
            return await go_on(request)

        self.app.include_router(self.api.router())


def page_app(api_url: str, texts: tuple[str, ...], scheme: str = "light") -> FastAPI:
    """Dash with one editor for each text (`q0`, `q1`, ...), and below each what Dash knows of it (`seen0`, ...)."""
    server = FastAPI()
    server.include_router(editor.routes(Client(api_url, timeout=5)))
    shared: Any = server
    dash = Dash(
        "editors", server=shared, assets_folder=str(ASSETS), assets_path_ignore=["^traffic$", "^editor$"],
        index_string=INDEX, add_log_handler=False,
    )  # fmt: skip
    rows = []
    for n, text in enumerate(texts):
        rows += [
            html.Div(editor_of(f"q{n}", text, f"Expression {n}", "name,…,:eq"), className="v-card v-pad"),
            html.Button("Another text", id=f"set{n}"),
            html.Pre(id=f"seen{n}"),
        ]
        callback: Any = dash.clientside_callback
        callback("text => text", Output(f"seen{n}", "children"), Input(f"q{n}", "value"))
        callback(
            "clicks => 'a,b,:eq'", Output(f"q{n}", "value"), Input(f"set{n}", "n_clicks"), prevent_initial_call=True
        )
    dash.layout = dmc.MantineProvider(
        [dcc.Store(id="nothing"), html.Div([html.H1("Editors"), *rows], className="v-main v-stack")],
        theme=dict(theme.MANTINE), forceColorScheme=scheme,
    )  # fmt: skip
    return server


@contextmanager
def serving(*texts: str) -> Iterator[tuple[str, str, Upstream]]:
    """The addresses of a page in light and dark, and what is behind them."""
    upstream = Upstream()
    with (
        serve(upstream.app) as api_url,
        serve(page_app(api_url, texts)) as light,
        serve(page_app(api_url, texts, "dark")) as dark,
    ):
        yield light, f"{dark}/?scheme=dark", upstream
    upstream.api.close()
