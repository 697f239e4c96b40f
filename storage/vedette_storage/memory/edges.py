"""Derives and reads edges in memory: the rules of `vedette_storage.authors` in plain Python."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Final

from vedette_storage.authors import HOLD_MS, Author
from vedette_storage.edges import INTERNET, Edge
from vedette_storage.memory.calls import Call, call_of_series, call_of_span, merged
from vedette_storage.memory.facts import MemoryFacts
from vedette_storage.traces import Span

_MINUTE_MS: Final = 60_000


class MemoryEdges:
    """An `EdgeReader` over memory. It derives everything anew each time, so it needs no dirty windows."""

    def __init__(self, facts: MemoryFacts, step_ms: int) -> None:
        self._facts = facts
        self._step_ms = step_ms
        self._rows: list[tuple[int, Edge]] = []  # with the end of the step, in ms

    def edges(self, start_ms: int, end_ms: int) -> list[Edge]:
        known = self._known()
        edges = merged(edge for edge in self._within(start_ms, end_ms) if edge.src and edge.dst)
        return [replace(edge, virtual=edge.dst not in known) for edge in edges]

    def unpaired(self, start_ms: int, end_ms: int) -> int:
        """Halves of calls in (start, end] whose other half is unknown and unnamed."""
        return round(sum(edge.calls for edge in self._within(start_ms, end_ms) if not (edge.src and edge.dst)))

    def latest(self) -> int | None:
        return max((ts_ms for ts_ms, edge in self._rows if edge.src and edge.dst), default=None)

    def derive(self, now_ms: int) -> int:
        """How many minutes have edges now."""
        calls = [*self._counted(), *self._traced(now_ms)]
        best: defaultdict[tuple[int, str, str], Author] = defaultdict(lambda: Author.SPANS)
        for call in calls:
            for minute in (_minute(call.ts_ms), _minute(call.ts_ms) + 1):
                pair = (minute, call.edge.src, call.edge.dst)
                best[pair] = max(best[pair], call.author)
        believed = [call for call in calls if call.believed(best[_minute(call.ts_ms), call.edge.src, call.edge.dst])]
        by_step: defaultdict[int, list[Edge]] = defaultdict(list)
        for call in believed:
            by_step[call.ts_ms].append(call.edge)
        self._rows = [(ts_ms, edge) for ts_ms, edges in by_step.items() for edge in merged(edges) if edge.calls > 0]
        return len({_minute(ts_ms) for ts_ms, _ in self._rows})

    def _within(self, start_ms: int, end_ms: int) -> Iterator[Edge]:
        return (edge for ts_ms, edge in self._rows if start_ms < ts_ms <= end_ms)

    def _counted(self) -> Iterator[Call]:
        """What the agents' IPC metrics say."""
        for id_, series in self._facts.series.items():
            for ts_ms, rate in self._facts.steps(id_, 0, 2**62).items():
                call = call_of_series(series, ts_ms, round(rate * self._step_ms / 1000, 6))
                if call:
                    yield call

    def _traced(self, now_ms: int) -> Iterator[Call]:
        """What the spans say: each server half with its caller, and client halves that stay alone."""
        spans = list(self._facts.spans.values())
        by_id = {(span.trace_id, span.span_id): span for span in spans}
        answered = {(span.trace_id, span.parent_id) for span in spans if span.kind in ("server", "consumer")}
        held = (now_ms - HOLD_MS) * 1_000_000
        for span in spans:
            ts_ms = -(-span.start_ns // (self._step_ms * 1_000_000)) * self._step_ms
            here = (span.app, span.region)
            if span.kind == "server" and not span.parent_id:
                yield call_of_span(span, ts_ms, (INTERNET, ""), here)
            elif span.kind in ("server", "consumer") and span.parent_id:
                caller = by_id.get((span.trace_id, span.parent_id))
                if caller and caller.app != span.app:
                    yield call_of_span(span, ts_ms, (caller.app, caller.region), here)
                elif not caller and ts_ms <= now_ms - HOLD_MS:
                    yield call_of_span(span, ts_ms, ("", ""), here)
            elif span.kind in ("client", "producer") and span.start_ns <= held and _alone(span, answered):
                yield call_of_span(span, ts_ms, here, (span.peer, ""))

    def _known(self) -> frozenset[str]:
        """The apps that report something of themselves."""
        apps: Iterable[str] = (series.app for series in self._facts.series.values())
        return frozenset((*apps, *(span.app for span in self._facts.spans.values())))


def _alone(span: Span, answered: Collection[tuple[str, str]]) -> bool:
    return span.app != span.peer and (span.trace_id, span.span_id) not in answered


def _minute(ts_ms: int) -> int:
    return -(-ts_ms // _MINUTE_MS)
