"""The trace routes over the embedded engine: what is found, what one trace looks like, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from vedette_query.api import traces
from vedette_query.workers import Workers
from vedette_storage.clickhouse import ClickHouseStore
from vedette_storage.columns import SPANS, Block
from vedette_storage.errors import Unavailable

NOON = 1_790_000_000_000
PLAY, HOME = "0af7651916cd43dd8448eb211c80319c", "4bf92f3577b34da6a3ce929d0e0e4736"


def span(trace: str, number: int, parent: int, app: str, name: str, **more: Any) -> dict[str, Any]:
    """One row; `offset_us` and `ms` place it after noon."""
    start_ns = NOON * 1_000_000 + more.pop("offset_us", 0) * 1_000
    row = {
        "trace_id": bytes.fromhex(trace),
        "span_id": number,
        "parent_id": parent,
        "ts": start_ns,
        "duration_ns": int(more.pop("ms", 10) * 1_000_000),
        "app": app,
        "region": "us-east-1",
        "node": f"{app}-1",
        "name": name,
        "kind": "server",
        "status": "unset",
        "status_message": "",
        "peer": "",
        "trace_state": "",
        "resource": [("host.name", "h1")],
        "attributes": [],
        "events.ts": [],
        "events.name": [],
        "events.attributes": [],
        "links.trace_id": [],
        "links.span_id": [],
        "links.attributes": [],
    }
    return {**row, **more}


COMPANY = [
    span(PLAY, 1, 0, "edge", "POST /play", ms=120.5, attributes=[("user.plan", "4k")]),
    span(PLAY, 2, 1, "edge", "POST", offset_us=500, ms=119, kind="client", peer="playback"),
    span(
        PLAY,
        3,
        2,
        "playback",
        "POST /start",
        offset_us=1_250,
        ms=100,
        status="error",
        status_message="no stream",
        attributes=[("http.response.status_code", "500")],
    )
    | {
        "events.ts": [NOON * 1_000_000 + 2_000_001],
        "events.name": ["exception"],
        "events.attributes": [[("exception.type", "KeyError")]],
        "links.trace_id": [bytes.fromhex(HOME)],
        "links.span_id": [255],
        "links.attributes": [[("why", "retry")]],
    },
    span(HOME, 255, 0, "edge", "GET /home", offset_us=5_000_000, ms=20),
]


class Desk:
    def __init__(self, store: ClickHouseStore) -> None:
        self.store = store
        self.workers = Workers(threads=1, waiting=1)
        app = FastAPI()
        app.include_router(traces.router(store.spans, self.workers, now_ms=lambda: NOON + 60_000))
        self.client = TestClient(app)
        rows = [{**row, "ts": datetime.fromtimestamp(0, UTC)} for row in COMPANY]
        table = pa.Table.from_pylist(rows, schema=SPANS)
        times = pa.array([row["ts"] for row in COMPANY], pa.int64()).cast(pa.timestamp("ns", tz="UTC"))
        store.writer.write(Block(spans=table.set_column(table.schema.get_field_index("ts"), SPANS.field("ts"), times)))

    def get(self, path: str, *parameters: tuple[str, str]) -> Any:
        answer = self.client.get(path, params=list(parameters))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def found(self, *parameters: tuple[str, str]) -> list[str]:
        return [one["traceId"] for one in self.get("/api/v1/traces", *parameters)["traces"]]


@pytest.fixture
def desk(store: ClickHouseStore) -> Iterator[Desk]:
    one = Desk(store)
    yield one
    one.workers.close()


def test_a_search_finds_the_newest_first(desk: Desk) -> None:
    newest, older = desk.get("/api/v1/traces")["traces"]
    assert newest["traceId"] == HOME
    assert older == {
        "traceId": PLAY,
        "rootApp": "edge",
        "rootOperation": "POST /play",
        "start": float(NOON),
        "durationMs": 120.5,
        "spans": 3,
        "errors": 1,
        "apps": ["edge", "playback"],
    }


def test_a_search_finds_the_slowest_first_and_one_region_alone(desk: Desk) -> None:
    assert desk.found(("order", "slowest")) == [PLAY, HOME]
    assert desk.found(("order", "slowest"), ("region", "nowhere")) == []


@pytest.mark.parametrize(
    ("parameters", "ids"),
    [
        ([("app", "playback")], [PLAY]),
        ([("app", "edge")], [HOME, PLAY]),
        ([("app", "nobody")], []),
        ([("operation", "GET /home")], [HOME]),
        ([("app", "playback"), ("operation", "GET /home")], []),  # no single span is both
        ([("min_duration", "100ms")], [PLAY]),
        ([("min_duration", "PT0.01S"), ("max_duration", "50ms")], [HOME]),
        ([("min_duration", "121ms")], []),
        ([("error", "true")], [PLAY]),
        ([("error", "TRUE"), ("app", "edge")], []),
        ([("error", "false"), ("app", "playback")], []),
        ([("attribute", "user.plan=4k")], [PLAY]),
        ([("attribute", "user.plan=4k"), ("attribute", "user.plan=4k")], [PLAY]),
        ([("attribute", "user.plan=4k"), ("attribute", "http.response.status_code=500")], []),
        ([("attribute", "user.plan=")], []),
        ([("attribute", "nothing=")], []),
        ([("limit", "1")], [HOME]),
        ([("s", "now-58s")], [HOME]),
        ([("s", f"{NOON}"), ("e", f"{NOON + 1000}")], [PLAY]),
        ([("s", "2026-09-21T00:00Z"), ("e", "s+1h")], []),
    ],
)
def test_conditions(desk: Desk, parameters: list[tuple[str, str]], ids: list[str]) -> None:
    assert desk.found(*parameters) == ids


def test_one_trace_whole(desk: Desk) -> None:
    trace = desk.get(f"/api/v1/traces/{PLAY.upper()}")
    assert (trace["traceId"], trace["start"], trace["durationMs"]) == (PLAY, float(NOON), 120.5)
    assert [one["name"] for one in trace["spans"]] == ["POST /play", "POST", "POST /start"]
    assert trace["spans"][0]["parentId"] == ""
    assert trace["spans"][1]["peer"] == "playback"
    assert trace["spans"][2] == {
        "spanId": "0000000000000003",
        "parentId": "0000000000000002",
        "app": "playback",
        "region": "us-east-1",
        "node": "playback-1",
        "name": "POST /start",
        "kind": "server",
        "status": "error",
        "statusMessage": "no stream",
        "offsetNs": 1_250_000,
        "durationNs": 100_000_000,
        "peer": "",
        "attributes": {"http.response.status_code": "500"},
        "resource": {"host.name": "h1"},
        "events": [{"offsetNs": 2_000_001, "name": "exception", "attributes": {"exception.type": "KeyError"}}],
        "links": [{"traceId": HOME, "spanId": "00000000000000ff", "attributes": {"why": "retry"}}],
    }


def test_what_an_app_does(desk: Desk) -> None:
    assert desk.get("/api/v1/operations", ("app", "edge")) == {"operations": ["GET /home", "POST", "POST /play"]}
    assert desk.get("/api/v1/operations", ("app", "nobody")) == {"operations": []}


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        (f"/api/v1/traces/{PLAY[:-1]}", 400, f"'{PLAY[:-1]}' is no trace id; it has 32 hexadecimal digits"),
        ("/api/v1/traces/" + "0" * 32, 400, "not all of them 0"),
        ("/api/v1/traces/" + "g" * 32, 400, "is no trace id"),
        ("/api/v1/traces/" + "x" * 5000, 400, f"'{'x' * 80}' is no trace id"),
        ("/api/v1/traces/" + "a" * 32, 404, f"no span of trace {'a' * 32} is stored"),
        ("/api/v1/traces?min_duration=fast", 400, "min_duration=fast: invalid period fast; a duration is a number and"),
        ("/api/v1/traces?max_duration=5q", 400, "max_duration=5q: unknown unit q; a duration is a number and a unit"),
        ("/api/v1/traces?min_duration=-PT1S", 400, "min_duration=-PT1S"),
        ("/api/v1/traces?min_duration=P-1D", 400, "min_duration=P-1D is negative"),
        ("/api/v1/traces?min_duration=2s&max_duration=1s", 400, "min_duration=2s is longer than max_duration=1s"),
        ("/api/v1/traces?order=best", 400, "order=best is not known; it is newest or slowest"),
        ("/api/v1/traces?error=maybe", 400, "error=maybe is neither true nor false"),
        ("/api/v1/traces?attribute=plain", 400, "attribute=plain has no key and value; write attribute=KEY=VALUE"),
        ("/api/v1/traces?attribute==x", 400, "attribute==x has no key and value"),
        ("/api/v1/traces?attribute=a=1&attribute=a=2", 400, "attribute 'a' is asked to be both '1' and '2'"),
        ("/api/v1/traces?limit=0", 400, "limit=0 is no number from 1 to 1000"),
        ("/api/v1/traces?limit=1001", 400, "limit=1001 is no number"),
        ("/api/v1/traces?limit=ten", 400, "limit=ten is no number"),
        ("/api/v1/traces?limit=" + "9" * 5000, 400, "is no number"),
        ("/api/v1/traces?s=yesterday-1x", 400, "unknown unit x"),
        ("/api/v1/traces?s=now&e=now-1h", 400, "end time is before start time"),
        ("/api/v1/traces?s=2026-99-99", 400, "invalid date 2026-99-99"),
        ("/api/v1/operations", 400, "missing required parameter 'app', as in /api/v1/operations?app=checkout"),
    ],
)
def test_what_is_wrong_is_a_sentence(desk: Desk, path: str, status: int, words: str) -> None:
    answer = desk.client.get(path)
    assert answer.status_code == status
    assert answer.json()["type"] == "error"
    assert words in answer.json()["message"]
    assert len(answer.json()["message"]) < 410


def test_a_store_that_does_not_answer_is_503(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*args: object) -> None:
        raise Unavailable("the database did not answer")

    monkeypatch.setattr(desk.store.spans, "search", silent)
    answer = desk.client.get("/api/v1/traces")
    assert answer.status_code == 503
    assert answer.json() == {"type": "error", "message": "Unavailable: the database did not answer"}


def test_nothing_stored_is_nothing_found(store: ClickHouseStore) -> None:
    workers = Workers(threads=1, waiting=1)
    app = FastAPI()
    app.include_router(traces.router(store.spans, workers))
    assert TestClient(app).get("/api/v1/traces").json() == {"traces": []}
    workers.close()
