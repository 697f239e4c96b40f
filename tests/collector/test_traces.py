from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import orjson
import pytest
from google.protobuf import json_format
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue, KeyValueList
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.collector.client import Client
from tests.collector.conftest import NOW, Clock
from tests.collector.writers import KeepingWriter
from vedette_collector import otlp_json, otlp_protobuf
from vedette_collector.peer import peer_of
from vedette_collector.settings import Settings
from vedette_collector.spans import SpanColumns

START = NOW * 1_000_000
PROTOBUF = {"Content-Type": "application/x-protobuf"}
JSON = {"Content-Type": "application/json"}
DATA = Path(__file__).parents[1] / "data" / "otlp"


def request_of(*spans: Span, resource: dict[str, str] | None = None, scope: str = "") -> ExportTraceServiceRequest:
    request = ExportTraceServiceRequest()
    resource_spans = request.resource_spans.add()
    for key, text in (resource or {}).items():
        resource_spans.resource.attributes.add(key=key).value.string_value = text
    scope_spans = resource_spans.scope_spans.add()
    scope_spans.scope.name = scope
    scope_spans.spans.extend(spans)
    return request


def span_of(**fields: Any) -> Span:
    defaults = {
        "trace_id": bytes(range(16)),
        "span_id": bytes(range(1, 9)),
        "name": "GET /home",
        "kind": Span.SPAN_KIND_CLIENT,
        "start_time_unix_nano": START,
        "end_time_unix_nano": START + 1_500,
    }
    return Span(**{**defaults, **fields})


def tag(key: str, **value: Any) -> KeyValue:
    return KeyValue(key=key, value=AnyValue(**value))


def as_json(request: ExportTraceServiceRequest) -> dict[str, Any]:
    """The request in OTLP/JSON, which is protobuf's JSON but for ids in hex."""
    document: dict[str, Any] = json_format.MessageToDict(request)
    _hex_ids(document)
    return document


def _hex_ids(node: Any) -> None:
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for child in children:
        _hex_ids(child)
    if isinstance(node, dict):
        for field in {"traceId", "spanId", "parentSpanId"} & node.keys():
            node[field] = base64.b64decode(node[field]).hex()


def post(client: Client, request: ExportTraceServiceRequest) -> tuple[int, ExportTraceServiceResponse]:
    answer = client.post("/v1/traces", request.SerializeToString(), PROTOBUF)
    assert answer.headers["content-type"] == "application/x-protobuf"
    return answer.status_code, ExportTraceServiceResponse.FromString(answer.content)


def post_json(client: Client, document: Any) -> tuple[int, Any]:
    answer = client.post("/v1/traces", json.dumps(document).encode(), JSON)
    assert answer.headers["content-type"] == "application/json"
    return answer.status_code, answer.json()


def stored(writer: KeepingWriter, count: int = 1) -> list[dict[str, Any]]:
    writer.wait_for(count)
    return list(writer.spans.to_pylist())


FULL = request_of(
    span_of(
        parent_span_id=b"\0\0\0\0\0\0\0\x05",
        trace_state="a=b",
        status={"code": 2, "message": "it broke"},
        attributes=[
            tag("text", string_value="v"),
            tag("empty", string_value=""),
            tag("yes", bool_value=True),
            tag("number", int_value=-(1 << 63)),
            tag("real", double_value=0.1),
            tag("bytes", bytes_value=b"\0\xff"),
            tag("list", array_value={"values": [{"string_value": "a"}, {"int_value": 1}, {"double_value": 2.5}]}),
            tag("map", kvlist_value={"values": [tag("k", array_value={"values": [{"bool_value": False}]})]}),
            KeyValue(key="nothing"),
            tag("server.address", string_value="db.internal"),
            tag("server.port", int_value=5432),
        ],
        events=[{"time_unix_nano": START + 7, "name": "exception", "attributes": [tag("e", string_value="x")]}],
        links=[{"trace_id": b"l" * 16, "span_id": b"\0" * 7 + b"\2", "attributes": [tag("l", int_value=3)]}],
    ),
    resource={
        "service.name": "checkout",
        "cloud.region": "us-east-1",
        "service.instance.id": "i-1",
        "host.name": "h",
    },
    scope="lib",
)

