from __future__ import annotations

import subprocess
import sys
from typing import Final

import pytest

from tests.collector.client import Client
from vedette_agent import wire
from vedette_collector import weight
from vedette_collector.errors import TooLarge
from vedette_collector.settings import Settings

MIB: Final = 1 << 20
SMALL: Final = 64 * MIB


def field(tag: bytes, content: bytes) -> bytes:
    length, out = len(content), bytearray()
    while length > 0x7F:
        out.append(length & 0x7F | 0x80)
        length >>= 7
    return tag + bytes([*out, length]) + content


def many(tag: bytes, *, around: tuple[bytes, ...], size: int = 4 * MIB) -> bytes:
    """A protobuf body full of empty messages."""
    body = (tag + b"\0") * (size // (len(tag) + 1))
    for outer in around:
        body = field(outer, body)
    return body


@pytest.fixture
def settings() -> Settings:
    return Settings(segment_age_s=0.01, max_decoded=SMALL)


@pytest.mark.parametrize(
    ("tag", "around"),
    [
        pytest.param(b"\x12", (b"\x12", b"\x0a"), id="spans"),
        pytest.param(b"\x92\0", (b"\x12", b"\x0a"), id="spans, their tag in long spelling"),
        pytest.param(b"\x4a", (b"\x12", b"\x12", b"\x0a"), id="attributes"),
        pytest.param(b"\x5a", (b"\x12", b"\x12", b"\x0a"), id="events"),
        pytest.param(b"\x6a", (b"\x12", b"\x12", b"\x0a"), id="links"),
        pytest.param(b"\x0a", (), id="resources"),
    ],
)
def test_protobuf_of_nothing_but_empty_messages_is_refused_before_it_is_parsed(
    client: Client, tag: bytes, around: tuple[bytes, ...]
) -> None:
    answer = client.post("/v1/traces", many(tag, around=around), {"Content-Type": "application/x-protobuf"})
    assert answer.status_code == 413
    assert b"send it in several requests" in answer.content


@pytest.mark.parametrize("path", ["/api/v1/publish", "/v1/traces"])
@pytest.mark.parametrize("piece", [b"{},", b"[],", b'"",', b'{"":{}},'])
def test_json_of_nothing_but_small_things_is_refused_before_it_is_parsed(
    client: Client, path: str, piece: bytes
) -> None:
    body = b'{"metrics":[' + piece * (4 * MIB // len(piece)) + b"1]}"
    assert client.post(path, body, {"Content-Type": "application/json"}).status_code == 413


def test_a_series_table_of_nothing_but_small_things_is_refused_before_it_is_parsed(client: Client) -> None:
    head = b'{"step":10000,"ts":0,"src":0,"seq":0,"count":0}'
    table = b'{"series":[' + b"[]," * (2 * MIB) + b"1]}"
    lengths = len(head).to_bytes(4, "little") + len(table).to_bytes(4, "little")
    body = wire.MAGIC + bytes([wire.VERSION, 0, 0, 0]) + lengths + head + table
    assert client.post("/api/v1/batch", body, {"Content-Type": wire.CONTENT_TYPE}).status_code == 413


MEASURE: Final = """
import resource, sys
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
parsed = ExportTraceServiceRequest.FromString(sys.stdin.buffer.read())
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024)
"""


@pytest.mark.parametrize(
    ("tag", "around"), [(b"\x12", (b"\x12", b"\x0a")), (b"\x6a", (b"\x12", b"\x12", b"\x0a"))], ids=["spans", "links"]
)
def test_the_bound_is_above_what_is_measured(tag: bytes, around: tuple[bytes, ...]) -> None:
    body = many(tag, around=around)
    run = subprocess.run([sys.executable, "-c", MEASURE], input=body, capture_output=True, check=True, timeout=60)
    with pytest.raises(TooLarge):
        weight.check_protobuf(body, int(run.stdout) - 8 * MIB)  # but for what the process takes besides


def test_ordinary_bodies_pass() -> None:
    datapoint = (
        b'{"tags":{"name":"ipc.server.call","statistic":"count","app":"a"},"timestamp":1790000000000,"value":1.5},'
    )
    weight.check_json(datapoint * (30 * MIB // len(datapoint)), Settings().max_decoded)
    weight.check_json(b"{}," * 300_000, 1)  # too small to be looked at
