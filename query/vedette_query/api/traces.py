"""`GET /api/v1/traces` finds traces, `/api/v1/traces/{id}` reads one, `/api/v1/operations` says what an app does.

Search conditions hold for one span of the trace together: the span of `app` in `region` called `operation`, that lasted
between `min_duration` and `max_duration`, that failed (`error`), that carries each `attribute`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from vedette_query.api.errors import json_response
from vedette_query.api.parameters import query_parameters
from vedette_query.api.plain import as_plain_response
from vedette_query.errors import BadRequest, Missing
from vedette_query.request import Multi, wall_clock_ms
from vedette_query.timing.durations import parse_duration
from vedette_query.timing.window import resolve
from vedette_query.workers import Workers
from vedette_storage.store import SpanReader
from vedette_storage.traces import Span, TraceSearch, TraceSummary

MOST: Final = 1_000
"""Traces in one answer."""

TIMES: Final = {
    "s": "Start: e-1h, now-1d, epoch seconds or ms, or 2026-11-22T00:00Z. Default e-1h.",
    "e": "End, in the same forms. Default now.",
}
SEARCH: Final = query_parameters(
    app="The application of the span.",
    region="The region of the application.",
    operation="The name of the span.",
    min_duration="As 100ms, 2s or PT0.1S.",
    max_duration="In the same forms.",
    error="true or false.",
    attribute="KEY=VALUE of the span. May repeat.",
    **TIMES,
    order="newest (the default), or slowest: by the duration of the span.",
    limit=f"How many traces, 1 to {MOST}. Default 20.",
)
OPERATIONS: Final = query_parameters(app="The application (required).", **TIMES)

_ID: Final = re.compile(r"[0-9a-f]{32}")
_TRUTH: Final = {"": None, "true": True, "1": True, "false": False, "0": False}


def router(spans: SpanReader, workers: Workers, *, now_ms: Callable[[], int] = wall_clock_ms) -> APIRouter:
    """The routes over a reader of spans. Reading is done in the pool `workers`."""
    routes = APIRouter(tags=["traces"])

    @routes.get("/api/v1/traces", openapi_extra=SEARCH, response_model=None)
    async def search(request: Request) -> Response:
        """Traces with a span that meets every condition, the newest or the slowest first."""
        try:
            found = await workers.run(spans.search, trace_search(request.query_params.multi_items(), now_ms()))
            return json_response({"traces": [_summary(one) for one in found]})
        except Exception as error:  # every failure has an answer in JSON
            return as_plain_response(error)

    @routes.get("/api/v1/traces/{trace_id}", response_model=None)
    async def trace(trace_id: str) -> Response:
        """One trace with all its spans, by start."""
        try:
            wanted = _id(trace_id)
            found = await workers.run(spans.trace, wanted)
            if not found:
                raise Missing(f"no span of trace {wanted} is stored; it may be too old, or not have arrived yet")
            return json_response(_trace(wanted, found))
        except Exception as error:  # every failure has an answer in JSON
            return as_plain_response(error)

    @routes.get("/api/v1/operations", openapi_extra=OPERATIONS, response_model=None)
    async def operations(request: Request) -> Response:
        """The names of the spans of an application."""
        try:
            given = request.query_params
            if not given.get("app"):
                raise BadRequest("missing required parameter 'app', as in /api/v1/operations?app=checkout")
            start_ms, end_ms = resolve(given.get("s", "e-1h"), given.get("e", "now"), UTC, now_ms())
            return json_response({"operations": await workers.run(spans.operations, given["app"], start_ms, end_ms)})
        except Exception as error:  # every failure has an answer in JSON
            return as_plain_response(error)

    return routes


def trace_search(parameters: Multi, now_ms: int) -> TraceSearch:
    """Read the parameters of a search. Raises `BadRequest`."""
    given = dict(reversed(parameters))  # the first of a repeated name counts
    start_ms, end_ms = resolve(given.get("s", "e-1h"), given.get("e", "now"), UTC, now_ms)
    shortest, longest = _duration("min_duration", given), _duration("max_duration", given)
    if 0 < longest < shortest:
        text = f"min_duration={given['min_duration']} is longer than max_duration={given['max_duration']}"
        raise BadRequest(f"{text}; no span can be both")
    return TraceSearch(
        start_ms=start_ms,
        end_ms=end_ms,
        app=given.get("app", ""),
        region=given.get("region", ""),
        operation=given.get("operation", ""),
        min_duration_ns=shortest,
        max_duration_ns=longest,
        error=_truth(given.get("error", "")),
        attributes=_attributes([value for name, value in parameters if name == "attribute"]),
        limit=_limit(given.get("limit", "20")),
        slowest=_slowest(given.get("order", "newest")),
    )


def _id(text: str) -> str:
    wanted = text.lower()
    if not _ID.fullmatch(wanted) or not wanted.strip("0"):
        raise BadRequest(f"'{text[:80]}' is no trace id; it has 32 hexadecimal digits, not all of them 0")
    return wanted


def _duration(name: str, given: Mapping[str, str]) -> int:
    """A duration in nanoseconds, 0 when it is not given."""
    text = given.get(name)
    if not text:
        return 0
    expected = "a duration is a number and a unit, as 100ms or 2s"
    try:
        length = parse_duration(text)
    except BadRequest as failure:
        raise BadRequest(f"{name}={text}: {failure}; {expected}") from None
    if length.ns < 0:
        raise BadRequest(f"{name}={text} is negative; {expected}")
    return length.ns


def _truth(text: str) -> bool | None:
    if text.lower() not in _TRUTH:
        raise BadRequest(f"error={text} is neither true nor false")
    return _TRUTH[text.lower()]


def _slowest(text: str) -> bool:
    if text not in ("newest", "slowest"):
        raise BadRequest(f"order={text} is not known; it is newest or slowest")
    return text == "slowest"


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
