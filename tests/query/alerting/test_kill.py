"""kill -9 of a real evaluator at random moments: no firing alert is lost, none is announced anew."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.query.alerting.receiver import Receiver, receiving
from tests.support.waiting import until

ROOT = Path(__file__).parents[3]

RULES = """\
webhooks: [{{name: on-call, url: "{url}"}}]
groups:
  - name: fast
    interval: 1s
    rules:
      - {{alert: Hot, expr: "name,temperature,:eq,:sum,(,app,),:by,5,:gt", for: 1s}}
"""


class Lives:
    """One evaluator after the other over the same files."""

    def __init__(self, folder: Path, url: str) -> None:
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None
        (folder / "rules.yaml").write_text(RULES.format(url=url))
        self.measure(9.0)

    def measure(self, value: float) -> None:
        written = self._folder / "value.new"
        written.write_text(str(value))
        written.replace(self._folder / "value")

    def start(self) -> None:
        folder = self._folder
        arguments = (folder / "rules.yaml", f"sqlite:///{folder / 'alerts.db'}", folder / "value")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.query.alerting.life", *map(str, arguments)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "started\n"

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def rows(self, table: str) -> list[dict[str, Any]]:
        with sqlite3.connect(self._folder / "alerts.db") as database:
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute(f"SELECT * FROM {table}")]

    @property
    def state(self) -> str | None:
        return next((row["state"] for row in self.rows("alert_instances")), None)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


def test_a_firing_alert_outlives_its_evaluators(tmp_path: Path, receiver: Receiver) -> None:
    lives = Lives(tmp_path, receiver.url())
    chance = random.Random(11)
    try:
        while lives._process is None or lives.state != "firing":  # killed also while it is pending
            lives.kill()
            lives.start()
            time.sleep(chance.uniform(0.5, 2.0))
        (fired,) = lives.rows("alert_instances")
        for _ in range(2):
            lives.kill()
            assert lives.state == "firing"
            lives.start()
            time.sleep(chance.uniform(0.2, 2.0))
        (still,) = lives.rows("alert_instances")
        assert (still["active_at"], still["fired_at"]) == (fired["active_at"], fired["fired_at"])
        until(lambda: receiver.bodies() or None, what="the announcement")
        lives.measure(1.0)
        until(lambda: lives.state == "resolved", what="the end of the alert")
        lives.kill()
        lives.start()
        until(lambda: receiver.bodies()[-1]["status"] == "resolved", what="the news of it")
    finally:
        lives.kill()
    assert [orjson.loads(row["body"])["status"] for row in lives.rows("alert_outbox")] == ["firing", "resolved"]
    # A kill between an answer and its record may repeat a message; it is the same one, not another alert.
    told = receiver.bodies()
    assert len({body["alerts"][0]["startsAt"] for body in told}) == 1
    assert len(told) <= 2 + 1
