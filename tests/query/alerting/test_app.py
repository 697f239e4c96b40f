"""Alerting as a whole, threads and all, over a real store; and `GET /api/v1/alerts`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client import CollectorRegistry

from tests.query.alerting.feed import feed
from tests.query.alerting.receiver import Receiver, receiving
from tests.support.waiting import until
from vedette_query.alerting import Alerting, RuleFile
from vedette_query.alerting.errors import StateLost
from vedette_query.app import QueryApi
from vedette_query.request import wall_clock_ms
from vedette_query.settings import Settings
from vedette_storage.clickhouse import ClickHouseStore

STEP = 10_000

RULES = """\
webhooks:
  - {{name: on-call, url: "{url}"}}
groups:
  - name: fast
    interval: 1s
    rules:
      - alert: Hot
        expr: name,temperature,:eq,:sum,(,app,),:by,5,:gt
        labels: {{severity: page}}
        annotations: {{summary: "$labels.app is at $value"}}
      - alert: Wrong
        expr: name,temperature,:eq,:sum,(,app,),:by,name,temperature,:eq,:sum,(,node,),:by,:div
      - alert: Silent
        expr: name,nothing,:eq,:sum,5,:gt
        for: 30s
"""


@dataclass
class House:
    store: ClickHouseStore
    alerting: Alerting
    client: TestClient
    rules: Path
    registry: CollectorRegistry

    def heat(self, value: float) -> None:
        """The temperature of now and the minutes around."""
        end = wall_clock_ms() // STEP * STEP
        feed(self.store.writer, "temperature", {"app": "api"}, {end + i * STEP: value for i in range(-3, 30)})

    def alerts(self) -> Any:
        answer = self.client.get("/api/v1/alerts")
        assert answer.status_code == 200
        return answer.json()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture
def house(tmp_path: Path, receiver: Receiver, store: ClickHouseStore) -> Iterator[House]:
    rules = tmp_path / "rules.yaml"
    # The rule `Wrong` cannot be used; a test that wants good rules takes it out.
    rules.write_text(RULES.format(url=receiver.url("/x?token=SECRET")))
    registry = CollectorRegistry()
    api = QueryApi(store, Settings(step_ms=STEP), registry=registry)
    alerting = Alerting(api.graph, RuleFile(rules), f"sqlite:///{tmp_path / 'alerts.db'}", registry=registry)
    app = FastAPI()
    app.include_router(alerting.router())
    alerting.start()
    try:
        with TestClient(app) as client:
            yield House(store, alerting, client, rules, registry)
    finally:
        alerting.stop()
        api.close()


def test_from_a_sample_to_a_message_and_back(house: House, receiver: Receiver) -> None:
    text = house.rules.read_text()
    start = text.index("      - alert: Wrong")
    house.heat(9.0)
    until(lambda: house.alerts()["file"]["error"], what="the complaint about the file")
    error = house.alerts()["file"]["error"]
    assert error.startswith("rules.yaml: line 12: the expression of 'Wrong' cannot be used: ")
    assert house.alerts()["rules"] == []
    house.rules.write_text(text[:start] + text[text.index("      - alert: Silent") :])
    until(lambda: receiver.bodies() or None, what="the first message")
    (body,) = receiver.bodies()
    assert (body["status"], body["alerts"][0]["annotations"]) == ("firing", {"summary": "api is at 9"})
    until(lambda: house.alerts()["receivers"][0]["delivered"] == 1)

    document = house.alerts()
    (alert,) = document["alerts"]
    assert {**alert, "activeAt": 0, "firedAt": 0} == {
        "rule": "Hot",
        "fingerprint": body["alerts"][0]["fingerprint"],
        "state": "firing",
        "labels": {"alertname": "Hot", "app": "api", "severity": "page"},
        "annotations": {"summary": "api is at 9"},
        "value": 9.0,
        "activeAt": 0,
        "firedAt": 0,
        "resolvedAt": None,
        "reason": "",
        "expr": "name,temperature,:eq,:sum,(,app,),:by,5,:gt",
    }
    hot, silent = document["rules"]
    assert (hot["state"], hot["health"], hot["noData"], hot["interval"], hot["for"]) == ("firing", "ok", False, 1, 0)
    assert (silent["state"], silent["health"], silent["noData"], silent["for"]) == ("inactive", "ok", True, 30)
    assert document["receivers"] == [
        {
            "name": "on-call",
            "url": f"http://127.0.0.1:{receiver.port}",
            "waiting": 0,
            "delivered": 1,
            "dead": 0,
            "lastError": None,
        }
    ]
    assert document["delay"] == 10
    assert house.alerting.firing() == [alert["labels"]]

    house.heat(1.0)
    until(lambda: len(receiver.bodies()) == 2, what="the second message")
    over = receiver.bodies()[1]["alerts"][0]
    assert (over["status"], over["annotations"]["resolved_because"]) == ("resolved", "condition false")
    assert house.alerts()["alerts"][0]["state"] == "resolved"
    assert house.alerting.firing() == []
    evaluated = house.registry.get_sample_value("vedette_query_alert_evaluations_total", {"outcome": "answered"})
    assert evaluated is not None
    assert evaluated >= 2


def test_a_state_file_that_cannot_be_read_is_503(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost() -> None:
        raise StateLost("the database of alert states cannot be used: disk I/O error")

    monkeypatch.setattr(house.alerting, "posts", lost)
    answer = house.client.get("/api/v1/alerts")
    assert (answer.status_code, answer.json()["type"]) == (503, "error")
    assert answer.json()["message"] == "the database of alert states cannot be used: disk I/O error"


def test_without_a_rule_file_there_is_nothing_and_nothing_is_wrong(tmp_path: Path, store: ClickHouseStore) -> None:
    registry = CollectorRegistry()
    api = QueryApi(store, Settings(step_ms=STEP), registry=registry)
    alerting = Alerting(api.graph, RuleFile(), f"sqlite:///{tmp_path / 'alerts.db'}", registry=registry)
    app = FastAPI()
    app.include_router(alerting.router())
    alerting.start()
    try:
        document = until(lambda: TestClient(app).get("/api/v1/alerts").json())
    finally:
        alerting.stop()
        alerting.stop()  # twice does no harm
        api.close()
    assert (document["alerts"], document["rules"], document["receivers"]) == ([], [], [])
    assert document["file"]["error"] is None