EXPECTED = {
    "trace_id": bytes(range(16)),
    "span_id": 0x0102030405060708,
    "parent_id": 5,
    "duration_ns": 1_500,
    "app": "checkout",
    "region": "us-east-1",
    "node": "i-1",
    "name": "GET /home",
    "kind": "client",
    "status": "error",
    "status_message": "it broke",
    "peer": "db.internal:5432",
    "trace_state": "a=b",
    "resource": [
        ("service.name", "checkout"),
        ("cloud.region", "us-east-1"),
        ("service.instance.id", "i-1"),
        ("host.name", "h"),
    ],
    "attributes": [
        ("otel.scope.name", "lib"),
        ("text", "v"),
        ("empty", ""),
        ("yes", "true"),
        ("number", "-9223372036854775808"),
        ("real", "0.1"),
        ("bytes", "AP8="),
        ("list", '["a",1,2.5]'),
        ("map", '{"k":[false]}'),
        ("nothing", ""),
        ("server.address", "db.internal"),
        ("server.port", "5432"),
    ],
    "events.name": ["exception"],
    "events.attributes": [[("e", "x")]],
    "links.trace_id": [b"l" * 16],
    "links.span_id": [2],
    "links.attributes": [[("l", "3")]],
}


def test_a_span_is_stored_with_all_that_it_says(client: Client, writer: KeepingWriter) -> None:
    assert post(client, FULL) == (200, ExportTraceServiceResponse())
    writer.wait_for(1)
    times = writer.spans.select(["ts"]).column(0).cast("int64").to_pylist()
    events = writer.spans.column("events.ts").combine_chunks().flatten().cast("int64").to_pylist()
    assert (times, events) == ([START], [START + 7])
    row = writer.spans.drop_columns(["ts", "events.ts"]).to_pylist()[0]
    assert row == EXPECTED


def test_json_says_the_same_as_protobuf(client: Client, writer: KeepingWriter) -> None:
    assert post(client, FULL)[0] == 200
    assert post_json(client, as_json(FULL)) == (200, {})
    writer.wait_for(2)
    assert writer.spans.slice(0, 1).to_pydict() == writer.spans.slice(1, 1).to_pydict()


def test_json_takes_numbers_for_enums_and_for_integers(client: Client, writer: KeepingWriter) -> None:
    document = as_json(FULL)
    span = document["resourceSpans"][0]["scopeSpans"][0]["spans"][0]
    assert (span["kind"], span["status"]["code"], span["startTimeUnixNano"]) == (
        "SPAN_KIND_CLIENT",
        "STATUS_CODE_ERROR",
        str(START),
    )
    span |= {"kind": 3, "startTimeUnixNano": START, "endTimeUnixNano": START + 1_500}
    span["status"]["code"] = 2
    span["traceId"] = span["traceId"].upper()
    span["unknownField"] = {"a": [1]}
    assert post_json(client, document) == (200, {})
    row = stored(writer)[0]
    assert {key: row[key] for key in ("kind", "status", "duration_ns", "trace_id")} == {
        key: EXPECTED[key] for key in ("kind", "status", "duration_ns", "trace_id")
    }


RECORDED = {
    "otel-proto-trace.json": (1_544_712_660_000, [("my.service", "I'm a server span")]),
    "hyperdx-traces-basic-insert.json": (
        1_901_999_590_000,
        [("trace-test-service", "root-operation"), ("trace-test-service", "child-operation")],
    ),
}


@pytest.mark.parametrize("file", RECORDED)
def test_recorded_requests_are_stored(client: Client, writer: KeepingWriter, clock: Clock, file: str) -> None:
    clock.now_ms, spans = RECORDED[file]
    answer = client.post("/v1/traces", (DATA / file).read_bytes(), JSON)
    assert (answer.status_code, answer.json()) == (200, {})
    assert [(row["app"], row["name"]) for row in stored(writer, len(spans))] == spans


def test_a_nameless_service_and_an_unknown_kind_have_names_for_that(client: Client, writer: KeepingWriter) -> None:
    assert post(client, request_of(span_of(kind=99, status={"code": 99}, attributes=[])))[0] == 200
    row = stored(writer)[0]
    assert (row["app"], row["region"], row["kind"], row["status"]) == ("unknown_service", "", "unspecified", "unset")


@pytest.mark.parametrize(
    ("attributes", "peer"),
    [
        ({}, ""),
        ({"peer.service": "p", "server.address": "a"}, "p"),
        ({"server.address": "a", "network.peer.address": "n"}, "a"),
        ({"server.address": "a", "server.port": "80"}, "a:80"),
        ({"network.peer.address": "n", "network.peer.port": "9", "db.system": "redis"}, "n:9"),
        ({"db.system": "redis"}, "redis"),
        ({"db.system": "old", "db.system.name": "postgresql", "db.namespace": "orders"}, "postgresql/orders"),
        ({"db.namespace": "orders", "messaging.destination.name": "topic"}, "topic"),
    ],
)
def test_the_peer_is_the_first_attribute_that_names_it(attributes: dict[str, str], peer: str) -> None:
    assert peer_of(attributes) == peer


