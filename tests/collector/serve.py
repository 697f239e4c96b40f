"""A collector in a process of its own, for tests that kill it: `python -m tests.collector.serve --help`.

Prints `port <n>` once it takes requests.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from socket import socket

import uvicorn
from fastapi import FastAPI
from prometheus_client import CollectorRegistry, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.collector.writers import AwayWriter, NullWriter
from vedette_collector.app import Collector
from vedette_collector.errors import JournalOwned
from vedette_collector.settings import Settings
from vedette_storage.clickhouse import Retention, open_store
from vedette_storage.store import BlockWriter


def build(collector: Collector, registry: CollectorRegistry) -> FastAPI:
    """The collector as an application, with its readiness and its own health."""

    async def ready(_: Request) -> Response:
        reason = collector.ready()
        return JSONResponse({"reason": reason}, 503 if reason else 200)

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(registry), media_type="text/plain")

    app = FastAPI()
    app.include_router(collector.router())
    app.add_route("/readyz", ready)
    app.add_route("/metrics", metrics)
    return app


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--journal", type=Path, required=True)
    parser.add_argument("--store", required=True, help="`null`, `away`, a directory, or a URL of ClickHouse")
    parser.add_argument("--database", default="vedette")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--step-ms", type=int, default=10_000)
    parser.add_argument("--max-age-ms", type=int, default=6 * 3_600_000)
    parser.add_argument("--segment-age-s", type=float, default=1.0)
    arguments = parser.parse_args()
    settings = Settings(
        step_ms=arguments.step_ms, max_age_ms=arguments.max_age_ms, segment_age_s=arguments.segment_age_s
    )
    registry = CollectorRegistry()
    writer, close = _store(arguments)
    collector = Collector(writer, arguments.journal, settings, registry=registry)
    try:
        collector.start()
    except JournalOwned as error:
        print(error, file=sys.stderr)
        return 3
    server = _Announcing(uvicorn.Config(build(collector, registry), port=arguments.port, log_level="warning"))
    try:
        server.run()
    finally:
        collector.stop()
        close()
    return 0


class _Announcing(uvicorn.Server):
    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        for server in self.servers:
            for each in server.sockets:
                print(f"port {each.getsockname()[1]}", flush=True)


def _store(arguments: argparse.Namespace) -> tuple[BlockWriter, Callable[[], None]]:
    """Where blocks go, and how to let go of it."""
    if arguments.store == "null":
        return NullWriter(), lambda: None
    if arguments.store == "away":
        return AwayWriter(), lambda: None
    store = open_store(
        arguments.store, database=arguments.database, step_ms=arguments.step_ms, retention=Retention.forever()
    )
    return store.writer, store.close


if __name__ == "__main__":
    sys.exit(main())
