"""Tracing of one agent, built on OpenTelemetry (the extra `otel`): this module cannot be imported without it.

Spans go the way of the metrics: encoded as OTLP/HTTP protobuf they wait in a bounded outbox until the agent's courier
has carried them. So an export neither blocks nor raises, what is lost is counted, and an outage is one warning.
"""

from __future__ import annotations

import logging
import os
import zlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio

from vedette_agent.ipc import peer
from vedette_agent.ipc.calls import Calls
from vedette_agent.ipc.spans import CallsAreSeen, CallsFromSpans
from vedette_agent.ledger import ENCODING, TRACES, Ledger
from vedette_agent.settings import Settings
from vedette_agent.transports import Parcel

if TYPE_CHECKING:
    from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor, RequestInfo, ResponseInfo

logger = logging.getLogger(__name__)

PATH: Final = "/v1/traces"
CONTENT_TYPE: Final = "application/x-protobuf"
DELAY_MS: Final = 1_000
"""Ended spans wait at most this long for more; OTEL_BSP_SCHEDULE_DELAY overrides it."""
QUEUE: Final = 8_192
"""Ended spans that wait to be encoded; OTEL_BSP_MAX_QUEUE_SIZE overrides it."""
_PEER_SERVICE: Final = "peer.service"
_GZIP: Final = 31


class Tracing:
    """A tracer provider with this agent's identity, and the instrumentation of its applications and clients.

    With `everywhere` it is (or joins) the process's global provider, and every httpx client is traced.
    """

    def __init__(
        self, settings: Settings, calls: Calls, post: Callable[[Parcel], None], ledger: Ledger, *, everywhere: bool
    ) -> None:
        # The stable names of the HTTP conventions (http.request.method, url.path ...) instead of the old ones: read by
        # OpenTelemetry's instrumentations when the first of them begins. Who has chosen already is not overruled.
        os.environ.setdefault("OTEL_SEMCONV_STABILITY_OPT_IN", "http")
        self._calls = calls
        self._instrumented_all = False
        self._processor = BatchSpanProcessor(
            _Poster(post, ledger),
            schedule_delay_millis=None if "OTEL_BSP_SCHEDULE_DELAY" in os.environ else DELAY_MS,
            max_queue_size=None if "OTEL_BSP_MAX_QUEUE_SIZE" in os.environ else QUEUE,
        )
        self.provider = _join(_provider(settings)) if everywhere else _provider(settings)
        self._counting = CallsFromSpans(calls)
        self.provider.add_span_processor(self._counting)  # before the other, which sends what this one names
        self.provider.add_span_processor(self._processor)

    def instrument_app(self, app: Any) -> None:
        """Trace what a FastAPI application answers; any other is left alone."""
        if any(kind.__name__ == "FastAPI" for kind in type(app).__mro__):
            # Imported here, since it imports FastAPI, which not every service has.
            from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor  # noqa: PLC0415

            FastAPIInstrumentor.instrument_app(app, tracer_provider=self.provider, exclude_spans=["receive", "send"])

    def instrument_client(self, client: Any) -> None:
        """Trace what one httpx client asks."""
        is_async = hasattr(client._transport, "handle_async_request")
        _httpx_instrumentor().instrument_client(
            client,
            tracer_provider=self.provider,
            request_hook=self._asked_async if is_async else self._asked,
            response_hook=self._answered_async if is_async else self._answered,
        )

    def instrument_all_clients(self) -> None:
        """Trace what every httpx client of the process asks, also those made already."""
        self._instrumented_all = True
        _httpx_instrumentor().instrument(
            tracer_provider=self.provider,
            request_hook=self._asked,
            response_hook=self._answered,
            async_request_hook=self._asked_async,
            async_response_hook=self._answered_async,
        )

    def flush(self) -> None:
        """Hand over the spans that have ended."""
        self._processor.force_flush()

    def stop(self) -> None:
        """Hand over the spans that have ended, and trace no more."""
        if self._instrumented_all:
            self._instrumented_all = False
            _httpx_instrumentor().uninstrument()
        self._counting.shutdown()
        self._processor.shutdown()  # type: ignore[no-untyped-call]  # the SDK has left it without types

    def _asked(self, span: trace.Span, request: RequestInfo) -> None:
        self._name_peer(span, request, None)

    def _answered(self, span: trace.Span, request: RequestInfo, response: ResponseInfo) -> None:
        self._name_peer(span, request, response)

    async def _asked_async(self, span: trace.Span, request: RequestInfo) -> None:
        self._name_peer(span, request, None)

    async def _answered_async(self, span: trace.Span, request: RequestInfo, response: ResponseInfo) -> None:
        self._name_peer(span, request, response)

    def _name_peer(self, span: trace.Span, request: RequestInfo, response: ResponseInfo | None) -> None:
        """Say in the client's span who the server is: a service that has died, or is a data store, has no span."""
        try:
            url = request.url
            if isinstance(url, tuple):  # httpx before 0.20
                return
            introduction = response.headers.get(peer.HEADER) if response is not None and response.headers else None
            port = url.port or (443 if url.scheme == "https" else 80)
            span.set_attribute(_PEER_SERVICE, self._calls.server_of(introduction, url.host, port)[0])
        except Exception:
            logger.warning("The peer of a span could not be named", exc_info=True)


def _httpx_instrumentor() -> HTTPXClientInstrumentor:
    # Imported here, since it imports httpx, which not every service has.
    from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor  # noqa: PLC0415

    return HTTPXClientInstrumentor()


def _provider(settings: Settings) -> TracerProvider:
    facts = {
        "service.name": settings.app,
        "service.instance.id": settings.node,
        "cloud.region": settings.region,
        "cloud.availability_zone": settings.zone,
        "deployment.environment.name": settings.env,
    }
    resource = Resource.create({key: value for key, value in facts.items() if value})
    # None lets the SDK read OTEL_TRACES_SAMPLER, whose default is to keep all.
    sampler = ParentBasedTraceIdRatio(settings.trace_ratio) if settings.trace_ratio < 1 else None
    provider = TracerProvider(resource=resource, sampler=sampler, shutdown_on_exit=False)
    provider.sampler = CallsAreSeen(provider.sampler)
    return provider


def _join(provider: TracerProvider) -> TracerProvider:
    """Make the provider the process's global one, or return the one that the service has set already."""
    present = trace.get_tracer_provider()
    if isinstance(present, TracerProvider):
        return present
    trace.set_tracer_provider(provider)
    return provider


class _Poster(SpanExporter):
    """Encodes ended spans and posts them."""

    def __init__(self, post: Callable[[Parcel], None], ledger: Ledger) -> None:
        self._post = post
        self._ledger = ledger

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        try:
            body = zlib.compress(encode_spans(spans).SerializeToString(), 1, _GZIP)
        except Exception:
            logger.warning("A batch of %d spans could not be encoded", len(spans), exc_info=True)
            self._ledger.lost(TRACES, ENCODING, len(spans))
            return SpanExportResult.FAILURE
        self._post(Parcel(PATH, CONTENT_TYPE, body, len(spans)))
        return SpanExportResult.SUCCESS
