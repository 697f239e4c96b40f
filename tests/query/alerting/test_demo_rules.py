"""The demo's ready rules: each fires within a minute of its fault, resolves when that is over, and is else quiet."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.query.alerting.company import NOON, Watch
from tests.query.alerting.feed import feed
from tests.query.alerting.test_oracle import STEP, Desk

RULES = Path(__file__).parents[3] / "examples" / "demo-alerts.yaml"

EAST, WEST = "us-east-1", "us-west-2"
FAULT_MS, OVER_MS, END_MS = 90_000, 210_000, 360_000
"""When the fault goes on, when it goes off, and when the story ends; in ms since noon."""

# Percentile buckets of about 10 ms and 850 ms.
QUICK, SLOW = "T0064", "T0081"


class Playback:
    """What the agents report of a few services, step by step, with one fault for two minutes in the middle."""

    def __init__(self, desk: Desk, fault: str) -> None:
        self._desk = desk
        self._fault = fault
        self._chance = random.Random(7)

    def report(self, end_ms: int) -> None:
        """The step that ends at `end_ms`."""
        self._end_ms = end_ms
        # The fault was switched on in the middle of a step.
        share = min(max((end_ms - NOON - FAULT_MS) / STEP, 0.0), 1.0) if end_ms <= NOON + OVER_MS else 0.0
        for app, region in self._places():
            served = self._chance.randrange(5, 15)
            hurt = (app, region) == ("playback", EAST)
            failed = round(served * share * 0.3) if hurt and self._fault == "errors" else 0
            slow = round(served * share) if hurt and self._fault == "latency" else 0
            self._count("ipc.server.call", app, region, served - failed, {"ipc.status": "success"})
            self._count("ipc.server.call", app, region, failed, {"ipc.status": "unexpected_error"})
            self._buckets(app, region, {QUICK: served - slow, SLOW: slow})
        refused = round(4 * share) if self._fault == "dead" else 0
        called = {"ipc.server.app": "playback", "ipc.server.region": EAST}
        self._count("ipc.client.call", "api", EAST, refused, {"ipc.status": "connection_error", **called})
        self._count("ipc.client.call", "api", EAST, 10, {"ipc.status": "success", **called})
        if self._fault == "failover":
            over = {"ipc.server.app": "edge", "ipc.server.region": WEST, "ipc.status": "success"}
            self._count("ipc.client.call", "edge", EAST, round(10 * share), over)

    def _places(self) -> Iterator[tuple[str, str]]:
        return ((app, region) for app in ("edge", "api", "playback") for region in (EAST, WEST))

    def _count(self, name: str, app: str, region: str, count: int, more: dict[str, str]) -> None:
        tags = {"app": app, "region": region, "statistic": "count", **more}
        feed(self._desk.store.writer, name, tags, {self._end_ms: count / (STEP / 1000)})

    def _buckets(self, app: str, region: str, counts: dict[str, int]) -> None:
        for bucket, count in counts.items():
            tags = {"app": app, "region": region, "statistic": "percentile", "percentile": bucket}
            if count:
                feed(self._desk.store.writer, "ipc.server.call", tags, {self._end_ms: count / (STEP / 1000)})


@pytest.mark.parametrize(
    ("fault", "alert", "app"),
    [
        ("errors", "HighErrors", "playback"),
        ("latency", "SlowResponses", "playback"),
        ("dead", "InstanceDown", "playback"),
        ("failover", "FailedOver", "edge"),
        ("none", "", ""),
    ],
)
def test_a_fault_fires_its_rule_and_no_other(tmp_path: Path, fault: str, alert: str, app: str) -> None:
    desk = Desk()
    company = Playback(desk, fault)
    webhooks = 'webhooks: [{url: "http://127.0.0.1:9/hook"}]\n'
    watch = Watch(tmp_path, webhooks + RULES.read_text(), oracle=desk.oracle)
    firing: dict[tuple[str, str], list[int]] = {}
    for second in range(END_MS // 1000):
        watch.run(1)
        since_noon = watch.clock.now_ms() - NOON
        if since_noon % STEP == 2_000:  # reports of a step arrive 2 s after its end
            company.report(NOON + since_noon - 2_000)
        for rule, named, state in watch.states:
            if state == "firing":
                firing.setdefault((rule, named), []).append(second * 1000)
    assert watch.evaluator.board.loaded.error is None
    assert {checkup.health for checkup in watch.evaluator.board.checkups.values()} == {"ok"}
    assert set(firing) == ({(alert, app)} if alert else set())
    for times in firing.values():
        assert FAULT_MS < times[0] <= FAULT_MS + 60_000
        assert OVER_MS < times[-1] <= OVER_MS + 100_000
        assert len(times) == (times[-1] - times[0]) // 1000 + 1  # without a break
    if alert:
        firing_body, resolved_body = (body["alerts"][0] for body in watch.bodies())
        assert firing_body["annotations"]["summary"].startswith(
            {"HighErrors": "playback in us-east-1 fails ", "FailedOver": "us-east-1 sends its"}.get(alert, "")
        )
        assert "[no label" not in str(firing_body["annotations"])
        assert resolved_body["annotations"]["resolved_because"] == "condition false"
