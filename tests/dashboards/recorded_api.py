"""A real HTTP server that answers like the query API, with a constructed company in the API's exact shapes.

It evaluates nothing: it recognises the few forms of expression that the pages ask. What an expression means, though,
it tells as the API does: those answers are the API's own (`/api/v1/expr`, `/api/v1/words`).

`scenario` may be changed while it runs: "calm", "incident" (playback fails in us-east-1), "empty" (nothing was ever
stored), "away" (503).
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import re
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

import uvicorn
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

from vedette_query.app import QueryApi
from vedette_query.settings import Settings as QuerySettings
from vedette_storage.memory import MemoryStore

REGIONS = ("eu-west-1", "us-east-1", "us-west-2")
RATES = {"edge": 42.0, "api": 61.0, "playback": 24.0, "catalog": 38.0, "profiles": 19.0, "recommendations": 11.0}
STORES = {"cassandra": 88.0, "redis": 140.0}
CALLS = (
    ("INTERNET", "edge"),
    ("edge", "api"),
    ("api", "playback"),
    ("api", "catalog"),
    ("api", "profiles"),
    ("api", "recommendations"),
    ("playback", "cassandra"),
    ("catalog", "cassandra"),
    ("profiles", "redis"),
    ("recommendations", "redis"),
)
STEP = 10_000
TRACES = tuple(f"{n:032x}" for n in range(0xA1, 0xA1 + 14))


class RecordedApi:
    """The company, its scenario, and what was asked of it (`asked`: path and query, in order)."""

    def __init__(self, scenario: str = "incident") -> None:
        self.scenario = scenario
        self.asked: list[str] = []
        self.faults: list[dict[str, Any]] = []
        self.delay = 0.0  # seconds before each answer
        self.routes = Starlette(
            routes=[
                Route("/api/v1/graph", self._graph),
                Route("/api/v1/traffic", self._traffic),
                Route("/api/v1/tags/{key}", self._tags),
                Route("/api/v1/tags", self._tags),
                Route("/api/v1/traces", self._traces),
                Route("/api/v1/traces/{trace}", self._trace),
                Route("/api/v1/operations", self._operations),
                Route("/api/v1/alerts", self._alerts),
                Route("/faults", self._faults, methods=["GET", "POST"]),
                Mount("/", language()),
            ]
        )

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application."""
        if scope["type"] == "http":
            await asyncio.sleep(self.delay)
        await self.routes(scope, receive, send)

    async def _graph(self, request: Request) -> Response:
        if (refusal := self._begin(request)) is not None:
            return refusal
        q = request.query_params.get("q", "")
        if "name," not in q:
            message = f"IllegalStateException: unknown word ':{q.rpartition(':')[2]}'"
            return JSONResponse({"type": "error", "message": message}, status_code=400)
        length = _length(request.query_params.get("s", "e-3h"))
        step = max(STEP, length // int(request.query_params.get("w", "700")) // STEP * STEP)
        end = time.time_ns() // 1_000_000 // step * step
        times = [end - length + step * (n + 1) for n in range(length // step)]
        lines = [] if self.scenario == "empty" else list(self._lines(q, request.query_params.get("cq", "")))
        if request.query_params.get("format") == "v2.json":
            return JSONResponse(_chart(q, lines, times, step))
        return JSONResponse(
            {
                "start": times[0],
                "step": step,
                "legend": [label for label, _, _ in lines],
                "metrics": [tags for _, tags, _ in lines],
                "values": [[_quote(_wave(level, at, label)) for label, _, level in lines] for at in times],
                "notices": [],
            }
        )

    def _lines(self, q: str, cq: str) -> Iterator[tuple[str, dict[str, str], float]]:
        served = "ipc.server.call" in q
        subject = "app" if served else "ipc.server.app"
        asked = re.search(rf"(?<![\w.]){re.escape(subject)},([^,:]+),:eq", q)
        rates = RATES if served else {**RATES, **STORES}
        apps = {asked.group(1): rates[asked.group(1)]} if asked and asked.group(1) in rates else {} if asked else rates
        name = {"name": "ipc.server.call" if served else "ipc.client.call", "atlas.offset": "0w"}
        if ":percentiles" in q:
            for percentile, seconds in (("50.0", 0.012), ("95.0", 0.048), ("99.0", 0.114)):
                if apps:
                    slow = 4.0 if self.scenario == "incident" and "playback" in apps else 1.0
                    yield (
                        f"percentile(name={name['name']}, {percentile})",
                        {**name, "percentile": percentile},
                        seconds * slow,
                    )
            return
        failing = ":in,:and" in q
        by = re.search(r"\(,([^()]*),\),:by$", q)
        key = by.group(1) if by else ""
        regions = [region for region in REGIONS if not cq or region in cq]
        for app, rate in apps.items():
            if key in ("region", "ipc.server.region"):
                for region in regions:
                    share = self._share(app, region) if failing else 1.0
                    if share:
                        yield region, {**name, key: region}, rate * share / 3
            else:
                share = max(self._share(app, region) for region in regions) / 3 if failing else 1.0
                if share:
                    yield app, {**name, **({key: app} if key else {})}, rate * share

    def _share(self, app: str, region: str) -> float:
        if self.scenario == "incident" and region == "us-east-1" and app in ("playback", "api"):
            return 0.31 if app == "playback" else 0.034
        return 0.0

    async def _traffic(self, request: Request) -> Response:
        if (refusal := self._begin(request)) is not None:
            return refusal
        now = time.time_ns() // 1_000_000 // STEP * STEP
        chosen = request.query_params.get("region")
        regions = [] if self.scenario == "empty" else [r for r in REGIONS if not chosen or r == chosen]
        return JSONResponse(
            {
                "renderer": "global",
                "name": "edge",
                "serverUpdateTime": now,
                "window": 60,
                "start": now - 60_000,
                "end": now,
                "step": 10,
                "nodes": [{"renderer": "region", "name": "INTERNET", "nodes": [], "connections": []}] * bool(regions)
                + [self._region(region, now) for region in regions],
                "connections": [
                    {**self._connection("INTERNET", "edge", region), "target": region} for region in regions
                ],
            }
        )

    def _region(self, region: str, now: int) -> dict[str, Any]:
        nodes: list[dict[str, Any]] = [{"name": "INTERNET", "renderer": "focusedChild", "metadata": {"virtual": True}}]
        for app, rate in {**RATES, **STORES}.items():
            share = self._share(app, region)
            slow = 4.0 if share > 0.1 else 1.0
            facts = {
                "rate": rate / 3,
                "errors": rate / 3 * share,
                "warnings": 0.0,
                "errorPercent": 100 * share,
                "p50": 0.012 * slow,
                "p95": 0.048 * slow,
                "p99": 0.114 * slow,
                "virtual": app in STORES,
                "instances": None if app in STORES else 2 if app == "playback" else 1,
                "alerts": int(share > 0.1),
            }
            nodes.append({"name": app, "renderer": "focusedChild", "class": _class(share), "metadata": facts})
        connections = [self._connection(source, target, region) for source, target in CALLS]
        if region == "us-west-2":
            connections.append(self._connection("api@us-east-1", "playback", region))
            nodes.append({"name": "api@us-east-1", "renderer": "focusedChild", "metadata": {"virtual": True}})
        return {"renderer": "region", "name": region, "updated": now, "nodes": nodes, "connections": connections}

    def _connection(self, source: str, target: str, region: str) -> dict[str, Any]:
        rate, share = {**RATES, **STORES}[target] / 3, self._share(target, region)
        return {
            "source": source,
            "target": target,
            "class": _class(share),
            "metrics": {"normal": rate * (1 - share), "warning": 0.0, "danger": rate * share},
            "metadata": {"rate": rate, "errorPercent": 100 * share, "p50": 0.014, "p95": 0.05, "p99": 0.12},
            "notices": [],
        }

    async def _tags(self, request: Request) -> Response:
        if (refusal := self._begin(request)) is not None:
            return refusal
        known = {"region": sorted(REGIONS), "app": sorted(RATES), "name": ["ipc.client.call", "ipc.server.call"]}
        key = request.path_params.get("key")
        values = [] if self.scenario == "empty" else known.get(key, []) if key else ["app", "name", "region"]
        if request.query_params.get("verbose") == "1":
            return JSONResponse([{"key": key, "value": value, "count": 6} for value in values])
        return JSONResponse(values)

    async def _operations(self, request: Request) -> Response:
        return self._begin(request) or JSONResponse({"operations": ["GET /play", "GET /home", "cassandra.read"]})

    async def _traces(self, request: Request) -> Response:
        if (refusal := self._begin(request)) is not None:
            return refusal
        if "parsec" in request.query_params.get("min_duration", ""):
            return JSONResponse({"type": "error", "message": "unknown unit parsec"}, status_code=400)
        found = [] if self.scenario == "empty" else [_summary(n) for n in range(len(TRACES))]
        if request.query_params.get("error") == "true":
            found = [trace for trace in found if trace["errors"]]
        if request.query_params.get("order") == "slowest":
            found.sort(key=lambda trace: -float(trace["durationMs"]))
        return JSONResponse({"traces": found[: int(request.query_params.get("limit", "20"))]})

    async def _trace(self, request: Request) -> Response:
        if (refusal := self._begin(request)) is not None:
            return refusal
        identity = request.path_params["trace"]
        if not re.fullmatch(r"[0-9a-f]{32}", identity):
            message = f"a trace id is 32 hex digits, found '{identity}'"
            return JSONResponse({"type": "error", "message": message}, status_code=400)
        if identity not in TRACES:
            return JSONResponse({"type": "error", "message": f"no trace {identity}"}, status_code=404)
        return JSONResponse(trace(identity))

    async def _alerts(self, request: Request) -> Response:
        return self._begin(request) or JSONResponse(alerts(self.scenario))

    async def _faults(self, request: Request) -> Response:
        if request.method == "POST":
            fault = await request.json()
            same = ("kind", "region", "service")
            self.faults = [f for f in self.faults if any(f[key] != fault[key] for key in same)]
            self.faults.append(fault)
        kinds = [
            {"kind": "latency", "summary": "The service answers 400 ms later.", "parameters": {}},
            {"kind": "errors", "summary": "A third of its answers are 500.", "parameters": {}},
            {"kind": "dead", "summary": "One instance stops answering.", "parameters": {}},
            {"kind": "failover", "summary": "The region's traffic goes to another.", "parameters": {}},
        ]
        return JSONResponse({"faults": self.faults, "kinds": kinds, "regions": list(REGIONS), "services": list(RATES)})

    def _begin(self, request: Request) -> Response | None:
        self.asked.append(f"{request.url.path}?{request.url.query}")
        if self.scenario == "away":
            message = "the store is being restarted"
            return JSONResponse({"type": "error", "message": message}, status_code=503, headers={"Retry-After": "5"})
        return None


def language() -> FastAPI:
    """The query API over an empty store: what it says of expressions needs no data."""
    app = FastAPI()
    app.include_router(QueryApi(MemoryStore(STEP), QuerySettings(), registry=CollectorRegistry()).router())
    return app


def _chart(
    q: str, lines: Sequence[tuple[str, dict[str, str], float]], times: Sequence[int], step: int
) -> list[dict[str, Any]]:
    """The same lines in the format v2.json."""
    meta = {"type": "graph-metadata", "startTime": times[0], "endTime": times[-1] + step, "step": step, "warnings": []}
    plot = {"type": "plot-metadata", "id": 0, "scale": "LINEAR", "upper": "auto-style", "lower": "auto-style"}
    drawn = {"type": "timeseries", "plot": 0, "color": "ff2b7fd4", "lineStyle": "LINE", "lineWidth": 1.0, "query": q}
    return [
        meta,
        {**plot, "tickLabelMode": "DECIMAL"},
        *(
            {**drawn, "label": label, "tags": tags}
            | {"data": {"type": "array", "values": [_quote(_wave(level, at, label)) for at in times]}}
            for label, tags, level in lines
        ),
    ]


def trace(identity: str) -> dict[str, Any]:
    """One request through the company; every third one fails at playback's database."""
    number = TRACES.index(identity)
    failed, stretch = number % 3 == 0, 1.0 + 0.6 * (number % 5)
    plan = (
        ("s0", "", "edge", "GET /home", "server", 0.0, 96.0),
        ("s1", "s0", "edge", "GET api/play", "client", 1.2, 92.0),
        ("s2", "s1", "api", "GET /play", "server", 2.9, 88.0),
        ("s3", "s2", "api", "GET profiles/me", "client", 3.4, 11.0),
        ("s4", "s3", "profiles", "GET /me", "server", 5.1, 7.5),
        ("s5", "s4", "profiles", "redis.get", "client", 6.0, 1.1),
        ("s6", "s2", "api", "GET playback/start", "client", 16.0, 71.0),
        ("s7", "s6", "playback", "POST /start", "server", 17.4, 67.8),
        ("s8", "s7", "playback", "cassandra.read", "client", 20.0, 58.0),
        ("s9", "s7", "playback", "license", "internal", 79.0, 4.2),
    )
    spans = [
        {
            "spanId": span,
            "parentId": parent or None,
            "app": app,
            "region": "us-east-1",
            "node": f"{app}-1",
            "name": name,
            "kind": kind,
            "status": "error" if failed and span in ("s8", "s7", "s6") else "ok",
            "statusMessage": "ReadTimeout: no replica answered in 50 ms" if failed and span == "s8" else "",
            "offsetNs": int(begin * stretch * 1e6),
            "durationNs": int(took * stretch * 1e6),
            "peer": "cassandra" if name.startswith("cassandra") else None,
            "attributes": {"http.request.method": "GET", "http.response.status_code": 500 if failed else 200},
            "resource": {"service.name": app, "cloud.region": "us-east-1"},
            "events": [
                {
                    "offsetNs": int(70 * stretch * 1e6),
                    "name": "exception",
                    "attributes": {"exception.type": "ReadTimeout"},
                }
            ]
            if failed and span == "s8"
            else [],
            "links": [],
        }
        for span, parent, app, name, kind, begin, took in plan
    ]
    start = (time.time_ns() // 1_000_000) - 20_000 * (number + 1)
    return {"traceId": identity, "start": start, "durationMs": 96.0 * stretch, "spans": spans}


def alerts(scenario: str) -> dict[str, Any]:
    """The alerts and rules of a scenario."""
    now = time.time_ns() // 1_000_000
    expr = "name,ipc.server.call,:eq,statistic,count,:eq,:and,:sum,(,app,),:by"
    rules = [
        {"name": name, "expr": expr, "interval": 10, "for": 30, "labels": {}, "annotations": {}, "health": health}
        | {"lastError": error, "lastEvaluation": None if health == "unknown" else now - 4000, "state": "inactive"}
        for name, health, error in (
            ("HighErrors", "ok", None),
            ("SlowRequests", "ok", None),
            ("NoTraffic", "error", "IllegalStateException: unknown word ':summ'"),
        )
    ]
    if scenario == "empty":
        return {"alerts": [], "rules": []}
    if scenario != "incident":
        return {"alerts": [], "rules": rules}
    rules[0]["state"], rules[1]["state"] = "firing", "pending"
    labels = {"app": "playback", "region": "us-east-1", "severity": "page"}
    summary = "31 % of the calls to playback in us-east-1 fail"
    common = {"labels": labels, "expr": expr, "resolvedAt": None}
    return {
        "alerts": [
            {**common, "rule": "HighErrors", "fingerprint": "a" * 16, "state": "firing", "value": 0.31}
            | {"annotations": {"summary": summary}, "activeAt": now - 250_000, "firedAt": now - 220_000},
            {**common, "rule": "SlowRequests", "fingerprint": "b" * 16, "state": "pending", "value": 0.456}
            | {"annotations": {"summary": "p99 above 400 ms"}, "activeAt": now - 12_000, "firedAt": None},
            {**common, "rule": "HighErrors", "fingerprint": "c" * 16, "state": "resolved", "value": 0.01}
            | {"labels": {"app": "catalog", "region": "eu-west-1"}, "annotations": {"summary": "catalog failed"}}
            | {"activeAt": now - 3_000_000, "firedAt": now - 2_900_000, "resolvedAt": now - 2_000_000},
        ],
        "rules": rules,
    }


@contextlib.contextmanager
def serving(app: Any) -> Iterator[str]:
    """Serve an ASGI application on a free port of loopback, in a thread; gives its address."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", lifespan="on", interface="asgi3")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 10
    while not server.started:
        if time.monotonic() > deadline or not thread.is_alive():
            raise RuntimeError("the server did not start")
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


def _summary(number: int) -> dict[str, Any]:
    whole = trace(TRACES[number])
    return {
        "traceId": whole["traceId"],
        "rootApp": "edge",
        "rootOperation": "GET /home",
        "start": whole["start"],
        "durationMs": whole["durationMs"],
        "spans": len(whole["spans"]),
        "errors": sum(span["status"] == "error" for span in whole["spans"]),
        "apps": ["api", "edge", "playback", "profiles"],
    }


def _class(share: float) -> str:
    return "danger" if share >= 0.05 else "warning" if share >= 0.01 else "normal"


def _wave(level: float, at: int, label: str) -> float:
    phase = sum(map(ord, label)) % 7
    noise = math.sin(at / 31_000 + phase) * 0.04 + math.sin(at / 7_000 + phase * 2) * 0.03
    return level * (1 + 0.12 * math.sin(at / 240_000 + phase) + noise)


def _quote(value: float) -> float | str:
    return "NaN" if math.isnan(value) else value


def _length(s: str) -> int:
    found = re.fullmatch(r"e-(\d+)(m|h|d|w)", s)
    scale = {"m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
    return int(found.group(1)) * scale[found.group(2)] if found else 3_600_000
