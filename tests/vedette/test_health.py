"""Alive is not ready, and not ready says why."""

from __future__ import annotations

from functools import partial

from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client import CollectorRegistry, Counter

from vedette.health import router


def test_not_ready_names_each_part_and_its_reason() -> None:
    trouble: dict[str, str | None] = {"store": None, "collector": "the journal is full"}
    app = FastAPI()
    app.include_router(router({name: partial(trouble.get, name) for name in trouble}, CollectorRegistry()))
    client = TestClient(app)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "not ready", "reasons": {"collector": "the journal is full"}}
    assert client.get("/healthz").status_code == 200
    trouble["collector"] = None
    assert client.get("/readyz").status_code == 200


def test_metrics_are_in_prometheus_text() -> None:
    registry = CollectorRegistry()
    Counter("vedette_things_total", "Things.", registry=registry).inc(3)
    app = FastAPI()
    app.include_router(router({}, registry))
    answer = TestClient(app).get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert "vedette_things_total 3.0" in answer.text
