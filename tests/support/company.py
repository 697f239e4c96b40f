"""Three real services in this process: shop calls stock, stock calls ledger; each has an agent of its own."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any, Self

import httpx
from fastapi import FastAPI

from vedette.server import Hosted
from vedette_agent import Agent
from vedette_agent.settings import Settings

CHAIN = ("shop", "stock", "ledger")


class Services:
    """They run on a thread of their own until the block ends; then their agents have sent all they have."""

    def __init__(self, collector_url: str, *, step_ms: int = 1000, region: str = "eu-north-1") -> None:
        self._collector_url = collector_url
        self._step_ms = step_ms
        self._region = region
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._stack = AsyncExitStack()
        self.agents: dict[str, Agent] = {}
        self.urls: dict[str, str] = {}

    def __enter__(self) -> Self:
        self._thread.start()
        self._do(self._open())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._do(self._stack.aclose())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(120)

    async def _open(self) -> None:
        behind: str | None = None
        for name in reversed(CHAIN):
            behind = self.urls[name] = await self._serve(name, behind)

    async def _serve(self, name: str, behind: str | None) -> str:
        settings = Settings(
            app=name, url=self._collector_url, step_ms=self._step_ms, region=self._region, node=f"{name}-1"
        )
        agent = self.agents[name] = Agent(settings)
        agent.start()
        self._stack.push_async_callback(asyncio.to_thread, agent.stop, 30.0)
        client = await self._stack.enter_async_context(httpx.AsyncClient(trust_env=False))
        agent.instrument_client(client)
        app = FastAPI()

        @app.get("/orders/{number}")
        async def order(number: int) -> dict[str, int]:
            if behind is not None:
                answer = await client.get(f"{behind}/orders/{number}")
                answer.raise_for_status()
            return {"order": number}

        listener = socket.create_server(("127.0.0.1", 0))
        served = Hosted(agent.instrument_app(app), listener)
        await served.start()
        self._stack.push_async_callback(served.stop)
        return f"http://127.0.0.1:{listener.getsockname()[1]}"
