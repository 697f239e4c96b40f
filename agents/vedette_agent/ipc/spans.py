"""Spans of databases become calls. It needs the extra `otel`, as what makes such spans does.

A library may ask a database through another one that makes spans of its own (SQLAlchemy through a driver), or over HTTP
that is measured: then the innermost counts. Spans do not tell, since SQLAlchemy's are not the parents of its driver's;
but each begins in the context in which the others are under way.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextvars import ContextVar
from typing import Any, Final

from opentelemetry.context import Context
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult
from opentelemetry.trace import Link, SpanKind, StatusCode, TraceState
from opentelemetry.util.types import Attributes

from vedette_agent.ipc import database, layers
from vedette_agent.ipc.calls import Calls

logger = logging.getLogger(__name__)

_MOST: Final = 10_000
"""Spans that may be under way; beyond it the oldest is forgotten, since nobody may ever end it."""


class _UnderWay:
    """A client span that has begun and not ended."""

    __slots__ = ("covered", "ended", "outer")

    def __init__(self, outer: _UnderWay | None) -> None:
        self.ended: bool = False
        self.outer = outer if outer is not None and not outer.ended else None
        self.covered = False
        """Whether what it did was counted by something inside."""


_innermost: Final[ContextVar[_UnderWay | None]] = ContextVar("vedette_span", default=None)


def _cover() -> None:
    """A call was counted here: the spans around it count no more."""
    around = _innermost.get()
    while around is not None:
        around.covered = around.covered or not around.ended
        around = around.outer


layers.when_counted(_cover)


class CallsFromSpans(SpanProcessor):
    """Records a call for each client span that names a database, and names the database in the span."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._under_way: dict[int, _UnderWay] = {}
        self._stopped = False

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """Remember what is under way."""
        if span.kind is not SpanKind.CLIENT or span.context is None or self._stopped:
            return
        one = _UnderWay(_innermost.get())
        _innermost.set(one)
        self._under_way[span.context.span_id] = one
        if len(self._under_way) > _MOST:
            self._under_way.pop(next(iter(self._under_way)), None)

    def on_end(self, span: ReadableSpan) -> None:
        """Record the call, unless something inside was it."""
        if span.kind is not SpanKind.CLIENT or span.context is None:
            return
        one = self._under_way.pop(span.context.span_id, None)
        if one is None:
            return
        one.ended = True
        if _innermost.get() is one:
            _innermost.set(one.outer)
        try:
            attributes = span.attributes or {}
            if self._stopped or not database.is_call(attributes):
                return
            if "peer.service" not in attributes:
                # Traces and metrics give a database the same name. A span that has ended takes no attributes; this is
                # the copy of it that the processors are handed, and ours is the first.
                span._attributes = {**attributes, "peer.service": database.server(attributes, self._calls)[0]}
            if one.covered:
                return
            seconds = max(0, (span.end_time or 0) - (span.start_time or 0)) / 1e9
            self._calls.client_told(database.call(attributes, _failure(span), self._calls), seconds)
            if one.outer is not None:
                one.outer.covered = True
        except Exception:
            logger.warning("A call could not be recorded", exc_info=True)

    def shutdown(self) -> None:
        """Count no more: the provider may outlive the agent."""
        self._stopped = True
        self._under_way.clear()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """There is nothing that waits."""
        return True


class CallsAreSeen(Sampler):
    """Another sampler, but client spans that it drops are recorded all the same, and sent nowhere: all are counted."""

    def __init__(self, sampler: Sampler) -> None:
        self._sampler = sampler

    def should_sample(  # noqa: PLR0917  # as the SDK calls it
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        """The other's decision, `RECORD_ONLY` instead of `DROP` for a client."""
        result = self._sampler.should_sample(parent_context, trace_id, name, kind, attributes, links)
        if kind is SpanKind.CLIENT and result.decision is Decision.DROP:
            return SamplingResult(Decision.RECORD_ONLY, attributes, result.trace_state)
        return result

    def get_description(self) -> str:
        """The other's, since it decides what is kept."""
        return self._sampler.get_description()


def _failure(span: ReadableSpan) -> str | None:
    """The name of the exception that ended the span; None for a good end."""
    if span.status.status_code is not StatusCode.ERROR:
        return None
    attributes: dict[str, Any] = dict(span.attributes or {})
    for event in reversed(span.events):
        if event.name == "exception":
            attributes = {**(event.attributes or {}), **attributes}
            break
    text = str(attributes.get("exception.type") or attributes.get("error.type") or "")
    return text or (span.status.description or "error").partition(":")[0]
