"""`GET /api/v1/traces` finds traces, `/api/v1/traces/{id}` reads one, `/api/v1/operations` says what an app does.

Search conditions hold for one span of the trace together: the span of `app` called `operation`, that lasted between
`min_duration` and `max_duration`, that failed (`error`), that carries each `attribute`. Newest first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Query
from fastapi.responses import Response

from vedette_query.errors import BadRequest, Missing
from vedette_query.timing.durations import parse_duration
from vedette_query.timing.window import resolve
from vedette_query.workers import Workers
from vedette_storage.store import SpanReader
from vedette_storage.traces import Span, TraceSearch, TraceSummary

MOST: Final = 1_000
"""Traces in one answer."""

_ID: Final = re.compile(r"[0-9a-f]{32}")
_TRUTH: Final = {"": None, "true": True, "1": True, "false": False, "0": False}


def router(spans: SpanReader, workers: Workers, *, now_ms: Callable[[], int]) -> APIRouter:
    """The routes over a reader of spans. Reading is done in the pool `workers`."""
    routes = APIRouter(tags=["traces"])

    @routes.get("/api/v1/traces", summary="Search traces")
    async def search(
        *,
        app: str = "",
        operation: str = "",
        min_duration: Annotated[str, Query(description="as 100ms, 2s or PT0.1S")] = "",
        max_duration: str = "",
        error: Annotated[str, Query(description="true or false")] = "",
        attribute: Annotated[tuple[str, ...], Query(description="key=value, may be repeated")] = (),
        s: Annotated[str, Query(description="start of the search")] = "e-1h",
        e: Annotated[str, Query(description="end of the search")] = "now",
        limit: str = "20",
    ) -> Response:
        start_ms, end_ms = resolve(s, e, UTC, now_ms())
        asked = TraceSearch(
            start_ms=start_ms,
            end_ms=end_ms,
            app=app,
            operation=operation,
            min_duration_ns=_duration("min_duration", min_duration),
            max_duration_ns=_duration("max_duration", max_duration),
            error=_truth(error),
            attributes=_attributes(attribute),
            limit=_limit(limit),
        )
        if 0 < asked.max_duration_ns < asked.min_duration_ns:
            raise BadRequest(
                f"min_duration={min_duration} is longer than max_duration={max_duration}; no span can be both"
            )
        found = await workers.run(spans.search, asked)
        return _json({"traces": [_summary(one) for one in found]})

    @routes.get("/api/v1/traces/{trace_id}", summary="One trace with all its spans")
    async def trace(trace_id: str) -> Response:
        wanted = trace_id.lower()
        if not _ID.fullmatch(wanted) or not wanted.strip("0"):
            raise BadRequest(f"'{trace_id[:80]}' is no trace id; it has 32 hexadecimal digits, not all of them 0")
        found = await workers.run(spans.trace, wanted)
        if not found:
            raise Missing(
                f"no span of trace {wanted} is stored; it may be older than what is kept, or not have arrived yet"
            )
        return _json(_trace(wanted, found))

    @routes.get("/api/v1/operations", summary="What an application does, by its spans")
    async def operations(app: str = "", s: str = "e-1h", e: str = "now") -> Response:
        if not app:
            raise BadRequest("missing required parameter 'app', as in /api/v1/operations?app=checkout")
        start_ms, end_ms = resolve(s, e, UTC, now_ms())
        return _json({"operations": await workers.run(spans.operations, app, start_ms, end_ms)})

    return routes


def _duration(name: str, text: str) -> int:
    if not text:
        return 0
    try:
        length = parse_duration(text)
    except BadRequest as failure:
        raise BadRequest(f"{name}={text}: {failure}; a duration is a number and a unit, as 100ms or 2s") from None
    if length.ns < 0:
        raise BadRequest(f"{name}={text} is negative; a duration is a number and a unit, as 100ms or 2s")
    return length.ns


def _truth(text: str) -> bool | None:
    if text.lower() not in _TRUTH:
        raise BadRequest(f"error={text} is neither true nor false")
    return _TRUTH[text.lower()]


def _attributes(texts: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in texts:
        key, separator, value = text.partition("=")
        if not key or not separator:
            raise BadRequest(f"attribute={text} has no key and value; write attribute=KEY=VALUE")
        if found.get(key, value) != value:
            raise BadRequest(
                f"attribute '{key}' is asked to be both '{found[key]}' and '{value}'; no span has two values"
            )
        found[key] = value
    return found


def _limit(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= MOST:
        raise BadRequest(f"limit={text} is no number from 1 to {MOST}")
    return int(text)


def _summary(one: TraceSummary) -> dict[str, object]:
    return {
        "traceId": one.trace_id,
        "rootApp": one.root_app,
        "rootOperation": one.root_operation,
        "start": one.start_ns / 1e6,
        "durationMs": one.duration_ns / 1e6,
        "spans": one.spans,
        "errors": one.errors,
        "apps": sorted(one.apps),
    }


def _trace(trace_id: str, spans: Sequence[Span]) -> dict[str, Any]:
    start_ns = min(span.start_ns for span in spans)
    end_ns = max(span.start_ns + span.duration_ns for span in spans)
    return {
        "traceId": trace_id,
        "start": start_ns / 1e6,
        "durationMs": (end_ns - start_ns) / 1e6,
        "spans": [_span(span, start_ns) for span in spans],
    }


def _span(span: Span, start_ns: int) -> dict[str, object]:
    """Times as offsets from the trace's start: a JSON number cannot hold nanoseconds since 1970."""
    return {
        "spanId": span.span_id,
        "parentId": span.parent_id,
        "app": span.app,
        "region": span.region,
        "node": span.node,
        "name": span.name,
        "kind": span.kind,
        "status": span.status,
        "statusMessage": span.status_message,
        "offsetNs": span.start_ns - start_ns,
        "durationNs": span.duration_ns,
        "peer": span.peer,
        "attributes": dict(span.attributes),
        "resource": dict(span.resource),
        "events": [
            {"offsetNs": event.ts_ns - start_ns, "name": event.name, "attributes": dict(event.attributes)}
            for event in span.events
        ],
        "links": [
            {"traceId": link.trace_id, "spanId": link.span_id, "attributes": dict(link.attributes)}
            for link in span.links
        ],
    }


def _json(content: object) -> Response:
    return Response(orjson.dumps(content), media_type="application/json")
