"""`GET /api/v1/traffic` over the embedded engine: from reported IPC metrics to the document, and what it refuses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.query.alerting.feed import feed
from tests.query.traffic.test_graph import link, node, region
from vedette_query.api import traffic
from vedette_query.workers import Workers
from vedette_storage.clickhouse import ClickHouseStore
from vedette_storage.errors import Unavailable

NOON = 1_790_000_000_000
STEP = 10_000
STEPS = range(NOON - 50_000, NOON + 1, STEP)


class Company:
    """A store with the API over it, at a time set by hand."""

    def __init__(self, store: ClickHouseStore) -> None:
        self.store = store
        self.now_ms = NOON + 7_000
        self.firing: list[Mapping[str, str]] = []
        self.workers = Workers(threads=1, waiting=1)
        app = FastAPI()
        app.include_router(
            traffic.router(store, self.workers, now_ms=lambda: self.now_ms, firing=lambda: tuple(self.firing))
        )
        self.client = TestClient(app)

    def get(self, **parameters: str) -> Any:
        answer = self.client.get("/api/v1/traffic", params=parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def error(self, **parameters: str) -> tuple[int, str]:
        answer = self.client.get("/api/v1/traffic", params=parameters)
        return answer.status_code, answer.json()["message"]

    def serve(self, app: str, place: str, client: str, calls_per_step: float, *, failed: float = 0.0) -> None:
        """Calls that two instances of `app` report for the minute to noon."""
        for instance in ("1", "2"):
            for status, count in (("success", calls_per_step - failed), ("unexpected_error", failed)):
                tags = {
                    **{"app": app, "node": f"{app}-{instance}", "ipc.status": status},
                    **({"region": place} if place else {}),
                    **({"ipc.client.app": client, "ipc.client.region": place} if client else {}),
                    "ipc.protocol": "http_1",
                }
                rate = dict.fromkeys(STEPS, count / 2 / (STEP / 1000))
                feed(self.store.writer, "ipc.server.call", {**tags, "statistic": "count"}, rate)
                buckets = {**tags, "statistic": "percentile", "percentile": "T0064"}
                feed(self.store.writer, "ipc.server.call", buckets, rate)


@pytest.fixture
def company(store: ClickHouseStore) -> Iterator[Company]:
    one = Company(store)
    yield one
    one.workers.close()


def test_an_empty_store_is_an_empty_graph(company: Company) -> None:
    assert company.get() == {
        "renderer": "global",
        "name": "edge",
        "serverUpdateTime": NOON + 7_000,
        "window": 60,
        "start": NOON - 60_000,
        "end": NOON,
        "step": 10,
        "nodes": [],
        "connections": [],
    }


def test_from_reported_calls_to_the_document(company: Company) -> None:
    company.serve("edge", "us-east-1", "", 100)
    company.serve("api", "us-east-1", "edge", 80, failed=8)
    company.store.derive(company.now_ms)
    company.firing = [{"alertname": "HighErrors", "app": "api", "region": "us-east-1"}, {"alertname": "Other"}]
    document = company.get()
    east = region(document, "us-east-1")
    called = link(east, "edge", "api")
    assert called["metrics"] == pytest.approx({"normal": 7.2, "warning": 0.0, "danger": 0.8})
    assert called["class"] == "danger"
    assert called["metadata"]["protocol"] == "http_1"
    assert called["metadata"]["p99"] == pytest.approx(0.0111, rel=0.01)
    assert node(east, "api")["metadata"]["instances"] == 2
    assert node(east, "api")["metadata"]["alerts"] == 1
    assert node(east, "edge")["metadata"]["alerts"] == 0
    assert link(document, "INTERNET", "us-east-1")["metadata"]["rate"] == pytest.approx(10.0)
    assert company.get(window="10s")["connections"][0]["metadata"]["rate"] == pytest.approx(10.0)
    assert company.get(region="us-east-1")["nodes"][1] == east
    assert company.get(region="nowhere")["nodes"] == []
    assert company.get(e="now-10m")["nodes"] == []


def test_a_service_without_a_region_has_instances_too(company: Company) -> None:
    company.serve("solo", "", "", 10)
    company.store.derive(company.now_ms)
    assert node(region(company.get(), "no-region"), "solo")["metadata"]["instances"] == 2


def test_what_has_not_changed_is_not_sent_again(company: Company) -> None:
    company.serve("edge", "us-east-1", "", 100)
    company.store.derive(company.now_ms)
    first = company.client.get("/api/v1/traffic")
    assert first.headers["Cache-Control"] == "no-cache"
    company.now_ms += 1_000
    again = company.client.get("/api/v1/traffic", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    company.firing = [{"app": "edge"}]
    changed = company.client.get("/api/v1/traffic", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"window": "5x"}, "unknown unit x"),
        ({"window": "abc"}, "invalid period abc"),
        ({"window": "0s"}, "window=0s is out of range; it may be from one step to 6h, as window=1m"),
        ({"window": "7h"}, "window=7h is out of range"),
        ({"window": ""}, "invalid period"),
        ({"e": "2026-13-01"}, "invalid date 2026-13-01"),
        ({"e": "now-5x"}, "unknown unit x"),
        ({"e": "99999999999999999999"}, "invalid date"),
    ],
)
def test_a_wrong_parameter_is_a_sentence(company: Company, parameters: dict[str, str], words: str) -> None:
    status, message = company.error(**parameters)
    assert status == 400
    assert words in message


def test_a_store_that_does_not_answer_is_503(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent() -> int:
        raise Unavailable("the database did not answer")

    monkeypatch.setattr(company.store.edges, "latest", silent)
    answer = company.client.get("/api/v1/traffic")
    assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)
    assert answer.json() == {"type": "error", "message": "Unavailable: the database did not answer"}
