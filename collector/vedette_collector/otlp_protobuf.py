"""OTLP traces in protobuf: bytes -> spans, and the answers of the protocol in the same encoding."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Final, Literal, get_args

import orjson
from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTracePartialSuccess,
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, InstrumentationScope, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from vedette_collector.errors import Malformed
from vedette_collector.remembered import Remembered
from vedette_collector.spans import Description, Emitter, Event, Link, ReceivedSpan, SpanColumns

_DESCRIPTIONS: Final = 8_192
_LONGEST_KEY: Final = 2_048
_OneSpans = Literal[
    "trace_id", "span_id", "parent_span_id", "start_time_unix_nano", "end_time_unix_nano", "events", "links"
]
_OF_ONE_SPAN: Final[tuple[_OneSpans, ...]] = get_args(_OneSpans)


class ProtobufReader:
    """Reads requests, and remembers how spans that differ only in ids and times describe themselves.

    Most spans of a service repeat the name and attributes of an earlier one. To read an attribute in Python costs more
    than to write all of them back as bytes, so these bytes are the key. Any thread may read.
    """

    def __init__(self) -> None:
        self._described: Remembered[bytes, Description] = Remembered(_DESCRIPTIONS)

    def read(self, body: bytes | memoryview, columns: SpanColumns) -> None:
        """Add all spans of a request. Raises Malformed."""
        try:
            request = ExportTraceServiceRequest.FromString(bytes(body))
        except DecodeError as error:
            raise Malformed("The body is not a protobuf ExportTraceServiceRequest.") from error
        for resource_spans in request.resource_spans:
            emitter = Emitter.of(_tags(resource_spans.resource.attributes))
            for scope_spans in resource_spans.scope_spans:
                scope = scope_spans.scope
                scope_bytes = scope.SerializeToString()
                for span in scope_spans.spans:
                    columns.add(emitter, self._span(span, scope, scope_bytes))

    def _span(self, span: Span, scope: InstrumentationScope, scope_bytes: bytes) -> ReceivedSpan:
        trace_id, span_id, parent_id = span.trace_id, span.span_id, span.parent_span_id
        start_ns, end_ns = span.start_time_unix_nano, span.end_time_unix_nano
        events = [Event(event.time_unix_nano, event.name, _tags(event.attributes)) for event in span.events]
        links = [Link(link.trace_id, link.span_id, _tags(link.attributes)) for link in span.links]
        for field in _OF_ONE_SPAN:
            span.ClearField(field)
        key = scope_bytes + span.SerializeToString()
        description = self._described.get(key)
        if description is None:
            description = _describe(span, scope)
            if len(key) <= _LONGEST_KEY:
                self._described.add(key, description)
        return ReceivedSpan(trace_id, span_id, parent_id, start_ns, end_ns, description, events, links)


def _describe(span: Span, scope: InstrumentationScope) -> Description:
    return Description.of(
        span.name,
        kind=span.kind,
        status=span.status.code,
        status_message=span.status.message,
        trace_state=span.trace_state,
        attributes={**_scope(scope), **_tags(span.attributes)},
    )


def response(rejected: int, message: str) -> bytes:
    """An ExportTraceServiceResponse; with a partial success if something was rejected."""
    answer = ExportTraceServiceResponse()
    if rejected:
        answer.partial_success.CopyFrom(ExportTracePartialSuccess(rejected_spans=rejected, error_message=message))
    return answer.SerializeToString()


def status(code: int, message: str) -> bytes:
    """A google.rpc.Status: field 1 the code (< 128), field 2 the message."""
    text = message.encode()
    return bytes((0x08, code, 0x12)) + _varint(len(text)) + text


def _scope(scope: InstrumentationScope) -> dict[str, str]:
    pairs = (("otel.scope.name", scope.name), ("otel.scope.version", scope.version))
    return {key: text for key, text in pairs if text}


def _tags(pairs: Iterable[KeyValue]) -> dict[str, str]:
    return {pair.key: pair.value.string_value or _text(pair.value) for pair in pairs}


def _text(value: AnyValue) -> str:
    match value.WhichOneof("value"):
        case "bool_value":
            return "true" if value.bool_value else "false"
        case "int_value":
            return str(value.int_value)
        case "double_value":
            return repr(value.double_value)
        case "bytes_value":
            return base64.b64encode(value.bytes_value).decode()
        case "array_value" | "kvlist_value":
            return orjson.dumps(_plain(value)).decode()
    return ""


def _plain(value: AnyValue) -> object:
    """A value as JSON has it; bytes as base64."""
    match value.WhichOneof("value"):
        case "string_value":
            return value.string_value
        case "bool_value":
            return value.bool_value
        case "int_value":
            return value.int_value
        case "double_value":
            return value.double_value
        case "bytes_value":
            return base64.b64encode(value.bytes_value).decode()
        case "array_value":
            return [_plain(each) for each in value.array_value.values]
        case "kvlist_value":
            return {pair.key: _plain(pair.value) for pair in value.kvlist_value.values}
    return None


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)