@pytest.mark.parametrize(("kind", "peer"), [(1, ""), (2, ""), (3, "me"), (4, "me"), (5, "")])
def test_only_who_calls_has_a_peer(client: Client, writer: KeepingWriter, kind: int, peer: str) -> None:
    post(client, request_of(span_of(kind=kind, attributes=[tag("server.address", string_value="me")])))
    assert stored(writer)[0]["peer"] == peer


SETTINGS = Settings()
AGE = SETTINGS.max_age_ms
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"trace_id": bytes(16)}, "a trace id has 16 bytes that are not all zero"),
    ({"trace_id": b"x" * 15}, "a trace id has 16 bytes that are not all zero"),
    ({"trace_id": b""}, "a trace id has 16 bytes that are not all zero"),
    ({"span_id": bytes(8)}, "a span id has 8 bytes that are not all zero"),
    ({"span_id": b"x" * 9}, "a span id has 8 bytes that are not all zero"),
    ({"parent_span_id": b"x" * 7}, "a parent span id has 8 bytes or none, found 7"),
    (
        {"end_time_unix_nano": START - 1},
        f"the span ends before it starts: start = {START}, end = {START - 1}",
    ),
    (
        {"start_time_unix_nano": START - (AGE + 1) * 1_000_000},
        f"data is too old: now = {NOW}, timestamp = {NOW - AGE - 1}, {AGE + 1} > {AGE}",
    ),
    (
        {"start_time_unix_nano": START + 60_001_000_000, "end_time_unix_nano": START + 60_001_000_000},
        f"data is from future: now = {NOW}, timestamp = {NOW + 60_001}",
    ),
    ({"start_time_unix_nano": 0, "end_time_unix_nano": 0}, "data is too old: "),
    ({"end_time_unix_nano": (1 << 64) - 1}, "the span or one of its events has a time after the year 2262"),
    ({"events": [{"time_unix_nano": (1 << 64) - 1}]}, "the span or one of its events has a time after the year 2262"),
    ({"links": [{"trace_id": b"x", "span_id": b"x" * 8}]}, "a link of the span has an id of the wrong length"),
    ({"links": [{"trace_id": b"x" * 16}]}, "a link of the span has an id of the wrong length"),
]


@pytest.mark.parametrize(("fields", "sentence"), REFUSED)
def test_a_span_that_cannot_be_stored_costs_only_itself(
    client: Client, writer: KeepingWriter, fields: dict[str, Any], sentence: str
) -> None:
    request = request_of(span_of(**fields), span_of(name="good"))
    status, answer = post(client, request)
    assert (status, answer.partial_success.rejected_spans) == (200, 1)
    assert answer.partial_success.error_message.startswith(sentence)
    assert [row["name"] for row in stored(writer)] == ["good"]

    status, told = post_json(client, as_json(request))
    assert (status, told["partialSuccess"]["rejectedSpans"]) == (200, "1")
    assert told["partialSuccess"]["errorMessage"] == answer.partial_success.error_message


def test_only_some_refusals_are_spelt_out_and_all_are_counted(client: Client) -> None:
    status, answer = post(client, request_of(*(span_of(span_id=b"", name=f"bad {i}") for i in range(8))))
    assert (status, answer.partial_success.rejected_spans) == (200, 8)
    assert answer.partial_success.error_message.count("bad ") == 5


@pytest.mark.parametrize("body", [b"\xff\xff\xff", b"{}", FULL.SerializeToString()[:-3]])
def test_malformed_protobuf_is_a_status_in_protobuf(client: Client, body: bytes) -> None:
    answer = client.post("/v1/traces", body, PROTOBUF)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/x-protobuf"
    message = b"The body is not a protobuf ExportTraceServiceRequest."
    assert answer.content == bytes([0x08, 3, 0x12, len(message)]) + message


def test_a_long_status_message_is_still_protobuf() -> None:
    encoded = otlp_protobuf.status(14, "é" * 300)
    assert encoded[:3] == bytes([0x08, 14, 0x12])
    assert AnyValue.FromString(b"\x0a" + encoded[3:]).string_value == "é" * 300  # field 1 is a text as well


