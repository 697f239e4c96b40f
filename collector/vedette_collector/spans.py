"""Spans of one request as columns: the checks that every span passes, whatever encoding it came in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vedette_collector.accepted import Refusals
from vedette_collector.peer import peer_of
from vedette_storage.columns import EMPTY_SPANS, SPANS, TAGS

UNKNOWN_SERVICE: Final = "unknown_service"
_KINDS: Final = ("unspecified", "internal", "server", "client", "producer", "consumer")
_STATUSES: Final = ("unset", "ok", "error")
_CALLING: Final = frozenset({"client", "producer"})
_NO_TRACE: Final = bytes(16)
_NO_SPAN: Final = bytes(8)
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


class Description(NamedTuple):
    """What a span says of itself that other spans may say as well; `peer` is whom it calls, if it calls."""

    name: str
    kind: str
    status: str
    status_message: str
    peer: str
    trace_state: str
    attributes: Tags

    @classmethod
    def of(
        cls, name: str, *, kind: int, status: int, status_message: str, trace_state: str, attributes: Tags
    ) -> Description:
        """From the fields of OTLP, with its numbers for kind and status; an unknown number is the first of them."""
        kind_name = _KINDS[kind] if 0 <= kind < len(_KINDS) else _KINDS[0]
        status_name = _STATUSES[status] if 0 <= status < len(_STATUSES) else _STATUSES[0]
        peer = peer_of(attributes) if kind_name in _CALLING else ""
        return cls(name, kind_name, status_name, status_message, peer, trace_state, attributes)


class ReceivedSpan(NamedTuple):
    """One span as it came; ids are raw bytes."""

    trace_id: bytes
    span_id: bytes
    parent_id: bytes
    start_ns: int
    end_ns: int
    description: Description
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
    _spans: list[ReceivedSpan] = field(default_factory=list)
    _emitters: list[Emitter] = field(default_factory=list)

    def add(self, emitter: Emitter, span: ReceivedSpan) -> None:
        """Keep a span, or count why not."""
        if (why := self._broken(span)) is None:
            self._spans.append(span)
            self._emitters.append(emitter)
            return
        reason, text = why
        self.refusals.add(reason, lambda: f"{text} (app={emitter.app}, span={span.description.name[:80]})")

    def __len__(self) -> int:
        return len(self._spans)

    def table(self) -> pa.Table:
        """The spans as rows of the `spans` table."""
        if not self._spans:
            return EMPTY_SPANS
        trace_ids, span_ids, parent_ids, starts, ends, descriptions, events, links = zip(*self._spans, strict=True)
        apps, regions, nodes, resources = zip(*self._emitters, strict=True)
        names, kinds, statuses, messages, peers, trace_states, attributes = zip(*descriptions, strict=True)
        start_ns = np.array(starts, dtype=np.int64)
        return pa.Table.from_arrays(
            [
                _trace_ids(trace_ids),
                _span_ids(span_ids),
                _span_ids([parent_id or _NO_SPAN for parent_id in parent_ids]),
                _times(start_ns),
                pa.array((np.array(ends, dtype=np.int64) - start_ns).astype(np.uint64)),
                *map(_texts, (apps, regions, nodes, names, kinds, statuses, messages, peers, trace_states)),
                _maps(resources),
                _maps(attributes),
                *_events(events),
                *_links(links),
            ],
            schema=SPANS,
        )

    def _broken(self, span: ReceivedSpan) -> tuple[str, str] | None:
        if len(span.trace_id) != 16 or span.trace_id == _NO_TRACE:
            return "trace_id", "a trace id has 16 bytes that are not all zero"
        if len(span.span_id) != 8 or span.span_id == _NO_SPAN:
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
        if span.end_ns > _LATEST_NS or (span.events and max(event.ts_ns for event in span.events) > _LATEST_NS):
            return "impossible_time", "the span or one of its events has a time after the year 2262"
        if span.links and any(len(link.trace_id) != 16 or len(link.span_id) != 8 for link in span.links):
            return "link", "a link of the span has an id of the wrong length"
        return None


def _events(of_spans: Sequence[Sequence[Event]]) -> Iterator[pa.Array]:
    offsets = _offsets(of_spans)
    events = [event for each in of_spans for event in each]
    yield pa.ListArray.from_arrays(offsets, _times(np.array([event.ts_ns for event in events], dtype=np.int64)))
    yield pa.ListArray.from_arrays(offsets, _texts([event.name for event in events]))
    yield pa.ListArray.from_arrays(offsets, _maps([event.attributes for event in events]))


def _links(of_spans: Sequence[Sequence[Link]]) -> Iterator[pa.Array]:
    offsets = _offsets(of_spans)
    links = [link for each in of_spans for link in each]
    yield pa.ListArray.from_arrays(offsets, _trace_ids([link.trace_id for link in links]))
    yield pa.ListArray.from_arrays(offsets, _span_ids([link.span_id for link in links]))
    yield pa.ListArray.from_arrays(offsets, _maps([link.attributes for link in links]))


def _trace_ids(ids: Sequence[bytes]) -> pa.Array:
    return pa.Array.from_buffers(SPANS.field("trace_id").type, len(ids), [None, pa.py_buffer(b"".join(ids))])


def _span_ids(ids: Sequence[bytes]) -> pa.Array:
    return pa.array(np.frombuffer(b"".join(ids), dtype=">u8").astype(np.uint64))


def _times(ns: NDArray[np.int64]) -> pa.Array:
    return pa.array(ns).view(SPANS.field("ts").type)


def _texts(texts: Sequence[str]) -> pa.Array:
    return pa.array(texts, pa.string())


def _offsets(lists: Sequence[Sized]) -> pa.Array:
    ends = np.zeros(len(lists) + 1, dtype=np.int32)
    np.cumsum(np.fromiter(map(len, lists), dtype=np.int32, count=len(lists)), out=ends[1:])
    return pa.array(ends)


def _maps(maps: Sequence[Tags]) -> pa.Array:
    keys = [key for each in maps for key in each]
    texts = [text for each in maps for text in each.values()]
    return pa.MapArray.from_arrays(_offsets(maps), _texts(keys), _texts(texts), type=TAGS)
