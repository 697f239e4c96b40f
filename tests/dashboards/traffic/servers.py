"""Two real servers on loopback: an upstream that answers with a made-up world, and the page over its feed."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI, Response
from fastapi.responses import HTMLResponse, JSONResponse

from vedette_dashboards import theme
from vedette_dashboards.traffic.feed import TrafficFeed
from vedette_dashboards.traffic.http import MODULES, feed_routes

PAGE = """<!doctype html><html lang="en" data-mantine-color-scheme="{scheme}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>traffic</title>
<style>{variables} body {{ margin: 0; }}</style></head><body><div id="traffic"></div>
<script type="module">
import {{ mount }} from "/feed/modules/{version}/main.mjs";
window.page = await mount(document.getElementById("traffic"));
</script></body></html>"""


class Upstream:
    """Answers `/api/v1/traffic` with `answer()`, or with `refuse` when that is set; counts what it was asked."""

    def __init__(self, answer: Callable[[], Any]) -> None:
        self.answer = answer
        self.refuse: Response | None = None
        self.asked = 0
        self.app = FastAPI()

        @self.app.get("/api/v1/traffic")
        async def traffic() -> Response:
            self.asked += 1
            return self.refuse or JSONResponse(self.answer())


def page_app(read: Callable[[], Awaitable[object]], **settings: Any) -> FastAPI:
    """The page alone, without the dashboards' frame; `?scheme=light` chooses the theme."""
    app = FastAPI()
    app.state.feed = TrafficFeed(read, **settings)
    app.include_router(feed_routes(app.state.feed))

    @app.get("/traffic")
    async def traffic(scheme: str = "dark") -> HTMLResponse:
        return HTMLResponse(PAGE.format(scheme=scheme, variables=theme.css_variables(), version=MODULES.version()))

    return app


@contextmanager
def serve(app: FastAPI) -> Iterator[str]:
    """Runs an application on a free port of loopback, in a thread, and gives its URL."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 10
    while not server.started:
        if time.monotonic() > deadline:
            raise TimeoutError("the server did not start within 10 s")
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()
