"""OTLP traces in protobuf: bytes -> spans, and the answers of the protocol in the same encoding."""

from __future__ import annotations

import base64
from collections.abc import Iterable

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
from vedette_collector.spans import Emitter, Event, Link, ReceivedSpan, SpanColumns


def read(body: bytes | memoryview, columns: SpanColumns) -> None:
    """Add all spans of a request. Raises Malformed."""
    try:
        request = ExportTraceServiceRequest.FromString(bytes(body))
    except DecodeError as error:
        raise Malformed("The body is not a protobuf ExportTraceServiceRequest.") from error
    for resource_spans in request.resource_spans:
        emitter = Emitter.of(_tags(resource_spans.resource.attributes))
        for scope_spans in resource_spans.scope_spans:
            scope = _scope(scope_spans.scope)
            for span in scope_spans.spans:
                columns.add(emitter, _span(span, scope))


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


def _span(span: Span, scope: dict[str, str]) -> ReceivedSpan:
    return ReceivedSpan(
        span.trace_id,
        span.span_id,
        span.parent_span_id,
        span.start_time_unix_nano,
        span.end_time_unix_nano,
        span.name,
        span.kind,
        span.status.code,
        span.status.message,
        span.trace_state,
        {**scope, **_tags(span.attributes)},
        [Event(event.time_unix_nano, event.name, _tags(event.attributes)) for event in span.events],
        [Link(link.trace_id, link.span_id, _tags(link.attributes)) for link in span.links],
    )


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
