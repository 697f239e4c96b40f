"""What one IPC series or one span says of the calls between two services."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from vedette_storage.authors import FAILED, NEVER_ARRIVED, WARNED, Author
from vedette_storage.edges import INTERNET, Edge
from vedette_storage.percentile import bucket_of
from vedette_storage.series import Kind, Series
from vedette_storage.traces import Span

Place = tuple[str, str]
"""An app and its region; both empty where unknown."""


@dataclass(frozen=True)
class Call:
    """The calls of one edge in the step that ends at `ts_ms`, as one author has them."""

    ts_ms: int
    edge: Edge
    author: Author
    lost: bool = False  # they never reached their server

    def believed(self, best: Author) -> bool:
        return self.author is best or (best is Author.SERVER and self.author is Author.CLIENT and self.lost)


def call_of_series(series: Series, ts_ms: int, count: float) -> Call | None:
    """`count` events of an IPC series; None for a series that says nothing of calls."""
    tags = series.tags
    here, statistic, status = (series.app, tags.get("region", "")), tags.get("statistic"), tags.get("ipc.status", "")
    if series.kind is not Kind.RATE or not series.app or statistic not in ("count", "percentile"):
        return None
    if series.name == "ipc.server.call":
        author, dst = Author.SERVER, here
        src = (tags.get("ipc.client.app") or INTERNET, tags.get("ipc.client.region", ""))
    elif series.name == "ipc.client.call" and tags.get("ipc.server.app"):
        author, src = Author.CLIENT, here
        dst = (tags["ipc.server.app"], tags.get("ipc.server.region", ""))
    else:
        return None
    edge = Edge(*src, *dst, tags.get("ipc.protocol", ""), 0.0, 0.0, 0.0)
    if statistic == "count":
        edge = replace(edge, calls=count, warnings=count * (status in WARNED), errors=count * (status in FAILED))
    elif count > 0:
        edge = replace(edge, buckets={int(tags["percentile"][1:], 16): count})
    return Call(ts_ms, edge, author, lost=status in NEVER_ARRIVED)


def call_of_span(span: Span, ts_ms: int, src: Place, dst: Place) -> Call:
    """The one call that a span stands for."""
    status, code = span.attributes.get("ipc.status", ""), span.attributes.get("http.response.status_code", "")
    refused = code.isdecimal() and 400 <= int(code) <= 499
    failed = status in FAILED or (not status and span.status == "error" and not refused)
    warned = status in WARNED or (not status and refused and int(code) != 404)
    edge = Edge(*src, *dst, _protocol(span), 1.0, float(warned), float(failed), {bucket_of(span.duration_ns): 1.0})
    return Call(ts_ms, replace(edge, estimated=True), Author.SPANS)


def merged(edges: Iterable[Edge]) -> list[Edge]:
    """Edges with the same ends and protocol put together, ordered by these."""
    groups: defaultdict[tuple[str, str, str, str, str], list[Edge]] = defaultdict(list)
    for edge in edges:
        groups[edge.src, edge.src_region, edge.dst, edge.dst_region, edge.protocol].append(edge)
    return [_sum(groups[key]) for key in sorted(groups)]


def _sum(edges: list[Edge]) -> Edge:
    buckets: defaultdict[int, float] = defaultdict(float)
    for edge in edges:
        for index, count in edge.buckets.items():
            buckets[index] += count
    first = edges[0]
    return Edge(
        *(first.src, first.src_region, first.dst, first.dst_region, first.protocol),
        calls=sum(edge.calls for edge in edges),
        warnings=sum(edge.warnings for edge in edges),
        errors=sum(edge.errors for edge in edges),
        buckets=dict(sorted(buckets.items())),
        estimated=any(edge.estimated for edge in edges),
    )


def _protocol(span: Span) -> str:
    attributes = span.attributes
    for key in ("rpc.system", "db.system", "db.system.name", "messaging.system"):
        if attributes.get(key):
            return attributes[key]
    if attributes.get("network.protocol.version") == "2":
        return "http_2"
    return "http_1" if attributes.get("http.request.method") or attributes.get("http.method") else ""
