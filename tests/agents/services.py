"""Two real services that call each other over loopback, each with an agent of its own."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import uvicorn
from fastapi import APIRouter, BackgroundTasks, FastAPI, HTTPException
from fastapi.responses import StreamingResponse
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from vedette_agent.agent import Agent
from vedette_agent.clock import ManualClock
from vedette_agent.settings import Settings
from vedette_agent.transports import MemoryTransport

SLOW_S = 0.3


def agent_of(app: str, region: str = "", **more: Any) -> Agent:
    """An agent that sends to memory, and is read by the test instead of by its step thread."""
    settings = Settings(app=app, region=region, node=f"{app}-1", process_metrics=False, step_ms=1_000, **more)
    return Agent(settings, transport=MemoryTransport(), clock=ManualClock(1_000_000))


def catalog() -> FastAPI:
    """A service with every kind of answer."""
    app = FastAPI()
    items = APIRouter(prefix="/items")

    @items.get("/{item}")
    async def item(item: str) -> dict[str, str]:
        if item == "missing":
            raise HTTPException(404)
        if item == "boom":
            raise RuntimeError("boom")
        if item == "slow":
            await asyncio.sleep(SLOW_S)
        return {"item": item}

    @app.get("/status/{code}")
    def status(code: int) -> None:
        raise HTTPException(code)

    @app.get("/background")
    async def background(tasks: BackgroundTasks) -> dict[str, str]:
        tasks.add_task(time.sleep, SLOW_S)
        return {}

    @app.get("/stream")
    async def stream() -> StreamingResponse:
        async def parts() -> Any:
            yield b"first"
            raise RuntimeError("torn")

        return StreamingResponse(parts())

    async def plain(_: Any) -> PlainTextResponse:
        return PlainTextResponse("plain")

    app.include_router(items)
    app.mount("/sub", Starlette(routes=[Mount("/deep", routes=[Route("/{name}", plain)])]))
    return app


def api(client: httpx.AsyncClient) -> FastAPI:
    """A service that asks the catalog."""
    app = FastAPI()

    @app.get("/home/{item}")
    async def home(item: str) -> int:
        return (await client.get(f"/items/{item}")).status_code

    return app


@contextmanager
def served(app: Any) -> Iterator[str]:
    """The application behind uvicorn on a free port; its base URL."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 10
    while not server.started:
        assert time.monotonic() < deadline, "uvicorn did not start"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
