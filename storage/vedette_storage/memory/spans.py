"""Finds and reads traces in memory."""

from __future__ import annotations

from vedette_storage.errors import Refused
from vedette_storage.memory.facts import MemoryFacts
from vedette_storage.traces import Span, TraceSearch, TraceSummary


class MemorySpans:
    """A `SpanReader` over memory."""

    def __init__(self, facts: MemoryFacts) -> None:
        self._facts = facts

    def search(self, search: TraceSearch) -> list[TraceSummary]:
        rank: dict[str, int] = {}
        for span in self._facts.spans.values():
            if _meets(span, search):
                of_span = span.duration_ns if search.slowest else span.start_ns
                rank[span.trace_id] = max(rank.get(span.trace_id, 0), of_span)
        ids = sorted(rank, key=lambda id_: (-rank[id_], id_))[: search.limit]
        found = [_summary(self.trace(id_)) for id_ in ids]
        return found if search.slowest else sorted(found, key=lambda one: -one.start_ns)

    def trace(self, trace_id: str) -> list[Span]:
        if len(trace_id) != 32 or not set(trace_id.lower()) <= set("0123456789abcdef"):
            raise Refused(f"{trace_id!r} is not a trace id: it has 32 hexadecimal digits.")
        spans = [span for span in self._facts.spans.values() if span.trace_id == trace_id.lower()]
        return sorted(spans, key=lambda span: (span.start_ns, span.span_id))

    def operations(self, app: str, start_ms: int, end_ms: int) -> list[str]:
        spans = self._facts.spans.values()
        return sorted({span.name for span in spans if span.app == app and _within(span, start_ms, end_ms)})


def _within(span: Span, start_ms: int, end_ms: int) -> bool:
    return start_ms * 1_000_000 <= span.start_ns <= end_ms * 1_000_000


def _meets(span: Span, search: TraceSearch) -> bool:
    return (
        _within(span, search.start_ms, search.end_ms)
        and search.app in ("", span.app)
        and search.region in ("", span.region)
        and search.operation in ("", span.name)
        and span.duration_ns >= search.min_duration_ns
        and (not search.max_duration_ns or span.duration_ns <= search.max_duration_ns)
        and (search.error is None or search.error == (span.status == "error"))
        and all(span.attributes.get(key) == value for key, value in search.attributes.items())
    )


def _summary(spans: list[Span]) -> TraceSummary:
    root = min(spans, key=lambda span: (bool(span.parent_id), span.start_ns))
    start_ns = min(span.start_ns for span in spans)
    return TraceSummary(
        trace_id=root.trace_id,
        root_app=root.app,
        root_operation=root.name,
        start_ns=start_ns,
        duration_ns=max(span.start_ns + span.duration_ns for span in spans) - start_ns,
        spans=len(spans),
        errors=sum(span.status == "error" for span in spans),
        apps=tuple(sorted({span.app for span in spans})),
    )
