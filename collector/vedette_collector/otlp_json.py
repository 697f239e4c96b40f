"""OTLP traces in JSON: ids in hex, enums as numbers or names, 64-bit integers as texts or numbers.

As the protocol asks, unknown fields are ignored, and a missing field or null has the default of its type.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import orjson

from vedette_collector.errors import Malformed
from vedette_collector.spans import Description, Emitter, Event, Link, ReceivedSpan, SpanColumns

_KINDS: Final = {
    f"SPAN_KIND_{name}": number
    for number, name in enumerate(("UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"))
}
_STATUSES: Final = {f"STATUS_CODE_{name}": number for number, name in enumerate(("UNSET", "OK", "ERROR"))}
_DEEPEST: Final = 50

Object = dict[str, Any]


def read(body: bytes | memoryview, columns: SpanColumns) -> None:
    """Add all spans of a request. Raises Malformed."""
    try:
        request = orjson.loads(body)
    except ValueError as error:
        raise Malformed(f"The body is not JSON: {error}") from error
    if not isinstance(request, dict):
        raise Malformed("An ExportTraceServiceRequest is a JSON object.")
    for resource_spans in _objects(request, "resourceSpans"):
        emitter = Emitter.of(_tags(_object(resource_spans, "resource"), "attributes"))
        for scope_spans in _objects(resource_spans, "scopeSpans"):
            scope = _scope(_object(scope_spans, "scope"))
            for span in _objects(scope_spans, "spans"):
                columns.add(emitter, _span(span, scope))


def response(rejected: int, message: str) -> bytes:
    """An ExportTraceServiceResponse; with a partial success if something was rejected."""
    if not rejected:
        return b"{}"
    return orjson.dumps({"partialSuccess": {"rejectedSpans": str(rejected), "errorMessage": message}})


def status(code: int, message: str) -> bytes:
    """A google.rpc.Status, with the `type` that all errors of this server carry."""
    return orjson.dumps({"type": "error", "code": code, "message": message})


def _span(span: Object, scope: dict[str, str]) -> ReceivedSpan:
    status_of = _object(span, "status")
    return ReceivedSpan(
        _id(span, "traceId"),
        _id(span, "spanId"),
        _id(span, "parentSpanId"),
        _integer(span, "startTimeUnixNano"),
        _integer(span, "endTimeUnixNano"),
        Description.of(
            _text(span, "name"),
            kind=_enum(span, "kind", _KINDS),
            status=_enum(status_of, "code", _STATUSES),
            status_message=_text(status_of, "message"),
            trace_state=_text(span, "traceState"),
            attributes={**scope, **_tags(span, "attributes")},
        ),
        [
            Event(_integer(event, "timeUnixNano"), _text(event, "name"), _tags(event, "attributes"))
            for event in _objects(span, "events")
        ],
        [
            Link(_id(link, "traceId"), _id(link, "spanId"), _tags(link, "attributes"))
            for link in _objects(span, "links")
        ],
    )


def _scope(scope: Object) -> dict[str, str]:
    pairs = (("otel.scope.name", _text(scope, "name")), ("otel.scope.version", _text(scope, "version")))
    return {key: text for key, text in pairs if text}


def _objects(parent: Object, field: str) -> Iterator[Object]:
    children = parent.get(field) or []
    if not isinstance(children, list):
        raise Malformed(f"`{field}` is a list of objects.")
    for child in children:
        if not isinstance(child, dict):
            raise Malformed(f"`{field}` is a list of objects.")
        yield child


def _object(parent: Object, field: str) -> Object:
    child = parent.get(field) or {}
    if not isinstance(child, dict):
        raise Malformed(f"`{field}` is an object.")
    return child


def _text(parent: Object, field: str) -> str:
    text = parent.get(field) or ""
    if not isinstance(text, str):
        raise Malformed(f"`{field}` is a text.")
    return text


def _id(parent: Object, field: str) -> bytes:
    try:
        return bytes.fromhex(_text(parent, field))
    except ValueError as error:
        raise Malformed(f"`{field}` is a text of hexadecimal digits.") from error


def _integer(parent: Object, field: str) -> int:
    number = parent.get(field) or 0
    if isinstance(number, str) and number.isascii() and number.isdigit() and len(number) <= 20:
        return int(number)
    if type(number) is not int or number < 0:
        raise Malformed(f"`{field}` is a whole number, as digits or as a text of digits.")
    return number


def _enum(parent: Object, field: str, names: dict[str, int]) -> int:
    value = parent.get(field) or 0
    if isinstance(value, str) and value in names:
        return names[value]
    if type(value) is not int:
        raise Malformed(f"`{field}` is one of {', '.join(names)}, or its number.")
    return value


def _tags(parent: Object, field: str) -> dict[str, str]:
    return {_text(pair, "key"): _value_text(_object(pair, "value")) for pair in _objects(parent, field)}


def _value_text(value: Object) -> str:
    plain = _plain(value)
    if isinstance(plain, str):
        return plain
    if isinstance(plain, float):
        return repr(plain)
    return "" if plain is None else orjson.dumps(plain).decode()


def _plain(value: Object, depth: int = 0) -> object:
    """An AnyValue as JSON has it; bytes stay base64."""
    if depth > _DEEPEST:
        raise Malformed(f"The values of attributes are nested at most {_DEEPEST} deep.")
    for kind, content in value.items():
        match kind:
            case "stringValue" | "bytesValue" if isinstance(content, str):
                return content
            case "boolValue" if isinstance(content, bool):
                return content
            case "intValue" if type(content) is int or isinstance(content, str):
                return _signed(content)
            case "doubleValue" if type(content) in (int, float, str):
                return _double(content)
            case "arrayValue":
                return [_plain(each, depth + 1) for each in _objects(_object(value, kind), "values")]
            case "kvlistValue":
                pairs = _objects(_object(value, kind), "values")
                return {_text(pair, "key"): _plain(_object(pair, "value"), depth + 1) for pair in pairs}
            case "stringValue" | "bytesValue" | "boolValue" | "intValue" | "doubleValue":
                raise Malformed(f"`{kind}` holds {orjson.dumps(content).decode()[:80]}.")
    return None


def _signed(content: int | str) -> int:
    try:
        number = int(content)
    except ValueError as error:
        raise Malformed("`intValue` is a whole number, as digits or as a text of digits.") from error
    if not -(1 << 63) <= number < 1 << 63:
        raise Malformed("`intValue` has 64 bits.")
    return number


def _double(content: float | str) -> float:
    try:
        return float(content)
    except ValueError as error:
        raise Malformed("`doubleValue` is a number.") from error
