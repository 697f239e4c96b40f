"""A small company whose metrics are stored and asked for real: a query API over memory, with an hour of samples."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Iterator

from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from tests.dashboards.recorded_api import serving
from tests.query.recorded import block
from vedette_query.app import QueryApi
from vedette_query.settings import Settings
from vedette_storage.memory import MemoryStore

STEP_MS = 10_000
APPS = {"edge": 42.0, "api": 61.0, "playback": 24.0, "catalog": 38.0}
REGIONS = ("eu-west-1", "us-east-1")
CALLS = "name,ipc.server.call,:eq,statistic,count,:eq,:and"
BY_APP = f"{CALLS},:sum,(,app,),:by"
HEAP = "name,jvm.memory.used,:eq,:max,(,app,),:by"


def store() -> MemoryStore:
    """Calls by app, region and status, memory by app, and one gauge with many values; each for the last hour."""
    end = time.time_ns() // 1_000_000 // STEP_MS * STEP_MS
    times = range(end - 3_600_000, end + STEP_MS, STEP_MS)
    lines = []
    for place, (app, rate) in enumerate(APPS.items()):
        for region in REGIONS:
            for status, share in (("success", 0.97), ("timeout", 0.03)):
                tags = {
                    "name": "ipc.server.call", "app": app, "region": region, "ipc.status": status, "statistic": "count",
                }  # fmt: skip
                lines.append((tags, {at: _wave(rate * share / 2, at, place) for at in times}))
        tags = {"name": "jvm.memory.used", "app": app, "atlas.dstype": "gauge"}
        lines.append((tags, {at: _wave(2.0e8 * (place + 1), at, place) for at in times}))
    for node in range(120):
        tags = {"name": "node.load", "node": f"node-{node:03}", "atlas.dstype": "gauge"}
        lines.append((tags, {at: float(node) for at in times[-6:]}))
    made = MemoryStore(STEP_MS)
    made.writer.write(block(lines))
    return made


@contextlib.contextmanager
def query_api(over: MemoryStore) -> Iterator[str]:
    """The query API over a store, on loopback; gives its address."""
    api = QueryApi(over, Settings(step_ms=STEP_MS), registry=CollectorRegistry())
    app = FastAPI()
    app.include_router(api.router())
    with serving(app) as url:
        yield url
    api.close()


def _wave(level: float, at: int, phase: int) -> float:
    return level * (1 + 0.15 * math.sin(at / 240_000 + phase) + 0.05 * math.sin(at / 31_000 + 2 * phase))
