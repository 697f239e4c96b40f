"""A query API that listens on loopback."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator

import pytest
import uvicorn
from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from tests.query.recorded import STEPS_MS, recorded_store
from tests.support.waiting import until
from vedette_query.app import QueryApi
from vedette_query.settings import Settings
from vedette_storage.store import Store

Serve = Callable[[Store, Settings], str]
"""Starts a query API over a store and gives its URL."""


@pytest.fixture(scope="session")
def serve() -> Iterator[Serve]:
    """Starts query APIs on free ports; all are stopped at the end."""
    running: list[tuple[uvicorn.Server, threading.Thread, QueryApi]] = []

    def start(store: Store, settings: Settings) -> str:
        api = QueryApi(store, settings, registry=CollectorRegistry())
        app = FastAPI()
        app.include_router(api.router())
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        running.append((server, thread, api))
        until(lambda: server.started, what="the server")
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    for server, thread, api in running:
        server.should_exit = True
        thread.join()
        api.close()


@pytest.fixture(scope="session")
def recorded_urls(serve: Serve) -> dict[int, str]:
    """A query API for each step of the recorded cases, over the recorded series in memory."""
    return {step_ms: serve(recorded_store(step_ms), Settings(step_ms=step_ms)) for step_ms in STEPS_MS}
