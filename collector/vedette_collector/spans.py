"""Spans of one request as columns: the checks that every span passes, whatever encoding it came in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Sized
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa

from vedette_collector.accepted import Refusals
from vedette_collector.peer import peer_of
from vedette_storage.columns import EMPTY_SPANS, SPANS, TAGS

UNKNOWN_SERVICE: Final = "unknown_service"
_KINDS: Final = ("unspecified", "internal", "server", "client", "producer", "consumer")
_STATUSES: Final = ("unset", "ok", "error")
_CALLING: Final = frozenset({"client", "producer"})
_LATEST_NS: Final = (1 << 63) - 1
_NS: Final = 1_000_000

Tags = Mapping[str, str]


class Event(NamedTuple):
    ts_ns: int
    name: str
    attributes: Tags


class Link(NamedTuple):
    trace_id: bytes
    span_id: bytes
    attributes: Tags


class Emitter(NamedTuple):
    """Who made a span: its resource, and what is taken from it."""

    app: str
    region: str
    node: str
    resource: Tags

    @classmethod
    def of(cls, resource: Tags) -> Emitter:
        """`service.name`, `cloud.region` and `service.instance.id` of a resource."""
        app = resource.get("service.name") or UNKNOWN_SERVICE
        return cls(app, resource.get("cloud.region", ""), resource.get("service.instance.id", ""), resource)


class ReceivedSpan(NamedTuple):
    """A span as its encoding spells it; ids are raw bytes, `kind` and `status` the numbers of OTLP."""

    trace_id: bytes
    span_id: bytes
    parent_id: bytes
    start_ns: int
    end_ns: int
    name: str
    kind: int
    status: int
    status_message: str
    trace_state: str
    attributes: Tags
    events: Sequence[Event] = ()
    links: Sequence[Link] = ()


@dataclass
class SpanColumns:
    """Collects spans, refuses those that cannot be stored, and becomes a table.

    A span's age is that of its start. `max_age_ms` back and `max_future_ms` ahead of `now_ms` are accepted.
    """

    now_ms: int
    max_age_ms: int
    max_future_ms: int
    refusals: Refusals = field(default_factory=Refusals)
    _rows: list[tuple[Any, ...]] = field(default_factory=list)
    _attributes: list[Tags] = field(default_factory=list)
    _resources: list[Tags] = field(default_factory=list)
    _events: list[Sequence[Event]] = field(default_factory=list)
    _links: list[Sequence[Link]] = field(default_factory=list)

    def add(self, emitter: Emitter, span: ReceivedSpan) -> None:
        """Keep a span, or count why not."""
        if (why := self._broken(span)) is not None:
            reason, text = why
            self.refusals.add(reason, lambda: f"{text} (app={emitter.app}, span={span.name[:80]})")
            return
        kind = _KINDS[span.kind] if 0 <= span.kind < len(_KINDS) else _KINDS[0]
        status = _STATUSES[span.status] if 0 <= span.status < len(_STATUSES) else _STATUSES[0]
        self._rows.append(
            (
                span.trace_id,
                int.from_bytes(span.span_id, "big"),
                int.from_bytes(span.parent_id, "big"),
                span.start_ns,
                span.end_ns - span.start_ns,
                emitter.app,
                emitter.region,
                emitter.node,
                span.name,
                kind,
                status,
                span.status_message,
                peer_of(span.attributes) if kind in _CALLING else "",
                span.trace_state,
            )
        )
        self._resources.append(emitter.resource)
        self._attributes.append(span.attributes)
        self._events.append(span.events)
        self._links.append(span.links)

    def __len__(self) -> int:
        return len(self._rows)

    def table(self) -> pa.Table:
        if not self._rows:
            return EMPTY_SPANS
        plain = [_column(values, SPANS.field(i).type) for i, values in enumerate(zip(*self._rows, strict=True))]
        events = [event for each in self._events for event in each]
        links = [link for each in self._links for link in each]
        event_offsets, link_offsets = _offsets(self._events), _offsets(self._links)
        return pa.Table.from_arrays(
            [
                *plain,
                _maps(self._resources),
                _maps(self._attributes),
                _lists(event_offsets, _column([event.ts_ns for event in events], SPANS.field("ts").type)),
                _lists(event_offsets, pa.array([event.name for event in events], pa.string())),
                _lists(event_offsets, _maps([event.attributes for event in events])),
                _lists(link_offsets, pa.array([link.trace_id for link in links], pa.binary(16))),
                _lists(link_offsets, pa.array([int.from_bytes(link.span_id, "big") for link in links], pa.uint64())),
                _lists(link_offsets, _maps([link.attributes for link in links])),
            ],
            schema=SPANS,
        )

    def _broken(self, span: ReceivedSpan) -> tuple[str, str] | None:
        if len(span.trace_id) != 16 or not any(span.trace_id):
            return "trace_id", "a trace id has 16 bytes that are not all zero"
        if len(span.span_id) != 8 or not any(span.span_id):
            return "span_id", "a span id has 8 bytes that are not all zero"
        if len(span.parent_id) not in (0, 8):
            return "parent_id", f"a parent span id has 8 bytes or none, found {len(span.parent_id)}"
        if span.end_ns < span.start_ns:
            return "ends_early", f"the span ends before it starts: start = {span.start_ns}, end = {span.end_ns}"
        start_ms = span.start_ns // _NS
        if start_ms < self.now_ms - self.max_age_ms:
            age = self.now_ms - start_ms
            return "too_old", f"data is too old: now = {self.now_ms}, timestamp = {start_ms}, {age} > {self.max_age_ms}"
        if start_ms > self.now_ms + self.max_future_ms:
            return "from_future", f"data is from future: now = {self.now_ms}, timestamp = {start_ms}"
        if span.end_ns > _LATEST_NS or any(not 0 <= event.ts_ns <= _LATEST_NS for event in span.events):
            return "impossible_time", "the span or one of its events has a time after the year 2262"
        if any(len(link.trace_id) != 16 or len(link.span_id) != 8 for link in span.links):
            return "link", "a link of the span has an id of the wrong length"
        return None


def _column(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_timestamp(kind):
        return pa.array(np.array(values, dtype=np.int64)).view(kind)
    return pa.array(values, kind)


def _offsets(lists: Sequence[Sized]) -> pa.Array:
    ends = np.zeros(len(lists) + 1, dtype=np.int32)
    np.cumsum(np.fromiter(map(len, lists), dtype=np.int32, count=len(lists)), out=ends[1:])
    return pa.array(ends)


def _lists(offsets: pa.Array, values: pa.Array) -> pa.Array:
    return pa.ListArray.from_arrays(offsets, values)


def _maps(maps: Sequence[Tags]) -> pa.Array:
    keys = [key for each in maps for key in each]
    texts = [text for each in maps for text in each.values()]
    return pa.MapArray.from_arrays(_offsets(maps), pa.array(keys, pa.string()), pa.array(texts, pa.string()), type=TAGS)
