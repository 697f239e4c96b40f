"""What strangers send: each thing gets one clear sentence and its status, and harms nothing else."""

from __future__ import annotations

import gzip
import json
import socket
import time
import zlib
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from tests.support.processes import Answer, Engine, engine
from tests.support.waiting import until
from vedette_agent import wire

MIB = 1 << 20
JSON = "application/json"
PROTOBUF = "application/x-protobuf"


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One engine for the whole table: what one row does to it, the next would feel."""
    with engine(tmp_path_factory.mktemp("bad") / "data") as running:
        yield running


def metric(value: object = 1.0, *, age_s: float = 0, name: str = "ok") -> dict[str, object]:
    """One sample as Atlas's publish takes it."""
    return {
        "tags": {"name": name, "atlas.dstype": "rate"},
        "timestamp": int((time.time() - age_s) * 1000),
        "value": value,
    }


def payload(*metrics: dict[str, object]) -> bytes:
    return json.dumps({"tags": {"app": "bad"}, "metrics": list(metrics)}).encode()


def bomb(size: int) -> bytes:
    """`size` zero bytes, as a few kilobytes of gzip."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    parts = [squeeze.compress(bytes(MIB)) for _ in range(size // MIB)]
    return b"".join([*parts, squeeze.flush()])


class Bad(NamedTuple):
    """A request that must be refused: what is wrong with it, and what the answer has to be and to name."""

    what: str
    path: str
    kind: str
    body: bytes
    headers: dict[str, str]
    status: int
    says: str


PUBLISH, BATCH, TRACES = "/api/v1/publish", "/api/v1/batch", "/v1/traces"
GZIP = {"Content-Encoding": "gzip"}
BODIES = [
    Bad("not JSON", PUBLISH, JSON, b"{", {}, 400, ""),
    Bad("JSON of another shape", PUBLISH, JSON, b'["a"]', {}, 400, ""),
    Bad("an empty body", PUBLISH, JSON, b"", {}, 400, ""),
    Bad("deep nesting", PUBLISH, JSON, b"[" * 100_000, {}, 400, ""),
    Bad("a type that publish cannot read", PUBLISH, "application/x-jackson-smile", b":)", {}, 415, "smile"),
    Bad("a batch by another name", BATCH, "text/csv", b"a,b", {}, 415, "text/csv"),
    Bad("text for a number", PUBLISH, JSON, payload(metric("seven")), {}, 400, "seven"),
    Bad("unknown encoding", PUBLISH, JSON, b"x", {"Content-Encoding": "rot13"}, 415, "rot13"),
    Bad("what is no gzip", PUBLISH, JSON, b"{}", GZIP, 400, ""),
    Bad("half a gzip", PUBLISH, JSON, gzip.compress(b'{"metrics":[]}' * 99)[:-20], GZIP, 400, ""),
    Bad("16 MiB and a byte", PUBLISH, JSON, bytes(16 * MIB + 1), {}, 413, "16"),
    Bad("a gzip bomb", PUBLISH, JSON, bomb(128 * MIB), GZIP, 413, "64"),
    Bad("a bomb to the batches", BATCH, wire.CONTENT_TYPE, bomb(128 * MIB), GZIP, 413, "64"),
    Bad("no batch", BATCH, wire.CONTENT_TYPE, b"VDTX" + bytes(20), {}, 400, "VDTB"),
    Bad("a cut batch", BATCH, wire.CONTENT_TYPE, b"VDTB\x01\0\0\0\xff\xff\0\0\0\0\0\0", {}, 400, ""),
    Bad("no protobuf", TRACES, PROTOBUF, b"\xff" * 40, {}, 400, ""),
    Bad("no OTLP JSON", TRACES, JSON, b'{"resourceSpans": 7}', {}, 400, ""),
    Bad("spans as text", TRACES, "text/plain", b"span", {}, 415, "text/plain"),
]


@pytest.mark.parametrize("bad", BODIES, ids=[row.what for row in BODIES])
def test_a_bad_body(one: Engine, bad: Bad) -> None:
    try:
        answer = one.post(bad.path, bad.body, bad.kind, **bad.headers)
    except OSError:
        # A server may answer and close before the whole of an oversized body is sent; the client then sees a reset.
        assert bad.status == 413
    else:
        assert answer.status == bad.status, answer.body
        assert bad.says.encode() in answer.body
        sentence(answer)
    still_well(one)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (metric(age_s=7 * 3600), "data is too old"),
        (metric(age_s=-3600), "future"),
        (metric(name=""), "name"),
    ],
    ids=["too old", "from the future", "no name"],
)
def test_a_half_valid_body_keeps_its_good_half(one: Engine, wrong: dict[str, object], says: str) -> None:
    name = f"half.{time.monotonic_ns()}"
    answer = one.post(PUBLISH, payload(metric(name=name), wrong), JSON)
    assert answer.status == 202, answer.body
    document = answer.json()
    assert document["type"] == "partial"
    assert document["errorCount"] == 1
    assert says in document["message"][0]
    until(lambda: one.get("/api/v1/tags/name", q=f"name,{name},:eq").json() == [name], what="the good half")


QUESTIONS = [
    ("an unknown word", "/api/v1/graph", {"q": "name,a,:eq,:nonsense", "format": "json"}, 400, "nonsense"),
    ("a missing argument", "/api/v1/graph", {"q": ":eq", "format": "json"}, 400, ":eq"),
    ("no expression", "/api/v1/graph", {"format": "json"}, 400, "q"),
    ("an unknown format", "/api/v1/graph", {"q": "1", "format": "tapestry"}, 400, "tapestry"),
    ("an impossible time", "/api/v1/graph", {"q": "1", "s": "2026-99-99", "format": "json"}, 400, "2026-99-99"),
    ("an end before the start", "/api/v1/graph", {"q": "1", "s": "now", "e": "now-1h", "format": "json"}, 400, ""),
    ("a program too long", "/api/v1/graph", {"q": "1," * 40_000, "format": "json"}, 400, ""),
    ("a wrong pattern", "/api/v1/graph", {"q": "name,(,:re,:sum", "format": "json"}, 400, ""),
    ("a malformed trace id", "/api/v1/traces/xyz", {}, 400, "xyz"),
    ("an unknown trace", "/api/v1/traces/" + "0" * 31 + "1", {}, 404, ""),
    ("a wrong duration", "/api/v1/traces", {"min_duration": "soon"}, 400, "soon"),
    ("a wrong limit", "/api/v1/traces", {"limit": "-1"}, 400, "limit"),
    ("a wrong window", "/api/v1/traffic", {"window": "wide"}, 400, "wide"),
    ("an unknown path", "/api/v2/graph", {}, 404, "/api/v2/graph"),
    ("an unknown signal", "/v1/logs", {}, 404, "/v1/logs"),
]


@pytest.mark.parametrize(
    ("path", "parameters", "status", "says"), [row[1:] for row in QUESTIONS], ids=[row[0] for row in QUESTIONS]
)
def test_a_bad_question(one: Engine, path: str, parameters: dict[str, str], status: int, says: str) -> None:
    answer = one.get(path, **parameters)
    assert answer.status == status, answer.body
    assert says.encode() in answer.body
    sentence(answer)
    still_well(one)


def test_bytes_that_are_no_http(one: Engine) -> None:
    with socket.create_connection(("127.0.0.1", one.port), timeout=5) as connection:
        connection.sendall(b"\x16\x03\x01\x02\x00hello\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 400")
    still_well(one)


def sentence(answer: Answer) -> None:
    """An error is JSON with one message (or OTLP's status), without a trace of the code behind it."""
    assert b"Traceback" not in answer.body
    assert b".py" not in answer.body
    if "json" in answer.headers.get("content-type", answer.headers.get("Content-Type", "")):
        assert answer.json()["message"]


def still_well(one: Engine) -> None:
    """The engine takes and answers as before."""
    assert one.get("/readyz").status == 200
    assert one.post(PUBLISH, payload(metric()), JSON).status == 200
