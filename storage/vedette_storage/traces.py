"""Spans as they are read back, and what a search for traces may ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class SpanEvent:
    ts_ns: int
    name: str
    attributes: Mapping[str, str]


@dataclass(frozen=True)
class SpanLink:
    trace_id: str
    span_id: str
    attributes: Mapping[str, str]


@dataclass(frozen=True)
class Span:
    """One operation of one service. Ids are lower-case hex (32 and 16 digits); `parent_id` is empty for a root."""

    trace_id: str
    span_id: str
    parent_id: str
    start_ns: int
    duration_ns: int
    app: str
    region: str
    node: str
    name: str
    kind: str
    status: str
    status_message: str
    peer: str
    resource: Mapping[str, str]
    attributes: Mapping[str, str]
    events: tuple[SpanEvent, ...] = ()
    links: tuple[SpanLink, ...] = ()


@dataclass(frozen=True)
class TraceSearch:
    """Traces with a span that meets every condition that is set. Times in ms, durations in ns.

    The newest are found first, or, with `slowest`, those whose span took longest.
    """

    start_ms: int
    end_ms: int
    app: str = ""
    region: str = ""
    operation: str = ""
    min_duration_ns: int = 0
    max_duration_ns: int = 0  # 0: no limit
    error: bool | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    limit: int = 20
    slowest: bool = False


@dataclass(frozen=True)
class TraceSummary:
    """One found trace: its root (or its first known span), its extent, and what it touched."""

    trace_id: str
    root_app: str
    root_operation: str
    start_ns: int
    duration_ns: int
    spans: int
    errors: int
    apps: tuple[str, ...]