SPAN = as_json(FULL)["resourceSpans"][0]["scopeSpans"][0]["spans"][0]


def in_request(**fields: Any) -> Any:
    return {"resourceSpans": [{"scopeSpans": [{"spans": [{**SPAN, **fields}]}]}]}


def deep(levels: int) -> Any:
    value: Any = {"stringValue": "x"}
    for _ in range(levels):
        value = {"arrayValue": {"values": [value]}}
    return {"attributes": [{"key": "k", "value": value}]}


@pytest.mark.parametrize(
    "document",
    [
        [],
        5,
        {"resourceSpans": 5},
        {"resourceSpans": [5]},
        {"resourceSpans": [{"resource": []}, {"resource": [1]}]},
        {"resourceSpans": [{"scopeSpans": {"a": 1}}]},
        in_request(traceId="xyz"),
        in_request(traceId=5),
        in_request(kind="CLIENT"),
        in_request(kind=[1]),
        in_request(startTimeUnixNano="1.5"),
        in_request(startTimeUnixNano="-1"),
        in_request(startTimeUnixNano="9" * 5_000),
        in_request(startTimeUnixNano=1.5e18),
        in_request(startTimeUnixNano=True),
        in_request(name=5),
        in_request(status=5),
        in_request(attributes=[{"key": 5}]),
        in_request(attributes=[{"key": "k", "value": 5}]),
        in_request(attributes=[{"key": "k", "value": {"intValue": "x"}}]),
        in_request(attributes=[{"key": "k", "value": {"intValue": str(1 << 63)}}]),
        in_request(attributes=[{"key": "k", "value": {"intValue": 1.5}}]),
        in_request(attributes=[{"key": "k", "value": {"doubleValue": "x"}}]),
        in_request(attributes=[{"key": "k", "value": {"boolValue": "true"}}]),
        in_request(attributes=[{"key": "k", "value": {"stringValue": {}}}]),
        in_request(**deep(300)),
    ],
)
def test_malformed_json_is_a_status_in_json(client: Client, document: Any) -> None:
    status, answer = post_json(client, document)
    assert status == 400
    assert (answer["type"], answer["code"]) == ("error", 3)
    assert answer["message"].endswith(".")


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 5_000, b"\xff"])
def test_what_is_not_json_is_malformed(client: Client, body: bytes) -> None:
    assert client.post("/v1/traces", body, JSON).status_code == 400


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/grpc", "application/json-seq"])
def test_another_content_type_is_a_415_that_names_ours(client: Client, content_type: str) -> None:
    answer = client.post("/v1/traces", b"{}", {"Content-Type": content_type})
    assert answer.status_code == 415
    assert "application/x-protobuf or application/json" in answer.json()["message"]


def test_nothing_is_fine(client: Client) -> None:
    assert post(client, ExportTraceServiceRequest()) == (200, ExportTraceServiceResponse())
    assert client.post("/v1/traces", b"", PROTOBUF).status_code == 200
    assert post_json(client, {"resourceSpans": None}) == (200, {})


VALUES = st.recursive(
    st.one_of(
        st.builds(AnyValue, string_value=st.text(max_size=5)),
        st.builds(AnyValue, bool_value=st.booleans()),
        st.builds(AnyValue, int_value=st.integers(-(1 << 63), (1 << 63) - 1)),
        st.builds(AnyValue, double_value=st.floats(allow_nan=False, allow_infinity=False)),
        st.builds(AnyValue, bytes_value=st.binary(max_size=5)),
        st.builds(AnyValue),
    ),
    lambda inner: st.one_of(
        st.builds(lambda values: AnyValue(array_value=ArrayValue(values=values)), st.lists(inner, max_size=3)),
        st.builds(
            lambda values: AnyValue(
                kvlist_value=KeyValueList(values=[KeyValue(key=k, value=v) for k, v in values.items()])
            ),
            st.dictionaries(st.text(max_size=3), inner, max_size=3),
        ),
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.text(max_size=5), VALUES, max_size=5))
def test_both_encodings_spell_every_value_alike(values: dict[str, AnyValue]) -> None:
    request = request_of(span_of(attributes=[KeyValue(key=key, value=value) for key, value in values.items()]))
    binary, text = (SpanColumns(NOW, AGE, AGE) for _ in range(2))
    otlp_protobuf.ProtobufReader().read(request.SerializeToString(), binary)
    otlp_json.read(orjson.dumps(as_json(request)), text)
    assert binary.table().to_pydict() == text.table().to_pydict()
