"""The body of a message: Alertmanager's version 4, field by field."""

from __future__ import annotations

from dataclasses import replace

from tests.query.alerting.company import NOON
from vedette_query.alerting.labels import fingerprint
from vedette_query.alerting.state import Instance, State
from vedette_query.alerting.webhook import body, group_key

FIRING = Instance(
    rule="Hot",
    fingerprint=fingerprint({"alertname": "Hot", "app": "api", "severity": "page"}),
    labels={"alertname": "Hot", "app": "api", "severity": "page"},
    annotations={"summary": "api is at 9", "runbook": "https://wiki.example/hot"},
    state=State.FIRING,
    value=9.0,
    active_at=NOON - 20_000,
    fired_at=NOON,
)
RESOLVED = replace(
    FIRING,
    fingerprint="00000000000000ff",
    labels={"alertname": "Hot", "app": "edge", "severity": "page"},
    annotations={"summary": "edge is at 7", "runbook": "https://wiki.example/hot"},
    state=State.RESOLVED,
    resolved_at=NOON + 61_001,
    reason="series disappeared",
)


def test_the_whole_body() -> None:
    assert body("on-call", "Hot", "a,5,:gt", [FIRING, RESOLVED], "http://vedette.example") == {
        "version": "4",
        "groupKey": '{}:{alertname="Hot"}',
        "truncatedAlerts": 0,
        "status": "firing",
        "receiver": "on-call",
        "groupLabels": {"alertname": "Hot"},
        "commonLabels": {"alertname": "Hot", "severity": "page"},
        "commonAnnotations": {"runbook": "https://wiki.example/hot"},
        "externalURL": "http://vedette.example",
        "alerts": [
            {
                "status": "firing",
                "labels": {"alertname": "Hot", "app": "api", "severity": "page"},
                "annotations": {"summary": "api is at 9", "runbook": "https://wiki.example/hot"},
                "startsAt": "2026-09-21T14:13:20.000Z",
                "endsAt": "0001-01-01T00:00:00Z",
                "generatorURL": "http://vedette.example/explore?q=a%2C5%2C%3Agt",
                "fingerprint": FIRING.fingerprint,
            },
            {
                "status": "resolved",
                "labels": {"alertname": "Hot", "app": "edge", "severity": "page"},
                "annotations": {
                    "summary": "edge is at 7",
                    "runbook": "https://wiki.example/hot",
                    "resolved_because": "series disappeared",
                },
                "startsAt": "2026-09-21T14:13:20.000Z",
                "endsAt": "2026-09-21T14:14:21.001Z",
                "generatorURL": "http://vedette.example/explore?q=a%2C5%2C%3Agt",
                "fingerprint": "00000000000000ff",
            },
        ],
    }


def test_the_status_is_resolved_when_nothing_fires_any_more() -> None:
    assert body("on-call", "Hot", "a", [RESOLVED], "")["status"] == "resolved"


def test_a_group_key_is_written_like_alertmanagers() -> None:
    assert group_key('a "quoted" \\ name') == '{}:{alertname="a \\"quoted\\" \\\\ name"}'
