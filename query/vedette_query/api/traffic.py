"""`GET /api/v1/traffic`: who calls whom now, as a graph of Vizceral's shape.

    window  how much of the past the rates are over (default 1m, at most 6h), rounded up to whole steps
    e       the end of the window (default now)
    region  one region alone, without the traffic between regions

An empty store and a region without traffic give a graph without nodes. The answer carries an ETag over everything but
`serverUpdateTime`, so that a page may ask each second and be sent only what is new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC
from hashlib import blake2b
from typing import Annotated, Final

import orjson
from fastapi import APIRouter, Header, Query
from fastapi.responses import Response

from vedette_query.api.plain import as_plain_response
from vedette_query.errors import BadRequest
from vedette_query.request import wall_clock_ms
from vedette_query.timing.dates import parse_date
from vedette_query.timing.durations import parse_duration
from vedette_query.traffic.badges import badges
from vedette_query.traffic.document import Document
from vedette_query.traffic.graph import NOWHERE, Context, draw, places
from vedette_query.traffic.reporters import Reporters
from vedette_query.traffic.window import SETTLE_MS, choose
from vedette_query.workers import Workers
from vedette_storage.store import Store

LONGEST_MS: Final = 6 * 3_600_000

Firing = Callable[[], Iterable[Mapping[str, str]]]
"""The label sets of the alerts that fire now."""


def router(
    store: Store, workers: Workers, *, now_ms: Callable[[], int] = wall_clock_ms, firing: Firing = tuple
) -> APIRouter:
    """The route over a store. Reading is done in the pool `workers`."""
    routes = APIRouter(tags=["traffic"])
    reporters = Reporters(store.samples)

    @routes.get("/api/v1/traffic", summary="The live traffic graph")
    async def traffic(
        window: Annotated[str, Query(description="length, as 1m or PT1M")] = "1m",
        e: Annotated[str, Query(description="end, as now, now-5m, 1700000000 or 2026-11-22T10:00Z")] = "now",
        region: Annotated[str, Query(description="one region alone")] = "",
        if_none_match: Annotated[str, Header()] = "",
    ) -> Response:
        try:
            now = now_ms()
            asked = _Asked(parse_date(e, UTC, {}, now), _length(window), region)
            return _reply(await workers.run(_document, store, reporters, asked, now, firing()), if_none_match)
        except Exception as error:  # every failure has an answer in JSON
            return as_plain_response(error)

    return routes


@dataclass(frozen=True)
class _Asked:
    end_ms: int
    length_ms: int
    region: str


def _length(text: str) -> int:
    length_ms = parse_duration(text).ms
    if not 0 < length_ms <= LONGEST_MS:
        raise BadRequest(f"window={text} is out of range; it may be from one step to 6h, as window=1m")
    return length_ms


def _document(
    store: Store, reporters: Reporters, asked: _Asked, now_ms: int, firing: Iterable[Mapping[str, str]]
) -> Document:
    latest_ms = store.edges.latest()
    window = choose(asked.end_ms, asked.length_ms, store.step_ms, complete_ms=now_ms - SETTLE_MS, latest_ms=latest_ms)
    edges = store.edges.edges(window.start_ms, window.end_ms)
    here = places(edges)
    homeless = any(region == NOWHERE for _, region in here)
    context = Context(
        instances=reporters.instances(window, homeless=homeless) if edges else {},
        alerts=badges(firing, here),
    )
    return draw(edges, window, now_ms=now_ms, context=context, only=asked.region)


def _reply(document: Document, known: str) -> Response:
    stable = {key: value for key, value in document.items() if key != "serverUpdateTime"}
    etag = f'"{blake2b(orjson.dumps(stable), digest_size=8).hexdigest()}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    if etag in (part.strip().removeprefix("W/") for part in known.split(",")):
        return Response(status_code=304, headers=headers)
    return Response(orjson.dumps(document), media_type="application/json", headers=headers)
