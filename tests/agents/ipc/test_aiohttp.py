"""aiohttp's server, each application measured from the outside in."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from aiohttp import web

from tests.agents.ipc.seen import served, short
from vedette_agent.agent import Agent


@contextmanager
def running(app: web.Application) -> Iterator[str]:
    """The application on a free port; its base URL."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    runner = web.AppRunner(app, access_log=None)

    async def start() -> int:
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        return int(runner.addresses[0][1])

    try:
        yield f"http://127.0.0.1:{asyncio.run_coroutine_threadsafe(start(), loop).result(10)}"
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def shop() -> web.Application:
    """An application with another one in it, and with every kind of answer."""

    async def item(request: web.Request) -> web.Response:
        return web.Response(text=request.match_info["name"])

    async def refused(_: web.Request) -> web.Response:
        raise web.HTTPForbidden

    async def boom(_: web.Request) -> web.Response:
        raise RuntimeError("boom")

    async def stream(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for part in (b"one;", b"two;"):
            await response.write(part)
        return response

    inner = web.Application()
    inner.add_routes([web.get("/parts/{name}", item)])
    app = web.Application()
    app.add_routes([web.get("/items/{name:[a-z]+}", item), web.get("/refused", refused), web.get("/boom", boom)])
    app.add_routes([web.get("/stream", stream)])
    app.add_subapp("/sub", inner)
    return app


CASES = [
    ("/items/wheel", ("_items_-", "200", "success", "http_1")),
    ("/sub/parts/wheel", ("_sub_parts_-", "200", "success", "http_1")),
    ("/nowhere", ("unknown", "404", "success", "http_1")),
    ("/refused", ("_refused", "403", "access_denied", "http_1")),
    ("/boom", ("_boom", "500", "unexpected_error", "http_1")),
    ("/stream", ("_stream", "200", "success", "http_1")),
]


@pytest.mark.filterwarnings("ignore:Unhandled exception")
@pytest.mark.parametrize(("path", "expected"), CASES)
def test_every_application_of_a_process_is_measured_once(
    whole: Agent, path: str, expected: tuple[str, ...], caplog: Any
) -> None:
    caplog.set_level("CRITICAL")
    with running(shop()) as url:
        answer = httpx.request("GET", f"{url}{path}", headers={"baggage": "ipc.client.app=web"})
    assert path == "/boom" or answer.headers["vedette-peer"] == "app=whole;region=us-east-1"
    assert path != "/stream" or answer.text == "one;two;"
    assert short(served(whole)) == expected


def test_one_application_may_be_measured_alone(server: Agent) -> None:
    app = shop()
    assert server.instrument_app(server.instrument_app(app)) is app
    with running(app) as url:
        httpx.get(f"{url}/items/wheel", headers={"baggage": "ipc.client.app=web"})
    assert served(server)["ipc.client.app"] == "web"


def test_one_that_has_begun_is_left_alone(server: Agent, caplog: pytest.LogCaptureFixture) -> None:
    app = shop()
    with running(app):
        server.instrument_app(app)
    assert "not measured" in caplog.text


def test_a_fault_of_ours_never_reaches_the_service(server: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(server.calls, "server_begins", broken)
    monkeypatch.setattr(server.calls, "server_ends", broken)
    with running(server.instrument_app(shop())) as url:
        assert httpx.get(f"{url}/items/wheel").text == "wheel"
